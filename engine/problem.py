"""What is wrong with a choice or a file, as a code and the numbers that belong to it.

The engine says no sentence to a learner: whoever shows a problem looks its code up and fills in the
values. A plain ``ValueError`` in the engine is a mistake of the programmer and reaches no screen.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

LONGEST = 60


class Problem(ValueError):  # noqa: N818 - a refusal is no error of the program
    """A refusal that names its reason.

    Parameters
    ----------
    code : str
        The reason, in snake_case.
    field : str
        Name of the field to blame; empty where no single one is.
    **values
        Raw numbers and texts that belong to the reason, in the units of the field: fractions, quote, steps.

    Examples
    --------
    >>> problem = Problem("above_limit", "leverage", given=300.0, limit=125.0)
    >>> problem.code, problem.field, problem.values["limit"]
    ('above_limit', 'leverage', 125.0)
    >>> print(problem)
    leverage: above_limit (given=300.0, limit=125.0)
    """

    def __init__(self, code: str, field: str = "", /, **values: Any) -> None:
        super().__init__(code, field, values)
        self.code = code
        self.field = field
        self.values = values

    def __str__(self) -> str:
        # A text from outside can be as long as a file.
        given = ", ".join(f"{name}={_brief(value)}" for name, value in self.values.items())
        return (f"{self.field}: " if self.field else "") + self.code + (f" ({given})" if given else "")

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return partial(type(self), **self.values), (self.code, self.field)


def _brief(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1] + "…"
