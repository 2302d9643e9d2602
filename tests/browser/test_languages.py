"""A language nobody speaks: longer words break no page of a phone, and from right to left it is mirrored."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from pages.shared.contents import HOME, MENU, SLUGS
from tests import pseudo
from tests.browser.patience import settle
from tests.browser.test_access import DEEP, colliding_labels, cut_texts

NARROW = {"viewport": {"width": 390, "height": 800}}
PHONE = {"viewport": {"width": 360, "height": 800}}
PAGES = [slug for slugs in MENU.values() for slug in slugs]
OPEN_BLANK = re.compile(r"\{+\w+\}+")
# Words of two sentences that touch: a sentence may stand inside of another, never against it.
TOUCHING = re.compile(rf"\w{pseudo.OPEN}|{pseudo.CLOSE}\w|{pseudo.CLOSE}{pseudo.OPEN}")


@pytest.fixture(scope="module")
def app(serve, tmp_path_factory):
    """Address of the app that also speaks the pseudo-language, as if it were German and as if Arabic."""
    folder = pseudo.app(tmp_path_factory.mktemp("languages"), "de")
    texts = folder / "pages" / "text"
    shutil.copytree(texts / "de", texts / "ar")
    return serve("app.py", root=folder)


def test_longer_words_are_neither_cut_nor_run_together_on_any_page_of_a_phone(app, new_page):
    page = new_page(**PHONE)
    problems = []
    for slug in PAGES:
        stage = "&stage=reveal" if slug in SLUGS else ""
        page.goto(f"{app}/{'' if slug == HOME else slug}?lang=de{stage}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(pseudo.OPEN)
        unfold(page)
        problems += [f"{slug}: {problem}" for problem in unreadable(page) + broken_sentences(page)]
    assert not problems, "\n".join(problems)


def unfold(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(e => e.click())")
    settle(page)


def unreadable(page: Page) -> list[str]:
    """What reaches beyond the phone, is cut, shortened or lies on other words."""
    width = page.evaluate("""Math.max(document.documentElement.scrollWidth,
        document.querySelector("[data-testid=stMain]").scrollWidth)""")
    wide = [f"{width} px wide"] if width > PHONE["viewport"]["width"] else []
    return wide + cut_texts(page) + colliding_labels(page) + shortened(page)


def shortened(page: Page) -> list[str]:
    """Words that end in dots or at the edge of their own box."""
    return page.evaluate(
        "() => {"
        + DEEP
        + """
            const own = e => e.value || [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
            const hides = e => /hidden|clip/.test(getComputedStyle(e).overflowX);
            return every(document).filter(e => own(e) && shown(e) && hides(e) && e.clientWidth > 1)
                .filter(e => e.scrollWidth > e.clientWidth + 1)
                .map(e => `${e.value || e.textContent} needs ${e.scrollWidth} of ${e.clientWidth} px`);
        }"""
    )


def broken_sentences(page: Page) -> list[str]:
    told = page.evaluate(
        "() => {"
        + DEEP
        + """
            const spans = e => [...e.querySelectorAll("tspan.line")];
            const lines = e => spans(e).map(line => line.textContent).join("\\n");
            const texts = [document.title, document.body.innerText];
            for (const e of every(document)) {
                if (e.shadowRoot) texts.push(...[...e.shadowRoot.children].map(c => c.innerText));
                if (e.matches("svg text")) texts.push(lines(e) || e.textContent);
                for (const name of ["aria-label", "title", "placeholder"]) texts.push(e.getAttribute(name));
            }
            return texts.filter(Boolean).join("\\n");
        }"""
    )
    found = [*OPEN_BLANK.finditer(told), *TOUCHING.finditer(told)]
    return [told[max(0, hit.start() - 30) : hit.end() + 30] for hit in found]


def test_a_language_from_right_to_left_turns_the_frame(app, new_page):
    page = new_page(**NARROW)
    page.goto(f"{app}/simulator?lang=ar")
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
