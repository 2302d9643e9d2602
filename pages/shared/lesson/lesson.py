"""A lesson: its words (``pages/text/en/<slug>.md``), its questions and its picture (``pages/lessons/``)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

import streamlit as st

from engine.facts import Amount, facts, outcome
from engine.margin.derived import changed
from engine.margin.scenario import Scenario
from engine.market.replay import Run, replay
from engine.questions import Numeric, Quiz
from pages.shared import link
from pages.shared.controls import Desk
from pages.shared.dials import Own, named
from pages.shared.lesson import course
from pages.shared.widgets import figure
from pages.shared.words import amounts, read

KIT = read("lesson")


# What is said of a number that is none: a long without a loan has no trigger and no end.
WITHOUT = {
    "bankruptcy": "no_end",
    "bankruptcy_distance": "all_the_way",
    "room_long": "all_the_way",
    "distance": "no_trigger",
    "cushion": "no_trigger",
    "line": "no_trigger",
    "cross_trigger": "no_trigger",
    "alone_trigger": "no_trigger",
    "lost_there": "no_trigger",
    "day": "never",
}


@dataclass(frozen=True)
class Lesson:
    """What one lesson adds to its words and its questions.

    Attributes
    ----------
    slug : str
        Name of the page, of its text file and of its quiz.
    draw : callable, optional
        Draws the picture of a :class:`Scene`; without one there is nothing to play with.
    dials : names of the controls, see :data:`pages.shared.dials.DIALS`
    own : numbers to play with that are no part of a position
    ways : named sets of fields to choose from; the first is what the others are compared with
    start : fields that start elsewhere than the defaults
    ends : ends of a slider where the usual ones are too wide; ``dial_<name>`` of the words renames it
    try_it : fields of the simulator that "try this" opens
    on_chart : bool
        The guesses are points that are dragged on the picture.
    numbers : callable
        What the words of the play are filled with, of a position and a price move, beside its outcome.
    more : callable, optional
        Draws what stands below the picture; in a room it is a page of its own.
    after : callable, optional
        Draws what follows the checks.
    tell : callable, optional
        Further blanks for the words of the play.
    """

    slug: str
    draw: Callable[["Scene"], None] | None = None
    dials: tuple[str, ...] = ()
    own: Mapping[str, Own] = field(default_factory=dict)
    ways: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    start: Mapping[str, Any] = field(default_factory=dict)
    ends: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    try_it: Mapping[str, Any] = field(default_factory=dict)
    on_chart: bool = False
    numbers: Callable[[Scenario, float], dict[str, Amount]] = facts
    more: Callable[["Scene"], None] | None = None
    after: Callable[[], None] | None = None
    tell: Callable[["Scene"], Mapping[str, str]] | None = None

    @property
    def words(self) -> Mapping[str, str]:
        """The sections of the lesson's text file."""
        return read(self.slug)

    @property
    def quiz(self) -> Quiz:
        """The lesson's questions."""
        return course.questions(self.slug)

    def desk(self, **also: Collection[str]) -> Desk:
        """The lesson's controls as they stand in this run; `also` as of :class:`Desk`."""
        return Desk(self.slug, self.dials, self.start, self.own, self.words, also)


@dataclass(frozen=True)
class Scene:
    """What a picture is drawn from.

    Attributes
    ----------
    stage : str
        One of :data:`pages.shared.lesson.course.STAGES`.
    guesses : dict
        What the learner guessed, by name of the question; empty in a room.
    """

    lesson: Lesson
    desk: Desk
    run: Run
    stage: str
    guesses: Mapping[str, Any]

    @property
    def scenario(self) -> Scenario:
        """The learner's present position."""
        return self.run.scenario

    @property
    def numbers(self) -> Mapping[str, float]:
        """The lesson's own numbers, as they stand."""
        return self.desk.numbers

    @property
    def how_far(self) -> float:
        """The present price move, a fraction."""
        return self.desk.choices.path.how_far

    @property
    def first_guess(self) -> float:
        """The first guess that is a number; nan without one."""
        return next((guess for guess in self.guesses.values() if isinstance(guess, float)), nan)

    @property
    def guess(self) -> float:
        """The same, as long as the picture shows what was asked; nan beside another question."""
        return self.first_guess if self.is_as_asked else nan

    @property
    def points(self) -> dict[float, float]:
        """The guesses by the leverage they are about."""
        asked = {question.name: question.given["leverage"].value for question in asked_numbers(self.lesson)}
        return {asked[name]: guess for name, guess in self.guesses.items()}

    @property
    def is_as_asked(self) -> bool:
        """Whether the controls stand where the question was asked."""
        asked = link.flat(link.DEFAULT) | dict(self.lesson.start)
        is_position = all(link.same(self.desk.fields[name], asked[name]) for name in self.lesson.dials)
        return is_position and all(self.numbers[name] == own.start for name, own in self.lesson.own.items())

    @property
    def other(self) -> Run | None:
        """The same path and position the first of the ways; None if there is no other."""
        ways, default = self.lesson.ways, link.flat(link.DEFAULT)
        first = {name: default[name] for name in named(ways)} | dict(next(iter(ways.values()), {}))
        scenario = changed(self.scenario, **first)
        is_another = isinstance(scenario, Scenario) and scenario != self.scenario
        return replay(scenario, self.desk.prices) if is_another else None

    @property
    def is_open(self) -> bool:
        """Whether the learner has guessed, so that the picture may show the truth."""
        return self.stage != "guess"

    @property
    def blanks(self) -> dict[str, str]:
        """The present position, and what becomes of it, in words."""
        now = self.lesson.numbers(self.scenario, self.how_far) | outcome(self.run)
        words = amounts(now)
        missing = {name for name, number in now.items() if not isfinite(number.value)}
        words |= {name: KIT[key] for name, key in WITHOUT.items() if name in missing}
        return words | dict(self.lesson.tell(self) if self.lesson.tell else {})

    def show(
        self,
        picture: dict[str, Any],
        narrow: dict[str, Any] | None = None,
        playback: dict[str, Any] | None = None,
    ) -> None:
        """Put a picture on the page, in words as well, with the points to drag while guessing."""
        lesson = self.lesson
        figure.show(
            picture,
            key=f"{lesson.slug}.picture",
            alt=lesson.words["alt"].format(**self.blanks) if self.is_open else KIT["alt_guess"],
            narrow=narrow,
            playback=playback,
            height=picture["layout"]["height"],
            file_name=lesson.slug,
            handles=None if self.is_open else handles(lesson),
            on_points=lambda points: st.session_state.update({points_key(lesson): points}),
        )


def shown_key(lesson: Lesson) -> str:
    """Where it is kept how far a link shows the lesson."""
    return f"{lesson.slug} shown"


def points_key(lesson: Lesson) -> str:
    """Where the points are kept while they are dragged."""
    return f"{lesson.slug} points"


def asked_numbers(lesson: Lesson) -> list[Numeric]:
    """The guesses that are numbers."""
    return [question for question in lesson.quiz.guesses if isinstance(question, Numeric)]


def handles(lesson: Lesson) -> dict[str, Any]:
    """A point for each guess, at the leverage it is about; all start at the entry price."""
    at = [question.given["leverage"].value for question in asked_numbers(lesson)]
    entry = asked_numbers(lesson)[0].given["entry"].value
    points = st.session_state.get(points_key(lesson), [entry] * len(at))
    return {"x": at, "y": points, "low": 0.0, "high": entry, "step": 0.5, "label": KIT["handle"]}
