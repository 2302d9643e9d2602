"""A bot takes the course: every lesson right and wrong, from links, and with a memory."""

import json
import re
from importlib import resources
from itertools import pairwise
from math import isclose
from xml.etree import ElementTree

import pytest

from engine.questions import Choice, Numeric
from pages.lessons.challenges.puzzles import PUZZLES
from pages.shared import formats
from pages.shared.contents import CORE, PARTS, SLUGS
from pages.shared.lesson import course
from pages.shared.lesson.course import questions
from pages.shared.words import amounts, plain, read, say
from tests.apptest import BROKEN, TEXTS, has, headline, message, query, typed, visit

KIT = read("lesson")
LESSONS = [slug for slug in SLUGS if questions(slug).checks]
# What the course promises to show, by lesson.
PROMISED = {
    "whose_money": ("$900", "$750", "96 %", "90 %"),
    "one_percent": ("$130", "$30", "−60 %", "15 %", "31 %"),
    "where_it_ends": ("10 %", "$150", "5x", "16.67 %", "1.67 %"),
    "why_early": ("$94.74", "$47.37", "33.33 %", "20x"),
    "watch": ("$40", "$35.30", "$150", "150 %"),
    "short": ("$104.76", "$190.48"),
    "saved": ("$89.47", "$87.37", "$60", "$55", "$73.68", "$263.16", "$52.63", "$200", "$110"),
    "cross": (
        "**$180**",
        "**$94**",
        "**$90.95**",
        "$86.95",
        "$78.95",
        "21.05 %",
        "$210.53",
        "$52.63",
        "$1,114.78",
        "$1,153.26",
    ),
    "jump": ("−$20", "$20", "$5", "$15", "$10", "$0"),
    "waiting": ("$9", "167", "9 %", "1 %", "5 %", "$1.50", "34"),
    "how_likely": ("29", "63", "13 times", "15", "4,500", "220"),
    "rules": ("4.89x", "−20.47 %", "$59.07", "−$2.33", "1.67 %", "25 %", "74", "89"),
    "together": ("$88.50", "$93.50", "$95.50", "$1.75", "3 of 3"),
    "finish": ("$240", "15 %", "31 %"),
}


def arrive(slug, query="", **records):
    """A new visitor on a page, with what the browser remembers."""
    at = visit(slug, query, unfolded=False)
    if records:
        at.session_state["memory"] = {"stored": {"records": records}}
        at.run()
    return at


def text_of(at):
    """Everything that is written on the page."""
    assert not at.exception, at.exception
    parts = [element.value for kind in TEXTS for element in getattr(at, kind)]
    parts += [element.label for element in (*at.text_input, *at.radio)]
    parts += [element.proto.label for element in at.get("page_link")]
    parts += [radio for element in at.radio for radio in element.options]
    return "\n".join(parts)


def press(at, label):
    next(button for button in at.button if button.label == label).click()
    return at.run()


def put(at, slug, part, question, value):
    """Answer a question in its own control."""
    key = f"{slug}.{part}.{question.name}"
    if isinstance(question, Choice):
        at.radio(key=key).set_value(value)
    else:
        at.text_input(key=key).set_value(
            value if isinstance(value, str) else formats.field_text(value, question.answer.style)
        )


def guess(at, slug, right=True):
    """Guess the truth, or something far from it, and lock it in."""
    asked = questions(slug).guesses
    if all("leverage" in q.given for q in asked) and len(asked) > 1:
        points = [q.answer.value if right else q.answer.value / 2 for q in asked]
        at.session_state[f"{slug} points"] = points
        return press(at, KIT["lock"])
    for question in asked:
        if isinstance(question, Choice):
            wrong = next(option for option in question.options if option != question.answer)
            put(at, slug, "guess", question, question.answer if right else wrong)
        else:
            put(at, slug, "guess", question, question.answer.value if right else question.answer.value + 7)
    return press(at, KIT["lock"])


def answer(at, slug, question, value):
    put(at, slug, "check", question, value)
    at.button(key=f"{slug}.submit.{question.name}").click()
    return at.run()


def record(at, slug):
    return at.session_state["memory records"].get(slug, {})


def to_the_checks(slug, right=True):
    at = guess(arrive(slug), slug, right)
    return press(at, KIT["show_me"])


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_shown_before_there_is_a_guess(slug):
    at = arrive(slug)
    words = read(slug)
    written = text_of(at)
    assert say(words["title"]) in written
    for question in questions(slug).guesses:
        if isinstance(question, Numeric) and question.answer.value:
            given = set(amounts(question.given).values())
            shown = amounts({"answer": question.answer})["answer"]
            assert shown in given or not re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.])", written)
    if "reveal" in words:
        assert KIT["show_me"] not in [button.label for button in at.button]
        assert KIT["rule_title"] not in written


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_a_guess_is_kept_said_back_and_judged(slug, right):
    at = guess(arrive(slug), slug, right)
    assert record(at, slug)["stage"] == "play"
    words = read(slug)
    if "reveal" not in words:
        assert plain(words["kept"]) in text_of(at).replace("\\", "")
        return
    written = text_of(press(at, KIT["show_me"]))
    assert KIT["rule_title"] in written and not BROKEN.search(written)
    for question in questions(slug).guesses:
        if isinstance(question, Numeric):
            given = record(at, slug)["guesses"][question.name]
            key = "near" if right else "high" if given > question.answer.value else "low"
            blanks = amounts(questions(slug).given) | amounts(question.given)
            blanks |= amounts({"truth": question.answer, "guess": question.answer._replace(value=given)})
            assert say(words[key], **blanks) in written
    if "confidence" in words:
        assert record(at, slug)["sure"] == 50


@pytest.mark.slow
@pytest.mark.parametrize("slug", LESSONS)
def test_every_wrong_answer_is_answered_with_its_likely_thinking(slug):
    at = to_the_checks(slug, right=False)
    for question in questions(slug).checks:
        if isinstance(question, Choice):
            wrong = {option: option for option in question.options if option != question.answer}
        else:
            wrong = question.mistakes
        blanks = amounts(question.given)
        if isinstance(question, Numeric):
            blanks |= amounts({"answer": question.answer})
        for thinking, value in wrong.items():
            at = answer(at, slug, question, value)
            if isinstance(question, Numeric):
                blanks |= amounts({"mistake": question.answer._replace(value=value)})
            told = say(read(slug)[f"check_{question.name}_{thinking}"], **blanks)
            assert [element.value for element in at.info] == [f"{KIT['wrong']} {told}"]
        if isinstance(question, Numeric):
            beyond = question.tolerance + 0.123
            for off, key in ((beyond, "it_is_less"), (-beyond, "it_is_more")):
                at = answer(at, slug, question, question.answer.value + off)
                assert [element.value for element in at.info] == [f"{KIT['wrong']} {KIT[key]}"]
            at = answer(at, slug, question, "lots")
            assert "cannot be read as a number" in at.error[0].value and not at.info
            assert at.text_input(key=f"{slug}.check.{question.name}").value == "lots"
        at = answer(
            at, slug, question, question.answer.value if isinstance(question, Numeric) else question.answer
        )
        told = say(read(slug)[f"check_{question.name}_right"], **blanks)
        assert at.success[-1].value == f"{KIT['right']} {told}" and not at.info and not at.error
    assert not BROKEN.search(text_of(at))


@pytest.mark.parametrize("slug", PROMISED)
def test_the_whole_lesson_shows_what_the_course_promises(slug):
    at = to_the_checks(slug)
    for question in questions(slug).checks:
        value = question.answer if isinstance(question, Choice) else question.answer.value
        at = answer(at, slug, question, value)
    written = text_of(at).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")
    for number in PROMISED[slug]:
        assert number in written, number
    assert len(record(at, slug).get("checks", {})) == len(questions(slug).checks)


def test_an_answer_takes_units_and_commas():
    at = to_the_checks("whose_money")
    first, second, third = questions("whose_money").checks
    for question, text in ((first, "$ 900.00"), (second, "750 usd"), (third, "96%")):
        at = answer(at, "whose_money", question, text)
        assert at.session_state["memory records"]["whose_money"]["checks"][question.name]
    assert text_of(at).count(KIT["right"]) == 3


def test_what_was_typed_stays_when_it_cannot_be_read():
    at = arrive("whose_money")
    at.text_input(key="whose_money.guess.lender_share").set_value("nearly all")
    press(at, KIT["lock"])
    assert "nearly all" in text_of(at) and not record(at, "whose_money")
    assert at.text_input(key="whose_money.guess.lender_share").value == "nearly all"
    at = press(arrive("short"), KIT["lock"])
    assert KIT["choose_first"] in text_of(at)
    at = press(arrive("where_it_ends"), KIT["lock"])
    assert KIT["drag_first"].partition(":")[0] in text_of(at)


def test_a_learner_who_comes_back_finds_everything():
    done = to_the_checks("why_early")
    question = questions("why_early").checks[0]
    done = answer(done, "why_early", question, question.answer.value)
    kept = json.loads(json.dumps(record(done, "why_early")))
    at = arrive("why_early", why_early=kept, course={"last": "why_early"})
    assert KIT["right"] in text_of(at) and KIT["rule_title"] in text_of(at)
    map_ = arrive("course", why_early=kept, course={"last": "why_early"})
    assert f"Go on with “{read('why_early')['title']}”" in text_of(map_)
    press(map_, read("course")["forget"])
    assert map_.session_state["memory records"] == {}
    assert read("course")["start"].format(title=read("start_question")["title"]) in text_of(map_.run())


def test_hostile_memories_do_no_harm():
    bad = [
        {"stage": "reveal"},
        {"stage": "nonsense", "guesses": 3},
        {"guesses": {"lender_share": "much"}, "stage": "reveal", "checks": []},
        {"stage": ["reveal"], "checks": {"borrowed_10": None, "strange": 1}},
    ]
    for memory in bad:
        text_of(arrive("whose_money", whose_money=memory))
        text_of(arrive("finish", whose_money=memory, start_question=memory))
        text_of(arrive("course", whose_money=memory, course={"last": 7}))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_link_opens_a_lesson_in_a_state(slug):
    at = arrive(slug, "stage=reveal")
    assert (KIT["rule_title"] in text_of(at)) == ("rule" in read(slug))
    assert record(at, slug) == {}
    text_of(arrive(slug, "stage=perhaps&step=-1&view=&foo=1"))
    text_of(arrive(slug, f"view=presenter&step={'9' * 5000}"))


def test_a_link_takes_nothing_from_what_was_done():
    kept = {"stage": "reveal", "guesses": {"lender_share": 0.75}, "checks": {"borrowed_10": 900}}
    at = arrive("whose_money", "stage=play", whose_money=kept)
    assert "You guessed **75" in text_of(at) and KIT["rule_title"] not in text_of(at)
    at = press(at, KIT["show_me"])
    at = answer(at, "whose_money", questions("whose_money").checks[1], 750.0)
    assert record(at, "whose_money")["guesses"] == {"lender_share": 0.75}
    assert set(record(at, "whose_money")["checks"]) == {"borrowed_10", "borrowed_250"}


def test_a_link_does_not_open_the_gate_for_good():
    at = arrive("whose_money", "stage=reveal")
    at = answer(at, "whose_money", questions("whose_money").checks[0], 900.0)
    again = arrive("whose_money", whose_money=record(at, "whose_money"))
    assert KIT["show_me"] not in [b.label for b in again.button]
    at = press(arrive("whose_money", "stage=play"), KIT["show_me"])
    assert KIT["rule_title"] in text_of(at)


def test_links_of_the_teachers_page_work_after_the_lesson_was_open():
    at = guess(arrive("whose_money"), "whose_money")
    at.switch_page("pages/teach.py").run()
    at.query_params["view"] = "presenter"
    at.switch_page("pages/whose_money.py").run()
    assert KIT["forward"] in [button.label for button in at.button], at.exception
    at.query_params.clear()
    at.switch_page("pages/teach.py").run()
    at.query_params["stage"] = "reveal"
    at.switch_page("pages/whose_money.py").run()
    assert KIT["rule_title"] in text_of(at)


@pytest.mark.parametrize("slug", ["one_percent", "why_early", "whose_money", "watch"])
def test_guess_and_truth_are_drawn_together_as_long_as_it_is_the_same_question(slug):
    (question,) = questions(slug).guesses
    whole = {"guesses": {question.name: round(question.answer.value)}, "stage": "reveal"}
    at = arrive(slug, **{slug: whole})  # a browser brings 60.0 back as 60
    picture = "linked" if slug == "watch" else "picture"
    assert "your guess" in json.dumps(message(at, picture))
    at.session_state[f"{slug}.leverage"] = {"edit": "3x"}
    assert ("your guess" in json.dumps(message(at.run(), picture))) == (slug == "whose_money")
    assert "your guess" not in json.dumps(message(arrive(slug, "stage=play"), picture))


@pytest.mark.parametrize(
    ("slug", "value", "level"), [("saved", 92.0, "your guess 92.00"), ("jump", 0.0, "your guess $0.00")]
)
def test_a_guessed_level_stands_in_the_linked_figure(slug, value, level):
    (question,) = questions(slug).guesses
    whole = {"guesses": {question.name: value}, "stage": "reveal"}
    at = arrive(slug, **{slug: whole})
    assert level in json.dumps(message(at, "linked"))
    name, text = ("top_up", "60") if slug == "saved" else ("how_far", "-20")
    assert "your guess" not in json.dumps(message(typed(at, name, text), "linked"))


def test_the_other_coin_is_played_with_and_the_guess_stands_beside_the_trigger():
    whole = {"guesses": {"pulled_12": 85.0}, "stage": "reveal"}
    at = arrive("cross", cross=whole)
    assert "your guess $85.00" in json.dumps(message(at, "picture"))
    at = typed(at, "how_far", "-25")
    picture = json.dumps(message(at, "picture"))
    assert "your guess" not in picture and "$50</b>, $250 lost" in picture
    now = next(m.value for m in at.markdown if "Left in the wallet" in m.value).replace("\\", "")
    assert "**$50**" in now and "**$87.50**" in now and "**$103.95**" in now
    at = typed(at, "wallet", "1000")
    assert "no trigger" in next(m.value for m in typed(at, "how_far", "0").markdown if "Asked for" in m.value)
    unborrowed = arrive("cross", "stage=play&leverage=1")
    assert next(m.value for m in unborrowed.markdown if "Asked for" in m.value).count("no trigger") == 2


@pytest.mark.parametrize("query", ["stage=play&leverage=25", "view=presenter&step=2&leverage=25"])
def test_a_position_that_only_its_wallet_keeps_open_is_said_to_be_closed_at_once(query):
    at = typed(arrive("cross", query), "leverage", "30")
    now = next(m.value for m in at.markdown if "Asked for" in m.value)
    assert now.endswith("closed at once.") and "30x" not in now
    assert json.dumps(message(at, "picture"), ensure_ascii=False).count("✕ closed at once") >= 2
    assert "$94.74" in text_of(typed(at, "leverage", "10")).replace("\\", "")


@pytest.mark.parametrize(("name", "text"), [("impact", "1"), ("shock", "95")])
def test_a_lesson_s_own_numbers_are_played_with_and_travel_in_its_link(name, text):
    whole = {"guesses": {"impact_2": 92.5}, "stage": "reveal"}
    at = arrive("together", together=whole)
    assert "your guess" in json.dumps(message(at, "picture")) and "3 of 3" in text_of(at)
    at = typed(at, name, text)
    assert "your guess" not in json.dumps(message(at, "picture"))
    assert query(at) == f"{name}={text}"
    again = arrive("together", f"stage=play&{query(at)}")
    assert message(again, "picture")["page"]["alt"] == message(at, "picture")["page"]["alt"]


@pytest.mark.parametrize("link", ["impact=0.1", "impact=4", "shock=90", "shock=100"])
def test_a_link_reaches_both_ends_of_a_lesson_s_own_numbers(link):
    at = arrive("together", f"stage=play&{link}")
    assert query(at) == f"stage=play&{link}"
    assert not at.exception and not at.warning and not at.error


def tag(at):
    """The price tag: the cells of each row by its name."""
    (told,) = [m.value for m in at.markdown if m.value.startswith("| The price tag")]
    rows = [line.replace("\\", "").strip("| ").split(" | ") for line in told.splitlines()[2:]]
    return {name: cells for name, *cells in rows}


def test_a_rescue_is_chosen_played_and_priced():
    at = arrive("saved", "stage=play")
    assert tag(at)["Would be closed at"] == ["$94.74", "$89.47"] and has(at, "top_up")
    seen = {
        "sell": ("reduce_fraction", "$87.37", "$78.16", "$110"),
        "stop": ("stop_price", "$96", "$40", "$55"),
        "share": ("wallet", "$73.68", "$263.16", "$350"),
        "add": ("top_up", "$89.47", "$105.26", "$200"),
    }
    for way, (dial, line, lost, left) in seen.items():
        at.button_group("saved.way").set_value(way).run()
        assert [has(at, name) for name in ("top_up", "reduce_fraction", "stop_price", "wallet")].count(
            True
        ) == 1
        assert has(at, dial)
        assert tag(at)["Would be closed at"][1] == line
        assert tag(at)["Lost if closed there"] == ["$52.63", lost]
        assert tag(at)["Yours when this path ends"] == ["$40", left]
        assert "without it" in json.dumps(message(at, "linked"))
        again = arrive("saved", f"stage=play&{query(at)}")
        assert tag(again) == tag(at) and has(again, dial)
    at.button_group("saved.way").set_value("none").run()
    assert tag(at)["Yours when this path ends"] == ["$40"]
    assert "without it" not in json.dumps(message(at, "linked"))


def test_a_stop_beyond_the_trigger_is_refused_with_the_reason():
    at = arrive("saved", "stage=play&top_up=0&stop_price=96")
    dial = message(at, "stop_price")
    assert (round(dial["low"], 2), dial["high"]) == (94.74, 100)
    at = typed(at, "stop_price", "94")
    assert "the platform would act first" in message(at, "stop_price")["problem"]
    assert tag(at)["Would be closed at"][1] == "$96"


@pytest.mark.parametrize("stage", ["play", "reveal"])
def test_a_stop_that_was_hit_says_its_price_what_is_kept_and_that_it_could_be_worse(stage):
    told = "Your stop at $96 is filled at $95.50, the next price there is. You keep $55 of your $100. That"
    at = arrive("saved", f"stage={stage}&top_up=0&stop_price=96")
    assert told in text_of(at).replace("\\", "") and "could have been worse" in text_of(at)
    for way in ("none", "add", "sell", "share"):
        at.button_group("saved.way").set_value(way).run()
        assert "is filled at $" not in text_of(at).replace("\\", "")


@pytest.mark.parametrize(("slug", "told"), [("saved", "| The price tag"), ("jump", "Comes back to you")])
def test_what_stands_below_the_picture_is_a_page_of_its_own_in_a_room(slug, told):
    picture, below = (arrive(slug, f"view=presenter&step={step}") for step in (2, 3))
    assert has(picture, "linked") and "| The price tag" not in text_of(picture)
    assert told in text_of(below) and not has(below, "linked")
    assert has(below, "waterfall") == (slug == "jump") and not has(picture, "waterfall")


def test_who_is_paid_for_waiting_can_wait_for_ever():
    at = typed(arrive("waiting", "stage=play"), "funding_rate", "-0.01")
    assert "the platform acts is: **never**" in text_of(at)


def test_every_leverage_a_lesson_speaks_of_can_be_set_in_it():
    for slug in ("whose_money", "one_percent", "where_it_ends"):
        at = arrive(slug, "stage=play")
        for leverage in ("1x", "50x", "125x"):
            at.session_state[f"{slug}.leverage"] = {"edit": leverage}
            assert not text_of(at.run()).count(read("controls")["refused"])


def test_a_position_without_a_trigger_is_spoken_of_in_words():
    for slug in ("where_it_ends", "why_early", "short"):
        at = arrive(slug, "stage=play&leverage=1")
        now = next(m.value for m in at.markdown if "1x" in m.value and "**" in m.value)
        assert formats.UNKNOWN not in now.replace("\N{NO-BREAK SPACE}", " ").split(), now
        assert f" {formats.UNKNOWN}" not in message(at, "picture")["page"]["alt"]


@pytest.mark.parametrize("text", ["1e12", "1e308", "-9e99"])
def test_a_number_no_answer_could_be_is_refused_and_not_kept(text):
    at = arrive("why_early")
    at.text_input(key="why_early.guess.trigger").set_value(text)
    press(at, KIT["lock"])
    assert text in at.error[0].value and record(at, "why_early") == {}
    for number in (10**400, 1e300, True):
        at = visit("why_early", unfolded=False)
        at.session_state["memory records"] = {
            "why_early": {"stage": "reveal", "guesses": {"trigger": number}}
        }
        assert KIT["show_me"] not in [b.label for b in at.run().button]


def test_what_was_answered_stands_in_its_field_when_the_learner_comes_back():
    at = to_the_checks("whose_money")
    at = answer(at, "whose_money", questions("whose_money").checks[0], "nine hundred")
    at.switch_page("pages/course.py").run()
    at.switch_page("pages/whose_money.py").run()
    assert at.text_input(key="whose_money.check.borrowed_10").value == "nine hundred"
    kept = {"stage": "reveal", "guesses": {"lender_share": 0.9}, "checks": {"borrowed_10": 900}}
    at = arrive("whose_money", whose_money=kept)
    assert at.text_input(key="whose_money.check.borrowed_10").value == "$900"


def test_forgetting_forgets_the_dragged_points_as_well():
    at = arrive("where_it_ends", course={"last": "where_it_ends"})
    at.session_state["where_it_ends points"] = [50.0, 80.0, 90.0, 98.0]
    at.run()
    at.switch_page("pages/course.py").run()
    press(at, read("course")["forget"])
    at.switch_page("pages/where_it_ends.py").run()
    press(at, KIT["lock"])
    assert KIT["drag_first"].partition(":")[0] in text_of(at)


def test_forgetting_forgets_what_was_typed_as_well():
    at = to_the_checks("whose_money")
    at = answer(at, "whose_money", questions("whose_money").checks[0], "nine hundred")
    at.switch_page("pages/course.py").run()
    press(at, read("course")["forget"])
    at.switch_page("pages/whose_money.py").run()
    assert at.text_input(key="whose_money.guess.lender_share").value == ""
    assert not at.error


@pytest.mark.parametrize("slug", LESSONS)
def test_try_this_opens_the_simulator_somewhere_else(slug):
    at = to_the_checks(slug)
    for question in questions(slug).checks:
        at = answer(
            at, slug, question, question.answer if isinstance(question, Choice) else question.answer.value
        )
    (link,) = [e for e in at.get("page_link") if e.proto.label == plain(read(slug)["try"], **truths(slug))]
    assert link.proto.query_string
    opened = visit("simulator", link.proto.query_string, unfolded=False)
    assert not opened.exception and not opened.info
    assert headline(opened) != headline(visit("simulator", unfolded=False))


def test_a_lesson_is_done_when_it_was_explained_and_every_check_answered():
    icon = {state: course.STATES[state] for state in course.STATES}
    for record, state in (
        ({"guesses": {"left_25": 0, "left_10": 240}, "stage": "play"}, "begun"),
        ({"guesses": {"left_25": 0, "left_10": 240}, "stage": "reveal"}, "done"),
        ({}, "new"),
    ):
        labels = [e.proto.label for e in arrive("course", finish=record).get("page_link")]
        assert f"{icon[state]} {read('finish')['title']}" in labels


def test_a_guess_goes_on_from_a_link_that_shows_the_question():
    kept = {"stage": "reveal", "guesses": {"lender_share": 0.75}}
    at = arrive("whose_money", "stage=guess", whose_money=kept)
    assert KIT["play_title"] not in text_of(at)
    assert KIT["play_title"] in text_of(guess(at, "whose_money"))


def truths(slug):
    asked = questions(slug)
    return amounts(asked.given) | amounts(asked.guesses[0].given)


def test_a_guess_that_was_dragged_is_kept_and_the_distance_told():
    at = arrive("one_percent")
    (question,) = questions("one_percent").guesses
    assert message(at, "one_percent.still")["page"]["handles"]["y"] == [question.given["capital"].value]
    at.text_input(key="one_percent.guess.left").set_value("$96")
    at = press(at, KIT["lock"])
    assert "It is **\\$60**, which is \\$36 less than your guess." in text_of(at)
    right = arrive("one_percent")
    right.text_input(key="one_percent.guess.left").set_value("60")
    assert "**Right:** it is **\\$60**." in text_of(press(right, KIT["lock"]))
    less = arrive("one_percent")
    less.text_input(key="one_percent.guess.left").set_value("50")
    assert "which is \\$10 more than your guess" in text_of(press(less, KIT["lock"]))


def test_the_question_asked_first_is_not_answered_before_its_lesson():
    at = arrive("start_question")
    at.text_input(key="start_question.guess.left").set_value("$250")
    written = text_of(press(at, KIT["lock"]))
    assert "You guessed **\\$250**" in written
    assert "It is **" not in written and "Right:" not in written


def test_a_share_that_was_missed_is_told_in_points():
    at = arrive("whose_money")
    at.text_input(key="whose_money.guess.lender_share").set_value("75 %")
    told = text_of(press(at, KIT["lock"]))
    assert "which is 15 percentage points more than your guess" in told


def test_the_links_of_the_ten_minute_plan_open_the_slides_they_name():
    links = re.findall(r"\[([^\]]+)\]\((\w+)\?view=presenter&step=(\d)\)", read("teach")["demo"])
    assert [slug for _, slug, _ in links].count("watch") == 2 and len(links) == 8
    for name, slug, step in links:
        at = arrive(slug, f"view=presenter&step={step}")
        title = KIT["slide"].format(title=read(slug)["title"], number=int(step) + 1, count="")
        assert title.strip() in text_of(at)
        if name == "Vote":  # a mark, or several, for the class's guesses
            key = f"{slug}.{'picture' if slug == 'where_it_ends' else 'still'}"
            assert message(at, key)["page"]["handles"]["y"]
        elif name != "Ask it":
            assert at.get("bidi_component")


@pytest.mark.parametrize("slug", SLUGS)
def test_a_presenter_turns_every_page(slug):
    at = arrive(slug, "view=presenter")
    seen, count = set(), 0
    while True:
        written = text_of(at)
        assert not BROKEN.search(written)
        seen.add(written)
        forward = next(button for button in at.button if button.label == KIT["forward"])
        if forward.disabled:
            break
        at, count = press(at, KIT["forward"]), count + 1
    assert len(seen) == count + 1 >= 3
    if "rule" in read(slug):
        assert any(re.split(r"\{|\[\[", read(slug)["rule"])[0] in page for page in seen)
    assert f"step={count}" in message(at, "address")["query"]
    same = arrive(slug, f"view=presenter&step={count}")
    assert text_of(same) == written
    text_of(arrive(slug, "view=presenter&step=9999"))


def test_the_map_shows_every_lesson_and_the_minutes():
    written = text_of(arrive("course"))
    paths = {part: read("course")["path_core" if part in CORE else "path_deeper"] for part in PARTS}
    rows = [read("course")["card_new"].format(minutes=PARTS[part], path=paths[part]) for part in PARTS]
    assert [line for line in written.split("\n") if line in rows] == rows
    assert "about 40 minutes, everything about 80" in written.replace("**", "")


def test_every_part_has_a_small_picture_that_gives_no_number_away():
    for part in PARTS:
        drawing = ElementTree.fromstring(
            resources.files("pages.lessons.small").joinpath(f"{part}.svg").read_text()
        )
        assert drawing.get("aria-hidden") == "true" and len(drawing)
        assert not re.search(r"\d", "".join(drawing.itertext()))


def test_the_short_path_goes_on_past_what_is_deeper():
    assert [part for part in PARTS if part in CORE] == list(CORE)
    next_core = read("course")["next_core"]
    for before, after in pairwise(CORE):
        labels = [e.proto.label for e in arrive(before).get("page_link")]
        is_next = list(PARTS).index(after) == list(PARTS).index(before) + 1
        assert (next_core.format(title=read(after)["title"]) in labels) is not is_next
    assert not any("short path" in e.proto.label for e in arrive("finish").get("page_link"))


def test_after_a_part_of_the_short_path_its_next_part_is_offered():
    done = {
        "stage": "reveal",
        "guesses": {q.name: like(q) for q in questions("why_early").guesses},
        "checks": {q.name: like(q) for q in questions("why_early").checks},
    }
    at = arrive("course", course={"last": "why_early"}, why_early=done)
    label = read("course")["resume"].format(title=read("saved")["title"])
    assert at.get("page_link")[0].proto.label == label


def test_one_leads_to_the_next_and_the_puzzles_are_not_skipped():
    links = {part: [e.proto.label for e in arrive(part).get("page_link")] for part in PARTS}
    for before, after in pairwise(PARTS):
        assert read("course")["next"].format(title=read(after)["title"]) in links[before]
        assert read("course")["previous"].format(title=read(before)["title"]) in links[after]


def test_going_on_leads_to_the_last_lesson_or_to_what_is_left_the_puzzles_too():
    done = {
        slug: {
            "stage": "reveal",
            "guesses": {q.name: like(q) for q in questions(slug).guesses},
            "checks": {q.name: like(q) for q in questions(slug).checks},
        }
        for slug in SLUGS
    }
    begun = {"watch": done["watch"] | {"stage": "play"}}
    for last, goes_on, kept in (
        ("watch", "watch", begun),
        ("rules", "challenges", done),
        ("finish", "challenges", done),
        ("gone", "whose_money", {"start_question": done["start_question"]}),
    ):
        at = arrive("course", course={"last": last}, **kept)
        label = read("course")["resume"].format(title=read(goes_on)["title"])
        assert at.get("page_link")[0].proto.label == label
    done["challenges"] = {"solved": list(PUZZLES)}
    at = arrive("course", course={"last": "finish"}, **done)
    assert at.get("page_link")[0].proto.label == read("course")["finished"]


def like(question):
    return question.options[0] if isinstance(question, Choice) else question.answer.value


def test_the_first_answer_returns_at_the_end():
    start = {"stage": "play", "guesses": {"left": 250.0}, "sure": 80}
    guesses = {"stage": "reveal", "guesses": {"lender_share": 0.75}}
    at = press(guess(arrive("finish", start_question=start, whose_money=guesses), "finish"), KIT["show_me"])
    written = text_of(at)
    assert "**\\$250**" in written and "80 %" in written.replace("\N{NO-BREAK SPACE}", " ")
    row = "| The lender’s share at 10x, in percent | 75\xa0% | 90\xa0% |"
    assert row in written.replace("\\", "")
    assert read("finish")["card_title"] in written
    assert isclose(record(at, "finish")["guesses"]["left_10"], 240.0)


def test_a_first_answer_without_its_certainty_does_not_return():
    start = {"stage": "play", "guesses": {"left": 250.0}}
    at = arrive("finish", start_question=start)
    at = press(guess(at, "finish"), KIT["show_me"])
    assert not at.exception
    written = text_of(at)
    assert "**\\$250**" not in written and read("finish")["first_missing"].split("{")[0] in written


@pytest.mark.parametrize("page", ["glossary", "model", "about", "teach"])
def test_the_reading_pages_are_whole(page):
    written = text_of(arrive(page))
    assert len(written) > 1000 and not BROKEN.search(written)
    assert "[[" not in written and "{" not in re.sub(r"`[^`]*`", "", written)


COUNTED = {"step": "step {}", "day": "day {}"} | dict.fromkeys(
    ("paths_10", "paths_5", "paths_20"), "{} of a hundred"
)


def test_the_answer_key_holds_every_answer():
    written = text_of(arrive("teach")).replace("\\", "")
    for slug in SLUGS:
        for question in (*questions(slug).guesses, *questions(slug).checks):
            if isinstance(question, Numeric):
                answer = amounts({"a": question.answer})["a"]
                assert f"| {COUNTED.get(question.name, '{}').format(answer)} |" in written
    # No cell of the key is a number that does not say of what.
    key = [cell for line in written.split("\n") if line.startswith("| ") for cell in line.split(" | ")[1:]]
    bare = re.compile(r"[\d.,]+")
    assert len(key) > 100
    assert [part for cell in key for part in cell.strip(" |").split(" · ") if bare.fullmatch(part)] == []
