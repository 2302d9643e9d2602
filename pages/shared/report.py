"""Everything a page shows about a run: sentence, linked figure, where the money went, and the working."""

from math import isnan, nan
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from engine.facts import outcome
from engine.margin.derived import changed
from engine.margin.scenario import Scenario
from engine.market.replay import Run, replay
from pages.shared import formats, formula, story, venue_choice
from pages.shared.controls import Desk
from pages.shared.drawing import charts, hanging_bars, labels
from pages.shared.link import Choices
from pages.shared.visitor import with_language
from pages.shared.widgets import figure
from pages.shared.words import amounts, read, table, unmarked

WORDS = read("report")
MOST_ROWS = 120
TAGS = ("paid_in", "line", "lost_there", "returned", "result")
NO_TRIGGER_COLUMNS = ("warning_price", "margin_call_price", "liquidation_price", "bankruptcy_price")


def runs(desk: Desk) -> tuple[Run, Run | None]:
    """The run of the choices, and the same path at the other leverage if one is compared."""
    scenario, other = desk.choices.scenario, desk.choices.compare
    return replay(scenario, desk.prices), None if isnan(other) else run_at(scenario, other, desk.prices)


def run_at(scenario: Scenario, leverage: float, prices: pd.DataFrame) -> Run | None:
    """The same path at another leverage; None where that cannot be opened."""
    other = changed(scenario, leverage=leverage, stop_price=nan)
    return replay(other, prices) if isinstance(other, Scenario) else None


def picture(desk: Desk, run: Run, ghost: Run | None) -> None:
    """The sentence and the linked figure with its playback."""
    with st.container(key="headline"):
        st.markdown(story.headline(run))
    linked(desk, run, ghost)


def linked(desk: Desk, run: Run, ghost: Run | None = None, *, from_start: bool = False, **more: Any) -> None:
    """The linked figure with its playback, which may open at the first step; `more` as the chart takes it."""
    wide, narrow = _figure(run, ghost, **more)
    figure.show(
        wide,
        key=f"{desk.page}.linked",
        alt=story.alt(run, story.headline(run)),
        narrow=narrow,
        playback=story.playback(run) | {"from_start": from_start},
        handles=desk.handles(),
        height=labels.HEIGHT,
        on_points=desk.draw,
    )


def _figure(run: Run, ghost: Run | None, **more: Any):
    title = "" if run.columns["time"].dtype.kind == "M" else _step_title(run)
    return charts.linked(run, ghost=ghost, moment=story.moment(run), time_title=title, **more)


def _step_title(run: Run) -> str:
    return WORDS["time_axis"].format(duration=formats.duration(float(run.columns["hours"][1])))


def details(desk: Desk, run: Run) -> None:
    """The parts below the figure; only the open one is worked out."""
    names = ("money", "events", "formula", "assumptions", "table")
    tabs = st.tabs([WORDS[f"tab_{name}"] for name in names], on_change="rerun", key=f"{desk.page}.tabs")
    draw = {
        "money": _money,
        "events": _events,
        "formula": _formula,
        "assumptions": _assumptions,
        "table": _table,
    }
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab:
                draw[name](desk, run)


def waterfall(desk: Desk, run: Run, fund: float = 0.0) -> None:
    """Where the money went, as bars; an insurance fund, if there is one, pays before others do."""
    bars = story.account(run, fund)
    figure.show(
        hanging_bars.draw(bars.names, bars.amounts, bars.kinds),
        key=f"{desk.page}.waterfall",
        alt=story.alt_waterfall(bars),
        height=hanging_bars.height_of(len(bars.names)),
        file_name="where-the-money-went",
    )


def beside(desk: Desk, run: Run, other: Run | None, **more: Any) -> None:
    """The linked figure, with the same path played otherwise as a second line."""
    linked(desk, run, other, ghost_name=WORDS["without"], **more)


def price_tag(run: Run, other: Run | None) -> None:
    """What a way of playing costs and brings, beside the other if there is one."""
    header, ends = [WORDS["played"]], [amounts(outcome(run))]
    if other is not None:
        header, ends = [WORDS["without"], *header], [amounts(outcome(other)), *ends]
    rows = [(WORDS[f"tag_{name}"], *(end[name] for end in ends)) for name in TAGS]
    st.markdown(table((WORDS["tag"], *header), rows))


def _money(desk: Desk, run: Run) -> None:
    st.markdown(story.money_sentence(run))
    left, right = st.columns([3, 2], gap="large")
    with left:
        waterfall(desk, run)
    with right:
        st.markdown(f"**{WORDS['parties']}**")
        parties = story.parties(run)
        st.markdown(table((WORDS["party"], WORDS["gained"]), parties) if parties else WORDS["nobody"])


def _events(desk: Desk, run: Run) -> None:
    st.markdown(table((WORDS["when"], WORDS["price"], WORDS["what"]), story.events(run)))


def _formula(desk: Desk, run: Run) -> None:
    st.markdown(formula.worked_out(run))


def _assumptions(desk: Desk, run: Run) -> None:
    st.markdown(story.assumptions())


def _table(desk: Desk, run: Run) -> None:
    steps = story.table(run)
    if len(steps) > MOST_ROWS:
        end = int(np.searchsorted(charts.drawn_steps(run)["step"], run.settlement.step))
        first = max(0, min(end - MOST_ROWS // 2, len(steps) - MOST_ROWS))
        st.caption(WORDS["table_part"].format(shown=MOST_ROWS, all=formats.plain(len(run.steps))))
        steps = steps.iloc[first : first + MOST_ROWS]
    st.table(steps, hide_index=True)


def actions(desk: Desk, run: Run, ghost: Run | None) -> None:
    """Share, download, reset."""
    if desk.is_waiting:  # there is nothing to take along
        st.button(WORDS["reset"], on_click=desk.reset, key=f"{desk.page}.reset")
        return
    with st.container(horizontal=True, gap="small", key=f"{desk.page}_actions"):
        share = st.popover(WORDS["share"], key=f"{desk.page}.share", on_change="rerun")
        download = st.popover(WORDS["download"], key=f"{desk.page}.download", on_change="rerun")
        st.button(WORDS["reset"], on_click=desk.reset, key=f"{desk.page}.reset")
    if share.open:
        with share:
            _share(desk)
    if download.open:
        with download:
            _download(desk, run, ghost)


def _share(desk: Desk) -> None:
    st.markdown(WORDS["share_text"])
    query = with_language(desk.query)
    st.code(f"{st.context.url}{'?' + query if query else ''}", language=None, wrap_lines=True)
    if "price file" in st.session_state:
        st.caption(WORDS["share_file"])


def _download(desk: Desk, run: Run, ghost: Run | None) -> None:
    files = {
        "csv": ("liquidation-run.csv", "text/csv", lambda: csv(run)),
        "html": ("liquidation.html", "text/html", lambda: page(run, ghost, desk.choices)),
    }
    for kind, (name, mime, make) in files.items():
        st.download_button(
            WORDS[f"download_{kind}"],
            data=make,
            file_name=name,
            mime=mime,
            on_click="ignore",
            key=f"{desk.page}.{kind}",
        )
    st.caption(WORDS["download_picture"])


def csv(run: Run) -> str:
    """The run as CSV, one row a step; a missing price is said in words."""
    steps = run.steps.copy()
    for name in NO_TRIGGER_COLUMNS:
        if steps[name].isna().any():
            steps[name] = steps[name].astype(object).where(steps[name].notna(), formats.no_trigger())
    return steps.to_csv(index_label="step")


def page(run: Run, ghost: Run | None, choices: Choices) -> str:
    """The figure as a page of its own, with the sentence, the settings and whose rule is in force."""
    s = run.scenario
    settings = WORDS["settings_venue" if choices.venue else "settings"].format(
        side=s.side,
        capital=formats.money(s.capital),
        leverage=formats.multiple(s.leverage),
        entry=formats.price(s.entry_price),
        rate=formats.percent(s.tier.rate),
    )
    lines = [unmarked(story.headline(run)), settings]
    if choices.venue:
        lines.append(unmarked(venue_choice.asked(choices)))
    return figure.html_file(_figure(run, ghost)[0], WORDS["title"], lines)
