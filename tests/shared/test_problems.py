"""Every reason has its sentence, to the letter, and no sentence waits for a reason that nobody gives."""

import ast
import math
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.margin.scenario import LIMITS, Scenario, ScenarioError, Side
from engine.margin.tiers import MarginTier
from engine.market.file_problem import PriceFileError
from engine.market.file_table import NOT_TEXT
from engine.market.file_words import PRICES
from engine.market.price_file import parse_csv
from engine.market.prices import PathChoice, Shape, named_path, price_frame
from engine.odds.fit import log_moves
from engine.problem import Problem
from pages.shared import formats, link
from pages.shared.problems import WORDS, blanks_of, say, sentence
from pages.shared.words import read
from tests.broken_files import BROKEN, FIRST, bars, rows

ROOT = Path(__file__).parents[2]
# Sections that a sentence is put together from.
PARTS = {"line", "more", "model", "model_like", "stays", "one_value"}
RAISING = {"Problem", "ScenarioError", "PathError", "FileQuestion", "refusal", "_refusal", "say"}
TABLE = (
    MarginTier(0.0, 0.004, 0.0, 125.0),
    MarginTier(800.0, 0.01, 4.8, 50.0),
    MarginTier(2e6, 0.05, 80_004.8, 10.0),
)
# As open, high, low, close it is possible, but as close, high, low, open each bar begins where one ended.
ANY_ORDER = "2020-01-01,50,59,41,43\n2020-01-02,56,59,41,50\n2020-01-03,52,59,41,56\n"
FIXED_FEE = (MarginTier(0.0, 0.001, -5.0), MarginTier(5 / 0.009, 0.01))


def refused(make, *parts, **choices):
    with pytest.raises(Problem) as caught:
        make(*parts, **choices)
    return caught.value


def said(make, *parts, **choices):
    return sentence(refused(make, *parts, **choices))


# --- codes and sections --------------------------------------------------------------------------


def codes(folder):
    """Every code that a module gives as a reason, by its place; codes are written where they are given."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        chosen = {}  # code = "one" if ... else "other"
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                chosen.setdefault(node.targets[0].id, []).append(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args:
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in RAISING:
                    first = node.args[0]
                    options = chosen.get(first.id, []) if isinstance(first, ast.Name) else [first]
                    yield from (
                        (text.value, f"{path.relative_to(ROOT)}:{node.lineno}")
                        for option in options
                        for text in ast.walk(option)
                        if isinstance(text, ast.Constant) and str(text.value).isidentifier()
                    )


ENGINE = dict(codes("engine"))


def test_every_reason_of_the_engine_has_its_sentence():
    assert len(ENGINE) > 45
    missing = {code: where for code, where in ENGINE.items() if code not in WORDS}
    assert not missing


def test_every_sentence_is_said_somewhere():
    words = {name for name in WORDS if name.startswith(("price_", "kind_", "holds_", "expected_"))} - set(
        ENGINE
    )
    assert {name.partition("_")[0] for name in words} == {"price", "kind", "holds", "expected"}
    given = set(ENGINE) | {code for code, _ in codes("pages/shared")} | set(link._UNREADABLE.values())
    assert set(WORDS) - given - PARTS - words == set()


def test_the_words_in_blanks_are_those_of_the_engine():
    assert {f"kind_{kind}" for kind in NOT_TEXT.values()} == {n for n in WORDS if n.startswith("kind_")}
    assert {f"price_{name}" for name in PRICES} <= set(WORDS)
    assert {f"expected_{style}" for style in formats.FIELD} == {n for n in WORDS if n.startswith("expected_")}


def samples():
    """A problem of every code of the engine, really raised."""
    makes = [
        lambda: Scenario(leverage=300.0),
        lambda: Scenario(top_up_step=2.5),
        lambda: Scenario(leverage=50.1, tiers=TABLE),
        lambda: Scenario(leverage=25.0, maintenance_rate=0.05),
        lambda: Scenario(capital=6.0, leverage=200.0, trading_fee=0.05, tiers=FIXED_FEE),
        lambda: Scenario(capital=4.0, leverage=1.0, tiers=FIXED_FEE),
        lambda: Scenario(stop_price=120.0),
        lambda: Scenario(stop_price=90.0),
        lambda: Scenario(side=Side.SHORT, stop_price=100.0),
        lambda: Scenario(side=Side.SHORT, stop_price=120.0),
        lambda: PathChoice(shape="zigzag"),
        lambda: PathChoice(how_far=-0.99),
        lambda: PathChoice(steps=1),
        lambda: PathChoice(step_hours=0),
        lambda: PathChoice(volatility=6.0),
        lambda: PathChoice(points=(1.0,)),
        lambda: PathChoice(points=(1.0, 9.0)),
        lambda: named_path(Shape.RANDOM, 100.0, -0.1, 60),
        lambda: price_frame(PathChoice(shape=Shape.FILE), 100.0),
        lambda: price_frame(PathChoice(shape=Shape.REAL, start=21), 100.0),
        lambda: log_moves(np.linspace(100, 110, 30)),
        lambda: log_moves(100 * 1.01 ** np.arange(40)),
        lambda: parse_csv("date,price\n" + "2020-01-01,1\n" * 200_001),
        lambda: parse_csv("2024-01-01;1,085\n2024-01-02;1,092\n"),
        lambda: parse_csv("date,price\n03/04/2020,1\n03/05/2020,1\n"),
        lambda: parse_csv("2020-01-01,1,2\n2020-01-02,1,2\n"),
        lambda: parse_csv(ANY_ORDER),
    ]
    for problem in map(refused, makes):
        yield from getattr(problem, "problems", [problem])
    for content in BROKEN.values():
        yield from refused(parse_csv, content).problems


def test_every_reason_fills_every_blank_of_its_sentence():
    found = {}
    for problem in samples():
        found[problem.code] = problem
        text = WORDS[problem.code]
        blanks = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert blanks <= set(blanks_of(problem)), problem
        assert sentence(problem).endswith((".", "?"))
    assert set(ENGINE) - set(found) == set()


# --- positions -----------------------------------------------------------------------------------


def test_a_refusal_of_leverage_says_what_was_given_the_limit_and_what_to_do():
    assert said(Scenario, leverage=25.0, maintenance_rate=0.05) == (
        "Leverage 25x leaves $100.00 of your own behind a position of $2,500.00, but the platform "
        "requires $125.00: it would be closed the moment it is opened. Use less than 20x. Where the "
        "rules can be set, milder ones allow more."
    )
    assert said(Scenario, leverage=50.1, tiers=TABLE) == (
        "Leverage 50.1x is more than this venue allows for a position of $5,010.00: at most 50x. "
        "Use less leverage, less of your own money, or another venue."
    )
    assert "at most 10x" in said(Scenario, capital=1e6, leverage=11.0, tiers=TABLE)


def test_too_little_money_for_a_fixed_fee_is_told_to_add_money():
    assert said(Scenario, capital=4.0, leverage=1.0, tiers=FIXED_FEE).endswith(
        "Put up more of your own money, or choose another venue."
    )
    assert said(Scenario, capital=6.0, leverage=200.0, trading_fee=0.05, tiers=FIXED_FEE).endswith(
        "Use less than 3.26x, lower the fees, or choose another venue."
    )


@given(st.floats(1.0, 20.0), st.floats(0.0, 0.05), st.floats(1.0, 200.0))
def test_the_leverage_in_the_sentence_is_the_one_of_the_engine(capital, fee, leverage):
    try:
        Scenario(capital=capital, trading_fee=fee, leverage=leverage, tiers=FIXED_FEE)
    except ScenarioError as error:
        if error.field == "capital":
            assert "Use less than" not in sentence(error)
        else:
            named = float(sentence(error).split("Use less than ")[1].split("x")[0])
            assert named == error.values["most"]


@pytest.mark.parametrize("name", LIMITS)
def test_what_is_outside_its_limits_is_named_as_its_control_is(name):
    told = said(Scenario, **{name: -math.inf})
    assert told.partition(": ")[0] == read("controls")[name].partition("\n")[0]
    assert told.endswith("Choose a value in that range.")


def test_rates_are_refused_in_percent():
    assert "90\xa0% is outside 0\xa0% to 50\xa0%" in said(Scenario, maintenance_rate=0.9)
    assert said(Scenario, capital=0.5) == (
        "Your money: $0.5 is outside $1 to $1,000,000,000. Choose a value in that range."
    )


def test_steps_are_whole():
    assert said(Scenario, top_up_step=2.5) == (
        "Added after step: 2.5 lies between two steps. Choose a whole number."
    )


@pytest.mark.parametrize(
    "side, stop, words",
    [
        (
            Side.LONG,
            100.0,
            "A stop at 100.00 would close this long at once. Put it below the entry price of 100.00.",
        ),
        (Side.LONG, 120.0, "would close this long at once"),
        (
            Side.LONG,
            90.0,
            "A stop at 90.00 lies beyond the liquidation price of 90.45: the platform would act first, so "
            "the stop never could. Put it between 90.46 and 100.00.",
        ),
        (
            Side.SHORT,
            100.0,
            "A stop at 100.00 would close this short at once. Put it above the entry price of 100.00.",
        ),
        (Side.SHORT, 120.0, "Put it between 100.00 and 109.45."),
    ],
)
def test_a_stop_that_cannot_work_is_told_where_it_could(side, stop, words):
    assert words in said(Scenario, side=side, stop_price=stop)


def test_tiny_prices_can_be_read_in_a_refusal():
    assert "between 0.000001810 and 0.000002000" in said(Scenario, entry_price=2e-6, stop_price=1e-6)


def test_a_refusal_of_the_other_leverage_is_the_same_sentence():
    values = link.flat(link.DEFAULT) | {"maintenance_rate": 0.05, "compare": 25.0}
    error = refused(link.build, values)
    assert error.field == "compare"
    assert sentence(error) == said(Scenario, leverage=25.0, maintenance_rate=0.05)


# --- paths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "choice, words",
    [
        (
            {"shape": "zigzag"},
            f"shape 'zigzag' is not known. Choose one of {', '.join(Shape)}.",
        ),
        (
            {"how_far": -0.99},
            "The price moves by −99\xa0% here. More than −95\xa0% and at most 300\xa0% keep it above zero. "
            "Choose a smaller move, such as -12 %.",
        ),
        ({"how_far": 1.01, "shape": Shape.SIGNATURE}, "at most 100\xa0%"),
        ({"how_far": "-0.1"}, "The price moves by -0.1 here."),
        ({"steps": 1}, "steps 1 is not a whole number from 2 to 1,000. Choose one between them."),
        (
            {"seed": 10**400},
            "seed more than 1,000,000,000,000,000 is not a whole number from 0 to 4,294,967,295.",
        ),
        (
            {"step_hours": 0},
            "step_hours 0 is not above 0 and at most 8,760, a year. Choose a length such as 1 or 24 hours.",
        ),
        (
            {"volatility": 5.01},
            "The volatility of 501\xa0% is not from 0 % to 500\xa0% a year. Choose a value such as 60 %.",
        ),
        ({"points": (1.0,)}, "points has 1 waypoints; a path has 2 to 201. Add or delete waypoints."),
        (
            {"points": (1.0, 9.0)},
            "points holds 9, which is not above 0.05 and at most 4 times the entry price. Draw that "
            "waypoint nearer to the entry price.",
        ),
    ],
)
def test_a_bad_path_is_told_its_limit_and_a_mend(choice, words):
    assert words in said(PathChoice, **choice)


def test_what_makes_no_path_is_told_what_would():
    assert said(price_frame, PathChoice(shape=Shape.REAL, start=21), 100.0) == (
        "start 21 leaves fewer than two of the 22 bars. Choose a start from 0 to 20."
    )
    assert said(price_frame, PathChoice(shape=Shape.FILE), 100.0) == (
        "no price file was given. Choose a file, or another path."
    )
    for shape in (Shape.RANDOM, Shape.REAL):
        assert said(named_path, shape, 100.0, -0.1, 60) == (
            f"{shape} is not a named shape. Choose one such as calm or v-shape."
        )


def test_a_series_that_says_nothing_about_chance():
    assert said(log_moves, np.linspace(100, 110, 30)) == (
        "30 prices are too few to measure chance by: give 31 or more."
    )
    assert said(log_moves, [100.0, 110.0, 90.0], fewest=3).endswith("give 4 or more.")
    assert said(log_moves, 100 * 1.01 ** np.arange(40)) == (
        "Every step of this series moves the price by the same: there is no chance in it to measure."
    )


# --- files ---------------------------------------------------------------------------------------

IN_WORDS = {
    "empty": "The file is empty. It needs a column of dates and a column of prices.",
    "blank": "The file is empty. It needs a column of dates and a column of prices.",
    "delimiters only": ("The file holds delimiters only. It needs a column of dates and a column of prices."),
    "headings only": "The file has headings (“date”, “price”) but no rows of prices below them.",
    "yfinance without rows": ("The file has headings (“Date”, “Close”) but no rows of prices below them."),
    "one row": "The file has only one row of prices; a path needs at least two.",
    "xlsx": ("This is a spreadsheet or zip archive, not a text file. Open it and save or export it as CSV."),
    "xls": ("This is an old Excel workbook, not a text file. Open it and save or export it as CSV."),
    "pdf": "This is a PDF document, not a text file. Open it and save or export it as CSV.",
    "png": "This is an image, not a text file. Open it and save or export it as CSV.",
    "jpeg": "This is an image, not a text file. Open it and save or export it as CSV.",
    "gzip": "This is a gzip archive, not a text file. Open it and save or export it as CSV.",
    "parquet": "This is a Parquet table, not a text file. Open it and save or export it as CSV.",
    "other binary": ("This is not a text file: it holds binary data. Save or export it as CSV (UTF-8)."),
    "null bytes at the start": (
        "This is not a text file: it holds binary data. Save or export it as CSV (UTF-8)."
    ),
    "null bytes far below": (
        "This is not a text file: it holds binary data. Save or export it as CSV (UTF-8)."
    ),
    "utf-16 without its mark": (
        "This is not a text file: it holds binary data. Save or export it as CSV (UTF-8)."
    ),
    "web page": (
        "This is a web page, not a CSV file. Use the site's download or export button, not “save page as”."
    ),
    "xml": (
        "This is a web page, not a CSV file. Use the site's download or export button, not “save page as”."
    ),
    "json": "This is JSON, not CSV. Export it as CSV with columns of dates and prices.",
    "json list": "This is JSON, not CSV. Export it as CSV with columns of dates and prices.",
    "too many bytes": (
        "The file has 50 MB and at most 50 MB can be read. Cut it to a shorter period, or "
        "export longer bars (hours instead of minutes)."
    ),
    "one column": (
        "There is one value on each line, so the dates or the prices are missing. Put the "
        "date first and the price second, with a comma, a semicolon or a tab between "
        "them."
    ),
    "one column without headings": (
        "There is one value on each line, so the dates or the prices are missing. Put the "
        "date first and the price second, with a comma, a semicolon or a tab between "
        "them."
    ),
    "spaces as delimiter": (
        "There is one value on each line, so the dates or the prices are missing. Put the "
        "date first and the price second, with a comma, a semicolon or a tab between "
        "them."
    ),
    "bars as delimiter": (
        "There is one value on each line, so the dates or the prices are missing. Put the "
        "date first and the price second, with a comma, a semicolon or a tab between "
        "them."
    ),
    "no price column": (
        "No column is headed Close or Price; the headings are “date”, “volume”, “remark”. "
        "Name the prices Open, High, Low and Close, or Price if there is only "
        "one."
    ),
    "volumes": (
        "This is no file of prices: the column “volume” holds volumes. Export the prices, "
        "with open, high, low and close where there are any."
    ),
    "funding rates": (
        "This is no file of prices: the column “last_funding_rate” holds funding rates. "
        "Export the prices, with open, high, low and close where there are any."
    ),
    "two assets": (
        "The file holds prices of more than one thing: “BTC.Close”, “ETH.Close”. Give each "
        "a file of its own, with its open, high, low and close."
    ),
    "no price in any row": (
        "The column “price” holds no price in any row. Export the file again, or choose another one."
    ),
    "no order fits": (
        "The 5 columns have no headings, and in no order of them is every bar possible. "
        "Add a first line that names them all, such as "
        "date,open,high,low,close,volume."
    ),
    "no time column": (
        "No column is headed Date or Time; the headings are “open”, “high”, “low”, "
        "“close”. Rename the column with the dates."
    ),
    "two close columns": (
        "Two columns are headed “Close”. Give each asset a file of its own, with its open, "
        "high, low and close."
    ),
    "sideways": (
        "Line 1: has 500 values; a price file has a handful of columns. Put each time on a line of its own."
    ),
    "short row": "Line 3: has 3 values where 5 are expected; add or delete values.",
    "one value in a row": "Line 3: has 1 value where 5 are expected; add or delete values.",
    "a note below": ("Line 4: “end” is a note below the table, not a row of prices; delete this line."),
    "a sum below": ("Line 4: “Average” is a note below the table, not a row of prices; delete this line."),
    "decimal commas between commas": (
        "Line 2: has 3 values where 2 are expected; add or delete values. If commas stand "
        "inside the numbers, separate the columns with semicolons.\nLine 3: has 3 values "
        "where 2 are expected; add or delete values. If commas stand inside the numbers, "
        "separate the columns with semicolons."
    ),
    "headings twice": "Line 3: repeats the headings; delete this line.",
    "unclosed quote": (
        "Line 3: a quotation mark opens here without its partner, or a value has no end; "
        "delete the stray quotation mark."
    ),
    "text after a quote": (
        "Line 3: a quotation mark opens here without its partner, or a value has no end; "
        "delete the stray quotation mark."
    ),
    "endless value": (
        "Line 3: a quotation mark opens here without its partner, or a value has no end; "
        "delete the stray quotation mark."
    ),
    "text price": ("Line 3: the close is “abc”, not a number; write it like 1234.5, or delete the row."),
    "negative price": (
        "Line 3: the close is “-37.63”. A price below zero has happened, but it is beyond "
        "this model, which knows prices above zero only. Choose a time without "
        "one."
    ),
    "zero price": ("Line 3: the close is “0”, and a price must be above zero; correct it or delete the row."),
    "zero open": ("Line 3: the open is “0”, and a price must be above zero; correct it or delete the row."),
    "empty close of a bar": "Line 3: the close is missing (“”); fill it in or delete the row.",
    "null open of a bar": "Line 2: the open is missing (“null”); fill it in or delete the row.",
    "infinite price": ("Line 3: the close is “inf”, which is infinite; correct it or delete the row."),
    "overflowing price": ("Line 3: the close is “1e999”, which is infinite; correct it or delete the row."),
    "absurd price": (
        "Line 3: the close is “1e13”, and a price must lie from 0.00000001 to 10,000,000,000; correct it."
    ),
    "vanishing price": (
        "Line 3: the close is “1e-300”, and a price must lie from 0.00000001 to 10,000,000,000; correct it."
    ),
    "both marks": ("Line 3: the close is “1,5”, not a number; write it like 1234.5, or delete the row."),
    "two numbers": ("Line 3: the close is “1 5”, not a number; write it like 1234.5, or delete the row."),
    "percent": ("Line 3: the close is “5%”, not a number; write it like 1234.5, or delete the row."),
    "arabic digits": (
        "Line 3: the close is “\u0661\u0662”, not a number; write it like 1234.5, or delete the row."
    ),
    "high below low": "Line 3: the high 1 is below the low 3; are the columns swapped?",
    "close above high": (
        "Line 3: the close 4 is not between the low 1 and the high 3; correct the row or its headings."
    ),
    "open below low": (
        "Line 3: the open 0.5 is not between the low 1 and the high 3; correct the row or its headings."
    ),
    "empty time": (
        "Line 3: the time is missing; write it like “2020-01-01” on line 2, best as "
        "2020-01-31, or delete the row."
    ),
    "impossible date": (
        "Line 3: “2020-13-45” is not a real time, or not written like “2020-01-01” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "thirtieth of february": (
        "Line 3: “2020-02-30” is not a real time, or not written like “2020-02-28” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "word for a date": (
        "Line 3: “yesterday” is not a real time, or not written like “2020-01-01” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "the clock": (
        "Line 3: “now” is not a real time, or not written like “2020-01-01” on line 2, "
        "best as 2020-01-31; write every time so."
    ),
    "the clock among month names": (
        "Line 3: “today” is not a real time, or not written like “Mar 4, 2024” on line 2, "
        "best as 2020-01-31; write every time so."
    ),
    "digits of another script": (
        "Line 3: “2020-01-0\u0662” is not a real time, or not written like “2020-01-01” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "no date at all": (
        "Line 2: “a” is not a real time, or not written as 2020-01-31 or 2020-01-31 14:00; "
        "write every time so.\nLine 3: “b” is not a real time, or not written as 2020-01-31 "
        "or 2020-01-31 14:00; write every time so."
    ),
    "mixed layouts": (
        "Line 4: “15/01/2020” is not a real time, or not written like “2020-01-01” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "mixed the other way": (
        "Line 4: “2020-01-15” is not a real time, or not written like “13/01/2020” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "day first and month first": (
        "Line 4: “01/15/2020” is not a real time, or not written like “13/01/2020” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "two-digit year": (
        "Line 2: “13/01/20” is not a real time, or not written as 2020-01-31 or 2020-01-31 "
        "14:00; write every time so.\nLine 3: “14/01/20” is not a real time, or not written "
        "as 2020-01-31 or 2020-01-31 14:00; write every time so."
    ),
    "row numbers for dates": (
        "Line 2: “1” is not a real time, or not written as 2020-01-31 or 2020-01-31 14:00; "
        "write every time so.\nLine 3: “2” is not a real time, or not written as 2020-01-31 "
        "or 2020-01-31 14:00; write every time so."
    ),
    "spreadsheet day numbers": (
        "Line 2: “43831” is not a real time, or not written as 2020-01-31 or 2020-01-31 "
        "14:00; write every time so. A spreadsheet has changed it: format the column as a "
        "date before saving.\nLine 3: “43832” is not a real time, or not written as "
        "2020-01-31 or 2020-01-31 14:00; write every time so. A spreadsheet has changed "
        "it: format the column as a date before saving."
    ),
    "spreadsheet rounding": (
        "Line 2: “1.58397E+12” is not a real time, or not written as 2020-01-31 or "
        "2020-01-31 14:00; write every time so. A spreadsheet has changed it: format the "
        "column as a date before saving.\nLine 3: “1.58397E+12” is not a real time, or not "
        "written as 2020-01-31 or 2020-01-31 14:00; write every time so. A spreadsheet has "
        "changed it: format the column as a date before saving."
    ),
    "spreadsheet column too narrow": (
        "Line 2: “########” is not a real time, or not written as 2020-01-31 or 2020-01-31 "
        "14:00; write every time so. A spreadsheet has changed it: format the column as a "
        "date before saving.\nLine 3: “########” is not a real time, or not written as "
        "2020-01-31 or 2020-01-31 14:00; write every time so. A spreadsheet has changed "
        "it: format the column as a date before saving."
    ),
    "epoch nonsense": (
        "Line 3: “15839712” is not a real time, or not written like “1583971200” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "negative epoch": (
        "Line 3: “-1583971200” is not a real time, or not written like “1583971200” on "
        "line 2, best as 2020-01-31; write every time so."
    ),
    "year too early": (
        "Line 3: “1699-12-31” is not a real time, or not written like “2020-01-01” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "year too late": (
        "Line 3: “2345-01-01” is not a real time, or not written like “2020-01-01” on line "
        "2, best as 2020-01-31; write every time so."
    ),
    "same time twice": (
        "Line 3: has the same time as line 2 (2020-01-01T00:00:00); keep one row for each time."
    ),
    "same time twice newest first": (
        "Line 4: has the same time as line 3 (2020-01-01T00:00:00); keep one row for each time."
    ),
    "disorder": (
        "Line 4: 2020-01-02T00:00:00 comes after 2020-01-03T00:00:00 on line 3, but the "
        "file runs from oldest to newest; sort the rows by time."
    ),
    "disorder newest first": (
        "Line 4: 2020-01-03T00:00:00 comes after 2020-01-02T00:00:00 on line 3, but the "
        "file runs from newest to oldest; sort the rows by time."
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_the_line_the_finding_and_the_mend(name):
    error = refused(parse_csv, BROKEN[name])
    assert sentence(error) == IN_WORDS[name]
    for problem in error.problems:
        assert problem.values.get("line", 1) >= 1 and sentence(problem).endswith((".", "?"))


def test_a_mark_that_may_be_either_is_told_with_the_price_that_shows_it():
    assert said(parse_csv, "2024-01-01;$42,000\n2024-01-02;$41,500\n") == (
        "A price such as “$42,000” can be read in two ways, and no price in the file decides it. Choose one "
        "of them."
    )


def test_one_sentence_a_problem_in_the_order_of_lines():
    text = bars(
        "2020-01-01,1,1,1,1", "2020-01-02,a,1,1,1", "oops", "2020-13-01,1,1,1,-1", "2020-01-05,1,1,3,1"
    )
    told = said(parse_csv, text).splitlines()
    assert [line.split(":")[0] for line in told] == ["Line 3", "Line 4", "Line 5", "Line 5", "Line 6"]


def test_five_problems_are_told_and_the_rest_counted():
    told = said(parse_csv, rows(*[f"{1583971200 + place},x" for place in range(1200)])).splitlines()
    assert len(told) == 6 and told[-1] == "… and 1,195 more."


def test_a_bad_row_is_quoted_briefly_and_without_control_characters():
    told = said(parse_csv, rows(FIRST, "2020-01-02," + "x" * 100, "2020-01-03,a\x9bb"))
    assert "“" + "x" * 29 + "…”" in told
    assert "a\\x9bb" in told


def test_a_file_too_long_is_told_how_long_it_may_be():
    assert said(parse_csv, b"date,price\n" + b"2020-01-01,100\n" * 1_000_000) == (
        "The file has 1,000,001 lines and at most 200,000 rows can be read. Cut it to a shorter period, or "
        "export longer bars (hours instead of minutes)."
    )


def test_a_problem_of_the_whole_file_comes_first_and_without_a_line():
    error = PriceFileError([Problem("repeated_headings", line=3), Problem("one_row")])
    assert sentence(error) == (
        "The file has only one row of prices; a path needs at least two.\n"
        "Line 3: repeats the headings; delete this line."
    )


# --- links and typed numbers ---------------------------------------------------------------------


def test_a_link_is_told_what_it_asked_for_in_vain():
    query = {"side": "up", "points": "1,x", "capital": "lots", "lev": "5"}
    assert link.decode(query)[1] == [
        "side “up” is not one of the choices.",
        "points “1,x” is not a list of numbers.",
        "capital “lots” is not a number.",
        "“lev” is not a setting of this page.",
    ]
    notes = link.decode({"venue": "bybit", "capital": "1000000000"})[1]
    assert notes[0].startswith(
        "A position of $10,000,000,000.00 is larger than the table of Bybit, which ends at $"
    )
    assert notes[0].endswith(". Use less of your own money or less leverage.")


def test_a_limit_is_said_with_what_was_typed():
    assert say("above_limit", given="300x", limit="200x") == ("300x is above the limit. Type at most 200x.")
    assert say("below_limit", given="0x", limit="1x") == "0x is below the limit. Type at least 1x."
