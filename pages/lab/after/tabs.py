"""The two questions of the page about what follows the trigger: their controls, pictures and tables."""

from math import isnan

import streamlit as st

from engine.loss import after
from engine.margin.scenario import LIMITS, Keeper
from pages.lab.after import loan_on_chain, part_sale, sale
from pages.shared import formats
from pages.shared.controls import Desk
from pages.shared.page import Parts
from pages.shared.widgets import figure
from pages.shared.widgets.number import number
from pages.shared.words import read, say, table

WORDS = read("after")
FIELDS = ("side", "capital", "leverage", "entry_price", "leftover")
# One bitcoin at 20x, and a position so large that it is sold in parts.
AFTER = {"capital": 3_000.0, "leverage": 20.0, "entry_price": 60_000.0, "leftover": Keeper.FUND}
LARGER = {"capital": 150_000.0}
FUND = 250.0  # an insurance fund that is soon empty
PAST_TRIGGER, SALE_COST = 0.001, 0.001


def _who(desk: Desk, parts: Parts) -> None:
    scenario = desk.choices.scenario
    prices = after.sale_prices(scenario)
    with parts.basics:
        st.markdown(say(WORDS["intro_who"]))
        if isnan(prices.trigger):
            st.markdown(say(WORDS["nobody"]))
            return
        price, fund = _sale(prices), _fund()
        desk.pick("leftover", st.segmented_control, Keeper)
    story = sale.Sale(scenario, after.sold(scenario, price, fund=fund), fund)
    with parts.main:
        st.markdown(sale.sentence(story))
        wide, narrow, height = sale.picture(story)
        figure.show(wide, key="after.sale_picture", alt=sale.alt(story), narrow=narrow, height=height)
    with parts.details:
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(f"**{WORDS['ledger']}**")
            st.markdown(table((WORDS["party"], WORDS["gained"]), sale.ledger(story)))
            st.caption(say(WORDS["ledger_note"], fee=formats.percent(after.SALE_FEE)))
        with right:
            st.markdown(f"**{WORDS['queue']}**")
            columns = [
                WORDS[f"column_{column}"] for column in ("winner", "entry", "profit", "score", "gives")
            ]
            st.markdown(table(columns, sale.queue(story)))
            st.caption(say(WORDS["queue_note"]))


def _sale(prices: after.SalePrices) -> float:
    """The price of the sale, never better than the trigger."""
    low, high = sorted((prices.trigger, prices.usual))
    least, most = sorted((prices.trigger, prices.least))
    label, _, help_text = WORDS["sale"].partition("\n")
    price = number(
        label,
        key="after.sale",
        value=prices.start,
        low=low,
        high=high,
        step=float(f"{(high - low) / 200:.1g}"),
        style="price",
        hard_low=least,
        hard_high=most,
        help=help_text,
    )
    return min(max(price, least), most)  # a typed price is rounded


def _fund() -> float:
    label, _, help_text = WORDS["fund"].partition("\n")
    return number(
        label,
        key="after.fund",
        value=FUND,
        low=0,
        high=1_000,
        step=10,
        style="money",
        hard_high=LIMITS["wallet"].high,
        help=help_text,
    )


def _much(desk: Desk, parts: Parts) -> None:
    scenario = desk.choices.scenario
    with parts.basics:
        st.markdown(say(WORDS["intro_much"]))
        if isnan(scenario.liquidation_price):
            st.markdown(say(WORDS["nobody"]))
        else:
            beyond = _share(WORDS["beyond"], "after.beyond", PAST_TRIGGER, high=0.01, hard_high=0.2)
            cost = _share(WORDS["cost"], "after.cost", SALE_COST, high=0.02, hard_high=0.1)
            st.button(
                WORDS["larger"].format(capital=formats.short_money(LARGER["capital"])),
                on_click=desk.set,
                args=(LARGER,),
                key="after.larger",
            )
    if not isnan(scenario.liquidation_price):
        _parts(part_sale.position_due(scenario, beyond, cost), parts)
    with parts.details:
        st.subheader(WORDS["loan"])
        st.markdown(loan_on_chain.sentence())
        columns = ("price", "before", "repaid", "seized", "after", "kept", "bad")
        st.markdown(table([WORDS[f"column_{column}"] for column in columns], loan_on_chain.rows()))
        st.markdown(loan_on_chain.toxic_sentence())


def _parts(story: part_sale.PartSale, parts: Parts) -> None:
    with parts.main:
        st.markdown(part_sale.sentence(story))
        wide, narrow, height = part_sale.picture(story)
        figure.show(wide, key="after.part_picture", alt=part_sale.alt(story), narrow=narrow, height=height)
    with parts.details:
        columns = ("rule", "sold", "paid", "yours", "ratio", "doers")
        st.markdown(table([WORDS[f"column_{column}"] for column in columns], part_sale.rows(story)))
        st.caption(part_sale.note(story))


def _share(words: str, key: str, start: float, *, high: float, hard_high: float) -> float:
    label, _, help_text = words.partition("\n")
    return number(
        label,
        key=key,
        value=start,
        low=0.0,
        high=high,
        step=high / 100,
        style="percent",
        hard_high=hard_high,
        help=help_text,
    )


TABS = {"who": _who, "much": _much}
