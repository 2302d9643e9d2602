"""What the browser remembers, and a presenter's keys, in a real browser."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.patience import settle

BLOCKED = """Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("blocked", "SecurityError"); },
});"""
FULL = (
    """Storage.prototype.setItem = function () { throw new DOMException("full", "QuotaExceededError"); };"""
)


@pytest.fixture
def url(serve):
    return serve("tests/browser/memory_app.py")


@pytest.fixture
def store(new_page, url):
    """A page of the same origin without the app, whose storage starts empty."""
    page = new_page()
    page.goto(f"{url}/_stcore/health")
    page.evaluate("localStorage.clear()")
    return page


@pytest.fixture
def visit(new_page, url, store):
    def go(path="", init="", **options):
        page = new_page(**options)
        if init:
            page.add_init_script(init)
        page.goto(f"{url}/{path}")
        return arrived(page)

    return go


def arrived(page: Page) -> Page:
    state(page).wait_for()
    settle(page)
    return page


def state(page: Page):
    return page.get_by_test_id("stText").filter(has_text=re.compile("records=|place="))


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def expect_records(page: Page, **clicks: int) -> None:
    records = json.dumps({name: {"clicks": n} for name, n in clicks.items()}, sort_keys=True)
    expect(state(page)).to_contain_text(f"records={records} ")


def expect_stored(store: Page, **items) -> None:
    """Of our own items; Streamlit has some as well."""
    script = """items => {
        const mine = Object.entries(localStorage).filter(([key]) => key.startsWith("liquidation-lab."));
        return mine.length === Object.keys(items).length && mine.every(([key, text]) =>
            JSON.parse(text).clicks === items[key.slice("liquidation-lab.".length)]);
    }"""
    store.wait_for_function(script, arg=items)


def runs(page: Page) -> int:
    settle(page)
    return int(re.search(r"runs=(\d+)", state(page).inner_text())[1])


paths = pytest.mark.parametrize("path", ["", "fragment"])


@paths
def test_what_is_kept_is_there_after_a_reload_and_in_a_later_page(visit, store, path):
    page = visit(path)
    assert runs(page) == 1
    for name, clicks in (("one", {"one": 1}), ("one", {"one": 2}), ("two", {"one": 2, "two": 1})):
        settle(page)  # a press while the page is being drawn may find a button that is about to go
        click(page, f"Keep {name}")
        expect_records(page, **clicks)
    expect_stored(store, one=2, two=1)
    page.reload()
    expect_records(page, one=2, two=1)
    assert runs(page) == 2  # the first, and one when the browser had answered
    page.close()
    expect_records(visit(path), one=2, two=1)


def test_a_browser_without_records_and_writing_cause_no_run(visit, store):
    page = visit()
    click(page, "Keep one")
    expect_records(page, one=1)
    expect_stored(store, one=1)
    assert runs(page) == 2  # the first and the click


def test_another_page_of_the_app_goes_on_with_the_same_records(visit, store):
    page = visit()
    click(page, "Keep one")
    expect_stored(store, one=1)
    page.get_by_role("link", name="Fragment").click()
    expect(page).to_have_url(re.compile("/fragment$"))
    expect_records(page, one=1)
    settle(page)
    click(page, "Keep two")
    expect_stored(store, one=1, two=1)
    page.get_by_role("link", name="Keys").click()
    expect(state(page)).to_contain_text("place=")
    settle(page)
    store.evaluate("localStorage.setItem('liquidation-lab.one', '{\"clicks\": 7}')")
    page.get_by_role("link", name="First").click()
    expect_records(page, one=7, two=1)


@paths
def test_two_tabs_at_different_records_keep_both_and_follow_each_other(visit, store, path):
    left, right = visit(path), visit(path)
    click(left, "Keep one")
    expect_records(right, one=1)
    click(right, "Keep two")
    expect_records(left, one=1, two=1)
    click(left, "Keep one")
    click(right, "Keep two")
    for page in (left, right):
        expect_records(page, one=2, two=2)
    expect_stored(store, one=2, two=2)


def test_two_tabs_at_the_same_record_end_with_the_last_of_them(visit, store):
    left, right = visit(), visit()
    click(left, "Keep one")
    expect_records(right, one=1)
    click(right, "Keep one")
    expect_records(left, one=2)
    expect_stored(store, one=2)


@paths
def test_forgetting_empties_the_browser_and_every_tab(visit, store, path):
    store.evaluate("localStorage.setItem('liquidation-lab.garbage', '{')")
    store.evaluate("localStorage.setItem('other', 'not ours')")
    left, right = visit(path), visit(path)
    for name in ("one", "two"):
        click(left, f"Keep {name}")
    expect_records(right, one=1, two=1)
    click(left, "Forget")
    expect_records(left)
    expect_records(right)
    expect_stored(store)
    assert store.evaluate("localStorage.getItem('other')") == "not ours"
    click(right, "Keep two")
    expect_records(left, two=1)
    expect_stored(store, two=1)
    left.reload()
    expect_records(left, two=1)


def test_garbage_in_the_store_is_ignored(visit, store):
    garbage = ["", "{", "null", "3", "true", '"text"', "[1]", "undefined", json.dumps({"a": "x" * 20_000})]
    for i, text in enumerate(garbage):
        store.evaluate("([i, text]) => localStorage.setItem('liquidation-lab.' + i, text)", [i, text])
    store.evaluate("localStorage.setItem('liquidation-lab.__proto__', '{\"clicks\": {}}')")
    store.evaluate("localStorage.setItem('liquidation-lab.one', '{\"clicks\": 3}')")
    page = visit()
    expect(state(page)).to_contain_text('"one": {"clicks": 3}')
    assert "x" * 10 not in state(page).inner_text()
    click(page, "Keep one")
    expect(state(page)).to_contain_text('"one": {"clicks": 4}')


@pytest.mark.parametrize("init", [BLOCKED, FULL])
def test_without_storage_the_session_remembers(visit, init):
    page = visit(init=init)
    click(page, "Keep one")
    expect_records(page, one=1)
    click(page, "Keep two")
    expect_records(page, one=1, two=1)
    click(page, "Forget")
    expect_records(page)
    click(page, "Keep two")
    expect_records(page, two=1)


def listening(page: Page) -> Page:
    """Wait until a held key, which does not step, is taken."""
    script = """() => !document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "PageDown", repeat: true, bubbles: true, cancelable: true }))"""
    page.wait_for_function(script)
    return page


def expect_place(page: Page, place: int) -> None:
    expect(state(page)).to_have_text(f"place={place}")


def test_keys_step_and_none_is_lost(visit):
    page = listening(visit("keys"))
    for key in ("ArrowRight", "PageDown", "Space", "ArrowLeft", "PageUp"):
        page.keyboard.press(key)
    expect_place(page, 1)
    for _ in range(30):
        page.keyboard.press("PageDown")
    expect_place(page, 31)
    page.get_by_text("Beside it").focus()
    page.keyboard.press("Space")
    expect_place(page, 32)
    page.get_by_role("link", name="First").click()
    expect(state(page)).to_contain_text("records=")
    settle(page)
    page.keyboard.press("PageDown")
    page.get_by_role("link", name="Keys").click()
    expect_place(page, 32)
    listening(page).keyboard.press("PageDown")
    expect_place(page, 33)


def test_keys_are_left_to_what_uses_them(visit):
    page = listening(visit("keys"))
    for element in (
        page.get_by_role("textbox", name="Words"),
        page.get_by_role("textbox", name="Leverage"),
        page.get_by_role("slider", name="Leverage"),
        page.get_by_role("slider", name="Handle"),
        page.get_by_text("In the figure"),
    ):
        element.focus()
        for key in ("ArrowRight", "PageDown", "Space"):
            page.keyboard.press(key)
    page.get_by_role("tab", name="Left tab").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Right tab")).to_be_focused()
    page.locator("summary").focus()
    page.keyboard.press("Space")
    expect(page.locator("details")).to_have_attribute("open", "")
    page.get_by_text("Beside it").focus()
    for key in ("Control+ArrowRight", "Alt+PageDown", "Meta+ArrowRight"):
        page.keyboard.press(key)
    settle(page)
    expect_place(page, 0)
    page.get_by_role("button", name="Far ahead").focus()
    page.keyboard.press("Space")
    expect_place(page, 100)
    page.keyboard.press("ArrowRight")
    expect_place(page, 101)
