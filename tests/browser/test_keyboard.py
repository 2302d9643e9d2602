"""Without a mouse, and in the system's own colours: what is chosen, where one stands, what can be read."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from pages.shared.lesson.course import questions
from pages.shared.lesson.lesson import KIT
from pages.shared.words import amounts, plain, read
from tests.browser.patience import settle

FORCED = {"forced_colors": "active"}
# How many times brighter the one colour is than the other, as WCAG counts.
CONTRAST = """(colours) => {
    const linear = (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    const [p, q] = colours.map((colour) => {
        const [r, g, b] = colour.match(/[\\d.]+/g).map((x) => linear(x / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    });
    return Math.max(p, q) / Math.min(p, q);
}"""
FOCUSED = """() => {
    let e = document.activeElement;
    while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(e), name = e.ariaLabel ?? e.textContent;
    return [`${e.tagName} ${name.slice(0, 30)}`, outlineStyle, parseFloat(outlineWidth)];
}"""


def style(of: Locator, name: str) -> str:
    return of.evaluate("(e, name) => getComputedStyle(e)[name]", name)


def still(page: Page, of: Locator) -> np.ndarray:
    """A grey picture of it, with the mouse and the focus elsewhere."""
    page.mouse.move(1, 1)
    page.evaluate("document.activeElement.blur()")
    settle(page)
    picture = Image.open(BytesIO(of.screenshot(animations="disabled", caret="hide")))
    return np.asarray(picture.convert("L"), dtype=float)


def changed(before: np.ndarray, after: np.ndarray) -> float:
    """The share of a picture that looks different; letters that grow bold are about a fiftieth of it."""
    rows, columns = np.minimum(before.shape, after.shape)
    return np.mean(np.abs(before[:rows, :columns] - after[:rows, :columns]) > 80)


# --- the focus -----------------------------------------------------------------------------------


def test_after_a_guess_and_an_explanation_the_focus_stands_at_what_came(learner):
    page = learner("whose_money")
    (question,) = questions("whose_money").guesses
    label = plain(read("whose_money")["predict_lender_share"], **amounts(question.given))
    page.get_by_role("textbox", name=label).fill("75 %")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=KIT["guess_made"], exact=True)).to_be_focused()
    button = page.get_by_role("button", name=KIT["show_me"])
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=KIT["reveal_title"])).to_be_focused()
    page.keyboard.press("Tab")  # and goes on from there
    below = "document.activeElement.getBoundingClientRect().top"
    title = page.get_by_role("heading", name=KIT["reveal_title"]).bounding_box()
    assert page.evaluate(below) > title["y"]


def test_every_link_of_the_menu_has_a_ring_under_the_keyboard(visit):
    page = visit()
    page.keyboard.press("Tab")  # the way past the menu, which only then appears
    for _ in range(5):
        page.keyboard.press("Tab")
        name, line, width = page.evaluate(FOCUSED)
        assert line != "none" and width >= 2, name


@pytest.mark.parametrize(
    ("path", "tab", "table"),
    [
        ("leverage_map", "", "[data-testid=stMarkdownContainer] table"),
        ("simulator", "tab_table", "[data-testid=stTable] > div"),
    ],
)
def test_a_table_wider_than_a_phone_is_scrolled_by_keyboard(visit, path, tab, table):
    page = visit(path, viewport={"width": 390, "height": 844})
    if tab:
        page.get_by_role("tab", name=read("report")[tab], exact=True).click()
    box = page.locator(table).last
    expect(box).to_have_attribute("tabindex", "0")
    expect(box).to_have_attribute("aria-label", read("widgets")["table"])
    settle(page)
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("e => e.scrollLeft > 0", arg=box.element_handle())
    assert box.evaluate("e => e.tagName === 'TABLE' || e.role === 'region'")
    page.set_viewport_size({"width": 1600, "height": 900})
    expect(box).not_to_have_attribute("tabindex", "0")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_on_a_filled_button_are_read_easily(learner, scheme):
    page = learner("watch?view=presenter&step=1", color_scheme=scheme)
    button = page.get_by_role("button", name=KIT["forward"], exact=True)
    for hover in (False, True):
        if hover:
            button.hover()
            settle(page)
        colours = [style(button.locator("p"), "color"), style(button, "backgroundColor")]
        assert page.evaluate(CONTRAST, colours) >= 4.5, colours


# --- the system's own colours --------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_the_colours_of_the_system_the_player_is_seen_and_the_picture_read(visit, scheme):
    page = visit(color_scheme=scheme, **FORCED)
    scrub = page.locator(".ll-scrub").first
    before = still(page, scrub)
    for _ in range(12):
        page.get_by_role("button", name="Step forward", exact=True).click()
    assert changed(before, still(page, scrub)) > 0.02
    stage = page.locator(".ll-stage").first
    words = stage.locator(".xtick text, .annotation-text").first
    assert page.evaluate(CONTRAST, [style(words, "fill"), style(stage, "backgroundColor")]) >= 4.5


@pytest.mark.parametrize(
    ("path", "role"), [("simulator", "radio"), ("odds", "tab")], ids=["segments", "tabs"]
)
def test_in_the_colours_of_the_system_the_chosen_one_is_seen(visit, path, role):
    page = visit(path, **FORCED)
    chosen, other = (page.get_by_role(role).nth(i) for i in (0, 1))
    before = still(page, chosen), still(page, other)
    other.click(force=True)
    settle(page)
    assert changed(before[0], still(page, chosen)) > 0.1
    assert changed(before[1], still(page, other)) > 0.1


def test_in_the_colours_of_the_system_every_stop_of_the_keyboard_is_seen(visit):
    page = visit("simulator", **FORCED)
    unseen, stops = [], set()
    for _ in range(40):
        page.keyboard.press("Tab")
        name, line, width = page.evaluate(FOCUSED)
        stops.add(name)
        # A slider's ring stands round its handle, which only the browser can see.
        if (line == "none" or width < 2) and not re.match("INPUT", name):
            unseen.append(name)
    assert unseen == [] and len(stops) > 20
