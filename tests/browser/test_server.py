"""The server stops, comes back, or forgets: the page says so and stays what its address says."""

import re

import pytest
from playwright.sync_api import Page, expect

from pages.shared.door import FILES_OF_ONE
from pages.shared.lesson.lesson import KIT
from pages.shared.words import read
from tests.browser.conftest import free_port, launch, wait_until_healthy
from tests.browser.patience import PATIENCE_S, settle

AWAY = read("widgets")["away"]
NAV = read("nav")
# Twenty files into the first of these sessions that there is.
PUT_FILES = """async (names) => {
    const token = document.cookie.match(/_streamlit_xsrf=([^;]+)/)[1];
    const put = async (session, file) => {
        const body = new FormData();
        body.append("file", new Blob(["date,price"]), "prices.csv");
        const address = `/_stcore/upload_file/${session}/${file}`;
        return (await fetch(address, { method: "PUT", body, headers: { "X-Xsrftoken": token } })).status;
    };
    for (const name of names) {
        const first = await put(name, 0);
        if (first === 400) continue; // no session
        const statuses = [first];
        for (let i = 1; i < 20; i++) statuses.push(await put(name, i));
        return statuses;
    }
}"""
BOX = "[data-testid=stDialog]"
# Every connection, and how often Streamlit put up a box of its own.
WATCH = """
    window.sockets = []; window.boxes = 0;
    const Plain = WebSocket;
    window.WebSocket = class extends Plain { constructor(...args) { super(...args); sockets.push(this); } };
    new MutationObserver(() => {
        boxes += document.querySelectorAll("[data-testid=stDialog]").length;
    }).observe(document, { childList: true, subtree: true });
"""


class Lab:
    """A server that can be killed and started again under the same address."""

    def __init__(self, **options: str) -> None:
        self.options, self.port = options, free_port()
        self.url = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        self.process = launch("app.py", self.port, **self.options)
        wait_until_healthy(self.process, f"http://127.0.0.1:{self.port}")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)


@pytest.fixture(scope="module")
def lab():
    lab = Lab()
    yield lab
    lab.kill()


@pytest.fixture
def open_page(browser):
    """``open_page(url) -> Page`` that may complain: a server that is gone is an error in the console."""
    contexts = []

    def go(url: str) -> Page:
        contexts.append(browser.new_context(locale="en-US"))
        contexts[-1].add_init_script(WATCH)
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(url)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settle(page)
        return page

    yield go
    for context in contexts:
        context.close()


def enter(page: Page, name: str, text: str) -> None:
    box = page.get_by_role("textbox", name=name, exact=True)
    box.fill(text)
    box.press("Enter")
    settle(page)


def query(page: Page) -> str:
    return page.evaluate("location.search")


def expect_back(page: Page) -> None:
    expect(page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]")).to_be_attached()
    expect(page.get_by_text(AWAY)).to_have_count(0)
    settle(page)


def value(page: Page, name: str):
    return page.get_by_role("textbox", name=name, exact=True)


def moved(open_page, lab: Lab) -> Page:
    """A page opened by a link, and three controls moved."""
    page = open_page(f"{lab.url}/compare?leverage=5")
    enter(page, "Leverage", "9x")
    enter(page, "Your money", "7000")
    page.get_by_role("radio", name="Short").click(force=True)
    settle(page)
    assert query(page) == "?side=short&capital=7000&leverage=9"
    return page


def expect_moved(page: Page) -> None:
    expect_back(page)
    expect(value(page, "Leverage")).to_have_value("9x")
    expect(value(page, "Your money")).to_have_value("$7,000")
    expect(page.get_by_role("radio", name="Short")).to_be_checked()
    assert query(page) == "?side=short&capital=7000&leverage=9"


def test_after_a_restart_every_page_shows_what_its_address_says(lab, open_page):
    compare = moved(open_page, lab)
    reset = open_page(f"{lab.url}/simulator?leverage=5&shape=random&seed=5")
    enter(reset, "Leverage", "23x")
    reset.get_by_role("button", name="Reset all", exact=True).click()
    settle(reset)
    presenter = open_page(f"{lab.url}/watch?view=presenter&step=2&leverage=8")
    presenter.keyboard.press("ArrowRight")
    expect(presenter.get_by_role("heading", level=1)).to_contain_text(" 4 ")
    settle(presenter)
    untouched = open_page(f"{lab.url}/?leverage=20")
    revealed = open_page(f"{lab.url}/whose_money?stage=reveal")
    pages = (compare, reset, presenter, untouched, revealed)
    lab.kill()
    for page in pages:
        expect(page.get_by_role("status").filter(has_text=AWAY)).to_be_visible()
    before = [query(page) for page in pages]
    lab.start()
    expect_moved(compare)
    for page in pages:
        expect_back(page)
    expect(value(reset, "Leverage")).to_have_value("10x")
    expect(presenter.get_by_role("heading", level=1)).to_contain_text(" 4 ")
    expect(value(untouched, "Leverage")).to_have_value("20x")
    expect(revealed.get_by_role("heading", name=KIT["reveal_title"])).to_be_visible()
    assert [query(page) for page in pages] == before


def test_a_session_that_was_dropped_meanwhile_is_taken_up_by_the_address(open_page):
    lab = Lab(**{"server.disconnectedSessionTTL": "0"})
    try:
        page = moved(open_page, lab)
        page.evaluate("sockets.at(-1).close()")
        page.wait_for_function("sockets.length > 1")
        expect_moved(page)
    finally:
        lab.kill()


def test_without_the_server_the_page_stays_readable_and_speaks_our_words(lab, open_page):
    page = open_page(f"{lab.url}/")
    lab.kill()
    told = page.get_by_role("status").filter(has_text=AWAY)
    expect(told).to_be_visible()
    # Streamlit has spoken by now: it says how often it tried in a box that covers everything.
    page.wait_for_function("window.boxes > 0")
    expect(page.locator(BOX)).to_have_count(0)
    assert "Streamlit" not in page.locator("body").inner_text()
    button = page.get_by_role("button", name="Step forward", exact=True)
    button.click()  # the figure lives in the browser
    expect(page.locator(".ll-scrub").first).to_have_value("1")
    lab.start()
    expect_back(page)


def test_an_address_without_a_page_says_so_and_leads_on(open_page):
    lab = Lab()  # the first visitor of a server is one who is lost
    try:
        page = open_page(f"{lab.url}/nosuch")
        title = page.get_by_role("heading", level=1)
        expect(title).to_have_text(NAV["lost"])
        expect(page.locator(BOX)).to_have_count(0)
        assert "Streamlit" not in page.locator("body").inner_text()
        page.goto(f"{lab.url}/SIMULATOR/?leverage=7")
        expect(value(page, "Leverage")).to_have_value("7x")
        page.goto(f"{lab.url}/compare/more?leverage=6")
        expect(value(page, "Leverage")).to_have_value("6x")
    finally:
        lab.kill()


def test_a_stranger_cannot_fill_the_memory_with_files(lab, open_page):
    page = open_page(f"{lab.url}/glossary")
    heard = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(frame)))
    page.reload()
    settle(page)
    names = dict.fromkeys(
        re.findall(
            rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            b"".join(frame for frame in heard if isinstance(frame, bytes)),
        )
    )
    statuses = page.evaluate(PUT_FILES, [name.decode() for name in names])
    assert statuses[:FILES_OF_ONE] == [204] * FILES_OF_ONE
    assert set(statuses[FILES_OF_ONE:]) == {429}
    answer = page.request.get(f"{lab.url}/")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert page.request.get(f"{lab.url}/_stcore/metrics").status == 404
