"""Results worth keeping between runs; every cache is bounded."""

import pandas as pd
import streamlit as st

from engine.price_file import PriceFileError, parse_csv


@st.cache_data(max_entries=8, show_spinner=False)
def price_file(data: bytes) -> tuple[pd.DataFrame | None, str]:
    """A learner's file as a tidy frame, or the sentence that says what is wrong with it."""
    try:
        return parse_csv(data), ""
    except PriceFileError as error:
        return None, str(error)
