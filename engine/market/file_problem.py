"""The refusal of a price file: every problem in it at once."""

from collections.abc import Callable
from typing import Any, Final

from engine.problem import Problem

NAMED_PROBLEMS: Final = 5


class PriceFileError(Problem):
    """A price file that cannot be read, with every reason at once, in the order of its lines.

    Parameters
    ----------
    problems : list of Problem
        What was found, each with the line of the file as ``values["line"]`` (1 is the first); without a
        line it is about the whole file. Values quote the file: whoever shows them must escape them.

    Examples
    --------
    >>> print(PriceFileError([Problem("repeated_headings", line=3), Problem("price_missing", line=2)]))
    price_missing (line=2)
    repeated_headings (line=3)
    """

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("price_file", problems=len(problems))
        self.problems = sorted(problems, key=lambda problem: problem.values.get("line", 0))

    def __str__(self) -> str:
        named = [str(problem) for problem in self.problems[:NAMED_PROBLEMS]]
        rest = len(self.problems) - len(named)
        return "\n".join([*named, f"and {rest} more"] if rest else named)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return type(self), (self.problems,)


def refusal(code: str, /, **values: Any) -> PriceFileError:
    """A refusal for one reason.

    Parameters
    ----------
    code : str
    **values
        As in :class:`~engine.problem.Problem`.

    Returns
    -------
    PriceFileError

    Examples
    --------
    >>> refusal("empty").problems
    [Problem('empty', '', {})]
    """
    return PriceFileError([Problem(code, **values)])
