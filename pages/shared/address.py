"""Keep the address bar in step with the choices, so that copying it shares them."""

from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "address",
    html="<span hidden>\n</span>",
    css=".st-key-address {\n  position: absolute; visibility: hidden;\n}",
    isolate_styles=False,  # the rule above is for the container outside: no gap in the layout
    js=Path(__file__).with_name("address.js").read_text(encoding="utf-8"),
)


def address(query: str) -> None:
    """Put `query` (``"leverage=7.5&side=short"``) into the address bar.

    Unlike writing to ``st.query_params`` this adds no step to the browser's back button and starts
    no run; ``st.query_params`` keeps what the page was opened with until it is loaded again.
    """
    _component(key="address", data={"query": query})
