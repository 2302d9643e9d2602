"""Components that do something in the browser and show nothing."""

from typing import Any

import streamlit as st


def unseen(name: str, script: str) -> Any:
    """A component of this name, to be mounted under the same key; it takes no room on the page."""
    return st.components.v2.component(
        name,
        html="<span hidden>\n</span>",
        css=f".st-key-{name} {{\n  position: absolute; visibility: hidden;\n}}",
        isolate_styles=False,  # the rule above is for the container outside
        js=script,
    )
