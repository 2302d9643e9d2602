"""The course in a real browser: by keyboard, in one pass, and after coming back."""

import re

from playwright.sync_api import Page, expect

from engine.questions import Choice
from pages.shared import formats
from pages.shared.contents import PARTS, SLUGS
from pages.shared.lesson.course import questions
from pages.shared.words import amounts, plain, read
from tests.browser.patience import settle

KIT, COURSE = read("lesson"), read("course")


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
    expect(button(page, KIT["show_me"])).to_have_count(0)
    (question,) = questions(slug).guesses
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
    for question in questions(slug).checks:
        box = page.locator(f".st-key-{slug}_check_{question.name}")
        expect(box).to_be_visible()
        settle(page)
        asked = plain(words[f"check_{question.name}"], **amounts(question.given))
        type_answer(page, asked, formats.field_text(*question.answer))
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


def test_a_mark_that_is_dragged_by_touch_fills_the_field_and_the_verdict_says_how_far(learner):
    page = learner("why_early", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    mark = page.get_by_role("slider", name=KIT["mark"])
    mark.scroll_into_view_if_needed()
    settle(page)
    box = mark.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for lower in range(10, 71, 10):
        move = {"type": "touchMove", "touchPoints": [{"x": x, "y": y + lower}]}
        touch.send("Input.dispatchTouchEvent", move)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    settle(page)
    guessed = float(mark.get_attribute("aria-valuenow"))
    assert 90 < guessed < 99
    expect(page.get_by_role("textbox")).to_have_value(formats.field_text(guessed, "price"))
    button(page, KIT["lock"]).click()
    (question,) = questions("why_early").guesses
    off = question.answer._replace(value=abs(question.answer.value - guessed))
    told = amounts({"truth": question.answer, "off": off})
    expect(page.get_by_text(f"It is {told['truth']}, which is {told['off']}")).to_be_visible()


def test_a_step_is_pointed_at_along_the_path_with_the_keys(learner):
    page = learner("watch")
    mark = page.get_by_role("slider", name=KIT["mark"])
    expect(mark).to_have_attribute("aria-orientation", "horizontal")
    mark.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    settle(page)
    expect(mark).to_have_attribute("aria-valuenow", "4")
    expect(page.get_by_role("textbox")).to_have_value("4")
    tab_to(page, KIT["lock"], "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Right: it is 4.")).to_be_visible()


def test_a_share_is_dragged_in_percent(learner):
    page = learner("whose_money")
    mark = page.get_by_role("slider", name=KIT["mark"])
    mark.focus()
    page.keyboard.press("PageUp")
    page.keyboard.press("ArrowUp")
    settle(page)
    expect(page.get_by_role("textbox")).to_have_value(formats.field_text(0.61, "percent"))


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
    expect(button(other, KIT["show_me"])).to_have_count(0)
    other.get_by_role("textbox").first.fill("50")
    other.keyboard.press("Enter")
    expect(other.get_by_text("You guessed")).to_contain_text("50")
    settle(other)
    page.goto(page.url.rpartition("/")[0] + "/course")
    expect(page.get_by_text("◐")).to_have_count(2)
    button(page, COURSE["forget"]).click()
    expect(
        page.get_by_role("link", name=COURSE["start"].format(title=read(SLUGS[0])["title"]))
    ).to_be_visible()
    settle(page)
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('liquidation-lab'))") == []


def test_the_whole_course_in_one_pass(learner):
    page, parts = learner(SLUGS[0]), list(PARTS)
    for slug in parts:
        expect(page.get_by_role("heading", level=1)).to_have_text(read(slug)["title"])
        settle(page)
        assert page.url.split("?")[0].endswith(slug)
        if slug in SLUGS:
            take(page, slug)
        at = parts.index(slug) + 1
        if at < len(parts):
            title = read(parts[at])["title"]
            page.get_by_role("link", name=COURSE["next"].format(title=title), exact=True).click()
    page.goto(f"{page.url.rpartition('/')[0]}/course")
    expect(page.get_by_text("●")).to_have_count(len(SLUGS))


def take(page: Page, slug: str) -> None:
    """Guess, lock, reveal, and answer every check."""
    asked = questions(slug)
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
        place.fill(formats.field_text(question.answer.value, question.answer.style))


def test_a_choice_is_made_by_keyboard(learner):
    page = learner("short")
    (question,) = questions("short").guesses
    assert isinstance(question, Choice)
    words = read("short")
    radio = page.get_by_role("radio", name=words[f"predict_{question.options[0]}"])
    radio.focus()
    page.keyboard.press("Space")
    expect(radio).to_be_checked()
    tab_to(page, KIT["lock"], "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You guessed")).to_contain_text(words[f"predict_{question.options[0]}"])


def test_a_hundred_prices_appear_one_by_one(learner):
    page = learner("how_likely")
    page.goto(f"{page.url}?stage=play")  # taken out of the address once it is read: not before a reload
    drawn = page.locator(".ll-plot .js-line:not(.ll-later)")
    paths = (
        page.locator(".ll-plot .scatterlayer .trace").filter(has=page.locator(".js-line")).locator(".js-line")
    )
    expect(paths).to_have_count(101)  # and the line at the trigger
    expect(drawn).to_have_count(2)  # nobody's fate but the first one's is seen before it is played
    for people in (2, 3):
        button(page, "Step forward").click()
        expect(drawn).to_have_count(people + 1)
        expect(page.locator(".ll-newest.js-line")).to_have_count(1)
        expect(page.locator(".ll-sentence")).to_contain_text(f"Person {people}:")
    touched = page.locator(".ll-plot .point:not(.ll-later)")
    # The hundred marks lie under the veil; of the crosses on the line only those of the drawn.
    ended = int(re.search(r"So far (\d+) of 3", page.locator(".ll-sentence").inner_text())[1])
    expect(touched).to_have_count(100 + ended)
    button(page, "Restart").click()
    expect(drawn).to_have_count(101)
