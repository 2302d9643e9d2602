"""The refusal of a price file, with the problems of its first bad lines; a question about a file."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from engine.problem import Problem

NAMED_PROBLEMS: Final = 5


class PriceFileError(Problem):
    """A price file that cannot be read, with its first problems, in the order of its lines.

    Parameters
    ----------
    problems : list of Problem
        What was found, each with the line of the file as ``values["line"]`` (1 is the first); without a
        line it is about the whole file. Values quote the file: whoever shows them must escape them. The
        first :data:`NAMED_PROBLEMS` are kept.
    count : int, optional
        How many problems the file has in all; those given by default.

    Examples
    --------
    >>> print(PriceFileError([Problem("repeated_headings", line=3), Problem("price_missing", line=2)]))
    price_missing (line=2)
    repeated_headings (line=3)
    """

    def __init__(self, problems: list[Problem], count: int = 0) -> None:
        self.count = max(count, len(problems))
        super().__init__("price_file", problems=self.count)
        self.problems = sorted(problems, key=lambda problem: problem.values.get("line", 0))[:NAMED_PROBLEMS]

    def __str__(self) -> str:
        named = [str(problem) for problem in self.problems]
        rest = self.count - len(named)
        return "\n".join([*named, f"and {rest} more"] if rest else named)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return type(self), (self.problems, self.count)


class FileQuestion(Problem):
    """A price file that can be read in more than one way, and which ways there are.

    Parameters
    ----------
    code : str
        What is asked; the key of the answer.
    options : mapping
        By answer what the file would mean, as a mapping of values.
    **values
        As in :class:`~engine.problem.Problem`.

    Examples
    --------
    >>> meanings = {".": {"number": 42.0}, ",": {"number": 42000.0}}
    >>> question = FileQuestion("which_mark", meanings, cell="42.000")
    >>> list(question.options), question.values
    (['.', ','], {'cell': '42.000'})
    """

    def __init__(self, code: str, options: Mapping[str, Mapping[str, Any]], /, **values: Any) -> None:
        super().__init__(code, **values)
        self.options = dict(options)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _question, (self.code, self.options, self.values)


def _question(code: str, options: Mapping[str, Mapping[str, Any]], values: Mapping[str, Any]) -> FileQuestion:
    return FileQuestion(code, options, **values)


class Findings:
    """The problems of a file: all are counted, the first few of each kind are put down.

    Examples
    --------
    >>> findings = Findings()
    >>> findings.add(range(2, 1000), lambda line: Problem("repeated_headings", line=line))
    >>> findings.count, len(findings.first)
    (998, 5)
    """

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Problem] = []

    def add(self, places: Iterable[int], tell: Callable[[int], Problem]) -> None:
        """Problems of one kind at these places, the first of the file first; `tell` says what one is."""
        places = list(places)
        self.count += len(places)
        self.first += [tell(place) for place in places[:NAMED_PROBLEMS]]

    def refuse(self) -> None:
        """Raise :class:`PriceFileError` if there is any problem."""
        if self.count:
            raise PriceFileError(self.first, self.count)


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
