"""The shape of a lesson: question, guess, play, reveal, rule, checks, try this, next.

A lesson is its words (``pages/text/en/<slug>.md``), its questions and its picture (``pages/lessons/``).
Nothing here knows any lesson by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite, nan
from typing import Any

import streamlit as st

from engine.facts import Amount, facts, outcome
from engine.margin.scenario import Scenario
from engine.market.replay import Run, replay
from engine.questions import Choice, Numeric, Question, Quiz, grade
from pages.shared import formats, link
from pages.shared.controls import Desk, Own, named
from pages.shared.lesson import course
from pages.shared.nav import page, simulator_link
from pages.shared.page import body, presenter_style
from pages.shared.widgets import figure
from pages.shared.widgets.address import address
from pages.shared.widgets.keys import keys
from pages.shared.widgets.memory import remember
from pages.shared.words import amount, amounts, literal, plain, read, say

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
    dials : names of the controls, see :data:`pages.shared.controls.DIALS`
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

    @property
    def desk(self) -> Desk:
        """The lesson's controls as they stand in this run."""
        return Desk(self.slug, self.dials, self.start, self.own, self.words)


@dataclass(frozen=True)
class Scene:
    """What a picture is drawn from.

    Attributes
    ----------
    stage : str
        One of :data:`pages.shared.lesson.course.STAGES`.
    guesses : dict
        What the learner guessed, by name of the question; empty before the reveal.
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
        """The first guess that is a number; nan before the reveal."""
        return next((guess for guess in self.guesses.values() if isinstance(guess, float)), nan)

    @property
    def guess(self) -> float:
        """The same, as long as the picture shows what was asked; nan beside another question."""
        return self.first_guess if self.is_as_asked else nan

    @property
    def points(self) -> dict[float, float]:
        """The guesses by the leverage they are about."""
        asked = {question.name: question.given["leverage"].value for question in _numbers(self.lesson)}
        return {asked[name]: guess for name, guess in self.guesses.items()}

    @property
    def is_as_asked(self) -> bool:
        """Whether the controls stand where the question was asked."""
        asked = link.flat(link.DEFAULT) | dict(self.lesson.start)
        is_position = all(link.same(self.desk.fields[name], asked[name]) for name in self.lesson.dials)
        return is_position and all(self.numbers[name] == own.start for name, own in self.lesson.own.items())

    @property
    def other(self) -> Run | None:
        """The same path and position the first of the ways; None if that is the run itself."""
        ways, default = self.lesson.ways, link.flat(link.DEFAULT)
        first = {name: default[name] for name in named(ways)} | dict(next(iter(ways.values()), {}))
        scenario = link.build(link.flat(self.desk.choices) | first).scenario
        return None if scenario == self.scenario else replay(scenario, self.desk.prices)

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
            handles=None if self.is_open else _handles(lesson),
            on_points=lambda points: st.session_state.update({_points_key(lesson): points}),
        )


def learn(lesson: Lesson) -> None:
    """The page of a lesson, for a learner or, with ``?view=presenter``, for a room."""
    if st.query_params.get("view") == "presenter":
        presenter_style()
        st.fragment(_present)(lesson)
    else:
        st.title(lesson.words["title"])
        with st.container(key="lesson"):
            st.fragment(_learn)(lesson)


def _learn(lesson: Lesson) -> None:
    remember()
    _arrive(lesson)
    words, done = lesson.words, course.record(lesson.slug)
    stage = st.session_state[_shown_key(lesson)] or done.get("stage", "guess")
    desk = lesson.desk
    address(desk.query)
    st.caption(course.place(lesson.slug))
    with st.container(key="hook"):
        _say(lesson, "hook")
    with st.container(key=f"{lesson.slug}_guess"):
        st.header(KIT["guess_title"])
        _say(lesson, "predict")
        if stage == "guess":
            _ask(lesson)
        else:
            st.markdown(_said(lesson, done))
    if lesson.draw and (lesson.on_chart or stage != "guess"):
        guesses = done.get("guesses", {}) if stage == "reveal" else {}
        scene = Scene(lesson, desk, replay(desk.choices.scenario, desk.prices), stage, guesses)
        if scene.is_open:
            st.header(KIT["play_title"])
            st.markdown(say(words["play"], **scene.blanks))
            _lab(scene, lesson.draw, lesson.more)
        else:
            lesson.draw(scene)
            _lock_points(lesson)
    if stage != "reveal" and "reveal" in words:
        if stage == "guess":
            st.caption(KIT["reveal_locked"])
        st.button(
            KIT["show_me"],
            key=f"{lesson.slug}.reveal",
            type="primary",
            disabled=stage == "guess",
            on_click=_show_me,
            args=(lesson,),
        )
    if stage == "reveal":
        _reveal(lesson, done)
    elif stage == "play" and "kept" in words:
        _say(lesson, "kept")
    course.neighbours(lesson.slug)


def _arrive(lesson: Lesson) -> None:
    """A link may say how far the lesson is shown: ``?stage=reveal``. What was done stays as it is."""
    if st.session_state.get("page") != lesson.slug:
        stage = st.query_params.get("stage")
        stage = "play" if stage == "reveal" and "reveal" not in lesson.words else stage
        st.session_state[_shown_key(lesson)] = stage if stage in course.STAGES else ""


def _shown_key(lesson: Lesson) -> str:
    return f"{lesson.slug} shown"


def _show_me(lesson: Lesson) -> None:
    if st.session_state[_shown_key(lesson)]:
        st.session_state[_shown_key(lesson)] = "reveal"
    course.change(lesson.slug, stage="reveal")


# --- guess ---------------------------------------------------------------------------------------


def _ask(lesson: Lesson) -> None:
    if lesson.on_chart:
        st.caption(KIT["drag"])
        return
    with st.form(f"{lesson.slug}.guess", border=False):
        for question in lesson.quiz.guesses:
            _field(lesson, question, "guess")
        if "confidence" in lesson.words:
            st.slider(lesson.words["confidence"], 0, 100, 50, 5, format="%d %%", key=f"{lesson.slug}.sure")
        st.form_submit_button(KIT["lock"], on_click=_lock, args=(lesson,), key=f"{lesson.slug}.lock")
    _complain(lesson, "guess")


def _lock(lesson: Lesson) -> None:
    """Keep the guesses, or say why one cannot be used."""
    guesses = {}
    for question in lesson.quiz.guesses:
        guesses[question.name], problem = _read(lesson, question, "guess")
        if _refuse(lesson, "guess", problem):
            return
    sure = {"sure": st.session_state[f"{lesson.slug}.sure"]} if "confidence" in lesson.words else {}
    _keep_guesses(lesson, guesses, **sure)


def _keep_guesses(lesson: Lesson, guesses: dict[str, Any], **more: Any) -> None:
    st.session_state[_shown_key(lesson)] = ""
    course.change(lesson.slug, stage="play", guesses=guesses, **more)


def _refuse(lesson: Lesson, part: str, problem: str) -> bool:
    st.session_state[f"{lesson.slug} {part} problem"] = problem
    return bool(problem)


def _complain(lesson: Lesson, part: str) -> bool:
    """Say why the last answer was refused, if it was."""
    if problem := st.session_state.get(f"{lesson.slug} {part} problem"):
        st.error(literal(problem))
    return bool(problem)


def _field(lesson: Lesson, question: Question, part: str) -> None:
    """The control of a question, named by it; what was typed or answered last stands in it."""
    name, key = question.name, f"{lesson.slug}.{part}.{question.name}"
    section = f"{'predict' if part == 'guess' else 'check'}_{name}"
    label = lesson.words.get(section, KIT["choose"])
    last = st.session_state.get(f"{key} typed", course.record(lesson.slug).get("checks", {}).get(name))
    if part == "check" and isinstance(last, float):
        last = formats.field_text(last, question.answer.style)
    if last is not None:
        st.session_state.setdefault(key, last)
    # A label of Streamlit would be read out with its markdown: the words stand above it instead.
    st.markdown(say(label, **amounts(question.given)))
    name_of_control = plain(label, **amounts(question.given))
    if isinstance(question, Choice):
        prefix = "predict" if part == "guess" else f"{section}_option"
        st.radio(
            name_of_control,
            question.options,
            index=None,
            key=key,
            label_visibility="collapsed",
            format_func=lambda option: lesson.words[f"{prefix}_{option}"],
        )
    else:
        st.text_input(
            name_of_control,
            key=key,
            label_visibility="collapsed",
            placeholder=KIT[f"unit_{question.answer.style}"],
            autocomplete="off",
        )


def _read(lesson: Lesson, question: Question, part: str) -> tuple[Any, str]:
    """What was answered, and why it cannot be used if that is so."""
    key = f"{lesson.slug}.{part}.{question.name}"
    given = st.session_state[f"{key} typed"] = st.session_state.get(key)
    if isinstance(question, Choice):
        return given, "" if given else KIT["choose_first"]
    try:
        number = formats.parse_number(given or "", question.answer.style)
    except ValueError as problem:
        return nan, str(problem)
    return number, "" if course.fits(question, number) else KIT["too_large"].format(given=given)


def _points_key(lesson: Lesson) -> str:
    return f"{lesson.slug} points"


def _numbers(lesson: Lesson) -> list[Numeric]:
    return [question for question in lesson.quiz.guesses if isinstance(question, Numeric)]


def _handles(lesson: Lesson) -> dict[str, Any]:
    """A point for each guess, at the leverage it is about; all start at the entry price."""
    at = [question.given["leverage"].value for question in _numbers(lesson)]
    entry = _numbers(lesson)[0].given["entry"].value
    points = st.session_state.get(_points_key(lesson), [entry] * len(at))
    return {"x": at, "y": points, "low": 0.0, "high": entry, "step": 0.5, "label": KIT["handle"]}


def _lock_points(lesson: Lesson) -> None:
    def lock() -> None:
        points, asked = _handles(lesson)["y"], _numbers(lesson)
        unmoved = [
            amount(question.given["leverage"])
            for question, point in zip(asked, points, strict=True)
            if point == question.given["entry"].value
        ]
        problem = KIT["drag_first"].format(points=", ".join(unmoved)) if unmoved else ""
        if not _refuse(lesson, "guess", problem):
            _keep_guesses(lesson, {q.name: point for q, point in zip(asked, points, strict=True)})

    st.button(KIT["lock"], key=f"{lesson.slug}.lock", on_click=lock)
    _complain(lesson, "guess")


def _said(lesson: Lesson, done: Mapping[str, Any]) -> str:
    """The guess, said back; of several each with its question."""
    guesses, parts = done.get("guesses", {}), []
    for question in lesson.quiz.guesses:
        if question.name in guesses:
            said = _shown(lesson, question, guesses[question.name])
            if len(lesson.quiz.guesses) > 1:
                asked = plain(lesson.words[f"predict_{question.name}"], **amounts(question.given))
                said += f" ({asked})"
            parts.append(said)
    return say(KIT["your_guess"], guess=" · ".join(parts)) if parts else KIT["no_guess"]


def _shown(lesson: Lesson, question: Question, given: Any) -> str:
    if isinstance(question, Choice):
        return lesson.words[f"predict_{given}"]
    return amounts({"given": question.answer._replace(value=float(given))})["given"]


# --- play and reveal -----------------------------------------------------------------------------


def _lab(scene: Scene, *pictures: Callable[[Scene], None] | None) -> None:
    lesson = scene.lesson
    with body(lesson.slug) as parts:
        with parts.main:
            with st.container(key="now"):
                st.markdown(say(lesson.words["now"], **scene.blanks))
            for draw in filter(None, pictures):
                draw(scene)
        with parts.basics:
            scene.desk.notes()
            chosen = lesson.ways[scene.desk.way(lesson.ways, lesson.words)] if lesson.ways else {}
            for name in lesson.dials:
                if name in chosen or name not in named(lesson.ways):
                    words = lesson.words.get(f"dial_{name}", "")
                    scene.desk.dial(name, ends=lesson.ends.get(name), words=words)
            for name in lesson.own:
                scene.desk.dial(name)


def _reveal(lesson: Lesson, done: dict[str, Any]) -> None:
    st.header(KIT["reveal_title"])
    _judge(lesson, done.get("guesses", {}))
    _say(lesson, "reveal")
    st.header(KIT["rule_title"])
    with st.container(key=f"{lesson.slug}_rule", border=True):
        _say(lesson, "rule")
    checks, answered = lesson.quiz.checks, done.get("checks", {})
    if checks:
        st.header(KIT["checks_title"])
    for question in checks:
        _check(lesson, question, answered.get(question.name))
        if question.name not in answered:
            return
    if lesson.after:
        lesson.after()
    if "try" in lesson.words:
        st.header(KIT["try_title"])
        fields = link.flat(link.DEFAULT) | dict(lesson.try_it)
        simulator_link(plain(lesson.words["try"], **_amounts(lesson)), fields)


def _judge(lesson: Lesson, guesses: Mapping[str, Any]) -> None:
    """How far each guess was from the truth, in words."""
    for question in lesson.quiz.guesses:
        if question.name not in guesses:
            continue
        given = guesses[question.name]
        right = grade(question, given).is_right
        if isinstance(question, Choice):
            key = f"{'right' if right else 'wrong'}_{given}"
        else:
            key = "near" if right else "low" if given < question.answer.value else "high"
        blanks = _amounts(lesson, question, given)
        st.markdown(say(lesson.words[key], **blanks))


# --- checks --------------------------------------------------------------------------------------


def _check(lesson: Lesson, question: Question, answered: Any) -> None:
    """One question, and what there is to say about the last answer; None = not answered yet."""
    name = question.name
    with st.container(key=f"{lesson.slug}_check_{name}"):
        with st.form(f"{lesson.slug}.{name}", border=False):
            _field(lesson, question, "check")
            st.form_submit_button(
                KIT["check"], on_click=_answered, args=(lesson, question), key=f"{lesson.slug}.submit.{name}"
            )
        if not _complain(lesson, name) and answered is not None:
            # A box of these two kinds is read out as soon as it appears.
            right = grade(question, answered).is_right
            (st.success if right else st.info)(_feedback(lesson, question, answered))


def _answered(lesson: Lesson, question: Question) -> None:
    """Keep an answer to a check, or say why it cannot be used."""
    answer, problem = _read(lesson, question, "check")
    if not _refuse(lesson, question.name, problem):
        checks = course.record(lesson.slug).get("checks", {})
        course.change(lesson.slug, checks=checks | {question.name: answer})


def _feedback(lesson: Lesson, question: Question, given: Any) -> str:
    words, result = lesson.words, grade(question, given)
    if result.is_right:
        return f"{KIT['right']} {say(words[f'check_{question.name}_right'], **_answer(question))}"
    if result.mistake:
        blanks = _answer(question)
        if isinstance(question, Numeric):
            blanks |= amounts({"mistake": question.answer._replace(value=question.mistakes[result.mistake])})
        return f"{KIT['wrong']} {say(words[f'check_{question.name}_{result.mistake}'], **blanks)}"
    where = "more" if given < question.answer.value else "less"
    return f"{KIT['wrong']} {KIT[f'it_is_{where}']}"


def _answer(question: Question) -> dict[str, str]:
    """The blanks of an explanation."""
    blanks = amounts(question.given)
    return blanks | amounts({"answer": question.answer}) if isinstance(question, Numeric) else blanks


# --- words ---------------------------------------------------------------------------------------


def _amounts(lesson: Lesson, question: Question | None = None, given: Any = nan) -> dict[str, str]:
    """The blanks of a lesson's prose: its quiz's numbers, the truth and the guess."""
    question = question or lesson.quiz.guesses[0]
    blanks = amounts(lesson.quiz.given) | amounts(question.given)
    if lesson.on_chart:
        blanks["leverages"] = ", ".join(amount(q.given["leverage"]) for q in _numbers(lesson))
    if isinstance(question, Numeric):
        truth = question.answer
        blanks |= amounts({"truth": truth, "guess": truth._replace(value=float(given))})
    return blanks


def _say(lesson: Lesson, section: str) -> None:
    st.markdown(say(lesson.words[section], **_amounts(lesson)))


# --- for a room ----------------------------------------------------------------------------------


def _slides(lesson: Lesson) -> list[tuple[str, str]]:
    """What a presenter shows, one idea at a time: a kind and the name of a check."""
    slides = [("hook", ""), ("predict", "")]
    slides += [(part, "") for part in ("draw", "more") if getattr(lesson, part)]
    slides += [("reveal", str(i)) for i in range(len(_paragraphs(lesson)))]
    slides += [(part, "") for part in ("rule", "kept") if part in lesson.words]
    for question in lesson.quiz.checks:
        slides += [("check", question.name), ("answer", question.name)]
    return [*slides, ("discuss", "")]


def _paragraphs(lesson: Lesson) -> list[str]:
    """The reveal, an idea at a time."""
    return lesson.words["reveal"].split("\n\n") if "reveal" in lesson.words else []


def _present(lesson: Lesson) -> None:
    slides = _slides(lesson)
    key = f"{lesson.slug} slide"
    if st.session_state.get("page") != lesson.slug:
        step = st.query_params.get("step", "")
        st.session_state[key] = int(step) if step.isdecimal() and len(step) < 4 else 0
    at = st.session_state[key] = max(0, min(st.session_state[key], len(slides) - 1))
    desk = lesson.desk
    address("&".join(filter(None, ("view=presenter", f"step={at}", desk.query))))

    def turn(by: int) -> None:
        st.session_state[key] += by

    keys(turn)
    st.title(KIT["slide"].format(title=lesson.words["title"], number=at + 1, count=len(slides)))
    kind, name = slides[at]
    with st.container(key="slide"):
        _slide(lesson, desk, kind, name)
    with st.container(horizontal=True, key="turn"):
        st.button(KIT["back"], on_click=turn, args=(-1,), disabled=at == 0)
        st.button(
            KIT["forward"],
            on_click=turn,
            args=(1,),
            disabled=at == len(slides) - 1,
            type="primary",
        )
        st.page_link(page("teach"), label=KIT["leave"])


def _slide(lesson: Lesson, desk: Desk, kind: str, name: str) -> None:
    match kind:
        case "draw" | "more":
            scene = Scene(lesson, desk, replay(desk.choices.scenario, desk.prices), "play", {})
            _lab(scene, getattr(lesson, kind))
        case "predict":
            _say(lesson, "predict")
            for question in lesson.quiz.guesses:
                if isinstance(question, Choice):
                    st.markdown("\n".join(f"- {lesson.words[f'predict_{o}']}" for o in question.options))
                elif len(lesson.quiz.guesses) > 1:
                    st.markdown(
                        f"- {say(lesson.words[f'predict_{question.name}'], **amounts(question.given))}"
                    )
        case "reveal":
            st.markdown(say(_paragraphs(lesson)[int(name)], **_amounts(lesson)))
        case "check" | "answer":
            question = next(q for q in lesson.quiz.checks if q.name == name)
            st.markdown(say(lesson.words[f"check_{name}"], **amounts(question.given)))
            if kind == "answer":
                st.markdown(say(lesson.words[f"check_{name}_right"], **_answer(question)))
        case _:
            _say(lesson, kind)
