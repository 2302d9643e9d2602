"""The figure component in a real browser: no blink, zoom, steps, handles, themes, widths, fallback."""

import itertools
import json
import re
import statistics
from urllib.parse import parse_qs, urlparse

import plotly.graph_objects as go
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from pages.lab.leverage_map import maps
from pages.shared.drawing import theme
from pages.shared.widgets.figure import html_file, themed
from tests.browser.patience import PATIENCE_S, settle

APP = "tests/browser/figure_app.py"
LINE = ".ll-plot .xy path.js-line"
SENTENCE = ".ll-sentence"


@pytest.fixture(scope="module")
def address(serve):
    return serve(APP)


@pytest.fixture
def opened(address):
    def visit(page: Page, query: str = "") -> Page:
        page.goto(f"{address}/?{query}")
        page.locator(LINE).first.wait_for(state="attached")
        settle(page)
        return page

    return visit


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def runs(page: Page) -> int:
    return int(re.search(r"runs (\d+)", page.get_by_text(re.compile("^runs")).inner_text())[1])


def state_value(page: Page) -> str:
    return page.locator(".ll-strip dd").last.inner_text()


def plot(page: Page, what: str):
    return page.evaluate(f"document.querySelector('.ll-plot').{what}")


def handle(page: Page, step: int):
    return page.get_by_role("slider", name=f"Price at step {step}", exact=True)


def audit(page: Page) -> None:
    settle(page)
    found = Axe().run(page, context=".ll-figure").response["violations"]
    assert found == [], json.dumps(found, indent=1)


def zoom(page: Page) -> list[float]:
    before = plot(page, "_fullLayout.xaxis.range")
    settle(page)
    box = page.locator(".ll-plot .nsewdrag").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] - 15, steps=5)
    page.mouse.up()
    page.wait_for_function(f"document.querySelector('.ll-plot')._fullLayout.xaxis.range[1] !== {before[1]}")
    settle(page)
    return plot(page, "_fullLayout.xaxis.range")


def test_a_moved_control_never_blanks_the_figure(page, opened):
    opened(page)
    page.evaluate(
        """() => {
            const plot = document.querySelector(".ll-plot");
            window.bad = []; window.seen = 0;
            const sample = () => {
                const line = document.querySelector(".ll-plot .xy path.js-line");
                seen += 1;
                const drawn = line?.getAttribute("d")?.length > 10 && line.closest(".ll-plot") === plot;
                if (!drawn) bad.push(seen);
                requestAnimationFrame(sample);
            };
            sample();
        }"""
    )
    page.get_by_role("slider", name="Leverage").focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)  # as a held key repeats
    expect(page.locator(".ll-plot .annotation-text").first).to_have_text("liquidation $96.20 of $100")
    page.wait_for_function("seen > 30")
    assert page.evaluate("bad") == []


def test_the_zoom_of_the_reader_is_kept_until_reset(page, opened):
    opened(page)
    full = plot(page, "_fullLayout.xaxis.range")
    expect(button(page, "Reset zoom")).to_be_hidden()
    zoomed = zoom(page)
    assert zoomed != full
    page.get_by_role("slider", name="Leverage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("runs 2")).to_be_visible()
    expect(page.locator(".ll-plot .annotation-text").first).to_have_text(re.compile("91.36"))
    settle(page)
    assert plot(page, "_fullLayout.xaxis.range") == zoomed
    button(page, "Reset zoom").click()
    expect(button(page, "Reset zoom")).to_be_hidden()
    settle(page)
    assert plot(page, "_fullLayout.xaxis.range") == full
    assert zoom(page) != full
    for _ in range(20):  # two presses more than 300 ms apart are two clicks, and may be repeated
        page.locator(".ll-plot .nsewdrag").first.dblclick()
        try:
            expect(button(page, "Reset zoom")).to_be_hidden(timeout=1000)
            break
        except AssertionError:
            continue
    expect(button(page, "Reset zoom")).to_be_hidden()
    settle(page)
    assert plot(page, "_fullLayout.xaxis.range") == full


def test_steps_play_in_the_browser_without_a_rerun(page, opened):
    opened(page)
    page.get_by_role("slider", name="Leverage").focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".ll-plot .annotation-text").first).to_have_text(re.compile("95.25"))
    settle(page)  # the run counter is below the figure
    before = runs(page)
    moment = page.locator(".ll-moment")
    expect(moment).to_have_count(2)
    expect(moment.last).to_be_visible()
    button(page, "Step forward").click()
    for part in moment.all():
        expect(part).to_have_css("visibility", "hidden")
    expect(page.locator(SENTENCE)).to_have_text("Step 1: price 97.00, $40.00 of yours left.")
    expect(page.get_by_role("status")).to_have_text("Step 1: price 97.00, $40.00 of yours left.")
    assert state_value(page) == "safe"
    expect(page.locator(".ll-veil")).to_have_css("visibility", "visible")
    button(page, "Step back").click()
    expect(page.locator(SENTENCE)).to_contain_text("Step 0")
    scrub = page.get_by_role("slider", name="Step", exact=True)
    scrub.focus()
    page.keyboard.press("ArrowRight")
    expect(scrub).to_have_attribute("aria-valuetext", "Step 1: price 97.00, $40.00 of yours left.")
    page.evaluate(
        """([sentence]) => {
            const state = [...document.querySelectorAll(".ll-strip dd")].at(-1);
            const moment = document.querySelector(".ll-plot .annotation.ll-moment");
            const play = document.querySelector("[data-do=play]");
            window.told = [];
            new MutationObserver(() => told.push({
                at: performance.now(), words: sentence.textContent, state: state.textContent,
                moment: getComputedStyle(moment).visibility, button: play.ariaLabel,
            })).observe(sentence, { childList: true, characterData: true, subtree: true });
        }""",
        page.locator(SENTENCE).element_handles(),
    )
    page.keyboard.press("Space")
    expect(page.locator(SENTENCE)).to_contain_text("Step 6")
    expect(button(page, "Play")).to_be_visible()
    told = page.evaluate("told")
    assert [seen["words"][:6] for seen in told] == [f"Step {i}" for i in range(2, 7)]
    assert {seen["button"] for seen in told[:-1]} == {"Pause"}
    assert told[1]["moment"] == "hidden"
    assert told[2]["words"] == "Step 4: sold at 94.00."
    assert told[2]["state"] == "liquidated"
    assert told[2]["moment"] == "visible"
    assert told[3]["at"] - told[2]["at"] > 1200  # it dwells on the moment of liquidation
    expect(moment.last).to_be_visible()
    page.keyboard.press("Home")
    expect(page.locator(SENTENCE)).to_have_text("")
    expect(page.locator(".ll-veil")).to_have_css("visibility", "hidden")
    assert state_value(page) == "liquidated"
    assert runs(page) == before


def test_hovering_shows_a_moment_and_a_moved_control_keeps_the_step(page, opened):
    opened(page)
    box = page.locator(".ll-frame").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 4 / 6, box["y"] + 40)
    expect(page.locator(SENTENCE)).to_contain_text("Step 4: price 94.00")
    expect(page.locator(".ll-cursor")).to_have_css("visibility", "visible")
    page.mouse.move(5, 5)
    expect(page.locator(".ll-cursor")).to_have_css("visibility", "hidden")
    expect(page.locator(SENTENCE)).to_have_text("")
    button(page, "Step forward").click()
    button(page, "Step forward").click()
    page.get_by_role("slider", name="Leverage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(SENTENCE)).to_have_text("Step 2: price 95.50, $50.50 of yours left.")


def test_playing_a_long_path_keeps_the_frame_rate_and_never_redraws(page, opened):
    opened(page, "steps=500&dates")
    # What the figure does at a frame is timed, not how many frames a busy machine finds time for.
    page.evaluate(
        """() => {
            const plot = document.querySelector(".ll-plot"), ask = window.requestAnimationFrame;
            const cursor = document.querySelector(".ll-cursor");
            const sentence = document.querySelector(".ll-sentence");
            const isPlaying = () => document.querySelector("[data-do=play]").ariaLabel === "Pause";
            window.drawn = 0; window.work = []; window.frames = [];
            plot.on("plotly_afterplot", () => drawn++);
            window.requestAnimationFrame = call => ask(now => {
                const playing = isPlaying(), start = performance.now();
                call(now);
                if (!playing || !isPlaying() || frames.length === 60) return;
                sentence.getBoundingClientRect();  // the layout that follows is part of the work
                work.push(performance.now() - start);
                const step = Number(sentence.textContent.match(/Step (\\d+)/)[1]);
                if (now === frames.at(-1)?.now) frames.pop();
                frames.push({ now, step, place: cursor.style.transform });
            });
        }"""
    )
    button(page, "Play").click()
    page.wait_for_function("frames.length === 60", polling=100)
    frames = page.evaluate("frames")
    assert page.evaluate("drawn") == 0
    undisturbed = statistics.quantiles(page.evaluate("work"), n=4)[0]  # by other programs
    assert undisturbed < 8  # milliseconds, of the 16 there are
    assert len({frame["place"] for frame in frames}) == len(frames)
    # Eight seconds for the whole path; of a frame that took longer a tenth of a second counts.
    passed = sum(min(100, b["now"] - a["now"]) for a, b in itertools.pairwise(frames))
    assert frames[-1]["step"] - frames[0]["step"] == pytest.approx(passed / 8000 * 499, abs=1.5)


def test_reduced_motion_steps_without_gliding(new_page, opened):
    page = opened(new_page(reduced_motion="reduce"))
    button(page, "Play").click()
    page.wait_for_timeout(300)
    places = page.evaluate(
        """() => new Promise(done => {
            const seen = new Set(), start = performance.now();
            (function frame(now) {
                seen.add(document.querySelector(".ll-cursor").style.transform);
                now - start > 1000 ? done(seen.size) : requestAnimationFrame(frame);
            })(start);
        })"""
    )
    assert places <= 3


def test_a_handle_follows_the_mouse_and_python_gets_its_value(page, opened):
    opened(page)
    dot = handle(page, 3)
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for lower in range(10):
        page.mouse.move(x, y + lower)
    # Thirty more at once, faster than Python can answer on any machine.
    dot.evaluate(
        """(dot, [x, y]) => {
            for (let lower = 10; lower < 40; lower += 1)
                dot.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: y + lower }));
        }""",
        [x, y],
    )
    value = float(dot.get_attribute("aria-valuenow"))
    page.mouse.up()
    assert 80 < value < 90
    expect(page.get_by_text(f"points [100.0, 97.0, 95.5, {value}, 94.0, 97.0, 105.0]")).to_be_visible()
    page.wait_for_function(f"document.querySelector('.ll-plot').calcdata[0][3].y === {value}")
    settle(page)
    expect(dot).to_have_attribute("aria-valuenow", f"{value:g}")
    sent = int(page.get_by_text(re.compile("^sent")).inner_text().split()[1])
    assert 1 <= sent < 15  # of 40 moves: the next leaves when Python has answered


def test_handles_by_keyboard_are_one_tab_stop_and_python_wins_afterwards(page, opened):
    opened(page)
    expect(page.locator(".ll-handle[tabindex='0']")).to_have_count(1)
    expect(handle(page, 0)).to_be_hidden()
    handle(page, 1).focus()
    page.keyboard.press("ArrowRight")
    expect(handle(page, 2)).to_be_focused()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("PageUp")
    expect(page.get_by_text("points [100.0, 97.0, 98.0, 96.0, 94.0, 97.0, 105.0]")).to_be_visible()
    expect(handle(page, 2)).to_have_attribute("aria-valuetext", "98.00")
    expect(handle(page, 2)).to_be_focused()
    button(page, "Gap").click()
    expect(handle(page, 3)).to_have_attribute("aria-valuenow", "70")
    page.get_by_role("slider", name="Leverage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".ll-plot .annotation-text").first).to_have_text(re.compile("91.36"))
    expect(handle(page, 3)).to_have_attribute("aria-valuenow", "70")


def test_a_phone_gets_the_narrow_layout_large_targets_and_touch_dragging(new_page, opened):
    page = opened(new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    assert plot(page, "_fullLayout.margin.r") == 12
    assert plot(page, "data[2].visible") is False
    assert plot(page, "_fullLayout.dragmode") is False
    for element in page.locator(".ll-figure button:visible").all():
        assert element.bounding_box()["height"] >= 40
    assert handle(page, 4).bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    handle(page, 4).scroll_into_view_if_needed()
    settle(page)
    box = handle(page, 4).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    scrolled = page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop")
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for lower in (10, 20, 30):
        touch.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y + lower}]}
        )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    value = float(handle(page, 4).get_attribute("aria-valuenow"))
    assert value < 94
    expect(page.get_by_text(f"96.0, {value}, 97.0, 105.0]")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == scrolled
    page.set_viewport_size({"width": 844, "height": 390})
    page.wait_for_function("document.querySelector('.ll-plot')._fullLayout.margin.r === 150")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_figure_is_accessible_and_in_the_colours_of_the_page(new_page, opened, scheme):
    page = opened(new_page(color_scheme=scheme))
    audit(page)
    button(page, "Step forward").click()
    zoom(page)
    audit(page)
    assert plot(page, "data[0].line.color") == (theme.INK if scheme == "light" else theme.DARK[theme.INK])
    expect(page.get_by_role("img", name="Price, whose money it is")).to_have_count(1)


def test_a_changed_theme_recolours_the_figure_without_a_rerun(page, opened):
    opened(page)
    before = runs(page)
    zoomed = zoom(page)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"document.querySelector('.ll-plot').data[0].line.color === '{theme.DARK[theme.INK]}'"
    )
    settle(page)
    assert plot(page, "_fullLayout.xaxis.range") == zoomed
    assert runs(page) == before


def test_larger_text_makes_everything_larger(page, opened):
    opened(page, "root=24")
    page.wait_for_function("document.querySelector('.ll-plot')._fullLayout.height === 660")
    assert plot(page, "_fullLayout.font.size") == 21
    assert plot(page, "_fullLayout.margin.l") == 96
    assert plot(page, "data[0].line.width") == 3.75


def test_pictures_are_saved_in_the_browser_on_solid_ground(new_page, opened):
    page = opened(new_page(color_scheme="dark"))
    content = {}
    for kind in ("png", "svg"):
        with page.expect_download() as info:
            button(page, f"Picture ({kind.upper()})").click()
        assert info.value.suggested_filename == f"harness.{kind}"
        content[kind] = info.value.path().read_bytes()
    assert content["png"].startswith(b"\x89PNG")
    for color in (theme.DARK[theme.PAPER], theme.DARK[theme.INK]):
        rgb = ", ".join(str(int(color[i : i + 2], 16)) for i in (1, 3, 5))
        assert f"rgb({rgb})".encode() in content["svg"]


def test_without_plotly_the_plain_chart_stands_in(page, address):
    page.add_init_script("Object.defineProperty(window, 'Plotly', { get() {}, set() {} })")
    page.goto(address)
    expect(page.get_by_text("failed True")).to_be_visible()
    page.locator("[data-testid=stPlotlyChart] path.js-line").first.wait_for(state="attached")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("$900.00")
    expect(page.locator(".ll-figure")).to_have_count(0)


def test_a_figure_can_leave_the_page_and_return(page, opened):
    opened(page)
    hide = page.get_by_text("Hide")
    hide.click()
    expect(page.locator(".ll-figure")).to_have_count(0)
    hide.click()
    page.locator(LINE).first.wait_for(state="attached")


def test_a_script_without_a_browser_gets_an_untouched_state():
    at = AppTest.from_file("figure_app.py", default_timeout=PATIENCE_S).run()
    assert not at.exception
    assert [text.value for text in at.text] == ["runs 1", "points None", "failed False", "sent 0"]
    message = json.loads(at.get("bidi_component")[0].proto.bytes)
    assert message["page"]["playback"]["rows"][1][4] == "94.00"
    assert message["figure"]["data"][0]["line"]["color"] == theme.INK


def test_a_themed_copy_has_the_dark_colours_and_leaves_the_figure_alone():
    figure = go.Figure(go.Scatter(y=[1, 2], line={"color": theme.EQUITY}))
    assert themed(figure, dark=True).data[0].line.color == theme.DARK[theme.EQUITY]
    assert themed(figure, dark=False).data[0].line.color == figure.data[0].line.color == theme.EQUITY


def test_words_in_the_interactive_page_are_words():
    text = html_file(go.Figure(), "Path <b>", ["Leverage 10x & more"])
    assert "<h1>Path &lt;b&gt;</h1>" in text
    assert "<p>Leverage 10x &amp; more</p>" in text


def cell(page: Page, x: int, y: int) -> tuple[float, float]:
    """Where on the screen a cell of a map is."""
    return page.evaluate(
        """([x, y]) => {
            const plot = document.querySelector(".ll-plot"), { xaxis, yaxis } = plot._fullLayout;
            const { left, top } = plot.getBoundingClientRect();
            return [left + xaxis._offset + xaxis.d2p(x), top + yaxis._offset + yaxis.d2p(y)];
        }""",
        [x, y],
    )


def opened_map(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator(".ll-plot .main-svg").first.wait_for(state="attached")
    page.locator(".ll-stage").first.scroll_into_view_if_needed()
    settle(page)
    return page


def test_a_click_on_a_cell_of_the_leverage_map_opens_it_and_a_drag_does_not(page, serve):
    start = f"{serve('app.py')}/leverage_map"
    opened_map(page, start)
    steps = page.evaluate("history.length")
    target = cell(page, maps.LEVERAGES.index(20.0), maps.MOVES.index(0.03))
    page.mouse.move(*cell(page, 2, 2))
    page.mouse.down()
    page.mouse.move(*target, steps=5)
    page.mouse.up()
    settle(page)
    assert page.url == start
    expect(page.get_by_role("radio", name="10x")).to_be_checked()
    expect(page.locator(".ll-cell")).to_have_css("visibility", "visible")
    cursor = "([x, y]) => getComputedStyle(document.elementFromPoint(x, y)).cursor"
    assert page.evaluate(cursor, target) == "pointer"
    page.mouse.move(*cell(page, 2, -1))  # the heads are no cells
    expect(page.locator(".ll-cell")).to_have_css("visibility", "hidden")
    page.mouse.click(*cell(page, 2, -1))
    page.mouse.click(*target, button="right")
    settle(page)
    assert page.url == start
    page.mouse.click(*target)
    page.wait_for_url("**/simulator?*")
    settle(page)
    asked = parse_qs(urlparse(page.url).query)
    assert asked == {"leverage": ["20"], "shape": ["slide"], "how_far": ["-0.03"]}
    assert page.evaluate("history.length") == steps + 1
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Leverage map")
    expect(page.get_by_role("radio", name="20x")).to_be_checked()
    expect(page.get_by_role("radio", name=re.compile("−3.%"))).to_be_checked()
    settle(page)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_tap_on_a_cell_of_the_odds_takes_it_and_a_scroll_does_not(new_page, serve):
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened_map(page, f"{serve('app.py')}/odds")
    leverage, days = (page.get_by_role("textbox", name=name, exact=True) for name in ("Leverage", "Days"))
    page.evaluate("document.querySelector('.ll-plot').dataset.same = 'yes'")
    scrolled = "document.querySelector('[data-testid=stMain]').scrollTop"
    before, (x, y) = page.evaluate(scrolled), cell(page, 3, 3)
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for higher in range(10, 120, 10):
        moved = [{"x": x, "y": y - higher}]
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": moved})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function(f"{scrolled} > {before} + 20")
    settle(page)
    expect(leverage).to_have_value("10x")
    page.touchscreen.tap(*cell(page, 3, 5))
    expect(leverage).to_have_value("50x")
    expect(days).to_have_value("14")
    settle(page)
    assert urlparse(page.url).query == "leverage=50&steps=14"
    page.touchscreen.tap(*cell(page, 0, 3))
    expect(leverage).to_have_value("10x")
    expect(days).to_have_value("2")
    assert page.evaluate("document.querySelector('.ll-plot').dataset.same") == "yes"
