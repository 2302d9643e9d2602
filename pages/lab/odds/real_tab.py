"""The tab of the odds page with a real series: the choice of it, and what it tells."""

import pandas as pd
import streamlit as st

from engine.margin.scenario import Scenario
from engine.market.history import sp500
from engine.market.price_file import longer_steps
from engine.market.prices import Shape
from engine.odds import tails
from engine.odds.tails import Measured
from engine.problem import Problem
from pages.lab.odds import real_prices
from pages.lab.odds.odds_map import Outlook
from pages.shared import formats, language, price_upload, problems
from pages.shared.controls import Desk
from pages.shared.widgets import figure
from pages.shared.words import literal, read, say, table

WORDS = read("odds")


@st.cache_data(max_entries=50, show_spinner=False)
def _measured(prices: pd.DataFrame) -> Measured:
    return tails.measure(prices)


@st.cache_data(max_entries=200, show_spinner=False)
def _rows(
    code: str, scenario: Scenario, prices: pd.DataFrame, days: int, has_lows: bool
) -> list[tuple[str, ...]]:
    """The rows in the language `code`."""
    return real_prices.rows(scenario, prices, _measured(prices), days, has_lows)


def draw(desk: Desk, outlook: Outlook) -> None:
    """The whole tab."""
    st.markdown(say(WORDS["real_text"]))
    key = f"{desk.page}.series"
    has_file = desk.real(Shape.FILE) is not None
    st.session_state.setdefault(key, Shape.FILE if has_file else Shape.REAL)
    chosen = st.segmented_control(
        WORDS["real_which"],
        [Shape.REAL, Shape.FILE],
        key=key,
        format_func=lambda option: WORDS[f"real_{option}"],
        required=True,
    )
    if chosen is Shape.FILE:
        price_upload.offer(WORDS["real_missing"])
    else:
        st.caption(WORDS["real_source"])
    series = sp500() if chosen is Shape.REAL else desk.real(chosen)
    if series is None:
        return
    together = tails.steps_together(series, outlook.days)
    prices = longer_steps(series, together)
    try:
        measured = _measured(prices)
    except Problem as problem:
        st.warning(literal(problems.sentence(problem)))
        if together > 1:
            st.caption(say(WORDS["real_too_long"], together=formats.plain(together)))
        return
    told = real_prices.sentences(prices, measured, together, outlook.days)
    st.markdown("\n".join(f"- {sentence}" for sentence in told))
    picture, alt = real_prices.picture(prices, measured)
    figure.show(picture, key=f"{desk.page}.moves", alt=alt, height=real_prices.HEIGHT, file_name="moves")
    reading = price_upload.reading() if chosen is Shape.FILE else None
    has_lows = reading is None or reading.has_lows
    given = language.current(), outlook.scenario, prices, outlook.days, has_lows
    columns = [WORDS[f"column_{name}"] for name in ("price", "liquidated", "past")]
    st.markdown(table(columns, _rows(*given)))
    st.caption(real_prices.note(measured, outlook.days))
