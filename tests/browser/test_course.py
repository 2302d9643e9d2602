"""The course in a real browser: by keyboard, on a phone, for a room, on paper, and after coming back."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from engine.quiz import SLUGS, Choice, quiz
from pages.shared import theme
from pages.shared.words import amounts, plain, read
from tests.browser.conftest import ROOT
from tests.browser.patience import settle
from tests.browser.test_access import DEEP, audit, expect_everything_readable

KIT, COURSE = read("lesson"), read("course")
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
READING = ("course", "glossary", "model", "about", "teach", "compare")
LETTERS = re.compile(r"(\{\w+\}|\[\[[^\]]*\]\]|\n## \w.*|\*\*|^#.*)", re.MULTILINE)


@pytest.fixture
def learner(serve, browser, new_page):
    """``learner(path) -> Page`` of one learner, whose browser remembers; ``learner(path, **options)`` too."""
    options = {"locale": "en-US"}  # a context of its own, emptied first
    pages = []

    def go(path: str, **more) -> Page:
        page = new_page(**(options | more))
        page.goto(f"{serve('app.py')}/{path}")
        if not pages:
            page.evaluate("localStorage.clear()")
            page.reload()
        pages.append(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        settle(page)
        return page

    yield go
    for page in pages:
        if not page.is_closed():
            page.evaluate("localStorage.clear()")


def button(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def tab_to(page: Page, name: str, role: str) -> None:
    """Press Tab until the control of this name has the focus."""
    wanted = page.get_by_role(role, name=name, exact=True).last
    expect(wanted).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === e.getRootNode().activeElement"):
            return
    raise AssertionError(f"{role} {name} is not reached by Tab")


def type_answer(page: Page, label: str, text: str) -> None:
    tab_to(page, label, "textbox")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_a_lesson_from_the_question_to_the_next_with_the_keyboard_alone(learner):
    page, slug = learner("whose_money"), "whose_money"
    words = read(slug)
    expect(button(page, KIT["show_me"])).to_be_disabled()
    (question,) = quiz(slug).guesses
    label = words["predict_lender_share"].format(**amounts(question.given))
    type_answer(page, label, "nearly all")
    expect(page.get_by_role("alert")).to_contain_text("nearly all")
    settle(page)
    page.keyboard.press("ControlOrMeta+a")
    tab_to(page, label, "textbox")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("75 %")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You guessed")).to_contain_text("75")
    expect(page.get_by_role("heading", name=KIT["play_title"])).to_be_visible()
    tab_to(page, "Leverage", "slider")
    page.keyboard.press("PageUp")
    expect(page.locator(".ll-plot[role=img]")).to_have_attribute("aria-label", re.compile(r"\d"))
    tab_to(page, KIT["show_me"], "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=KIT["rule_title"])).to_be_visible()
    for question in quiz(slug).checks:
        box = page.locator(f".st-key-{slug}_check_{question.name}")
        expect(box).to_be_visible()
        settle(page)
        asked = plain(words[f"check_{question.name}"], **amounts(question.given))
        type_answer(page, asked, theme.field_text(*question.answer))
        expect(box).to_contain_text(KIT["right"].replace("*", ""))
        settle(page)
    following = COURSE["next"].format(title=read("one_percent")["title"])
    tab_to(page, following, "link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(read("one_percent")["title"])


def test_guesses_are_dragged_on_the_picture_with_mouse_and_keys(learner):
    page = learner("where_it_ends")
    points = page.get_by_role("slider", name=re.compile("guess"))
    expect(points).to_have_count(4)
    for point in points.all():
        point.focus()
        page.keyboard.press("PageDown")
    settle(page)
    box = points.nth(2).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 90, steps=4)
    page.mouse.up()
    settle(page)
    guessed = [float(points.nth(i).get_attribute("aria-valuenow")) for i in range(4)]
    assert guessed[0] == guessed[1] == guessed[3] == 95 > guessed[2]
    button(page, KIT["lock"]).click()
    expect(page.get_by_text("You guessed")).to_contain_text(f"${guessed[0]:g}")
    expect(points).to_have_count(0)


def test_a_learner_comes_back_to_lesson_four_and_is_forgotten_when_asked(learner):
    page = learner("why_early")
    page.get_by_role("textbox").first.fill("92")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You guessed")).to_contain_text("92")
    settle(page)
    page.close()
    page = learner("course")
    page.get_by_role("link", name=COURSE["resume"].format(title=read("why_early")["title"])).click()
    expect(page.get_by_text("You guessed")).to_contain_text("92")
    button(page, KIT["show_me"]).click()
    expect(page.get_by_role("heading", name=KIT["rule_title"])).to_be_visible()
    settle(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(COURSE["title"])
    page.go_forward()
    expect(page.get_by_role("heading", name=KIT["rule_title"])).to_be_visible()
    other = learner("whose_money")
    expect(button(other, KIT["show_me"])).to_be_disabled()
    other.get_by_role("textbox").first.fill("50")
    other.keyboard.press("Enter")
    expect(other.get_by_text("You guessed")).to_contain_text("50")
    settle(other)
    page.goto(page.url.rpartition("/")[0] + "/course")
    expect(page.get_by_text("◐")).to_have_count(2)
    button(page, COURSE["forget"]).click()
    expect(page.get_by_role("link", name=COURSE["start"])).to_be_visible()
    settle(page)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('liquidation-lab'))") == []


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
    for question in quiz(slug).checks[:1] if slug in SLUGS else ():  # the next comes after it
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


def test_the_whole_course_in_one_pass(learner):
    page = learner(SLUGS[0])
    for slug in SLUGS:
        expect(page.get_by_role("heading", level=1)).to_have_text(read(slug)["title"])
        settle(page)
        assert page.url.split("?")[0].endswith(slug)
        take(page, slug)
        at = SLUGS.index(slug) + 1
        if at < len(SLUGS):
            title = read(SLUGS[at])["title"]
            page.get_by_role("link", name=COURSE["next"].format(title=title), exact=True).click()
    page.goto(f"{page.url.rpartition('/')[0]}/course")
    expect(page.get_by_text("●")).to_have_count(len(SLUGS))


def take(page: Page, slug: str) -> None:
    """Guess, lock, reveal, and answer every check."""
    asked = quiz(slug)
    if slug == "where_it_ends":
        for point in page.get_by_role("slider", name=re.compile("guess")).all():
            point.focus()
            page.keyboard.press("PageDown")
        settle(page)
    for question in asked.guesses if slug != "where_it_ends" else ():
        give(page, slug, "guess", question)
    button(page, KIT["lock"]).click()
    expect(page.get_by_text("You guessed")).to_be_visible()
    if "reveal" in read(slug):
        button(page, KIT["show_me"]).click()
        expect(page.get_by_role("heading", name=KIT["rule_title"])).to_be_visible()
    for question in asked.checks:
        settle(page)
        box = page.locator(f".st-key-{slug}_check_{question.name}")
        give(box, slug, "check", question)
        box.get_by_role("button", name=KIT["check"], exact=True).click()
        expect(box).to_contain_text(KIT["right"].replace("*", ""))


def give(within, slug: str, part: str, question) -> None:
    if isinstance(question, Choice):
        option = f"predict_{question.answer}"
        if part == "check":
            option = f"check_{question.name}_option_{question.answer}"
        within.get_by_text(read(slug)[option], exact=True).click()
    else:
        place = within.locator(f".st-key-{slug}-{part}-{question.name}").get_by_role("textbox")
        place.fill(theme.field_text(question.answer.value, question.answer.style))


def test_a_choice_is_made_by_keyboard(learner):
    page = learner("short")
    (question,) = quiz("short").guesses
    assert isinstance(question, Choice)
    words = read("short")
    radio = page.get_by_role("radio", name=words[f"predict_{question.options[0]}"])
    radio.focus()
    page.keyboard.press("Space")
    expect(radio).to_be_checked()
    tab_to(page, KIT["lock"], "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You guessed")).to_contain_text(words[f"predict_{question.options[0]}"])
