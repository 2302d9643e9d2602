"""One refusal holds every problem."""

import pickle

import pytest

from engine.market.file_problem import NAMED_PROBLEMS, FileQuestion, PriceFileError
from engine.market.price_file import parse_csv
from engine.problem import Problem
from tests.broken_files import FIRST, bars, rows


def test_one_error_holds_every_problem_in_the_order_of_lines():
    text = bars(
        "2020-01-01,1,1,1,1", "2020-01-02,a,1,1,1", "oops", "2020-13-01,1,1,1,-1", "2020-01-05,1,1,3,1"
    )
    with pytest.raises(PriceFileError) as error:
        parse_csv(text)
    assert [each.values["line"] for each in error.value.problems] == [3, 4, 5, 5, 6]
    assert str(error.value).count("\n") == 4


def test_five_problems_are_shown_and_the_rest_counted():
    with pytest.raises(PriceFileError) as error:
        parse_csv(rows(*[f"{1583971200 + place},x" for place in range(1200)]))
    message = str(error.value).splitlines()
    assert error.value.count == 1200 and len(error.value.problems) == NAMED_PROBLEMS == 5
    assert len(message) == 6 and message[-1] == "and 1195 more"


def test_a_problem_quotes_the_file_in_full_and_names_it_briefly():
    with pytest.raises(PriceFileError) as error:
        parse_csv(rows(FIRST, "2020-01-02," + "x" * 100, "2020-01-03,a\x9bb"))
    assert [each.values["cell"] for each in error.value.problems] == ["x" * 100, "a\x9bb"]
    assert "x" * 58 + "…" in str(error.value)
    assert "a\\x9bb" in str(error.value)


def test_the_error_survives_a_copy_to_another_process():
    error = PriceFileError([Problem("third", line=3), Problem("whole")])
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error) == "whole\nthird (line=3)"
    assert [each.values for each in copy.problems] == [{}, {"line": 3}]
    assert pickle.loads(pickle.dumps(PriceFileError(error.problems, 700))).count == 700
    question = FileQuestion("which_mark", {".": {"number": 1.0}}, cell="1.000")
    copy = pickle.loads(pickle.dumps(question))
    assert (copy.code, copy.options, copy.values) == (question.code, question.options, question.values)
