"""A question with its answer, the likely wrong answers, and the judging of what somebody said.

Every answer, and what each likely misunderstanding leads to, is computed. A mistake is named after the
thinking behind it; whoever asks answers it under that name.
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from engine.facts import Amount, facts
from engine.margin.scenario import Scenario

money = partial(Amount, style="money")
price = partial(Amount, style="price")
percent = partial(Amount, style="percent")
multiple = partial(Amount, style="multiple")
plain = partial(Amount, style="plain")

# How far from an answer still counts as right, by its style, where a question says nothing else.
_TOLERANCE: Final = {"money": 0.01, "price": 0.01, "percent": 0.0005, "multiple": 0.01, "plain": 0.0}


@dataclass(frozen=True, slots=True)
class Numeric:
    """A question whose answer is a number.

    Attributes
    ----------
    name : str
    given : dict of Amount
        The numbers the question is asked with, by the name of their blank.
    answer : Amount
    tolerance : float
        How far from the answer still counts as right.
    mistakes : dict of float
        The number a likely thinking leads to, by the name of that thinking.
    """

    name: str
    given: dict[str, Amount]
    answer: Amount
    tolerance: float
    mistakes: dict[str, float]


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with a few answers to choose from; every option but the answer is a mistake."""

    name: str
    given: dict[str, Amount]
    answer: str
    options: tuple[str, ...]


Question = Numeric | Choice


@dataclass(frozen=True, slots=True)
class Quiz:
    """What one lesson asks: guesses before the play, checks after it; `given` is for its prose."""

    guesses: tuple[Question, ...]
    checks: tuple[Question, ...]
    given: dict[str, Amount]


@dataclass(frozen=True, slots=True)
class Grade:
    """Whether an answer is right, and else the name of the mistake, empty if it is not a known one."""

    is_right: bool
    mistake: str


def grade(question: Question, answer: float | str) -> Grade:
    """Judge an answer, and recognise the thinking behind a wrong one.

    Parameters
    ----------
    question : Numeric or Choice
    answer : float or str
        A number in the unit of the question's answer, percent as a fraction; of a choice the option.

    Returns
    -------
    Grade

    Examples
    --------
    >>> trigger = numeric("trigger", {}, price(94.74), {"one_over_leverage": 90.0})
    >>> grade(trigger, 94.74).is_right, grade(trigger, 90.0).mistake
    (True, 'one_over_leverage')
    """
    if isinstance(question, Choice):
        is_right = answer == question.answer
        is_known = answer in question.options and not is_right
        return Grade(is_right, str(answer) if is_known else "")
    if isinstance(answer, str):
        return Grade(False, "")
    # Typed decimals that stand exactly at the tolerance must not fail by float dust.
    near = question.tolerance + 1e-9
    if abs(answer - question.answer.value) <= near:
        return Grade(True, "")
    found = (name for name, value in question.mistakes.items() if abs(answer - value) <= near)
    return Grade(False, next(found, ""))


def numeric(
    name: str,
    given: dict[str, Amount],
    answer: Amount,
    mistakes: dict[str, float],
    tolerance: float | None = None,
) -> Numeric:
    """A question for a number, with the tolerance that is usual for its style.

    Parameters
    ----------
    name, given, answer, mistakes
        As of :class:`Numeric`.
    tolerance : float, optional
        In the unit of the answer; without it a cent, a twentieth of a percent, or exactly the number.

    Returns
    -------
    Numeric

    Examples
    --------
    >>> numeric("borrowed", {}, money(900.0), {}).tolerance
    0.01
    """
    near = _TOLERANCE[answer.style] if tolerance is None else tolerance
    return Numeric(name, given, answer, near, mistakes)


def choice(name: str, given: dict[str, Amount], options: dict[str, bool]) -> Choice:
    """A choice of statements, the first true one of which is the answer.

    Parameters
    ----------
    name, given
        As of :class:`Choice`.
    options : dict of bool
        Whether each statement is true, in the order in which they are offered.

    Returns
    -------
    Choice

    Examples
    --------
    >>> choice("more_room", {}, {"long": True, "short": False, "same": False}).answer
    'long'
    """
    return Choice(name, given, next(option for option, is_true in options.items() if is_true), tuple(options))


def known(scenario: Scenario, *names: str) -> dict[str, Amount]:
    """Some of what there is to say about a position whose price has not moved.

    Parameters
    ----------
    scenario : Scenario
    *names : str
        Of :func:`engine.facts.facts`.

    Returns
    -------
    dict of Amount

    Examples
    --------
    >>> {name: number.value for name, number in known(Scenario(), "borrowed", "position").items()}
    {'borrowed': 900.0, 'position': 1000.0}
    """
    found = facts(scenario, 0.0)
    return {name: found[name] for name in names}


def moved(move: float) -> dict[str, Amount]:
    """A price move as it is and without its sign, as a fall or a rise.

    Parameters
    ----------
    move : float
        Change of the price, a fraction.

    Returns
    -------
    dict of Amount

    Examples
    --------
    >>> {name: number.value for name, number in moved(-0.04).items()}
    {'move': -0.04, 'fall': 0.04}
    """
    return {"move": percent(move), "fall" if move < 0 else "rise": percent(abs(move))}
