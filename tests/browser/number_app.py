"""Every kind of number control on one page, a second page, and the address bar: for test_number.py."""

from urllib.parse import urlencode

import streamlit as st

from pages.shared.widgets.address import address
from pages.shared.widgets.number import number, number_value, set_number


@st.fragment
def controls() -> None:
    st.session_state.runs = st.session_state.get("runs", 0) + 1
    capital = number(
        "Your money", key="capital", value=100, low=10, high=100_000, step=1, style="money", scale="log",
        help="What you put up yourself. The field calls it margin or collateral.",
    )  # fmt: skip
    leverage = number(
        "Leverage", key="leverage", value=st.session_state.asked,
        low=1, high=125, step=0.1, style="multiple", scale="log", help="Position divided by your money.",
    )  # fmt: skip
    rate = number_value("rate", 0.005)
    error = f"At {leverage:g}x the maintenance rate must stay below {1 / leverage:.2%}." * (
        rate >= 1 / leverage
    )
    number(
        "Maintenance rate", key="rate", value=0.005, low=0, high=0.3, step=0.001, style="percent",
        hard_high=0.99, error=error,
    )  # fmt: skip
    number("Price change", key="change", value=-0.1, low=-0.5, high=0.5, step=0.01, style="percent")
    rate = number_value("rate", 0.005)
    st.text(f"capital={capital!r} leverage={leverage!r} rate={rate!r} runs={st.session_state.runs}")
    address(urlencode({"leverage": leverage}))


def main_page() -> None:
    st.session_state.setdefault("asked", float(st.query_params.get("leverage", 10)))
    st.button("Reset", on_click=set_number, args=("leverage", 10))
    st.button("Other rerun")
    controls()
    st.number_input("A native field", value=3, help="beside ours for comparison")
    st.slider("A native slider", 0, 10, 3)


def second_page() -> None:
    st.text(f"second page, asked for {st.query_params.to_dict()}")


st.set_page_config(page_title="Numbers", page_icon="📉")
st.navigation(
    [
        st.Page(main_page, title="First", default=True),
        st.Page(second_page, title="Second", url_path="second"),
    ],
    position="top",
).run()
