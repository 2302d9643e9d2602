"""Journeys through the real app: what a visitor does, and that every number on the way is the engine's."""

import csv
import re
import time
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, expect

from engine.market.prices import price_frame
from engine.market.replay import Run, replay
from pages.shared import formats, link
from pages.shared.drawing import theme
from pages.shared.presets import CLASSROOM, PRESETS
from pages.shared.words import read
from tests.browser.patience import PATIENCE_S, settle

RULES = f"maintenance_rate={CLASSROOM['maintenance_rate']}"
SIGNATURE = f"shape=signature&how_far=-0.06&{RULES}"
CONTROLS, REPORT, HOME, SIMULATOR = (read(name) for name in ("controls", "report", "home", "simulator"))
FOLDS = [name for name in SIMULATOR if name.startswith("more_")]
PRICE_LINE = ".ll-plot .xy path.js-line"
LABELS = {name: text.partition("\n")[0] for name, text in CONTROLS.items()}
LEVERAGE, CAPITAL = LABELS["leverage"], LABELS["capital"]


# --- what is on the screen -----------------------------------------------------------------------


def slider(page: Page, name: str):
    return page.get_by_role("slider", name=name, exact=True)


def field(page: Page, name: str):
    return page.get_by_role("textbox", name=name, exact=True)


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def headline(page: Page):
    return page.locator(".st-key-headline")


def strip(page: Page, label: str):
    return page.locator(".ll-strip div").filter(has=page.locator("dt", has_text=label)).locator("dd")


def sentence(page: Page):
    return page.locator(".ll-sentence").first


def point(page: Page, step: float):
    return slider(page, f"Price at step {step:g}")


def enter(page: Page, name: str, text: str) -> None:
    field(page, name).fill(text)
    field(page, name).press("Enter")


def unfold(page: Page) -> None:
    for name in FOLDS:
        page.locator("summary", has_text=SIMULATOR[name]).click()
        settle(page)  # Streamlit may lose a click on a fold while it answers the one before
    for last in ("wallet", "interest_rate", "step_hours", "reduce_step"):
        expect(slider(page, LABELS[last])).to_be_visible()


def choose_path(page: Page, shape: str) -> None:
    settle(page)
    box = page.get_by_role("combobox", name=LABELS["shape"])
    box.evaluate("e => e.scrollIntoView({ block: 'center' })")  # the list closes when the page scrolls
    next_frame(page)
    box.click()
    page.get_by_role("option", name=CONTROLS[f"shape_{shape}"], exact=True).click()


def run_of(page: Page) -> Run:
    """What the engine makes of the choices in the address bar, which follows the last answer."""
    settle(page)
    values, notes = link.decode(dict(parse_qsl(urlsplit(page.url).query)))
    assert notes == []
    choices = link.build(values)
    return replay(choices.scenario, price_frame(choices.path, choices.scenario.entry_price))


def dollars(amount: float) -> re.Pattern[str]:
    """The amount as it is written, whole dollars with or without their cents."""
    return re.compile(re.escape(formats.short_money(amount)) + r"(\.00)?(?![\d.,]*\d)")


def expect_told(page: Page, run: Run) -> None:
    """Headline and figures beside it are those of `run`."""
    end, s = run.settlement, run.scenario
    expect(strip(page, "Liquidation price")).to_contain_text(formats.trigger(s.liquidation_price))
    expect(strip(page, "Left of your money")).to_have_text(dollars(end.returned))
    expect(headline(page)).to_contain_text(formats.short_money(s.borrowed))
    left = (
        f"{formats.short_money(end.shortfall)} of the"
        if end.shortfall
        else f"{formats.short_money(end.returned)} of your"
    )
    expect(headline(page)).to_contain_text(left)
    if run.is_liquidated and not end.shortfall:
        expect(headline(page)).to_contain_text(f"step {end.step}, at ${formats.price(end.fill_price)}")
        expect(
            page.locator(".ll-plot .annotation-text", has_text=f"Liquidated at step {end.step}")
        ).to_have_count(1)


def drawn_trigger(page: Page) -> float:
    """Height of the liquidation line in the picture, read off the axis."""
    return page.evaluate(
        """colour => {
            const plot = document.querySelector(".ll-plot"), { yaxis } = plot._fullLayout;
            const traces = [...plot.querySelectorAll(".xy .scatterlayer .trace path.js-line")];
            const path = traces.find(p => p.style.stroke === colour && parseFloat(p.style.strokeWidth) >= 3);
            return yaxis.p2d(parseFloat(path.getAttribute("d").split(",")[1]));
        }""",
        "rgb({}, {}, {})".format(*(int(theme.LIQUIDATION[i : i + 2], 16) for i in (1, 3, 5))),
    )


def view(page: Page) -> dict:
    """Everything a visitor can see or has set, so that two views can be compared field by field."""
    settle(page)
    seen = page.evaluate(
        """() => {
            const all = [];
            const walk = root => root.querySelectorAll("*").forEach(e => {
                all.push(e);
                if (e.shadowRoot) walk(e.shadowRoot);
            });
            walk(document);
            const set = all.filter(e => e.matches("input, [role=radio], [role=tab]")).map(e => [
                e.getAttribute("aria-label") ?? e.textContent, e.type === "checkbox" || e.type === "radio"
                    ? e.checked : e.value, e.ariaSelected, e.ariaChecked, e.getAttribute("aria-valuetext"),
                e.getAttribute("aria-invalid"),
            ]);
            const words = ".st-key-headline, .ll-strip, .ll-sentence, #problem, [data-testid=stAlert], table";
            const drawn = [...document.querySelectorAll(".ll-plot")].map(
                p => JSON.parse(JSON.stringify([p.data, { ...p.layout, uirevision: 0 }])));
            return { set, drawn, words: all.filter(e => e.matches(words)).map(e => e.innerText) };
        }"""
    )
    return seen | {"query": urlsplit(page.url).query}


def same_view(page: Page, expected: dict) -> None:
    """Wait until the picture is the expected one, then compare everything."""
    give_up = time.monotonic() + PATIENCE_S
    while (seen := view(page)) != expected and time.monotonic() < give_up:
        page.wait_for_timeout(100)
    assert seen == expected


def next_frame(page: Page) -> None:
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def watch_frames(page: Page) -> None:
    """Look at the figure at every frame: its node, its price line, its place on the page."""
    page.evaluate(
        """() => {
            const plot = document.querySelector(".ll-plot");
            const scroller = document.querySelector("[data-testid=stMain]");
            window.frames_seen = 0; window.blank = 0; window.tops = new Set(); window.told = new Set();
            (function sample() {
                const line = document.querySelector(".ll-plot .xy path.js-line:last-of-type");
                frames_seen += 1;
                if (!(line?.getAttribute("d")?.length > 5 && line.closest(".ll-plot") === plot)) blank += 1;
                tops.add(Math.round(plot.getBoundingClientRect().top + scroller.scrollTop));
                told.add(plot.getAttribute("aria-label"));
                requestAnimationFrame(sample);
            })();
        }"""
    )


# --- arriving ------------------------------------------------------------------------------------


def test_a_link_opened_first_on_a_fresh_server_stands_in_its_frame(serve, new_page):
    page = new_page()
    page.goto(f"{serve('app.py', fresh=True)}/simulator?leverage=5")
    page.locator(PRICE_LINE).first.wait_for(state="attached")
    expect(field(page, LEVERAGE)).to_have_value("5x")
    expect(page.get_by_role("heading", name=SIMULATOR["title"])).to_be_visible()
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page.get_by_role("heading", name=HOME["title"])).to_be_visible()


def test_an_address_in_large_letters_opens_its_page_with_all_that_stands_behind_it(visit):
    visit()  # before the first visit to a server Streamlit knows the pages by their files only
    page = visit("SIMULATOR?leverage=5")
    expect(field(page, LEVERAGE)).to_have_value("5x")
    expect(page.get_by_role("heading", name=SIMULATOR["title"])).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"\?leverage=5$"))


def test_every_situation_on_the_first_page_opens_and_ends_as_promised_and_back_leads_back(visit):
    page = visit()
    for name, given in PRESETS.items():
        page.get_by_role("link", name=HOME[name]).click()
        expect(page.get_by_role("heading", name=SIMULATOR["title"])).to_be_visible()
        expect(strip(page, "State")).to_have_text("Liquidated")
        expect(page).to_have_url(re.compile(re.escape(link.encode(link.flat(link.DEFAULT) | given)) + "$"))
        expect(page.locator(".ll-plot .annotation-text", has_text="Liquidated ")).to_have_count(1)
        if name != "try_real":
            run = run_of(page)
            expect(strip(page, "Left of your money")).to_have_text(dollars(run.settlement.returned))
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        page.go_back()
        expect(page.get_by_role("heading", name=HOME["title"])).to_be_visible()
    page.go_forward()
    expect(strip(page, "State")).to_have_text("Liquidated")
    expect(headline(page)).to_contain_text("19 Oct 1987")


def test_a_hostile_link_gets_a_sentence_and_the_usual_view(visit):
    page = visit("simulator?leverage=9999&side=<script>&how_far=nan&foo=[x](http://evil.example)&capital=250")
    note = page.get_by_test_id("stAlert")
    for words in (
        "was left out",
        "“<script>”",
        "“nan” is not a number",
        "“foo”",
        "Leverage: 9,999x is outside",
    ):
        expect(note).to_contain_text(words)
    expect(page.locator("a[href*=evil]")).to_have_count(0)
    expect(field(page, CAPITAL)).to_have_value("$250")
    expect(field(page, LEVERAGE)).to_have_value("10x")
    expect(page).to_have_url(re.compile(r"\?capital=250$"))


# --- moving a control ----------------------------------------------------------------------------


def test_leverage_by_keyboard_moves_every_number_without_a_blink_and_keeps_the_zoom(visit):
    page = visit("simulator")
    plot = page.locator(".ll-plot .nsewdrag").first.bounding_box()
    page.mouse.move(plot["x"] + plot["width"] * 0.1, plot["y"] + 10)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.8, plot["y"] + plot["height"] - 3, steps=4)
    page.mouse.up()
    zoom = "document.querySelector('.ll-plot')._fullLayout.xaxis.range"
    page.wait_for_function(f"{zoom}[1] < 60")
    settle(page)
    zoomed = page.evaluate(zoom)
    watch_frames(page)
    slider(page, LEVERAGE).focus()
    for _ in range(15):
        page.keyboard.press("ArrowRight")
        next_frame(page)
    typed = field(page, LEVERAGE).input_value()
    assert typed == slider(page, LEVERAGE).get_attribute("aria-valuetext") != "10x"
    expect(page).to_have_url(re.compile(f"leverage={typed.removesuffix('x')}$"))
    run = run_of(page)
    expect_told(page, run)
    page.wait_for_function(
        f"document.querySelector('.ll-plot').getAttribute('aria-label').includes('{formats.trigger(run.scenario.liquidation_price)}')"
    )
    assert page.evaluate(zoom) == zoomed
    button(page, "Reset zoom").click()
    settle(page)
    assert drawn_trigger(page) == pytest.approx(run.scenario.liquidation_price, abs=0.02)
    assert page.evaluate("frames_seen") > 20
    assert page.evaluate("blank") == 0


def test_no_key_press_is_lost_however_fast_they_come(visit):
    page = visit("simulator")
    slider(page, LEVERAGE).focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(30)  # as fast as a held key repeats: answers and presses overtake each other
    expect(field(page, LEVERAGE)).to_have_value("11x")
    expect(page).to_have_url(re.compile(r"leverage=11$"))


@pytest.mark.parametrize("query", ["", f"side=short&how_far=0.12&{RULES}&wallet=50"])
def test_the_figure_stands_still_while_the_sentence_above_it_changes(visit, query):
    page = visit(f"simulator?{query}", viewport={"width": 1280, "height": 800})
    watch_frames(page)
    slider(page, LEVERAGE).focus()
    for key in ("Home", *["PageUp"] * 11):
        before = headline(page).inner_text()
        page.keyboard.press(key)
        expect(headline(page)).not_to_have_text(before)
    assert page.evaluate("[...tops]") == [page.evaluate("[...tops][0]")]


def test_the_picture_follows_the_mouse_while_the_handle_is_held(visit):
    page = visit()
    watch_frames(page)
    box = slider(page, CAPITAL).bounding_box()
    x, y = box["x"] + box["width"] * 0.26, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(40):
        page.mouse.move(x + 4 * i, y)
        next_frame(page)
        if i % 10 == 0:
            told = page.evaluate("told.size")
        elif i % 10 == 9:
            page.wait_for_function(f"told.size > {told}")
    page.mouse.up()
    capital = field(page, CAPITAL).input_value()
    assert formats.parse_number(capital, "money") > 1000
    expect(headline(page)).to_contain_text(f"You put up {capital} and borrow")
    expect_told(page, run_of(page))


def test_two_tabs_go_their_own_ways(visit):
    one, two = visit("simulator?leverage=5"), visit("simulator?leverage=20")
    enter(one, LEVERAGE, "6")
    expect(strip(one, "Borrowed")).to_have_text("$500.00")
    expect(strip(two, "Borrowed")).to_have_text("$1,900.00")
    enter(two, CAPITAL, "200")
    expect(strip(two, "Borrowed")).to_have_text("$3,800.00")
    expect(field(one, CAPITAL)).to_have_value("$100")


# --- a path of one's own -------------------------------------------------------------------------


def test_a_path_drawn_by_mouse_and_keys_is_liquidated_where_the_engine_says_and_its_link_brings_it_back(
    visit,
):
    page = visit("simulator")
    choose_path(page, "drawn")
    expect(headline(page)).to_contain_text("no nearer than $90.50")
    settle(page)
    dot = point(page, 20)
    box = dot.bounding_box()
    depth = page.evaluate(
        "(({ yaxis }) => yaxis.d2p(89.6) - yaxis.d2p(96))(document.querySelector('.ll-plot')._fullLayout)"
    )
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + depth, steps=8)
    page.mouse.up()
    page.mouse.move(5, 5)  # what lies under the mouse is told as well
    expect(dot).to_have_attribute("aria-valuetext", "89.50")
    expect(strip(page, "State")).to_have_text("Liquidated")
    expect(headline(page)).to_contain_text("jumps past it to $89.50 at step 20")
    run = run_of(page)
    assert run.settlement.step == 20
    expect(headline(page)).to_contain_text(f"{formats.short_money(run.settlement.shortfall)} of the lender")
    dot.focus()
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    expect(dot).to_have_attribute("aria-valuetext", "91.50")
    expect(page).to_have_url(re.compile("%2C0.915%2C"))
    expect(strip(page, "State")).not_to_have_text("Liquidated")
    page.keyboard.press("ArrowLeft")
    expect(point(page, 15)).to_be_focused()
    expect_told(page, run_of(page))
    before = view(page)
    page.reload()
    page.locator(PRICE_LINE).first.wait_for(state="attached")
    same_view(page, before)


def test_a_path_is_drawn_by_finger_on_a_phone(visit):
    page = visit(
        f"simulator?shape=drawn&{RULES}",
        viewport={"width": 390, "height": 844},
        has_touch=True,
        is_mobile=True,
    )
    dot = point(page, 10)
    dot.scroll_into_view_if_needed()
    settle(page)
    box = dot.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    finger = page.context.new_cdp_session(page)
    for kind, down in (("touchStart", 0), ("touchMove", 20), ("touchMove", 150)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y + down}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    low = float(dot.get_attribute("aria-valuenow"))
    assert low < 94
    expect(page).to_have_url(re.compile(f"points=1%2C0.99%2C{low / 100:g}%2C"))
    run = run_of(page)
    assert 5 < run.settlement.step <= 10
    expect_told(page, run)


# --- stepping ------------------------------------------------------------------------------------


def test_the_path_is_stepped_and_played_in_the_browser_alone_with_the_numbers_of_the_engine(serve, new_page):
    page = new_page()
    sent = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: sent.append(1)))
    page.goto(f"{serve('app.py')}/simulator?{SIGNATURE}")
    page.locator(PRICE_LINE).first.wait_for(state="attached")
    run = run_of(page)
    callout = page.locator(".ll-plot .annotation", has_text="Liquidated at step 4")
    expect(callout).to_be_visible()
    settle(page)
    quiet = len(sent)
    for step in range(1, 5):
        button(page, "Step forward").click()
        row = run.steps.loc[step]
        expect(sentence(page)).to_contain_text(f"Step {step}: price {formats.price(row['mark'])}")
        expect(sentence(page)).to_contain_text(f"{formats.money(row['equity'])} ")
        expect(strip(page, "Left of your money")).to_have_text(dollars(row["equity"]))
        expect(strip(page, "Borrowed")).to_have_text(formats.money(row["debt"]))
        expect(strip(page, "State")).to_have_text(row["state"].replace("_", " ").capitalize())
        expect(callout).to_have_css("visibility", "visible" if step == run.settlement.step else "hidden")
    page.keyboard.press("Home")
    expect(sentence(page)).to_have_text(read("story")["at_rest"])
    slider(page, "Step").focus()
    page.keyboard.press("Space")
    # Noticed at the next frame: there are five seconds left until the end of the path.
    page.wait_for_function("/Step [1-6]/.test(document.querySelector('.ll-sentence').textContent)")
    page.keyboard.press("Space")
    expect(button(page, "Play")).to_be_visible()
    paused = sentence(page).inner_text()
    page.keyboard.press("ArrowRight")
    expect(sentence(page)).not_to_have_text(paused)
    page.keyboard.press("ArrowLeft")
    expect(sentence(page)).to_have_text(paused)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    button(page, "Play").click()
    expect(sentence(page)).to_contain_text(
        f"Step {run.steps.index[-1]}: price 105.00. The position is closed"
    )
    expect(button(page, "Play")).to_be_visible()
    expect(strip(page, "Left of your money")).to_have_text(dollars(40))
    button(page, "Restart").click()
    expect(strip(page, "Left of your money")).to_have_text(re.compile(r"\$40(\.00)? of \$100"))
    assert len(sent) == quiet


# --- reset and share -----------------------------------------------------------------------------


def test_reset_after_many_changes_is_a_fresh_load_field_by_field(visit):
    fresh = visit("simulator")
    unfold(fresh)
    page = visit("simulator?foo=1")
    unfold(page)
    page.get_by_role("radiogroup", name=LABELS["side"]).get_by_text(LABELS["side_short"]).click()
    page.get_by_role("radiogroup", name=LABELS["rules"]).get_by_text(LABELS["rules_classroom"]).click()
    enter(page, LABELS["top_up"], "50")
    page.get_by_text(CONTROLS["use_compare"]).click()
    expect(field(page, LABELS["compare"])).to_be_visible()
    page.get_by_text(CONTROLS["use_stop"]).click()
    expect(field(page, LABELS["stop_price"])).to_be_visible()
    enter(page, LABELS["stop_price"], "103")
    choose_path(page, "random")
    enter(page, LABELS["seed"], "12")
    enter(page, LABELS["volatility"], "80")
    expect(page).to_have_url(re.compile("volatility=0.8"))
    choose_path(page, "whipsaw")
    enter(page, LABELS["entry_price"], "−5")
    enter(page, LEVERAGE, "lots")
    expect(page.get_by_role("alert").filter(has_text="lots")).to_be_visible()
    expect(strip(page, "Owed")).to_be_visible()
    # Twice before there is an answer, which could move the button away from under the mouse.
    button(page, REPORT["reset"]).evaluate("button => { button.click(); button.click(); }")
    expect(field(page, LEVERAGE)).to_have_value("10x")
    expect(strip(page, "Borrowed")).to_be_visible()
    same_view(page, view(fresh))


def test_the_shared_link_opens_the_same_view_for_somebody_else(visit, new_page):
    page = visit(f"simulator?{SIGNATURE}")
    enter(page, LEVERAGE, "7.5")
    expect(strip(page, "Borrowed")).to_have_text("$650.00")
    page.get_by_text(CONTROLS["side_short"], exact=True).click()
    expect(strip(page, "Owed")).to_contain_text("$750.00 → ")
    button(page, REPORT["share"]).click()
    expect(page.get_by_test_id("stCode")).to_be_visible()
    settle(page)
    shared = page.get_by_test_id("stCode").inner_text().strip()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
    other = new_page(locale="de-DE")
    other.goto(shared)
    other.locator(PRICE_LINE).first.wait_for(state="attached")
    same_view(other, view(page))
    assert "side=short" in other.url


# --- files ---------------------------------------------------------------------------------------


def klines(closes: list[float]) -> bytes:
    """Daily candles as a large exchange exports them."""
    lines = ["open_time,open,high,low,close,volume,close_time"]
    for day, (before, close) in enumerate(zip([closes[0], *closes], closes, strict=False)):
        at = 1_583_971_200_000 + day * 86_400_000
        low, high = min(before, close) * 0.999, max(before, close) * 1.001
        lines.append(f"{at},{before},{high:.2f},{low:.2f},{close},12.5,{at + 86_399_999}")
    return "\n".join(lines).encode()


def test_a_file_is_drawn_a_broken_one_is_explained_and_the_run_is_taken_home(visit, new_page, tmp_path):
    page = visit("simulator?shape=file&leverage=3", awaited="input[type=file]")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Choose a file")
    choose = page.locator("input[type=file]")
    choose.set_input_files(
        {"name": "BTC_1d.csv", "mimeType": "text/csv", "buffer": klines([7950.0, 7000, 6500, 6200, 6600])}
    )
    expect(
        page.get_by_text("is in use: 5 rows, usually 1 day apart, from 12 Mar 2020 to 16 Mar 2020.")
    ).to_be_visible()
    expect(strip(page, "State")).not_to_have_text("Liquidated")
    expect(headline(page)).to_contain_text("you end with")
    settle(page)
    left = strip(page, "Left of your money").inner_text()
    picture = page.locator(".ll-plot").first.get_attribute("aria-label")
    choose.set_input_files(
        {
            "name": "broken.csv",
            "mimeType": "text/csv",
            "buffer": b"date,close\n2020-03-12,7950\n2020-03-13,soon\n",
        }
    )
    expect(page.get_by_test_id("stAlert")).to_contain_text("Line 3")
    expect(page.get_by_test_id("stAlert")).to_contain_text("soon")
    settle(page)
    assert page.locator(".ll-plot").first.get_attribute("aria-label") == picture
    assert strip(page, "Left of your money").inner_text() == left

    button(page, REPORT["download"]).click()
    with page.expect_download() as info:
        button(page, REPORT["download_csv"]).click()
    rows = list(csv.DictReader(info.value.path().read_text().splitlines()))
    assert len(rows) == 5
    assert dollars(float(rows[-1]["equity"])).match(left)
    with page.expect_download() as info:
        button(page, REPORT["download_html"]).click()
    saved = tmp_path / "liquidation.html"
    info.value.save_as(saved)
    page.keyboard.press("Escape")
    for kind, signature in (("PNG", b"\x89PNG\r\n"), ("SVG", b"<svg")):
        with page.expect_download() as info:
            button(page, f"Picture ({kind})").first.click()
        assert info.value.path().read_bytes().startswith(signature)

    alone = new_page(offline=True)
    alone.goto(saved.as_uri())
    expect(alone.get_by_text(headline(page).inner_text().strip())).to_be_visible()
    alone.locator("path.js-line").first.wait_for(state="attached")
