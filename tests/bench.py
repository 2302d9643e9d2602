"""How fast is the lab? One table of ratios from one run: ``make bench``.

Milliseconds say more about the machine than about the code. So the simulator is measured in turns
with almost empty pages of Streamlit as it comes (no configuration, no uvloop, no orjson) and with an
almost empty page under our own configuration; the other rooms are only asked for their server time.
Slow never fails: laws and numbers fail the tests.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.bench_engine import line, measure, print_milliseconds, print_ratios, spread

ROOT = Path(__file__).parents[1]
STEPS, WARM_UP = 40, 6
LEVERAGE = 10.0
FLAGS = ["--no-sandbox", "--disable-gpu"]
EMPTY = """
import streamlit as st
leverage = st.slider("Leverage", 1.0, 125.0, 10.0, 0.1, key="leverage")
st.write(f"Liquidation price {100 * (1 - 1 / leverage) / 0.995:.4f}")
"""
CHART = """
import streamlit as st
from engine.market.prices import PathChoice, price_frame
from engine.market.replay import replay
from engine.margin.scenario import Scenario
from pages.shared.drawing.charts import linked
leverage = st.slider("Leverage", 1.0, 125.0, 10.0, 0.1, key="leverage")
scenario = Scenario(leverage=leverage)
run = replay(scenario, price_frame(PathChoice(), scenario.entry_price))
st.plotly_chart(linked(run)[0], key="linked")
"""
# What is drawn, as text; empty while there is nothing to see.
WATCH = """
window.drawn = () => {
  const plot = document.querySelector(".js-plotly-plot");
  const parts = IS_CHART
    ? [...(plot?.querySelectorAll(".scatterlayer path.js-line") ?? [])].map(path => path.getAttribute("d"))
    : [...document.querySelectorAll("[data-testid=stMarkdown]")].map(part => part.textContent);
  return parts.join("\\n");
};
window.watch = () => {
  const before = drawn();
  let start = null, change = null, blank = 0;
  addEventListener("keydown", () => { start = performance.now(); }, { capture: true, once: true });
  return new Promise(resolve => {
    const look = () => {
      const now = drawn();
      if (start !== null && !now) blank += 1;
      if (change === null && start !== null && now && now !== before) {
        change = -1;
        requestAnimationFrame(() => requestAnimationFrame(() => { change = performance.now(); }));
      }
      // Look on for a while: a chart may be taken away again after its first drawing.
      if (change > 0 && performance.now() > change + 250) resolve([change - start, blank]);
      else if (start !== null && performance.now() > start + 10000) resolve([NaN, blank]);
      else requestAnimationFrame(look);
    };
    look();
  });
};
"""


@dataclass
class Subject:
    """A page to measure and what was measured on it, times in milliseconds."""

    name: str
    script: str  # the text of a page, or nothing for the lab itself
    is_stock: bool
    is_chart: bool
    slider: str
    path: str = ""
    dial: str = "leverage"
    unit: str = "x"
    url: str = ""
    pid: int = 0
    page: Page | None = None
    edit: bytes = b""  # what the browser sends when the slider moves
    drawn: list[float] = field(default_factory=list)
    blank: int = 0
    server: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    payload: list[float] = field(default_factory=list)
    messages: list[float] = field(default_factory=list)


STOCK_SLIDER = "[data-testid=stSlider] input"
SIMULATOR = Subject("simulator", "", False, True, ".st-key-simulator-leverage [type=range]", "/simulator")
STOCK = Subject("almost empty, stock", EMPTY, True, False, STOCK_SLIDER)
OURS = Subject("almost empty, ours", EMPTY, False, False, STOCK_SLIDER)
PLOTLY = Subject("st.plotly_chart, stock", CHART, True, True, STOCK_SLIDER)
LESSON = Subject(
    "lesson", "", False, True, ".st-key-why_early-leverage [type=range]", "/why_early?stage=play"
)
SUBJECTS = (SIMULATOR, LESSON, STOCK, OURS, PLOTLY)


def room(page: str, query: str = "", dial: str = "leverage", unit: str = "x") -> Subject:
    """A page whose server time alone is measured."""
    slider = f".st-key-{page}-{dial} [type=range]"
    return Subject(page, "", False, False, slider, f"/{page}{query}", dial, unit)


ROOMS = (
    room("odds"),
    room("how_likely", "?stage=play"),
    room("cascade", dial="lowest"),
    room("leverage_map", dial="maintenance_rate", unit="%"),
    room("compare"),
)


# --- servers ---------------------------------------------------------------------------------------


@contextmanager
def served(subject: Subject, folder: Path) -> Iterator[None]:
    """The subject's page on a server of its own, in `folder` unless it is the lab."""
    script, path = ROOT / "app.py", [str(ROOT)]
    if subject.script:
        script = folder / "page.py"
        script.write_text(subject.script, encoding="utf-8")
        if not subject.is_stock:
            shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    if subject.is_stock:
        for name in ("uvloop", "orjson"):
            (folder / f"{name}.py").write_text("raise ModuleNotFoundError\n", encoding="utf-8")
        path.insert(0, str(folder))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # No more than a quiet start needs; for the lab these are what its own configuration says.
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true"}
    options |= {"browser.gatherUsageStats": "false", "browser.serverAddress": "localhost"}
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    process = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        cwd=script.parent,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path), "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    subject.url, subject.pid = f"127.0.0.1:{port}", process.pid
    try:
        wait_for(subject.url)
        yield
    finally:
        process.terminate()
        process.wait(10)


def wait_for(host: str) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://{host}/_stcore/health", timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no server at {host}")


def processor_time(pid: int) -> float:
    """Seconds of processor time a process has used; nan where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def find_browser() -> str:
    """The system's Chromium."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return path or sys.exit("No Chromium found: install it or set CHROMIUM to its path.")


# --- key press to pixels ---------------------------------------------------------------------------


def in_browser(subjects: tuple[Subject, ...]) -> None:
    """Press the arrow key on each page's slider in turns, until the picture has changed; once in a room."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for subject in ROOMS:
            open_page(subject, browser.new_page(viewport={"width": 1280, "height": 900}))
            press(subject)
            subject.page.close()
        for subject in subjects:
            open_page(subject, browser.new_page(viewport={"width": 1280, "height": 900}))
        for i in range(WARM_UP + STEPS):
            for subject in subjects:
                milliseconds, blank = press(subject)
                if i >= WARM_UP:
                    subject.drawn.append(milliseconds)
                    subject.blank += blank
        browser.close()


def open_page(subject: Subject, page: Page) -> None:
    def keep(frame: str | bytes) -> None:
        subject.edit = frame if isinstance(frame, bytes) else subject.edit

    subject.page = page
    page.on("websocket", lambda socket: socket.on("framesent", keep))
    page.add_init_script(f"const IS_CHART = {json.dumps(subject.is_chart)};{WATCH}")
    page.goto(f"http://{subject.url}{subject.path}")
    page.wait_for_selector(subject.slider, state="attached", timeout=60_000)
    page.wait_for_function("drawn() !== ''", timeout=60_000)
    page.wait_for_timeout(2_000)


def press(subject: Subject) -> tuple[float, int]:
    page = subject.page
    assert page is not None
    page.bring_to_front()
    page.locator(subject.slider).focus()
    page.evaluate("() => { window.seen = watch(); }")
    page.keyboard.press("ArrowRight")
    milliseconds, blank = page.evaluate("window.seen")
    return milliseconds, blank


# --- server time -----------------------------------------------------------------------------------


class Visitor:
    """Speaks Streamlit's protocol without a browser, so that only the server is measured."""

    def __init__(self, subject: Subject, socket: ClientConnection) -> None:
        self.subject, self.socket = subject, socket
        self.known: set[str] = set()  # long messages are not sent twice
        self.writes = 0  # how often Python has set the number; an edit must know of the last time
        hello = BackMsg()
        hello.rerun_script.page_name, _, hello.rerun_script.query_string = subject.path.strip("/").partition(
            "?"
        )
        self._ask(hello)

    def move(self, count: int) -> tuple[float, int, int]:
        """Move the slider: seconds until the script has finished, bytes and messages received."""
        message = BackMsg.FromString(self.subject.edit)
        value = LEVERAGE + count / 10
        for widget in message.rerun_script.widget_states.widgets:
            if widget.id.endswith(f".{self.subject.dial}"):
                edit = {"text": f"{value:.1f}{self.subject.unit}", "count": count, "writes": self.writes}
                widget.json_value = json.dumps({"edit": edit})
            elif widget.id.endswith("-leverage"):
                widget.double_array_value.data[:] = [value]
        del message.rerun_script.cached_message_hashes[:]
        message.rerun_script.cached_message_hashes.extend(self.known)
        return self._ask(message)

    def _ask(self, message: BackMsg) -> tuple[float, int, int]:
        start, size, answers = time.perf_counter(), 0, 0
        self.socket.send(message.SerializeToString())
        while True:
            data = self.socket.recv(timeout=60)
            size, answers = size + len(data), answers + 1
            answer = ForwardMsg.FromString(data)
            if answer.metadata.cacheable:
                self.known.add(answer.hash)
            control = answer.delta.new_element.bidi_component
            if control.id.endswith(f".{self.subject.dial}"):
                self.writes = json.loads(control.json)["writes"]
            if answer.WhichOneof("type") == "script_finished":
                return time.perf_counter() - start, size, answers


def on_server(subjects: tuple[Subject, ...]) -> None:
    """Move each page's slider in turns and wait for the script."""
    with ExitStack() as stack:
        visitors = []
        for subject in subjects:
            address = f"ws://{subject.url}/_stcore/stream"
            socket = stack.enter_context(connect(address, subprotocols=["streamlit"], max_size=None))
            visitors.append(Visitor(subject, socket))
        before: dict[str, float] = {}
        for i in range(WARM_UP + STEPS):
            if i == WARM_UP:
                before = {s.name: processor_time(s.pid) for s in subjects}
            for visitor in visitors:
                seconds, size, answers = visitor.move(i + 1)
                if i >= WARM_UP:
                    visitor.subject.server.append(1e3 * seconds)
                    visitor.subject.payload.append(size)
                    visitor.subject.messages.append(answers)
        for subject in subjects:
            subject.processor = [1e3 * (processor_time(subject.pid) - before[subject.name]) / STEPS]


# --- the table -------------------------------------------------------------------------------------


def main() -> None:
    engine = measure()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        for number, subject in enumerate((*SUBJECTS, ROOMS[0])):
            place = Path(folder, str(number))
            place.mkdir()
            stack.enter_context(served(subject, place))
        for subject in ROOMS[1:]:
            subject.url, subject.pid = ROOMS[0].url, ROOMS[0].pid
        in_browser(SUBJECTS)
        on_server(SUBJECTS + ROOMS)

    print(f"\nRatios of medians of {STEPS} slider steps, measured in turns{'':<24}this run   target")
    bases = {
        "almost empty page of stock Streamlit": STOCK,
        "almost empty page, our configuration": OURS,
        "the linked figure, stock st.plotly_chart": PLOTLY,
    }
    targets = {
        ("server", STOCK.name): "at most 0.5x",
        ("server", OURS.name): "at most 4x",
        ("drawn", PLOTLY.name): "at most 0.85x, better 0.6x",
    }
    kinds = {"server": "server time", "processor": "processor time", "drawn": "key press to pixels"}
    for kind, words in kinds.items():
        for base, subject in bases.items():
            for page in (SIMULATOR, LESSON):
                ratio = median(getattr(page, kind)) / median(getattr(subject, kind))
                line(f"{words}, {page.name} / {base}", ratio, targets.get((kind, subject.name), ""))
    for page in ROOMS:
        for subject in (STOCK, OURS):
            ratio = median(page.server) / median(subject.server)
            line(f"server time, {page.name} / {subject.name}", ratio)
    print_ratios(engine)

    print("\nBlank frames while the slider moves (target: 0 for the simulator)")
    for subject in (SIMULATOR, LESSON, PLOTLY):
        print(f"  {subject.name:<26}{subject.blank:6d}")

    print("\nMilliseconds, median (quartiles): they say more about this machine than about the code")
    header = ("server", "processor", "key press to pixels", "bytes", "messages")
    print(f"  {'':<26}{header[0]:<28}{header[1]:<12}{header[2]:<30}{header[3]:>8}{header[4]:>10}")
    for s in SUBJECTS:
        print(
            f"  {s.name:<26}{spread(s.server):<28}{s.processor[0]:<12.1f}{spread(s.drawn):<30}"
            f"{median(s.payload):8,.0f}{median(s.messages):9.0f}"
        )
    for s in ROOMS:
        gap = " " * 40
        print(f"  {s.name:<26}{spread(s.server):<30}{gap}{median(s.payload):8,.0f}{median(s.messages):9.0f}")
    print("  The engine's are processor time:")
    print_milliseconds(engine)


if __name__ == "__main__":
    main()
