"""The Python half of the number control: text in, a usable number out."""

import pytest
from streamlit.testing.v1 import AppTest


def app(scale: str = "linear") -> AppTest:
    return AppTest.from_function(script, default_timeout=60, kwargs={"scale": scale}).run()


def script(scale):
    import streamlit as st

    from pages.shared.widgets.number import number, number_value, set_number

    st.button("Reset", key="reset", on_click=set_number, args=("leverage", 10))
    st.session_state.early = number_value("leverage", 10)
    if st.session_state.get("preset") == "before":
        set_number("leverage", 33)
    if not st.session_state.get("away"):
        given = st.session_state.get("given", 10)
        st.session_state.value = number(
            "Leverage", key="leverage", value=given, low=1, high=125, step=0.1,
            hard_high=st.session_state.get("most", 500), style="multiple", scale=scale,
            error=st.session_state.get("complaint", ""),
        )  # fmt: skip

    if st.session_state.get("preset") == "after":
        set_number("leverage", 33)


def typed(at: AppTest, text: str) -> AppTest:
    at.session_state["leverage"] = {"edit": text}
    return at.run()


def shown(at: AppTest) -> dict:
    import json

    assert not at.exception
    return json.loads(at.get("bidi_component")[0].proto.json)


def test_starts_with_its_value_written_in_its_style():
    at = app()
    assert at.session_state.value == 10
    assert shown(at)["text"] == "10x"


@pytest.mark.parametrize("scale", ["linear", "log"])
def test_typed_text_becomes_the_number_and_is_rewritten(scale):
    at = typed(app(scale), " 12,50 ×")
    assert at.session_state.value == at.session_state.early == 12.5
    assert shown(at)["text"] == "12.5x"
    assert shown(at)["problem"] == ""


def test_the_number_is_exactly_what_the_field_shows():
    at = typed(app(), "7.123456")
    assert at.session_state.value == 7.1235
    assert shown(at)["text"] == "7.1235x"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("ten", "“ten” cannot be read as a number. Type a multiple, for example 10 or 7.5x."),
        ("501", "501x is above the limit. Type at most 500x."),
        ("1e99", "“1e99” is above the limit. Type at most 500x."),
        ("1e308", "“1e308” is above the limit. Type at most 500x."),
        ("-1e308", "“-1e308” is below the limit. Type at least 1x."),
        ("9" * 309, f"“{'9' * 24}…” cannot be read as a number. Type a multiple, for example 10 or 7.5x."),
        ("5e-324", "almost 0x is below the limit. Type at least 1x."),
        ("-0", "0x is below the limit. Type at least 1x."),
        ("٣", "“٣” cannot be read as a number. Type a multiple, for example 10 or 7.5x."),
        ("1_0", "“1_0” cannot be read as a number. Type a multiple, for example 10 or 7.5x."),
        ("0.5", "0.5x is below the limit. Type at least 1x."),
    ],
)
def test_bad_text_stays_with_a_sentence_and_the_last_number_counts(text, sentence):
    at = typed(typed(app(), "20"), text)
    assert at.session_state.value == 20
    assert shown(at)["text"] == text
    assert shown(at)["problem"] == f"Leverage: {sentence} Until then it stays 20x."
    assert at.run().session_state.value == 20
    assert shown(typed(at, "21"))["problem"] == ""


def test_more_than_the_slider_shows_may_be_typed_up_to_the_hard_limit():
    assert typed(app(), "400").session_state.value == 400


def test_half_typed_text_is_taken_only_when_it_is_a_number():
    at = app()
    at.session_state["leverage"] = {"edit": {"text": "2x5", "draft": True}}
    assert shown(at.run())["problem"] == ""
    assert at.session_state.value == 10


def test_set_number_wins_and_the_same_text_can_be_typed_again():
    at = typed(app(), "50")
    at.button("reset").click().run()
    assert at.session_state.value == 10
    assert shown(at)["text"] == "10x"
    assert at.run().session_state.value == 10
    assert typed(at, "50").session_state.value == 50


@pytest.mark.parametrize("when", ["before", "after"])
def test_set_number_works_outside_a_callback(when):
    at = typed(app(), "50")
    at.session_state.preset = when
    at.run()
    at.session_state.preset = ""
    assert at.run().session_state.value == 33


def test_set_number_may_come_before_the_control_was_ever_drawn():
    at = AppTest.from_function(script, default_timeout=60, kwargs={"scale": "log"})
    at.session_state.preset = "before"
    assert shown(at.run())["text"] == "33x"
    assert at.session_state.value == 33


def test_an_edit_older_than_what_python_set_is_ignored():
    at = typed(app(), "50")
    at.button("reset").click().run()
    at.session_state["leverage"] = {"edit": {"text": "50", "count": 1, "writes": 0}}
    assert at.run().session_state.value == 10


def test_an_edit_from_before_a_server_restart_is_taken():
    at = app()
    at.session_state["leverage"] = {"edit": {"text": "50", "count": 9, "writes": 3}}
    at.run()
    assert at.session_state.value == 50
    assert (shown(at)["echo"], shown(at)["writes"]) == (9, 3)


def test_the_number_survives_while_the_control_is_not_on_the_page():
    at = typed(app(), "50")
    at.session_state.away = True
    assert at.run().session_state.early == 50
    at.session_state.away = False
    assert at.run().session_state.value == 50
    assert shown(at)["text"] == "50x"


def test_a_changed_value_is_taken_over_and_a_repeated_one_is_not():
    at = typed(app(), "50")
    assert at.run().session_state.value == 50
    at.session_state.given = 30
    assert at.run().session_state.value == 30
    assert typed(at, "40").session_state.value == 40


def test_a_caller_who_keeps_the_number_is_not_fought():
    at = app()
    for text in ("20", "30", "40"):
        at.session_state.given = at.session_state.value
        assert typed(at, text).session_state.value == float(text)
    at.session_state.given = at.session_state.value
    at.button("reset").click().run()
    assert at.session_state.value == 10


def test_the_callers_complaint_is_shown_after_what_cannot_be_read():
    at = app()
    at.session_state.complaint = "Too much for this rate."
    assert shown(at.run())["problem"] == "Too much for this rate."
    assert shown(typed(at, "ten"))["problem"].startswith("Leverage: “ten”")


def test_python_s_numbers_are_clipped_to_the_limits_and_to_limits_that_shrink():
    at = app()
    at.session_state.given = 9999
    assert at.run().session_state.value == 500
    at.session_state.most = 90
    assert at.run().session_state.value == 90
    assert shown(at)["text"] == "90x"
