"""A second language, made for these tests: asked at each word, and nothing read before it is wanted."""

import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.shared import formats, language, link, texts

ROOT = Path(__file__).parents[2]
FOREIGN = ("de", "fr", "sv", "tr", "ar", "he", "pt_BR", "de_CH")


@pytest.fixture
def speak(tmp_path, monkeypatch):
    """Folders for some languages, and a way to speak one of them."""
    for code in FOREIGN:
        (tmp_path / code).mkdir()
    (tmp_path / "notes of a translator").mkdir()
    (tmp_path / "en").symlink_to(language.TEXT / "en")
    (tmp_path / "de" / "nav.md").write_text("## home\nAnfang\n", encoding="utf-8")
    monkeypatch.setattr(language, "TEXT", tmp_path)
    monkeypatch.setattr(language, "_chooser", [])
    forget()
    yield lambda code: language.choose_with(lambda: code)
    forget()


def forget():
    for kept in (language.languages, texts.sections, formats._counted_in):
        kept.cache_clear()


def test_languages_are_the_folders_named_by_a_locale(speak):
    assert language.languages() == tuple(sorted((*FOREIGN, "en")))
    assert [language.offered(tag) for tag in ("de", "DE-at", "pt-br", "pt", "en-US", "xx", "", "../en")] == [
        *("de", "de", "pt_BR", "", "en", "", "", ""),
    ]
    assert language.tag("pt_BR") == "pt-BR"
    assert [language.direction(code) for code in ("en", "ar", "he")] == ["ltr", "rtl", "rtl"]


def test_the_language_is_asked_at_each_word_and_english_fills_in(speak):
    words = texts.read("nav")
    assert words["home"] == "Start"
    speak("de")
    assert words["home"] == "Anfang"
    assert words["course"] == "Course"
    assert words.get("nothing") is None
    assert set(words) == set(texts.sections("en", "nav"))
    speak("fr")
    assert words["home"] == "Start"


def test_nobody_is_asked_while_there_is_one_language(speak, tmp_path):
    for code in FOREIGN:
        (tmp_path / code).rename(tmp_path / "notes of a translator" / code)
    language.choose_with(lambda: pytest.fail("asked"))
    assert language.languages() == ("en",)
    assert language.current() == "en"


@pytest.mark.parametrize(
    ("code", "money", "price", "percent", "date"),
    [
        ("de", "−1.234,50\xa0$", "60.000,00", "9,55\xa0%", "19. Okt. 1987 14:30"),
        ("fr", "−1\u202f234,50\xa0$", "60\u202f000,00", "9,55\xa0%", "19 oct. 1987 14:30"),
        ("sv", "−1\xa0234,50\xa0$", "60\xa0000,00", "9,55\xa0%", "19 okt. 1987 14:30"),
        ("tr", "−$1.234,50", "60.000,00", "%9,55", "19 Eki 1987 14:30"),
        ("de_CH", "−$\xa01'234.50", "60'000.00", "9.55%", "19. Okt. 1987 14:30"),
        ("en", "−$1,234.50", "60,000.00", "9.55\xa0%", "19 Oct 1987 14:30"),
    ],
)
def test_numbers_are_written_as_the_language_does(speak, code, money, price, percent, date):
    speak(code)
    assert formats.money(-1234.5) == formats.money_texts([-1234.5])[0] == money
    assert formats.price(60000) == formats.price_texts([60000])[0] == price
    assert formats.percent(0.0955) == percent
    assert formats.date(datetime(1987, 10, 19, 14, 30)) == date


def test_a_language_has_its_own_plurals(speak):
    (language.TEXT / "de" / "formats.md").write_text(
        "## days_one\n{count} Tag\n\n## days_other\n{count} Tage\n", encoding="utf-8"
    )
    speak("de")
    shown = [formats.duration(hours).replace("\xa0", " ") for hours in (24, 76, 1e5)]
    assert shown == ["1 Tag", "3 Tage 4 h", "4.167 Tage"]
    speak("en")
    assert formats.duration(76).replace("\xa0", " ") == "3 days 4 h"


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(formats.FIELD)), st.sampled_from(FOREIGN))
def test_what_a_field_shows_is_read_back_in_every_language(value, style, code):
    before = list(language._chooser)
    language.languages.cache_clear()
    known, language.languages = language.languages, lambda: ("en", code)
    language.choose_with(lambda: code)
    try:
        text = formats.field_text(value, style)
        assert formats.field_text(formats.parse_number(text, style), style) == text
        whole = formats.money(value, cents=True)
        assert formats.parse_number(whole, "money") == pytest.approx(value, abs=0.00501)
    finally:
        language._chooser[:], language.languages = before, known


def test_a_point_before_three_digits_is_read_as_it_is_written(speak):
    assert formats.parse_number("1,000") == 1000
    assert formats.parse_number("1.000") == 1
    speak("de")
    assert formats.parse_number("1.000") == 1000
    assert formats.parse_number("1,000") == 1
    assert formats.parse_number("1.000,5") == 1000.5
    assert formats.parse_number("0.5") == 0.5


def test_two_visitors_are_served_in_their_own_language_at_once(speak):
    mine = threading.local()
    language.choose_with(lambda: getattr(mine, "code", "en"))
    heard = {}

    def visit(code):
        mine.code = code
        for _ in range(200):
            heard.setdefault(code, set()).add((texts.read("nav")["home"], formats.price(1234.5)))

    visitors = [threading.Thread(target=visit, args=(code,)) for code in ("de", "en")]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert heard == {"de": {("Anfang", "1.234,50")}, "en": {("Start", "1,234.50")}}


def test_a_link_may_name_a_language_and_is_told_when_there_is_none(speak):
    assert link.decode({"lang": "de", "leverage": "7.5"})[1] == []
    assert link.decode({"lang": "xx"})[1] == ["lang “xx” is not one of the choices."]


READS_NOTHING = """
import importlib, pkgutil
from pages.shared import language, texts

def opened(code, slug):
    raise AssertionError(f"{slug} is read while modules are imported")

texts.sections = opened
language.current = lambda: opened("", "the language")
import pages.lab, pages.lessons, pages.shared
count = 0
for family in (pages.lab, pages.lessons, pages.shared):
    for module in pkgutil.walk_packages(family.__path__, family.__name__ + "."):
        importlib.import_module(module.name)
        count += 1
assert count > 30, count
"""


@pytest.mark.slow
def test_no_word_is_read_while_modules_are_imported():
    done = subprocess.run([sys.executable, "-c", READS_NOTHING], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
