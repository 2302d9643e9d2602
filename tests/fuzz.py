"""Chance for tests: how much of it, where it starts, and what a stranger may type or put into a link.

``LAB_FUZZ=20`` tries twenty times as much as the usual run, ``LAB_SEED=7`` something else.
"""

import os
import random

from engine.margin.rules import Rules
from engine.margin.scenario import Keeper, Side
from engine.market.prices import Shape
from pages.lab.odds.growth import ASIDE, BELIEFS
from pages.lessons.challenges.puzzles import PUZZLES
from pages.lessons.saved import RESCUES
from pages.shared.contents import FRONT, LAB, MAP, MORE, PARTS, SLUGS
from pages.shared.link import REPLAYED

PAGES = (*FRONT, MAP, *PARTS, *LAB, *MORE)
READ_ONLY = (MAP, *MORE)
PLAYED = tuple(page for page in PAGES if page not in READ_ONLY)
# What no field and no link should take, or only by saying so.
ODD = [
    *("", " ", "abc", "nan", "inf", "-inf", "1e999", "1e308", "-1e308", "1e307", "9e303", "5e-324"),
    *("-5e-324", "1e300", "1e22", "1e-7", "1e-9", "0", "-0", "-1", "--3", "1,2,3", "$", "%", "{0}"),
    *("<b>1</b>", "10 apples", "−", "٣", "1_0", "0x10", "1e", "9" * 400, "x" * 3000, "1;DROP TABLE runs"),
    *("\x00", "[x](http://e.example)"),
]
# The options of the controls that are no numbers, by the end of their key.
OPTIONS = {
    "side": list(Side),
    "rules": [*Rules, None],
    "way": list(RESCUES),
    "puzzle": list(PUZZLES),
    "shape": list(Shape),
    "venue": ["", *REPLAYED],
    "column": list(range(8)),
    "row": list(range(8)),
    "series": [Shape.REAL, Shape.FILE],
    "leftover": list(Keeper),
    "belief": list(BELIEFS),
    "aside": list(ASIDE),
}


def times(usual: int) -> int:
    """So many, as many times as LAB_FUZZ says."""
    return max(1, round(usual * float(os.environ.get("LAB_FUZZ", "1"))))


def chance(*of: object) -> random.Random:
    """The chance of one test: the same again with the same LAB_SEED."""
    return random.Random(f"{os.environ.get('LAB_SEED', '0')} {of}")


def view(rng: random.Random, page: str) -> str:
    """One of the views of a page, as it stands in a link."""
    if page not in SLUGS:
        return ""
    return rng.choice(["", "stage=play", "stage=reveal", f"view=presenter&step={rng.randint(0, 12)}"])
