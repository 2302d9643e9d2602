"""The words of the course: every blank filled, every section used, every term explained, easy to read."""

import re
from pathlib import Path
from string import Formatter

import pytest
import textstat

from engine.facts import facts, in_one_wallet, outcome
from engine.margin.scenario import Scenario
from engine.market.prices import PathChoice, price_frame
from engine.market.replay import replay
from engine.questions import Choice, Numeric
from pages.lab.cascade.chains import tell_three
from pages.lessons.benchmark import _right
from pages.lessons.saved import RESCUES
from pages.lessons.together import IMPACT, SHOCK
from pages.shared.contents import CHAPTERS, MINUTES, SLUGS
from pages.shared.lesson.course import questions
from pages.shared.words import amounts, glossary, plain, read

ROOT = Path(__file__).parents[2]
PLAIN = Scenario(maintenance_rate=0.05)
NOW = amounts(facts(PLAIN, -0.04) | outcome(replay(PLAIN, price_frame(PathChoice(), 100.0))))
BESIDE = NOW | amounts(in_one_wallet(PLAIN, -0.04))
FIRST = {"first_answer": "$250", "first_truth": "$0", "first_sure": "80 %"}
PLAYED = [slug for slug in SLUGS if questions(slug).checks]
READING = [*SLUGS, "lesson", "course", "glossary", "about", "teach"]
HARDEST = 9.0
ABOUT = ("modelled", "not_modelled", "honesty", "not_advice", "losses", "privacy", "licence")
SOURCES = "\n".join(p.read_text() for p in (ROOT / "pages").rglob("*.py"))
# Numbers that belong to the words themselves.
WRITTEN = {("lesson", "unit_multiple"): {"3"}, ("glossary", "intro"): {"100"}}

# Words in the pictures of the lessons, and the blanks filled there.
DRAWN = {
    "watch": {"still_step": ""},
    "saved": {"still_before": "price", "still_entry": "price", "still_price": ""},
    "jump": {"still_before": "own", "still_left": ""},
    "waiting": {"still_day": ""},
    "together": {"still_trigger": "price", "still_price": ""},
    "whose_money": {
        "axis_leverage": "",
        "axis_share": "",
        "picture_position": "position",
        "picture_borrowed": "borrowed",
        "picture_borrowed_narrow": "borrowed",
        "picture_yours": "own",
        "picture_share": "leverage share",
        "picture_share_narrow": "leverage share",
        "picture_guess": "guess",
        "picture_truth": "truth",
    },
    "one_percent": {
        "still_before": "own",
        "still_left": "",
        "axis_change": "",
        "picture_price": "price",
        "picture_money": "money",
        "picture_guess": "",
        "picture_now": "now",
    },
    "where_it_ends": {
        "axis_leverage": "",
        "axis_price": "",
        "tick_entry": "price",
        "legend_guesses": "",
        "legend_truths": "",
        "picture_gone": "leverage price",
        "picture_gone_narrow": "leverage price",
        "picture_never": "leverage",
    },
    "why_early": {
        "still_entry": "price",
        "still_gone": "price",
        "axis_price": "",
        "axis_money": "",
        "picture_at_once": "",
        "picture_trigger": "price",
        "picture_guess": "price",
        "picture_yours": "own",
        "picture_asks": "",
        "picture_asks_narrow": "",
        "picture_cushion": "cushion",
        "picture_bankrupt": "price",
    },
    "short": {
        "still_both": "price",
        "axis_price": "",
        "picture_entry": "price",
        "picture_trigger": "distance price",
        "picture_trigger_narrow": "distance price",
        "picture_none": "price",
        "picture_long": "leverage",
        "picture_short": "leverage",
    },
    "cross": {
        "still_a": "price",
        "still_b": "price",
        "axis_price": "",
        "picture_guess": "price",
        "wallet_same": "left",
        "wallet_lost": "change left",
        "wallet_gained": "change left",
        "picture_asked": "amount",
        "a_together": "",
        "a_together_narrow": "",
        "a_alone": "",
        "a_alone_narrow": "",
        "b_together": "",
        "b_together_narrow": "",
        "b_alone": "",
        "b_alone_narrow": "",
        "row_open": "name price",
        "row_safe": "name price",
        "row_closed": "name",
        "row_closed_at": "name price",
        "row_closed_at_once": "name",
        "alone_at_once": "",
    },
    "how_likely": {
        "still_people": "",
        "count_of": "count seen",
    },
    "rules": {
        "still_leverage": "",
        "axis_left": "",
        "picture_guess": "leverage",
        "picture_own": "leverage",
        "picture_cap": "leverage name",
        "cap_pair": "first second",
        "cap_us_shares": "",
        "cap_eu_currencies": "",
        "cap_eu_indices": "",
        "cap_eu_commodities": "",
        "cap_eu_shares": "",
        "cap_eu_crypto": "",
    },
    "finish": {
        "still_stock": "position",
        "still_left": "",
        "axis_share": "",
        "picture_margin": "",
        "picture_others": "",
    },
}


def prose(slug):
    """Blanks of the prose around the questions."""
    asked = questions(slug)
    question = asked.guesses[0]
    known = amounts(asked.given) | amounts(question.given) | truth(question)
    return known | ({"leverages": "2x, 5x"} if slug == "where_it_ends" else {})


def truth(question):
    return (
        amounts({"truth": question.answer, "guess": question.answer}) if isinstance(question, Numeric) else {}
    )


def expected(slug):
    """Every section a lesson's file has, with the blanks that are filled there."""
    asked, own = questions(slug), prose(slug)
    sections = dict.fromkeys(("title",), {}) | dict.fromkeys(
        ("hook", "predict", "goal", "wrong", "discuss"), own
    )
    for question in asked.guesses:
        given = amounts(question.given)
        if isinstance(question, Choice):
            for option in question.options:
                sections[f"predict_{option}"] = {}
                sections[f"{'right' if option == question.answer else 'wrong'}_{option}"] = own
        else:
            sections[f"predict_{question.name}"] = given
            for key in ("near", "low", "high"):
                sections[key] = own | given | truth(question)
    for question in asked.checks:
        given, name = amounts(question.given), f"check_{question.name}"
        sections[name] = given
        answer = amounts({"answer": question.answer}) if isinstance(question, Numeric) else {}
        sections[f"{name}_right"] = given | answer
        if isinstance(question, Choice):
            for option in question.options:
                sections[f"{name}_option_{option}"] = {}
                if option != question.answer:
                    sections[f"{name}_{option}"] = given
        else:
            for thinking in question.mistakes:
                sections[f"{name}_{thinking}"] = given | answer | {"mistake": "$1"}
    if slug == "start_question":
        for key in ("near", "low", "high"):
            del sections[key]
        return sections | {"confidence": {}, "kept": own}
    sections |= {name: dict.fromkeys(filled.split(), "4") for name, filled in DRAWN.get(slug, {}).items()}
    sections |= dict.fromkeys(("reveal", "rule"), own)
    if slug in PLAYED:
        sections |= dict.fromkeys(("play", "now", "alt"), BESIDE if slug == "cross" else NOW) | {"try": own}
    if slug == "saved":
        sections |= dict.fromkeys(("way", *(f"way_{name}" for name in RESCUES)), {})
        sections |= {"now": NOW | {"stopped": ""}, "stopped": NOW | {"stop": "$96"}}
    if slug == "how_likely":
        counted = dict.fromkeys(("days", "daily", "ended", "alive", "at_closes", "at_end"), "ten")
        sections |= dict.fromkeys(("now", "alt"), NOW | counted)
        sections |= {
            "dots_step": dict.fromkeys(("person", "fate", "count"), "4"),
            "fate_ended": {"day": "4"},
            "fate_alive": {"days": "10"},
        }
        plain_ones = ("dial_steps", "lab", "few", "rows", "dots_ended", "dots_alive", "dots_guess")
        plain_ones += ("axis_price", "axis_days", "trigger")
        columns = (f"column_{name}" for name in ("leverage", "ended", "at_closes", "at_end"))
        sections |= dict.fromkeys((*plain_ones, *columns, "count_ended", "count_alive"), {})
    if slug == "cross":
        sections |= {"dial_how_far": {}}
    if slug == "rules":
        sections |= dict.fromkeys(
            ("dial_leverage", "rule_column", "cap_column", "room_column", "left_column"), {}
        )
    if slug == "together":
        shown = tell_three({"impact": IMPACT, "shock": SHOCK})
        sections |= dict.fromkeys(("now", "alt"), NOW | shown)
        sections |= dict.fromkeys(("dial_impact", "dial_shock", "room"), {})
    if slug == "one_percent":
        sections |= dict.fromkeys(("after", "after_missing"), FIRST | _right())
    if slug == "finish":
        sections |= {
            "first": FIRST,
            "first_missing": {},
            "reference": _right(),
            "reference_alt": _right(),
            "card": NOW,
        }
        plain_ones = (
            "calibration_title",
            "calibration",
            "calibration_none",
            "try",
            "card_title",
            "help_title",
            "help",
        )
        sections |= dict.fromkeys((*plain_ones, "lesson", "guess", "truth"), {})
    return sections


def blanks(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("slug", SLUGS)
def test_every_section_is_used_and_every_blank_filled(slug):
    words, sections = read(slug), expected(slug)
    optional = {f"predict_{q.name}" for q in questions(slug).guesses if isinstance(q, Numeric)}
    assert words.keys() - sections.keys() == set()
    assert sections.keys() - words.keys() - optional == set()
    for name, text in words.items():
        assert blanks(text) <= sections[name].keys(), name
    if (
        len(questions(slug).guesses) == 1
        and isinstance(questions(slug).guesses[0], Numeric)
        and slug != "start_question"
    ):
        assert "{guess}" not in words["reveal"]  # the same words serve a room, where nobody typed one


@pytest.mark.parametrize("slug", SLUGS)
def test_no_number_of_the_engine_is_typed(slug):
    for name, text in read(slug).items():
        typed = re.findall(r"(?<![\w{])[$−-]?\d[\d.,]*", re.sub(r"\{\w+\}", "", text))
        allowed = {"500", "2015", "2018", "1", "2", "3", "4", "5", "6", "0"}  # S&P 500, years, list numbers
        allowed |= {"19", "1987"}  # a date
        assert {n.strip("$−-.,") for n in typed} <= allowed, (name, typed)


def test_every_term_of_the_glossary_is_used_and_every_link_leads_somewhere():
    used = set()
    for slug in (*SLUGS, "glossary", "about", "teach"):
        for text in read(slug).values():
            used |= {found.partition("|")[0] for found in re.findall(r"\[\[([^\]]+)\]\]", text)}
    assert used - set(glossary()) == set()
    assert set(glossary()) - used == set()
    assert len(glossary()) >= 30


@pytest.mark.parametrize("slug", SLUGS)
def test_a_term_is_linked_at_its_first_use_only(slug):
    text = "\n".join(read(slug).values())
    terms = [found.partition("|")[0] for found in re.findall(r"\[\[([^\]]+)\]\]", text)]
    assert len(terms) == len(set(terms))


def readable(slug):
    """A text file as a learner reads it, without tables."""
    filled = {}
    for sections in (expected(s) for s in SLUGS):
        for known in sections.values():
            filled |= known
    filled |= NOW | {f"minutes_{s}": str(count) for s, count in MINUTES.items()} | FIRST
    parts = []
    for text in read(slug).values():
        named = filled | {name: "ten" for name in blanks(text) - filled.keys()}
        text = re.sub(r"[*_`•→←✓✕]|^- ", "", plain(text, **named), flags=re.MULTILINE)
        parts.append(text if text.rstrip().endswith((".", "?", "!", "”")) else f"{text}.")
    return "\n".join(parts)


@pytest.mark.parametrize("slug", READING)
def test_the_words_are_easy_enough(slug):
    grade = textstat.flesch_kincaid_grade(readable(slug))
    print(f"{slug}: Flesch-Kincaid grade {grade:.1f}")
    assert grade <= HARDEST


# Sections whose names are put together where they are read.
FAMILIES = {
    "lesson": [f"unit_{style}" for style in ("money", "price", "percent", "multiple", "plain")]
    + ["it_is_more", "it_is_less"]
    + [f"verdict_{kind}" for kind in ("right", "more", "less")],
    "course": [f"card_{state}" for state in ("new", "begun", "done")]
    + [f"chapter_{chapter}" for chapter in CHAPTERS]
    + ["path_core", "path_deeper", "previous", "next", "start", "resume"],
    "about": [f"{part}{end}" for part in ABOUT for end in ("", "_title")],
    "teach": [
        *(f"{part}_title" for part in ("demo", "class", "presenter")),
        "demo",
        "class_plan",
        "presenter",
    ]
    + [f"{part}_label" for part in ("goal", "wrong", "discuss")]
    + [f"unit_{counted}" for counted in ("step", "day", "paths")],
    "model": [],
    "glossary": glossary(),
}


@pytest.mark.parametrize("slug", FAMILIES)
def test_every_section_of_the_other_pages_is_read_somewhere(slug):
    words, named = read(slug), set(FAMILIES[slug])
    assert named <= words.keys()
    for section in words.keys() - named:
        assert f'["{section}"]' in SOURCES or f'"{section}"' in SOURCES, section


@pytest.mark.parametrize("slug", ["lesson", "course", "about", "glossary"])
def test_numbers_of_the_other_pages_are_computed(slug):
    for section, text in read(slug).items():
        typed = re.findall(r"\d[\d.,]*", re.sub(r"\{\w+\}", "", text))
        assert {n.strip(".,") for n in typed} <= WRITTEN.get((slug, section), set()), section
