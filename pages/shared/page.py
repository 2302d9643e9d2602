"""The frame of a page with controls: one order for phones and screen readers, two columns on a laptop."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.shared.drawing import theme

_CSS, _PRESENTER = (
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("page.css", "presenter.css")
)


class Parts(NamedTuple):
    """Where things go, in the order a phone shows them."""

    basics: DeltaGenerator
    main: DeltaGenerator
    more: DeltaGenerator
    details: DeltaGenerator


def style() -> None:
    """The rules of page.css, once for all pages, and the colours of pictures that they draw with."""
    st.html(f"<style>:root {{ {_colours()} }}\n{_CSS}</style>")


def _colours() -> str:
    """``--equity: light-dark(…)`` for every colour of the pictures, by its name in :mod:`theme`."""
    return " ".join(
        f"--{name.lower().replace('_', '-')}: light-dark({light}, {theme.DARK[light]});"
        for name, light in vars(theme).items()
        if isinstance(light, str) and light in theme.DARK
    )


def presenter_style() -> None:
    """Large type and nothing beside the idea, for a room."""
    st.html(f"<style>{_PRESENTER}</style>")


@contextmanager
def body(page: str) -> Iterator[Parts]:
    """The parts of a page, laid out by page.css."""
    # A sticky figure sticks within its grid: what comes below must stand outside it.
    with st.container(key=f"{page}_lab"):
        beside = [st.container(key=f"{page}_{name}") for name in ("basics", "main", "more")]
    yield Parts(*beside, details=st.container(key=f"{page}_details"))
