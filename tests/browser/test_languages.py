"""A language nobody speaks: a page from right to left is mirrored."""

from playwright.sync_api import expect

from tests import pseudo
from tests.browser.patience import settle

NARROW = {"viewport": {"width": 390, "height": 800}}


def test_a_language_from_right_to_left_turns_the_frame(serve, new_page, tmp_path):
    page = new_page(**NARROW)
    page.goto(f"{serve('app.py', root=pseudo.app(tmp_path, 'ar'))}/simulator?lang=ar")
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text(pseudo.OPEN)
    settle(page)
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "ar")
    expect(html).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # A short title stands where lines begin: on the right.
    left, right = title.evaluate("""e => {
        const words = document.createRange();
        words.selectNodeContents(e);
        const [told, whole] = [words.getBoundingClientRect(), e.getBoundingClientRect()];
        return [told.left - whole.left, whole.right - told.right];
    }""")
    assert right < 30 < left, (left, right)
