"""The number control and the address bar in a real browser."""

import math
import random
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.shared import formats
from tests.browser.patience import settle


@pytest.fixture
def url(serve):
    return serve("tests/browser/number_app.py")


@pytest.fixture
def page(new_page, url):
    page = new_page()
    page.goto(url)
    expect(state(page)).to_contain_text("leverage=10.0")
    slider(page, "Leverage").wait_for()
    settle(page)
    return page


def slider(page: Page, name: str):
    return page.get_by_role("slider", name=name, exact=True)


def field(page: Page, name: str):
    return page.get_by_role("textbox", name=name, exact=True)


def state(page: Page):
    return page.get_by_test_id("stText").filter(has_text="capital=")


def python(page: Page, name: str) -> float:
    return float(re.search(rf"{name}=(\S+)", state(page).inner_text())[1])


def enter(page: Page, name: str, text: str) -> None:
    field(page, name).fill(text)
    field(page, name).press("Enter")


def handle(page: Page, name: str) -> str:
    return slider(page, name).get_attribute("aria-valuetext")


def test_typing_moves_the_handle_and_python(page):
    before = float(slider(page, "Leverage").input_value())
    enter(page, "Leverage", "7.5")
    expect(state(page)).to_contain_text("leverage=7.5 ")
    expect(field(page, "Leverage")).to_have_value("7.5x")
    expect(slider(page, "Leverage")).to_have_attribute("aria-valuetext", "7.5x")
    assert float(slider(page, "Leverage").input_value()) < before


def test_typing_without_enter_is_taken_after_a_pause_and_never_overwritten(page):
    field(page, "Leverage").click()
    page.keyboard.type("12,5")
    expect(state(page)).to_contain_text("leverage=12.5 ")
    expect(field(page, "Leverage")).to_have_value("12,5")
    page.keyboard.press("Tab")
    expect(field(page, "Leverage")).to_have_value("12.5x")


def test_keys_move_the_handle_by_steps(page):
    slider(page, "Leverage").focus()
    for key, value in [
        ("ArrowRight", 10.1),
        ("PageDown", 9.1),
        ("Home", 1.0),
        ("ArrowUp", 1.1),
        ("End", 125.0),
    ]:
        page.keyboard.press(key)
        expect(state(page)).to_contain_text(f"leverage={value} ")
    slider(page, "Maintenance rate").focus()
    page.keyboard.press("ArrowUp")
    expect(state(page)).to_contain_text("rate=0.006 ")


def test_slider_field_and_python_never_drift_apart(page):
    rng = random.Random(7)
    for _ in range(50):
        if rng.random() < 0.5:
            enter(page, "Leverage", f"{rng.uniform(1, 125):.{rng.randrange(4)}f}")
        else:
            slider(page, "Leverage").focus()
            page.keyboard.press(rng.choice(["ArrowLeft", "ArrowRight", "PageUp", "PageDown"]))
    slider(page, "Leverage").focus()
    page.keyboard.press("PageDown")
    expect(state(page)).to_contain_text(
        f"leverage={formats.parse_number(handle(page, 'Leverage'), 'multiple')!r} "
    )
    settle(page)  # an answer that comes late would move the handle now
    value = python(page, "leverage")
    assert (
        field(page, "Leverage").input_value()
        == handle(page, "Leverage")
        == formats.field_text(value, "multiple")
    )
    assert math.exp(float(slider(page, "Leverage").input_value())) == pytest.approx(value, rel=1e-6)


def test_python_follows_while_the_handle_is_dragged(page):
    box = slider(page, "Your money").bounding_box()
    y, start = box["y"] + box["height"] / 2, box["x"] + box["width"] * 0.26
    page.mouse.move(start, y)
    page.mouse.down()
    for i in range(20):
        page.mouse.move(start + i * 16, y)
        if i % 5 == 0:
            before = state(page).inner_text()
        elif i % 5 == 4:
            expect(state(page)).not_to_have_text(before)
    page.mouse.up()
    final = formats.parse_number(field(page, "Your money").input_value(), "money")
    expect(state(page)).to_contain_text(f"capital={final!r} ")
    settle(page)
    assert handle(page, "Your money") == field(page, "Your money").input_value()


def test_bad_text_stays_with_its_sentence_until_it_is_mended(page):
    enter(page, "Leverage", "lots")
    alert = page.get_by_role("alert").filter(has_text="lots")
    expect(alert).to_contain_text("Leverage: “lots” cannot be read as a number. Type a multiple")
    expect(alert).to_contain_text("Until then it stays 10x.")
    expect(field(page, "Leverage")).to_have_value("lots")
    expect(field(page, "Leverage")).to_have_attribute("aria-invalid", "true")
    enter(page, "Leverage", "250")
    expect(page.get_by_role("alert").filter(has_text="above the limit. Type at most 125x")).to_be_visible()
    assert python(page, "leverage") == 10
    slider(page, "Leverage").focus()
    page.keyboard.press("ArrowRight")
    expect(field(page, "Leverage")).to_have_value("10.1x")
    expect(field(page, "Leverage")).to_have_attribute("aria-invalid", "false")


def test_what_python_sets_is_shown_and_no_later_rerun_brings_the_old_edit_back(page):
    enter(page, "Leverage", "50")
    expect(state(page)).to_contain_text("leverage=50.0 ")
    page.get_by_role("button", name="Reset").click()
    expect(state(page)).to_contain_text("leverage=10.0 ")
    expect(field(page, "Leverage")).to_have_value("10x")
    settle(page)
    before = state(page).inner_text()
    page.get_by_role("button", name="Other rerun").click()
    expect(state(page)).not_to_have_text(before)  # the runs are counted
    settle(page)
    assert python(page, "leverage") == 10
    enter(page, "Leverage", "50")
    expect(state(page)).to_contain_text("leverage=50.0 ")


def test_help_opens_beside_its_control(page):
    page.get_by_role("button", name="About Leverage").click()
    expect(page.get_by_text("Position divided by your money.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_violations_and_no_sideways_scroll_on_a_phone(new_page, url, scheme):
    page = new_page(
        viewport={"width": 360, "height": 800}, color_scheme=scheme, has_touch=True, is_mobile=True
    )
    page.goto(url)
    slider(page, "Leverage").wait_for()
    page.get_by_role("button", name="About Leverage").click()
    enter(page, "Leverage", "lots")
    expect(page.get_by_role("alert").filter(has_text="lots")).to_be_visible()
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert field(page, "Leverage").bounding_box()["height"] >= 44
    assert slider(page, "Leverage").bounding_box()["height"] >= 44
    violations = (
        Axe().run(page, context=".st-key-leverage", options={"iframes": False}).response["violations"]
    )
    assert [v["id"] for v in violations] == []


def test_the_address_bar_follows_without_a_history_entry_and_survives_reload_and_navigation(page):
    length = page.evaluate("history.length")
    enter(page, "Leverage", "7.5")
    expect(page).to_have_url(re.compile(r"\?leverage=7\.5$"))
    assert page.evaluate("history.length") == length
    page.reload()
    expect(state(page)).to_contain_text("leverage=7.5 ")
    page.get_by_role("link", name="Second").click()
    expect(page.get_by_text("second page, asked for {}")).to_be_visible()
    page.go_back()
    expect(state(page)).to_contain_text("leverage=7.5 ")
    expect(field(page, "Leverage")).to_have_value("7.5x")
    page.go_forward()
    expect(page.get_by_text("second page")).to_be_visible()
    page.get_by_role("link", name="First").click()
    expect(state(page)).to_contain_text("leverage=7.5 ")
    expect(page).to_have_url(re.compile(r"\?leverage=7\.5$"))
