"""A small drawing beside a link; what it shows is said by the link, so readers aloud pass over it.

``st.html`` takes drawings out of what it is given; a component of our own keeps them.
"""

from importlib import resources

import streamlit as st

_component = st.components.v2.component(
    "small",
    html="<div></div>",
    isolate_styles=False,  # the colours stand in page.css
    js="""export default function ({ parentElement, data }) {
  parentElement.querySelector("div").innerHTML = data.drawing;
}""",
)


def small(package: str, name: str) -> None:
    """The drawing ``<name>.svg`` of a package."""
    drawing = resources.files(package).joinpath(f"{name}.svg").read_text("utf-8")
    _component(key=f"small_{name}", data={"drawing": drawing})
