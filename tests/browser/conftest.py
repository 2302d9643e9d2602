"""A real browser in front of a real server. Every page must stay silent and talk to nobody else."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.patience import PATIENCE_S, settle

ROOT = Path(__file__).parents[2]
HOSTS = {"127.0.0.1", "localhost", None}  # None: data: and blob: addresses
# Streamlit asks for these below a page's own address first; the 404 is normal on a deep link.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever the network of this machine: the browser reaches nobody but our own server.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# An error shown for a moment only is an error: it reaches the console, which is watched.
REPORT_TRACEBACKS = """new MutationObserver(() => {
    const box = document.querySelector("[data-testid=stException]");
    if (!box || box.reported) return;
    box.reported = true;
    console.error("traceback on the page: " + box.innerText);
}).observe(document, { childList: true, subtree: true });"""


def find_browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="session")
def browser():
    path = find_browser()
    if path is None:
        reason = "NO BROWSER: install Chromium or set CHROMIUM to its path; nothing was tested in a browser"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    expect.set_options(timeout=PATIENCE_S * 1000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def launch(script: str, port: int, root: Path = ROOT, **options: str) -> subprocess.Popen[bytes]:
    """Start a server; it may not answer yet."""
    flags = {
        "server.port": str(port),
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
        "browser.serverAddress": "localhost",
        "browser.gatherUsageStats": "false",
    } | options
    command = [sys.executable, "-m", "streamlit", "run", script, *(f"--{k}={v}" for k, v in flags.items())]
    environment = os.environ | {"PYTHONPATH": str(root)}
    return subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="session")
def serve():
    """``serve("app.py") -> base URL``; the server of a script is started once and stopped at the end.

    ``serve("app.py", fresh=True)`` starts another one, which nobody has visited yet, and
    ``serve("app.py", root=folder)`` serves a copy of the app.
    """
    running: dict[tuple[str, Path, int], tuple[subprocess.Popen[bytes], str]] = {}

    def start(script: str, fresh: bool = False, root: Path = ROOT) -> str:
        key = script, root, len(running) if fresh else 0
        if key not in running:
            port = free_port()
            process = launch(script, port, root)
            running[key] = process, f"http://127.0.0.1:{port}"
            wait_until_healthy(*running[key])
        return running[key][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.wait(PATIENCE_S)


def wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    give_up = time.monotonic() + 2 * PATIENCE_S
    while time.monotonic() < give_up:
        assert process.poll() is None, f"the server stopped with {process.returncode}"
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no server at {url}")


@pytest.fixture(scope="session")
def contexts(browser):
    """Browser contexts by their options: tests with the same options share what was downloaded."""
    return {}


@pytest.fixture
def new_page(browser, contexts):
    """``new_page(viewport=..., color_scheme=...) -> Page``, a new visitor, watched to the end."""
    pages, problems = [], []

    def complain(message):
        if message.type in ("error", "warning", "trace") and not message.location["url"].endswith(HARMLESS):
            problems.append(f"console {message.type}: {message.text}")

    def ask(request):  # or a websocket: it has an address as well
        if urlparse(request.url).hostname not in HOSTS:
            problems.append(f"request to {request.url}")

    def build(**options):
        options = {"viewport": {"width": 1280, "height": 900}} | options
        kind = str(options)
        if kind not in contexts:
            contexts[kind] = browser.new_context(**options)
            contexts[kind].add_init_script(REPORT_TRACEBACKS)
        page = contexts[kind].new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        pages.append(page)
        page.on("console", complain)
        page.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        page.on("request", ask)
        page.on("websocket", ask)
        return page

    yield build
    for page in pages:
        page.close()
    assert problems == []


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture
def visit(serve, new_page):
    """``visit("simulator?leverage=5", color_scheme="dark") -> Page`` of the app, everything drawn.

    Where there is no picture yet, `awaited` says what is drawn in its place.
    """

    def go(path="", awaited=".ll-plot .xy path.js-line", **options):
        page = new_page(**options)
        page.goto(f"{serve('app.py')}/{path}")
        page.locator(awaited).first.wait_for(state="attached")
        settle(page)
        return page

    return go


@pytest.fixture
def learner(serve, browser, new_page):
    """``learner(path) -> Page`` of one learner, whose browser remembers; ``learner(path, **options)`` too."""
    options = {"locale": "en-US"}  # a context of its own, emptied first
    pages = []

    def go(path: str, **more) -> Page:
        page = new_page(**(options | more))
        page.goto(f"{serve('app.py')}/{path}")
        if not pages:
            page.evaluate("localStorage.clear()")
            page.reload()
        pages.append(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settle(page)
        return page

    yield go
    for page in pages:
        if not page.is_closed():
            page.evaluate("localStorage.clear()")
