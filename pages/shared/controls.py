"""Controls in, choices out: the only place where a control becomes a number.

All values of a page live in one dictionary of fields, named as in links; a control is drawn from it
and read back into it. Defaults and limits come from the engine.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from math import isnan, nan
from typing import Any

import pandas as pd
import streamlit as st

from engine.margin.rules import Rules, rule_values, rules_of
from engine.margin.scenario import Keeper, ScenarioError, useful_stops
from engine.market.history import black_monday
from engine.market.prices import DEFAULT_POINTS, PathError, Shape, price_frame
from engine.venues.records import VENUES
from pages.shared import formats, link, price_upload, problems, venue_choice
from pages.shared.arrival import arrived, say_dropped, too_late
from pages.shared.dials import (
    DIALS,
    FOLDS,
    PICKS,
    REAL,
    SWITCHES,
    Dial,
    Own,
    drawn_handles,
    named,
    round_step,
    typed_ends,
)
from pages.shared.link import DEFAULT, OVERRULED
from pages.shared.widgets.number import number, number_value, set_number
from pages.shared.words import literal, read, say

WORDS = read("controls")
OTHER_LEVERAGE = 5.0


class Desk:
    """The controls of one page: what is set, what is wrong with it, how a control is drawn.

    Parameters
    ----------
    page : str
        Prefix of every key.
    only : names of the fields this page lets a learner set; the others keep where they start.
    start : fields that start elsewhere than the defaults.
    own : numbers of this page alone; no scenario knows them.
    words : the page's words, with a ``dial_<name>`` for each of its own numbers: the label, and below it
        the help.
    also : what else a link may say on this page, by name: the words that each may be

    Attributes
    ----------
    numbers : dict of float
        The page's own numbers.
    choices : Choices
        The newest choices that work together.
    prices : DataFrame
        Their price path.
    problem : ScenarioError, PathError or None
        Why newer choices were refused.
    """

    def __init__(
        self,
        page: str,
        only: Iterable[str] = link.FIELDS,
        start: Mapping[str, Any] = link.NOTHING,
        own: Mapping[str, Own] = link.NOTHING,
        words: Mapping[str, str] = link.NOTHING,
        also: Mapping[str, Collection[str]] = link.NOTHING,
    ) -> None:
        self.page, self.only, self.start_fields = page, tuple(only), start
        self.own, self.words, self.also = own, words, also
        self._own_start = {name: number.start for name, number in own.items()}
        self.numbers: dict[str, float] = st.session_state.setdefault(f"{page} numbers", dict(self._own_start))
        fields = link.flat(DEFAULT) | dict(start)
        self.fields: dict[str, Any] = st.session_state.setdefault(f"{page} fields", fields)
        self._arrive()
        self._read()
        self._build()

    def _key(self, name: str) -> str:
        return f"{self.page}.{name}"

    # --- what is set -----------------------------------------------------------------------------

    def _arrive(self) -> None:
        """On arrival a link is taken over; after that the controls are the truth."""
        if st.session_state.get("page") == self.page:
            return
        st.session_state["page"] = self.page
        query, notes = arrived()
        labels = {name: self.words[f"dial_{name}"].partition("\n")[0] for name in self.own}
        numbers, dropped = link.decode_numbers(query, self.own, labels)
        rest = {name: text for name, text in query.items() if name not in self.own}
        values, refused = link.decode(rest, self.only, self.start_fields, self.also)
        late = too_late(values, self.real(values["shape"]))
        has_link = bool(query.keys() - set(link.NO_SETTINGS))
        st.session_state[f"{self.page} notes"] = notes + refused + late + dropped
        self.set(values | numbers if has_link else self.fields | self.numbers)

    def set(self, values: dict[str, Any]) -> None:
        """Put values into the fields, or the page's own numbers, and their controls."""
        for name, value in values.items():
            if name in self.own:
                self.numbers[name] = value
                set_number(self._key(name), float(value))
                continue
            self.fields[name] = value
            if name in SWITCHES:
                st.session_state[self._key(SWITCHES[name])] = not isnan(value)
            if name in DIALS and not isnan(value):
                set_number(self._key(name), float(value))
            if name in PICKS:
                st.session_state[self._key(name)] = value

    def reset(self) -> None:
        """Everything as on a fresh load."""
        st.session_state.pop(f"{self.page} good", None)
        if "shape" in self.only:
            price_upload.forget()
        st.session_state[f"{self.page} notes"] = []
        self.set(link.flat(DEFAULT) | dict(self.start_fields) | self._own_start)

    def _read(self) -> None:
        """What the controls say, before any is drawn: only together can they be judged."""
        before = self.fields | self.numbers
        for name, dial in DIALS.items():
            if name in self.only and not isnan(self.fields[name]):
                self.fields[name] = self._number(name, float(self.fields[name]), dial)
        for name, (_, dial) in self.own.items():
            self.numbers[name] = float(self._number(name, self.numbers[name], dial))
        for name in PICKS:
            self.fields[name] = st.session_state.get(self._key(name), self.fields[name])
        if price_upload.take_new():
            self.set({"start": 0})
        if self.fields | self.numbers != before:
            st.session_state[f"{self.page} notes"] = []

    def _number(self, name: str, last: float, dial: Dial) -> float:
        value = number_value(self._key(name), last)
        if dial.whole and value != round(value):
            value = float(round(value))
            set_number(self._key(name), value)
        return round(value) if dial.whole else value

    def _build(self) -> None:
        self.problem: ScenarioError | PathError | None = None
        good = f"{self.page} good"
        if good not in st.session_state:
            begin = link.build(link.flat(DEFAULT) | dict(self.start_fields))
            st.session_state[good] = begin, price_frame(begin.path, begin.scenario.entry_price), None
        last, prices, last_real = st.session_state[good]
        try:
            values = dict(self.fields)
            if values["shape"] is Shape.FILE and price_upload.prices() is None:
                # Nothing to draw yet: everything else is shown on the last path.
                values |= {name: getattr(last.path, name) for name in link.PATH_FIELDS}
            real = self.real(values["shape"])
            if real is not None:
                values["start"] = min(values["start"], len(real) - 2)
                values["entry_price"] = float(real["open"].iloc[values["start"]])
            choices = link.build(values)
            entry = choices.scenario.entry_price
            # The same path is the same frame: most sliders move no price.
            if (choices.path, entry) != (last.path, last.scenario.entry_price) or real is not last_real:
                prices = price_frame(choices.path, entry, real)
            st.session_state[good] = choices, prices, real
        except (ScenarioError, PathError) as error:
            self.problem = error
        self.choices, self.prices, _ = st.session_state[good]

    def real(self, shape: Shape) -> pd.DataFrame | None:
        """The real prices of this shape, all of them; None for a made-up path or without a file."""
        if shape is Shape.REAL:
            return black_monday()
        return price_upload.prices() if shape is Shape.FILE else None

    @property
    def query(self) -> str:
        """The query string that brings a visitor to the same picture."""
        values = link.flat(self.choices)
        if values["shape"] in REAL and isnan(values["stop_price"]):
            # The series brings its own entry price; only a stop must be judged against it.
            values["entry_price"] = DEFAULT.scenario.entry_price
        own = link.encode_numbers(self.numbers, self._own_start)
        return "&".join(filter(None, (link.encode(values, self.only, self.start_fields), own)))

    # --- drawing ---------------------------------------------------------------------------------

    def notes(self) -> None:
        """What a link asked for and did not get."""
        say_dropped(st.session_state.get(f"{self.page} notes", []))

    def dial(
        self, name: str, *, ends: tuple[float, float] | None = None, words: str = "", hard: bool = False
    ) -> None:
        """A slider with its typed value, `ends` and `words` in place of the usual ones.

        Beyond `ends` a number can be typed as far as usual, but not if they are `hard`.
        """
        if name in self.own:
            self._own_dial(name)
            return
        dial = DIALS[name]
        label, _, help_text = (words or WORDS[name]).partition("\n")
        if name == "stop_price" and not ends:
            stops = useful_stops(self.choices.scenario)
            ends = min(stops), max(stops)
        low, high = ends or (dial.low, dial.high)
        floor, ceiling = (low, high) if hard else typed_ends(dial, name)
        number(
            label,
            key=self._key(name),
            value=float(self.fields[name]),
            low=low,
            high=high,
            step=round_step(low, high) if name in SWITCHES and ends else dial.step,
            style=dial.style,
            scale=dial.scale,
            hard_low=floor,
            hard_high=ceiling,
            help=help_text,
            error=self.complaint(name),
        )

    def _own_dial(self, name: str) -> None:
        dial = self.own[name].dial
        label, _, help_text = self.words[f"dial_{name}"].partition("\n")
        low, high = typed_ends(dial)
        number(
            label,
            key=self._key(name),
            value=self.numbers[name],
            low=dial.low,
            high=dial.high,
            step=dial.step,
            style=dial.style,
            scale=dial.scale,
            hard_low=low,
            hard_high=high,
            help=help_text,
        )

    def complaint(self, name: str) -> str:
        """Why the newest choices were refused, if this control is to blame."""
        if self.problem is None or self.problem.field != name:
            return ""
        return f"{problems.sentence(self.problem)} {WORDS['refused']}"

    def pick(self, name: str, draw: Callable[..., Any], options: Iterable[Any]) -> None:
        """One of a few: `draw` is st.segmented_control or st.selectbox."""
        label, _, help_text = WORDS[name].partition("\n")
        more = {"required": True} if draw is st.segmented_control else {}
        # A control that was folded away has lost its value.
        st.session_state.setdefault(self._key(name), self.fields[name])
        draw(
            label,
            list(options),
            key=self._key(name),
            format_func=lambda option: WORDS[f"{name}_{option}"],
            help=help_text,
            **more,
        )

    def way(self, ways: Mapping[str, Mapping[str, Any]], words: Mapping[str, str]) -> str:
        """One of a few named sets of fields, and which; the fields of the others stand at their defaults.

        The words are ``way`` and a ``way_<name>`` each.
        """
        key, default = self._key("way"), link.flat(DEFAULT)
        changed = {name for name in named(ways) if not link.same(self.fields[name], default[name])}

        def take() -> None:
            self.set({name: default[name] for name in named(ways)} | dict(ways[st.session_state[key]]))

        st.session_state.setdefault(
            key, next((way for way in ways if changed & ways[way].keys()), next(iter(ways)))
        )
        return st.segmented_control(
            words["way"],
            list(ways),
            key=key,
            format_func=lambda way: words[f"way_{way}"],
            required=True,
            on_change=take,
        )

    def rules(self) -> None:
        """Named rules; none is marked once a rule has been changed by hand."""
        label, _, help_text = WORDS["rules"].partition("\n")
        key = self._key("rules")
        st.session_state[key] = None if self.fields["venue"] else rules_of(self.fields)

        def take() -> None:
            if st.session_state[key]:
                self.set(rule_values(st.session_state[key]) | {"venue": ""})

        st.segmented_control(
            label,
            list(Rules),
            key=key,
            format_func=lambda rules: WORDS[f"rules_{rules}"],
            help=help_text,
            on_change=take,
        )
        if self.choices.venue:
            st.caption(WORDS["rules_of_venue"].format(venue=VENUES[self.choices.venue].name))

    def venue(self) -> None:
        """A venue whose rule takes the place of the maintenance rate and of :data:`OVERRULED`."""
        venue_choice.choose(self._key("venue"), self.choices)

    def optional(self, name: str) -> None:
        """A switch, and the dial behind it while it is on."""
        switch = self._key(SWITCHES[name])

        def turn() -> None:
            start = useful_stops(self.choices.scenario)[1] if name == "stop_price" else OTHER_LEVERAGE
            self.set({name: float(f"{start:.5g}") if st.session_state[switch] else nan})

        st.session_state.setdefault(switch, not isnan(self.fields[name]))
        st.checkbox(WORDS[SWITCHES[name]], key=switch, on_change=turn)
        if not isnan(self.fields[name]):
            self.dial(name)

    def path(self) -> None:
        """What a learner needs first about the chosen path."""
        match self.fields["shape"]:
            case Shape.RANDOM:
                self.dial("seed")
            case Shape.DRAWN:
                st.caption(WORDS["draw_hint"])
            case Shape.REAL:
                st.caption(WORDS["real_hint"])
                self.start()
            case Shape.FILE:
                price_upload.offer()
                self.start()
            case _:
                self.dial("how_far")

    def groups(self, titles: Mapping[str, str]) -> None:
        """The choices a beginner can leave alone, one fold a group; a closed one costs nothing."""
        for name, fields in FOLDS.items():
            fold = st.expander(titles[name], key=self._key(name), on_change="rerun")
            if fold.open:
                with fold:
                    for field in fields:
                        self._draw(field)
            elif self.problem is not None and self.problem.field in fields:
                st.error(literal(self.complaint(self.problem.field)))

    def _draw(self, field: str) -> None:
        shape = self.fields["shape"]
        if field == "venue":
            self.venue()
        elif field in ("maintenance_rate", *OVERRULED) and self.fields["venue"]:
            return
        elif field == "leftover":
            self.pick("leftover", st.segmented_control, Keeper)
        elif field in SWITCHES:
            self.optional(field)
        elif shape in REAL and field in ("entry_price", "steps", "step_hours"):
            entry = formats.price(self.choices.scenario.entry_price)
            st.caption(WORDS[f"{field}_by_prices"].format(entry=entry))
        elif field != "volatility" or shape is Shape.RANDOM:
            self.dial(field)

    @property
    def is_waiting(self) -> bool:
        """Whether a file of the learner's own is to be drawn and is not: no other path may stand for it."""
        return self.fields["shape"] is Shape.FILE and self.choices.path.shape is not Shape.FILE

    def start(self) -> None:
        """The row of real prices at which the position is opened."""
        real = self.real(self.fields["shape"])
        if real is None:
            return
        self.dial("start", ends=(0, len(real) - 2), hard=True)
        first = real.iloc[min(self.fields["start"], len(real) - 2)]
        opens = {"time": formats.date(first["time"]), "price": formats.price(first["open"])}
        st.caption(say(WORDS["opens_at"], **opens))

    def handles(self) -> dict[str, Any] | None:
        """Draggable points over the chart, while the path is drawn by hand."""
        if self.choices.path.shape is not Shape.DRAWN:
            return None
        points = self.choices.path.points or DEFAULT_POINTS
        return drawn_handles(points, self.choices.scenario.entry_price, self.choices.path.steps)

    def draw(self, prices: list[float]) -> None:
        """Take over the points the learner dragged, prices in quote."""
        entry = self.choices.scenario.entry_price
        self.fields["points"] = tuple(round(price / entry, 6) for price in prices)
