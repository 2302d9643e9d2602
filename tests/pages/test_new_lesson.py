"""A lesson is four files of one name and a place in the table of contents: here is a new one."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PAGE = '''"""Lesson: what does a whole slice weigh?"""

from pages.lessons import whose_money
from pages.shared.lesson import Lesson, Scene, learn
from pages.shared.nav import guard

guard()


def draw(scene: Scene) -> None:
    scene.show(*whose_money.picture(scene.scenario, scene.guess))


learn(Lesson("slice", draw, dials=("leverage",)))
'''
TEXT = """# Lesson: a new one

## title
What does a whole slice weigh?

## hook
I have {capital}.

## predict
At {leverage}, how much is borrowed?

## play
Move it.

## now
You borrow {borrowed}.

## alt
{borrowed} of {position}.

## reveal
It is {truth}.

## near
You said {guess}: yes.

## low
You said {guess}: more.

## high
You said {guess}: less.

## rule
All but one part.

## check_again
And at {leverage}?

## check_again_right
It is {answer}.

## check_again_all
Not {mistake}.

## try
See it.

## goal
Weigh it.

## wrong
- All.

## discuss
- Why?
"""
QUIZ = '''"""What does a whole slice weigh? What the lesson asks."""

from engine.margin.scenario import Scenario
from engine.questions import Quiz, known, money, numeric


def quiz() -> Quiz:
    s = Scenario()
    asked = known(s, "capital", "leverage")
    guess = numeric("borrowed", asked, money(s.borrowed), {})
    check = numeric("again", asked, money(s.borrowed), {"all": s.notional})
    return Quiz((guess,), (check,), {})
'''
PLAY = """
from streamlit.testing.v1 import AppTest
at = AppTest.from_file("app.py", default_timeout=60).switch_page("pages/slice.py").run()
assert not at.exception, at.exception
assert at.title[0].value == "What does a whole slice weigh?"
at.text_input(key="slice.guess.borrowed").set_value("$900")
at.button(key="slice.lock").click().run()
at.button(key="slice.reveal").click().run()
assert any("You said \\\\$900: yes." in m.value for m in at.markdown), [m.value for m in at.markdown]
at.text_input(key="slice.check.again").set_value("1,000")
at.button(key="slice.submit.again").click().run()
assert "Not \\\\$1,000." in at.info[0].value
at.text_input(key="slice.check.again").set_value("900")
at.button(key="slice.submit.again").click().run()
assert "It is \\\\$900." in at.success[0].value
at.switch_page("pages/course.py").run()
assert any("What does a whole slice weigh?" in link.proto.label for link in at.get("page_link"))
print("played")
"""


def test_a_new_lesson_is_four_files_and_a_place_in_the_contents(tmp_path):
    for name in ("app.py", "engine", "pages", ".streamlit"):
        source = ROOT / name
        (shutil.copy if source.is_file() else shutil.copytree)(source, tmp_path / name)
    (tmp_path / "pages/slice.py").write_text(PAGE)
    (tmp_path / "pages/text/en/slice.md").write_text(TEXT)
    (tmp_path / "pages/lessons/slice.py").write_text(QUIZ)
    (tmp_path / "pages/lessons/small/slice.svg").write_text('<svg class="small" viewBox="0 0 96 54"></svg>')
    contents = tmp_path / "pages/shared/contents.py"
    listed = contents.read_text().replace('"finish": 6}', '"slice": 2, "finish": 6}')
    contents.write_text(listed)
    played = subprocess.run(
        [sys.executable, "-c", PLAY], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert played.stdout.strip().endswith("played"), played.stderr[-3000:]
