"""Which language a visitor gets: address before session before browser."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared import language, texts, visitor


@pytest.fixture(autouse=True)
def two_languages(tmp_path, monkeypatch):
    (tmp_path / "de").mkdir()
    (tmp_path / "en").symlink_to(language.TEXT / "en")
    monkeypatch.setattr(language, "TEXT", tmp_path)
    monkeypatch.setattr(language, "_chooser", [visitor.language_in_force])
    for kept in (language.languages, texts.sections):
        kept.cache_clear()
    yield
    for kept in (language.languages, texts.sections):
        kept.cache_clear()


def page():
    import streamlit as st

    from pages.shared import formats, visitor

    st.text(formats.price(1234.5))
    st.text(visitor.with_language("leverage=4"))


def told(at):
    at.run()
    assert not at.exception
    return [text.value for text in at.text]


def test_the_address_wins_and_the_session_keeps_it():
    at = AppTest.from_function(page)
    assert told(at) == ["1,234.50", "leverage=4"]
    at.query_params["lang"] = "de"
    assert told(at) == ["1.234,50", "lang=de&leverage=4"]
    at.query_params.clear()
    assert told(at) == ["1.234,50", "lang=de&leverage=4"]
    at.query_params["lang"] = "en"
    assert told(at) == ["1,234.50", "lang=en&leverage=4"]


def test_an_unknown_language_is_as_if_none_was_named():
    at = AppTest.from_function(page)
    at.query_params["lang"] = "../en"
    assert told(at) == ["1,234.50", "leverage=4"]


def test_the_browser_is_asked_when_nothing_was_chosen(monkeypatch):
    monkeypatch.setattr(type(visitor.st.context), "locale", "de-AT")
    assert told(AppTest.from_function(page)) == ["1.234,50", "leverage=4"]


def test_where_nobody_visits_it_is_english():
    assert visitor.language_in_force() == "en"
