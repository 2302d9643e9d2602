"""Keep the address bar in step with the choices, so that copying it shares them."""

from pathlib import Path

from pages.shared.visitor import with_language
from pages.shared.widgets.unseen import unseen

_component = unseen("address", Path(__file__).with_name("address.js").read_text(encoding="utf-8"))


def address(query: str) -> None:
    """Put `query` (``"leverage=7.5&side=short"``) into the address bar, and the language if it was chosen.

    Unlike writing to ``st.query_params`` this adds no step to the browser's back button and starts
    no run; ``st.query_params`` keeps what the page was opened with until it is loaded again.
    """
    _component(key="address", data={"query": with_language(query)})
