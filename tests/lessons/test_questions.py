"""The course asks what it teaches: the numbers it promises, and mistakes that can be told apart."""

import math
import re
from itertools import combinations
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.questions import Choice, Grade, Numeric, grade
from pages.lessons.survey import BENCHMARK
from pages.lessons.together import SHOCK
from pages.shared.contents import MINUTES, PARTS, SLUGS
from pages.shared.presets import TRIGGERS
from tests.lessons.asked import quiz

QUESTIONS = {
    (slug, kind, question.name): question
    for slug in SLUGS
    for kind in ("guesses", "checks")
    for question in getattr(quiz(slug), kind)
}
NUMERICS = {place: question for place, question in QUESTIONS.items() if isinstance(question, Numeric)}
CHOICES = {place: question for place, question in QUESTIONS.items() if isinstance(question, Choice)}

# As the course plan prints them.
ANSWERS = {
    ("start_question", "guesses", "left"): "0",
    ("whose_money", "guesses", "lender_share"): "90%",
    ("whose_money", "checks", "borrowed_10"): "900",
    ("whose_money", "checks", "borrowed_250"): "750",
    ("whose_money", "checks", "share_25"): "96%",
    ("one_percent", "guesses", "left"): "60",
    ("one_percent", "checks", "up_3"): "130",
    ("one_percent", "checks", "down_7"): "30",
    ("one_percent", "checks", "percent_5x"): "-60%",
    ("one_percent", "checks", "start"): "0",
    ("where_it_ends", "guesses", "end_2"): "50",
    ("where_it_ends", "guesses", "end_5"): "80",
    ("where_it_ends", "guesses", "end_10"): "90",
    ("where_it_ends", "guesses", "end_50"): "98",
    ("where_it_ends", "checks", "fall_10"): "10%",
    ("where_it_ends", "checks", "end_200"): "150",
    ("where_it_ends", "checks", "survives_20"): "5",
    ("why_early", "guesses", "trigger"): "94.74",
    ("why_early", "checks", "trigger"): "94.74",
    ("why_early", "checks", "equity_at_trigger"): "47.37",
    ("why_early", "checks", "call_25"): "33.3%",
    ("why_early", "checks", "at_entry"): "20",
    ("watch", "guesses", "step"): "4",
    ("watch", "checks", "step"): "4",
    ("watch", "checks", "equity_94"): "40",
    ("watch", "checks", "after_fee"): "35.30",
    ("watch", "checks", "if_held"): "150",
    ("watch", "checks", "needed_gain"): "150%",
    ("short", "guesses", "more_room"): "long",
    ("short", "checks", "short_10"): "104.76",
    ("short", "checks", "short_1"): "190.48",
    ("short", "checks", "long_1"): "none",
    ("saved", "guesses", "add_trigger"): "89.47",
    ("saved", "checks", "add_trigger"): "89.47",
    ("saved", "checks", "sell_trigger"): "87.37",
    ("saved", "checks", "stop_filled"): "60",
    ("saved", "checks", "stop_next"): "55",
    ("saved", "checks", "cross_trigger"): "73.68",
    ("saved", "checks", "cross_lost"): "263.16",
    ("cross", "guesses", "pulled_12"): "90.95",
    ("cross", "checks", "pulled_8"): "86.95",
    ("cross", "checks", "taken_along"): "21.05%",
    ("cross", "checks", "lost_in_all"): "210.53",
    ("cross", "checks", "hedge"): "never",
    ("jump", "guesses", "equity_88"): "-20",
    ("jump", "checks", "equity_88"): "-20",
    ("jump", "checks", "owe"): "0",
    ("jump", "checks", "others_pay"): "15",
    ("jump", "checks", "filled_91"): "10",
    ("waiting", "guesses", "day"): "167",
    ("waiting", "checks", "month"): "9.00",
    ("waiting", "checks", "day"): "167",
    ("waiting", "checks", "fees_10"): "1%",
    ("waiting", "checks", "fees_50"): "5%",
    ("how_likely", "guesses", "paths_10"): "29",
    ("how_likely", "checks", "paths_10"): "29",
    ("how_likely", "checks", "paths_5"): "2",
    ("how_likely", "checks", "paths_20"): "63",
    ("how_likely", "checks", "closes"): "fewer",
    ("together", "guesses", "impact_2"): "88.5",
    ("together", "checks", "impact_2"): "88.5",
    ("together", "checks", "impact_1"): "93.5",
    ("together", "checks", "no_sale"): "95.5",
    ("rules", "guesses", "wiped_out"): "4.89",
    ("rules", "checks", "move"): "-20.47%",
    ("rules", "checks", "wiped_out"): "4.89",
    ("rules", "checks", "left_2"): "59.07",
    ("rules", "checks", "left_5"): "-2.33",
    ("rules", "checks", "closeout_30"): "1.67%",
    ("rules", "checks", "closeout_2"): "25%",
    ("rules", "checks", "losing"): "most",
    ("finish", "guesses", "left_25"): "0",
    ("finish", "guesses", "left_10"): "240",
}
PROSE = {
    ("where_it_ends", "cost_2_to_3"): "16.67%",
    ("where_it_ends", "cost_20_to_30"): "1.67%",
    ("why_early", "bankruptcy"): "90",
    ("why_early", "borrowed"): "900",
    ("why_early", "cushion"): "47.37",
    ("why_early", "requirement"): "47.37",
    ("why_early", "lost"): "52.63",
    ("why_early", "distance"): "5.26%",
    ("watch", "price"): "94",
    ("watch", "equity"): "40",
    ("watch", "requirement"): "47",
    ("watch", "final_price"): "105",
    ("watch", "final_move"): "5%",
    ("watch", "if_held"): "150",
    ("watch", "warning_step"): "1",
    ("watch", "call_step"): "2",
    ("short", "trigger_long"): "94.74",
    ("short", "trigger_short"): "104.76",
    ("short", "room_long"): "5.26%",
    ("short", "room_short"): "4.76%",
    ("saved", "lost"): "52.63",
    ("saved", "left"): "40",
    ("saved", "if_held"): "150",
    ("saved", "next_price"): "95.5",
    ("saved", "add_lost_there"): "105.26",
    ("saved", "add_returned"): "200",
    ("saved", "sell_line"): "87.37",
    ("saved", "sell_returned"): "110",
    ("saved", "stop_returned"): "55",
    ("saved", "share_line"): "73.68",
    ("saved", "share_lost_there"): "263.16",
    ("cross", "flat"): "78.95",
    ("cross", "alone"): "94.74",
    ("cross", "alone_lost"): "52.63",
    ("cross", "other_lost"): "120",
    ("cross", "real_alone"): "1114.78",
    ("cross", "real_beside"): "1153.26",
    ("jump", "shortfall"): "20",
    ("jump", "others_pay"): "15",
    ("jump", "lost"): "120",
    ("jump", "sale"): "880",
    ("waiting", "cost_per_day"): "0.30",
    ("waiting", "room"): "50",
    ("waiting", "month_share"): "9%",
    ("waiting", "dear_cost"): "1.50",
    ("waiting", "dear_day"): "34",
    ("waiting", "half"): "5",
    ("waiting", "half_day"): "500",
    ("how_likely", "times"): "13",
    ("how_likely", "at_end"): "15",
    ("how_likely", "at_closes"): "22",
    ("how_likely", "crash_normal"): "4500",
    ("how_likely", "crash_tails"): "220",
    ("together", "news"): "5.5",
    ("together", "forced"): "6",
    ("together", "after_1"): "92.5",
    ("together", "after_2"): "90.5",
    ("together", "tip"): "1.75",
    ("one_percent", "small_change"): "10%",
    ("one_percent", "benchmark_margin"): "15%",
    ("one_percent", "benchmark_others"): "31%",
    ("finish", "sale_25"): "1200",
    ("finish", "sale_10"): "1440",
}


def left(g):
    return g["capital"] + g["capital"] * g["leverage"] * g["move"]


def sold_off(g):
    return g["position"] * (1 + g["move"]) - (g["position"] - g["own"])


def borrowed(g):
    return g["capital"] * (g["leverage"] - 1)


def end(g):
    return g["entry"] * (1 - 1 / g["leverage"])


def trigger(g):
    return g["entry"] * (1 - 1 / g["leverage"]) / (1 - g["rate"])


def short_trigger(g):
    return g["entry"] * (1 + 1 / g["leverage"]) / (1 + g["rate"])


def step(g):
    units = g["capital"] * g["leverage"] / g["entry"]
    path = [g[f"price_{i}"] for i in range(7)]
    below = [g["capital"] + units * (p - g["entry"]) <= g["rate"] * units * p for p in path]
    return below.index(True)


def added(g):
    units = g["capital"] * g["leverage"] / g["entry"]
    owed = g["capital"] * (g["leverage"] - 1) - g.get("added", 0.0)
    return owed / units / (1 - g["rate"])


def sold_a_part(g):
    units = g["capital"] * g["leverage"] / g["entry"]
    owed = g["capital"] * (g["leverage"] - 1) - g["share"] * units * g["price"]
    return owed / (units * (1 - g["share"])) / (1 - g["rate"])


def shared(g):
    return added(g | {"added": g["wallet"] - g["capital"]})


def pulled(g):
    units = g["capital"] * g["leverage"] / g["entry"]
    for_a = g["in_wallet"] + units * (g["price"] - g["entry"]) - g["rate"] * units * g["price"]
    return (g["entry"] - for_a / units) / (1 - g["rate"])


def taken_along(g):
    position = g["capital"] * g["leverage"]
    return (g["in_wallet"] - 2 * g["rate"] * position) / (position - g["rate"] * position)


def room(g):
    return g["capital"] - g["requirement"]


def fees(g):
    return 2 * g["fee_rate"] * g["position"] / g["capital"]


def marked(g):
    return g["capital"] + g["capital"] * g["leverage"] * (g["price"] / g["entry"] - 1)


def touched(g):
    """Twice the share that ends below the trigger: a path that has been there is mirrored."""
    return round(200 * NormalDist().cdf(math.log(1 - g["distance"]) / (g["daily"] * math.sqrt(g["days"]))))


# A second road: what a learner with a pocket calculator does with the numbers of the question.
def chain(g):
    """Sell whoever's trigger the price has reached, until there is nobody."""
    price = g["shock"]
    for trigger in (g["trigger_1"], g["trigger_2"], g["trigger_3"]):
        price -= g["impact"] * (trigger >= price)
    return price


BY_HAND = {
    "impact_2": chain,
    "impact_1": chain,
    "no_sale": chain,
    "left": lambda g: sold_off(g) if "own" in g else left(g),
    "start": sold_off,
    "wiped_out": lambda g: 1 / (g["fall"] if "fall" in g else 1 - g["after"] / g["before"]),
    "move": lambda g: (g["after"] - g["before"]) / g["before"],
    "left_2": left,
    "left_5": left,
    "closeout_30": lambda g: g["capital"] / 2 / g["position"],
    "closeout_2": lambda g: g["capital"] / 2 / g["position"],
    "left_25": sold_off,
    "left_10": sold_off,
    "lender_share": lambda g: 1 - 1 / g["leverage"],
    "share_25": lambda g: 1 - 1 / g["leverage"],
    "borrowed_10": borrowed,
    "borrowed_250": borrowed,
    "up_3": left,
    "down_7": left,
    "percent_5x": lambda g: g["leverage"] * g["move"],
    "end_2": end,
    "end_5": end,
    "end_10": end,
    "end_50": end,
    "end_200": end,
    "fall_10": lambda g: 1 / g["leverage"],
    "survives_20": lambda g: 1 / g["fall"],
    "trigger": trigger,
    "equity_at_trigger": lambda g: g["rate"] * g["capital"] * g["leverage"] / g["entry"] * trigger(g),
    "call_25": lambda g: 1 - (1 - g["initial_rate"]) / (1 - g["rate"]),
    "at_entry": lambda g: 1 / g["rate"],
    "step": step,
    "equity_94": marked,
    "if_held": marked,
    "after_fee": lambda g: g["equity"] - g["fee_rate"] * g["sold"],
    "needed_gain": lambda g: g["capital"] / g["equity"] - 1,
    "short_10": short_trigger,
    "short_1": short_trigger,
    "add_trigger": added,
    "sell_trigger": sold_a_part,
    "stop_filled": marked,
    "stop_next": marked,
    "cross_trigger": shared,
    "cross_lost": lambda g: g["capital"] * g["leverage"] * (1 - shared(g) / g["entry"]),
    "pulled_12": pulled,
    "pulled_8": pulled,
    "taken_along": taken_along,
    "lost_in_all": lambda g: g["capital"] * g["leverage"] * (1 - g["price"] / g["entry"]),
    "equity_88": marked,
    "owe": lambda g: 0.0,
    "others_pay": lambda g: g["shortfall"] - g["fund"],
    "filled_91": marked,
    "month": lambda g: g["days"] * 24 / g["hours"] * g["funding_rate"] * g["position"],
    "day": lambda g: math.ceil(room(g) / g["cost_per_day"]),
    "fees_10": fees,
    "fees_50": fees,
    "paths_10": touched,
    "paths_5": touched,
    "paths_20": touched,
}


def every(questions):
    return pytest.mark.parametrize("place", questions, ids="-".join)


def printed(value, like):
    number = like.removesuffix("%")
    decimals = len(number.partition(".")[2])
    shown = f"{value * 100 if like.endswith('%') else value:.{decimals}f}"
    return shown + "%" * like.endswith("%")


def values(amounts):
    return {name: amount.value for name, amount in amounts.items()}


def test_the_order_of_the_course():
    assert SLUGS == (
        "start_question",
        "whose_money",
        "one_percent",
        "where_it_ends",
        "why_early",
        "watch",
        "short",
        "saved",
        "cross",
        "jump",
        "waiting",
        "how_likely",
        "together",
        "rules",
        "finish",
    )
    assert list(MINUTES) == list(SLUGS)
    assert list(MINUTES.values()) == [1, 4, 5, 5, 5, 6, 4, 6, 5, 5, 5, 6, 5, 5, 6]
    assert list(PARTS) == [*SLUGS[:-1], "challenges", "finish"]
    assert PARTS == MINUTES | {"challenges": 8}
    assert BENCHMARK == {"margin": 0.15, "others": 0.31}


def test_a_lesson_that_does_not_exist():
    with pytest.raises(ModuleNotFoundError):
        quiz("how_to_get_rich")


def test_the_questions_are_the_planned_ones_in_their_order():
    assert list(QUESTIONS) == list(ANSWERS)


@every(ANSWERS)
def test_the_answers_are_those_of_the_course_plan(place):
    answer = QUESTIONS[place].answer
    if place in CHOICES:
        assert answer == ANSWERS[place]
    else:
        assert printed(answer.value, ANSWERS[place]) == ANSWERS[place]
        assert (answer.style == "percent") == ANSWERS[place].endswith("%")


@pytest.mark.parametrize("place", PROSE, ids="-".join)
def test_the_numbers_for_the_prose(place):
    slug, name = place
    assert printed(quiz(slug).given[name].value, PROSE[place]) == PROSE[place]


@every(NUMERICS)
def test_the_given_numbers_lead_to_the_answer_by_hand(place):
    question = NUMERICS[place]
    assert BY_HAND[question.name](values(question.given)) == pytest.approx(question.answer.value, abs=1e-9)


@pytest.mark.parametrize("place", [*QUESTIONS, *SLUGS], ids=str)
def test_blanks_are_finite_numbers_with_a_known_style(place):
    given = quiz(place).given if place in SLUGS else QUESTIONS[place].given
    for name, (value, style) in given.items():
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)*", name)
        assert math.isfinite(value)
        assert type(value) is float
        assert style in ("money", "price", "percent", "multiple", "plain")


@every(QUESTIONS)
def test_a_move_has_its_sign_and_a_fall_has_none(place):
    g = values(QUESTIONS[place].given)
    if "move" in g:
        assert ("fall" in g, "rise" in g) == (g["move"] < 0, g["move"] > 0)
        assert g.get("fall", g.get("rise")) == abs(g["move"])


@every(NUMERICS)
def test_each_mistake_can_be_told_from_the_answer_and_the_others(place):
    q = NUMERICS[place]
    # Twice the tolerance: no number a learner types is near two of them.
    apart = 2 * q.tolerance + 1e-8
    found = {"": q.answer.value} | q.mistakes
    assert len(found) == len(q.mistakes) + 1
    for one, other in combinations(found, 2):
        assert abs(found[one] - found[other]) > apart, (one, other)
    assert 2 <= len(q.mistakes) <= 4
    assert all(math.isfinite(value) and type(value) is float for value in q.mistakes.values())
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", name) for name in q.mistakes)


@every(NUMERICS)
@given(share=st.floats(-1.0, 1.0))
def test_within_the_tolerance_everything_is_found(place, share):
    q = NUMERICS[place]
    assert grade(q, q.answer.value + share * q.tolerance) == Grade(True, "")
    for name, value in q.mistakes.items():
        assert grade(q, value + share * q.tolerance) == Grade(False, name)


@every(NUMERICS)
@given(answer=st.floats(allow_nan=True, allow_infinity=True))
def test_any_other_number_is_an_unknown_mistake(place, answer):
    q = NUMERICS[place]
    known = (q.answer.value, *q.mistakes.values())
    if not any(abs(answer - value) <= q.tolerance + 1e-8 for value in known):
        assert grade(q, answer) == Grade(False, "")


@every(NUMERICS)
@pytest.mark.parametrize("answer", [math.nan, math.inf, -math.inf, "", "long"])
def test_no_number_is_no_answer(place, answer):
    assert grade(NUMERICS[place], answer) == Grade(False, "")


@every(NUMERICS)
def test_just_outside_the_tolerance_is_wrong(place):
    q = NUMERICS[place]
    for sign in (1, -1):
        assert not grade(q, q.answer.value + sign * (1.01 * q.tolerance + 1e-6)).is_right


@every(CHOICES)
def test_a_choice_knows_its_options(place):
    q = CHOICES[place]
    assert q.answer in q.options and len(set(q.options)) == len(q.options) == 3
    for option in q.options:
        right = option == q.answer
        assert grade(q, option) == Grade(right, "" if right else option)
    assert grade(q, "something else") == Grade(False, "")
    assert grade(q, math.nan) == Grade(False, "")


@pytest.mark.parametrize(
    ("place", "mistake", "value"),
    [
        (("start_question", "guesses", "left"), "no_leverage", "250"),
        (("start_question", "guesses", "left"), "loan_forgotten", "500"),
        (("whose_money", "checks", "borrowed_10"), "ten_percent_debt", "10"),
        (("whose_money", "checks", "borrowed_10"), "whole_position", "1000"),
        (("one_percent", "checks", "down_7"), "wrong_way", "170"),
        (("one_percent", "checks", "percent_5x"), "wrong_way", "60%"),
        (("where_it_ends", "checks", "fall_10"), "wrong_way", "-10%"),
        (("why_early", "checks", "trigger"), "one_over_leverage", "90"),
        (("why_early", "checks", "trigger"), "requirement_at_entry", "95"),
        (("why_early", "checks", "equity_at_trigger"), "all_lost", "0"),
        (("why_early", "checks", "call_25"), "requirement_at_entry", "25%"),
        (("watch", "checks", "after_fee"), "fee_on_own", "39.80"),
        (("watch", "checks", "needed_gain"), "same_percent", "60%"),
        (("short", "checks", "short_10"), "mirror", "105.26"),
        (("short", "checks", "short_1"), "one_over_leverage", "200"),
        (("finish", "guesses", "left_10"), "no_leverage", "360"),
        (("whose_money", "checks", "borrowed_250"), "share_of_own", "187.50"),
        (("whose_money", "checks", "share_25"), "as_at_ten", "90%"),
        (("one_percent", "checks", "up_3"), "borrowed_only", "127"),
        (("where_it_ends", "guesses", "end_50"), "leverage_as_percent", "50"),
        (("where_it_ends", "checks", "end_200"), "points_for_percent", "175"),
        (("where_it_ends", "checks", "survives_20"), "falls_to", "1.25"),
        (("why_early", "checks", "trigger"), "cushion_below", "85.71"),
        (("why_early", "checks", "trigger"), "rate_of_bankruptcy", "94.50"),
        (("why_early", "checks", "at_entry"), "decimal_slip", "2"),
        (("watch", "checks", "step"), "margin_call", "2"),
        (("watch", "checks", "equity_94"), "at_trigger", "47.37"),
        (("watch", "checks", "after_fee"), "fee_on_entry", "35.00"),
        (("watch", "checks", "needed_gain"), "price_gain", "6.38%"),
        (("short", "checks", "short_1"), "rate_of_bankruptcy", "190"),
        (("saved", "checks", "add_trigger"), "not_moved", "94.74"),
        (("saved", "checks", "add_trigger"), "shifted", "89.74"),
        (("saved", "checks", "sell_trigger"), "loss_forgotten", "84.21"),
        (("saved", "checks", "sell_trigger"), "one_over_leverage", "83"),
        (("saved", "checks", "stop_next"), "at_stop", "60"),
        (("saved", "checks", "cross_trigger"), "counted_twice", "63.16"),
        (("saved", "checks", "cross_lost"), "isolated_loss", "52.63"),
        (("saved", "checks", "cross_lost"), "left_over", "36.84"),
        (("cross", "checks", "pulled_8"), "not_moved", "78.95"),
        (("cross", "checks", "pulled_8"), "wrong_way", "70.95"),
        (("cross", "checks", "pulled_8"), "requirement_forgotten", "82.11"),
        (("cross", "checks", "taken_along"), "alone", "5.26%"),
        (("cross", "checks", "taken_along"), "lone_wallet", "26.32%"),
        (("cross", "checks", "taken_along"), "one_over_leverage", "30%"),
        (("cross", "checks", "taken_along"), "requirement_at_entry", "20%"),
        (("cross", "checks", "lost_in_all"), "alone", "52.63"),
        (("cross", "checks", "lost_in_all"), "capital_only", "200"),
        (("cross", "checks", "lost_in_all"), "left_over", "89.47"),
        (("jump", "checks", "equity_88"), "all_lost", "0"),
        (("jump", "checks", "equity_88"), "change_only", "120"),
        (("jump", "checks", "owe"), "without_protection", "20"),
        (("jump", "checks", "others_pay"), "fund_only", "5"),
        (("jump", "checks", "filled_91"), "at_trigger", "47.37"),
        (("waiting", "checks", "month"), "rate_on_own", "0.90"),
        (("waiting", "checks", "day"), "all_used_up", "334"),
        (("waiting", "checks", "day"), "once_a_day", "500"),
        (("waiting", "checks", "day"), "rate_on_own", "1667"),
        (("waiting", "checks", "fees_50"), "one_way", "2.5%"),
        (("how_likely", "checks", "paths_10"), "end_only", "15"),
        (("how_likely", "checks", "paths_5"), "room_as_chance", "20"),
        (("how_likely", "checks", "paths_5"), "in_proportion", "14.5"),
        (("rules", "guesses", "wiped_out"), "leverage_as_percent", "20.47"),
        (("rules", "checks", "move"), "of_the_end", "-25.73%"),
        (("rules", "checks", "left_5"), "change_only", "102.33"),
        (("rules", "checks", "closeout_30"), "one_over_leverage", "3.33%"),
        (("together", "checks", "impact_2"), "first_only", "92.5"),
        (("together", "checks", "impact_2"), "from_trigger", "89"),
        (("together", "checks", "impact_1"), "all_go", "91.5"),
        (("together", "checks", "impact_1"), "from_trigger", "94"),
        (("together", "checks", "no_sale"), "first_goes", "93.5"),
    ],
)
def test_where_a_likely_thinking_leads(place, mistake, value):
    assert printed(NUMERICS[place].mistakes[mistake], value) == value


def test_asking_twice_gives_the_same_and_shares_nothing():
    first = quiz("watch")
    first.given.clear()
    assert quiz("watch").given and quiz("watch") == quiz("watch")
    assert quiz("one_percent").checks[-1].given == quiz("start_question").guesses[0].given


def test_the_tipping_point_of_the_lesson_on_crowds():
    given = values(quiz("together").guesses[0].given)
    tip = quiz("together").given["tip"].value
    assert chain(given | {"impact": tip}) == SHOCK - len(TRIGGERS) * tip
    assert chain(given | {"impact": tip - 0.01}) > SHOCK - len(TRIGGERS) * (tip - 0.01) + 1
