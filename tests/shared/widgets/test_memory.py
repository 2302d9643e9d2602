"""The Python half of the memory: what the browser sent, what was kept and forgotten."""

import json

import pytest
from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from pages.shared.widgets.memory import forget, keep, remember

    for name, record in st.session_state.pop("to keep", ()):
        keep(name, record)
    if st.session_state.pop("to forget", False):
        forget()
    st.session_state.found = remember()


@pytest.fixture
def at():
    return AppTest.from_function(script, default_timeout=60)


def sent(at: AppTest, records, **rest) -> AppTest:
    at.session_state["memory"] = {"stored": {"records": records, **rest}}
    return at.run()


def kept(at: AppTest, *pairs) -> AppTest:
    at.session_state["to keep"] = pairs
    return at.run()


def forgotten(at: AppTest) -> AppTest:
    at.session_state["to forget"] = True
    return at.run()


def found(at: AppTest) -> dict:
    assert not at.exception
    return at.session_state.found


def told(at: AppTest) -> dict:
    """What the browser gets."""
    return json.loads(at.get("bidi_component")[0].proto.json)


def changed(at: AppTest) -> dict:
    return {name: json.loads(item["text"]) for name, item in told(at)["changed"].items()}


def test_an_empty_browser_leaves_no_records_and_nothing_to_write(at):
    at.run()
    assert found(at) == {}
    assert changed(at) == {}


def test_what_is_stored_arrives_before_the_first_line_of_the_page(at):
    sent(at, {"short": {"guess": 1.5, "checks": ["a"]}})
    assert found(at) == at.session_state["memory records"] == {"short": {"guess": 1.5, "checks": ["a"]}}
    assert changed(at) == {}


def test_what_is_kept_stays_and_goes_to_the_browser(at):
    kept(at.run(), ("short", {"guess": 1}))
    assert found(at) == changed(at) == {"short": {"guess": 1}}
    at.run()
    assert found(at) == {"short": {"guess": 1}}


def test_a_record_is_what_it_will_be_after_a_reload(at):
    kept(at, ("short", {"pair": (1, 2)}))
    assert found(at) == {"short": {"pair": [1, 2]}}


def test_keeping_the_same_again_is_no_change(at):
    sent(at, {"short": {"pair": [1, 2]}})
    kept(at, ("short", {"pair": (1.0, 2.0)}))
    assert changed(at) == {}
    kept(at, ("short", {"pair": (1, 3)}))
    assert changed(at) == {"short": {"pair": [1, 3]}}


def test_a_record_changed_in_place_counts_as_changed(at):
    sent(at, {"short": {"guess": 1}})
    record = at.session_state["memory records"]["short"]
    record["guess"] = 2
    kept(at, ("short", record))
    assert changed(at) == {"short": {"guess": 2}}


def test_a_record_set_for_the_session_only_outlasts_the_browsers_answer(at):
    at.run()
    at.session_state["memory records"]["short"] = {"stage": "reveal"}
    sent(at, {"short": {"stage": "play"}, "watch": {"guess": 4}})
    assert found(at) == {"short": {"stage": "reveal"}, "watch": {"guess": 4}}
    assert changed(at) == {}
    kept(at, ("short", {"stage": "reveal"}))
    assert changed(at) == {"short": {"stage": "reveal"}}


def test_what_the_learner_did_before_the_browser_answered_wins(at):
    kept(at.run(), ("short", {"guess": 1}))
    sent(at, {"short": {"guess": 9}, "watch": {"guess": 4}})
    assert found(at) == {"short": {"guess": 1}, "watch": {"guess": 4}}
    assert changed(at) == {"short": {"guess": 1}}


def test_what_another_tab_did_after_that_wins(at):
    kept(at.run(), ("short", {"guess": 1}), ("watch", {"guess": 4}))
    sent(at, {"short": {"guess": 9}, "watch": {"guess": 4}}, heard=told(at)["count"])
    assert found(at) == {"short": {"guess": 9}, "watch": {"guess": 4}}
    assert changed(at) == {}


def test_an_older_message_and_one_to_another_session_are_ignored(at):
    sent(at, {"short": {"guess": 2}}, count=2)
    sent(at, {"short": {"guess": 1}}, count=1)
    sent(at, {"short": {"guess": 3}}, count=3, session="before the restart")
    assert found(at) == {"short": {"guess": 2}}


def test_a_record_stays_the_same_one_until_the_browser_sends_something_new(at):
    # Else what is changed in the record one holds would be lost at the next look.
    sent(at, {"short": {"guess": 1}})
    record = at.session_state["memory records"]["short"]
    at.run()
    assert at.session_state["memory records"]["short"] is record
    sent(at, {"short": {"guess": 1}}, heard=1)
    assert at.session_state["memory records"]["short"] is not record


def test_forgetting_empties_the_session_and_the_browser_and_stays(at):
    kept(sent(at, {"short": {"guess": 9}}), ("watch", {"guess": 4}))
    forgotten(at)
    assert found(at) == changed(at) == {}
    assert told(at)["forgotten"] == told(at)["count"]
    sent(at, {"short": {"guess": 9}}, heard=1)  # sent before the browser heard of it
    assert found(at) == {}
    kept(at, ("watch", {"guess": 5}))
    assert found(at) == changed(at) == {"watch": {"guess": 5}}
    assert told(at)["forgotten"] < told(at)["count"]


def test_when_another_tab_forgets_this_one_does(at):
    kept(sent(at, {"short": {"guess": 9}}), ("watch", {"guess": 4}))
    sent(at, {}, heard=told(at)["count"])
    assert found(at) == changed(at) == {}


@pytest.mark.parametrize("stored", [None, 3, "text", [1], {}, {"records": None}, {"records": [1, 2]}])
def test_a_message_that_is_none_is_ignored(at, stored):
    at.session_state["memory"] = {"stored": stored}
    assert found(at.run()) == {}


def test_records_that_are_none_are_dropped(at):
    sent(at, {"short": {"guess": 1}, "a": 3, "b": None, "c": "text", "d": [1]})
    assert found(at) == {"short": {"guess": 1}}
