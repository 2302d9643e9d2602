"""Every page of course and lab for every learner: screen reader, phone, long words, a room, paper."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from engine.questions import Choice
from pages.shared.contents import LAB, SLUGS
from pages.shared.lesson.course import questions
from pages.shared.words import amounts, plain, read
from tests.browser.conftest import ROOT
from tests.browser.patience import settle
from tests.browser.test_access import DEEP, audit, expect_everything_readable

KIT, COURSE = read("lesson"), read("course")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
READING = ("course", "challenges", "glossary", "model", "about", "teach", *LAB)
LETTERS = re.compile(r"(\{\w+\}|\[\[[^\]]*\]\]|<[^>]*>|\n## \w.*|\*\*|^#.*)", re.MULTILINE)


def test_the_course_has_no_violations_in_either_theme(learner):
    page = learner("course")
    for slug in (*SLUGS, *READING):
        page.goto(f"{page.url.split('?')[0].rpartition('/')[0]}/{slug}?stage=reveal")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settle(page)
            audit(page)
        expect_named(page, slug)


def expect_named(page: Page, slug: str) -> None:
    """Everything a screen reader can stop at says what it is; pictures and checks say it in numbers."""
    told = page.get_by_test_id("stMain").aria_snapshot()
    roles = "button|checkbox|combobox|group|link|radio|radiogroup|slider|tab|textbox"
    assert re.findall(rf"^ *- (?:{roles})\b(?!.* \").*", told, re.MULTILINE) == []
    for picture in page.locator(".ll-plot").all():
        expect(picture).to_have_role("img")
        expect(picture).to_have_accessible_name(re.compile(r"\d"))
    for question in questions(slug).checks[:1] if slug in SLUGS else ():  # the next comes after it
        asked = plain(read(slug)[f"check_{question.name}"], **amounts(question.given))
        role = "radiogroup" if isinstance(question, Choice) else "textbox"
        expect(page.get_by_role(role, name=asked, exact=True)).to_be_visible()


def test_on_a_phone_no_page_is_cut(learner):
    page = learner("course", **PHONE)
    for path in (*(f"{slug}?stage=reveal" for slug in SLUGS), "where_it_ends", "short", *READING):
        page.goto(f"{page.url.split('?')[0].rpartition('/')[0]}/{path}")
        expect_everything_readable(page)


def test_words_twice_as_long_break_nothing(serve, new_page, tmp_path):
    for name in ("app.py", "engine", "pages", ".streamlit"):
        source = ROOT / name
        (shutil.copy if source.is_file() else shutil.copytree)(source, tmp_path / name)
    for slug in (*SLUGS, "lesson", "course"):
        path = tmp_path / "pages" / "text" / "en" / f"{slug}.md"
        parts = LETTERS.split(path.read_text(encoding="utf-8"))
        path.write_text(
            "".join(
                part if i % 2 else re.sub(r"\b([a-z]+)\b", r"\1\1", part) for i, part in enumerate(parts)
            ),
            encoding="utf-8",
        )
    url = serve("app.py", root=tmp_path)
    page = new_page(**PHONE)
    for slug in SLUGS:
        page.goto(f"{url}/{slug}?stage=reveal")
        expect_everything_readable(page)


@pytest.mark.parametrize("slug", ["watch", "why_early", "short", "saved", "jump"])
def test_a_room_sees_one_idea_in_large_type_and_the_keys_turn_the_pages(learner, slug):
    page = learner(f"{slug}?view=presenter", viewport={"width": 1920, "height": 1080})
    caption = page.get_by_role("heading", level=1)
    count = int(caption.inner_text().rpartition(" ")[2])
    keys = ["ArrowRight", "Space", "PageDown"]
    for number in range(2, count + 1):
        page.mouse.click(4, 4)
        page.keyboard.press(keys[number % 3])
        expect(caption).to_contain_text(f"· {number} of {count}")
        settle(page)
        small = page.evaluate(
            "() => {"
            + DEEP
            + """
                const size = e => parseFloat(getComputedStyle(e).fontSize);
                const own = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
                return every(document).filter(e => own(e) && shown(e) && !e.matches("script, style, title"))
                    .filter(e => e.getBoundingClientRect().width > 2)
                    .filter(e => size(e) < 24 && !e.closest(".ll-plot, .ll-tools"))
                    .map(e => `${size(e)} ${e.textContent.slice(0, 40)}`);
            }"""
        )
        assert small == []
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= 1080
    page.keyboard.press("ArrowLeft")
    expect(caption).to_contain_text(f"· {count - 1} of {count}")
    expect(page).to_have_url(re.compile(rf"step={count - 2}\b"))
    page.reload()
    expect(caption).to_contain_text(f"{count - 1} of {count}")


@pytest.mark.parametrize("slug", ["teach", "finish?stage=reveal"])
def test_paper_holds_the_words_and_no_controls(learner, slug):
    page = learner(slug)
    page.emulate_media(media="print")
    for control in ("stHeader", "stForm", "stButton", "stPageLink"):
        assert not any(part.is_visible() for part in page.get_by_test_id(control).all()), control
    assert len(page.pdf()) > 20_000


def test_on_a_small_projector_the_player_of_every_slide_is_on_the_wall(learner):
    page = learner("watch?view=presenter&step=2", viewport={"width": 1280, "height": 720})
    for width, height in ((1280, 720), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for slug in ("watch", "jump", "how_likely", "saved"):
            page.goto(f"{page.url.rpartition('/')[0]}/{slug}?view=presenter&step=2")
            play = page.locator(".ll-figure [data-do=play]")
            expect(play).to_be_visible()
            expect(page.locator(".ll-plot .main-svg").first).to_be_visible()
            settle(page)
            foot, turn = play.bounding_box(), page.locator(".st-key-turn").bounding_box()
            assert foot["y"] + foot["height"] <= turn["y"] + 1, (slug, width)
            assert turn["y"] + turn["height"] <= height


def test_what_the_class_is_asked_is_not_on_the_wall_before_it_is_played(learner):
    page = learner("watch?view=presenter&step=2", viewport={"width": 1280, "height": 720})
    expect(page.locator(".ll-plot .main-svg").first).to_be_visible()
    settle(page)
    veil = page.locator(".ll-veil")
    expect(veil).to_have_css("opacity", "1")
    expect(veil).to_be_visible()
    expect(page.locator(".ll-figure")).to_have_class(re.compile("ll-before"))
    page.goto(f"{page.url.rpartition('/')[0]}/how_likely?view=presenter&step=2")
    expect(page.locator(".ll-strip")).to_contain_text("0 of 1")
