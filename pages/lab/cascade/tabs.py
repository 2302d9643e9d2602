"""The controls and the tables of the cascade room; only the open table is worked out."""

import streamlit as st

from pages.lab.cascade import chains, curve, ledger
from pages.lab.cascade.chains import Chain
from pages.shared.controls import Desk
from pages.shared.dials import Dial, Own
from pages.shared.widgets import figure
from pages.shared.words import read, say, table

WORDS = read("cascade")
ROOM = {
    "fall": Own(0.03, Dial(0, 0.2, 0.001, "percent", hard_high=0.9)),
    "depth": Own(3_000, Dial(100, 100_000, 100, scale="log", hard_low=1, hard_high=1e9)),
    "held": Own(3_000, Dial(100, 100_000, 100, scale="log", hard_low=1, hard_high=1e9)),
    "lowest": Own(10, Dial(2, 100, 1, "multiple", "log", hard_high=125)),
    "highest": Own(50, Dial(2, 100, 1, "multiple", "log", hard_high=125)),
    "traders": Own(30, Dial(2, 100, 1, whole=True)),
}
# The class of the start, when nine tenths of the orders are gone.
THIN = {name: own.start for name, own in ROOM.items()} | {"depth": 300.0}


def dials(desk: Desk) -> None:
    """All controls, the experiment last."""
    for name in ROOM:
        desk.dial(name)
    st.button(WORDS["thin"], on_click=desk.set, args=(THIN,), key=f"{desk.page}.thin")
    st.button(WORDS["back"], on_click=desk.reset, key=f"{desk.page}.reset")


def draw(desk: Desk, chain: Chain) -> None:
    """All tabs."""
    names = ("curve", "ledger", "sales", "limits")
    tabs = st.tabs([WORDS[f"tab_{name}"] for name in names], on_change="rerun", key=f"{desk.page}.tabs")
    show = {"curve": _curve, "ledger": _ledger, "sales": _sales, "limits": _limits}
    for name, tab in zip(names, tabs, strict=True):
        if tab.open:
            with tab:
                show[name](desk, chain)


def _curve(desk: Desk, chain: Chain) -> None:
    st.markdown(curve.sentence(desk.numbers, chain))
    wide, narrow, height = curve.picture(desk.numbers, chain)
    figure.show(
        wide,
        key=f"{desk.page}.curve",
        alt=curve.alt(desk.numbers, chain),
        narrow=narrow,
        height=height,
        file_name="cascade-curve",
    )
    st.markdown(chains.growth(desk.numbers, chain))


def _ledger(desk: Desk, chain: Chain) -> None:
    st.markdown(ledger.sentence(chain))
    st.markdown(table((WORDS["party"], WORDS["gained"]), ledger.rows(chain)))
    st.caption(say(WORDS["ledger_note"]))


def _sales(desk: Desk, chain: Chain) -> None:
    if not chain.sold:
        st.markdown(WORDS["no_sales"])
        return
    columns = ("number", "trigger", "after", "own")
    with st.container(key="reading"):
        st.markdown(table([WORDS[f"column_{name}"] for name in columns], ledger.sales(chain)))
        st.caption(WORDS["sales_note"])


def _limits(desk: Desk, chain: Chain) -> None:
    with st.container(key="reading"):
        st.markdown(say(WORDS["limits"]))
