"""The table of contents: every page of the site by its name, in the order of the menu."""

# First, without a heading.
HOME = "home"
FRONT = (HOME, "simulator")

# The course: its map, and behind it the parts with the minutes each takes.
MAP = "course"
PARTS = {
    "start_question": 1,
    "whose_money": 4,
    "one_percent": 5,
    "where_it_ends": 5,
    "why_early": 5,
    "watch": 6,
    "short": 4,
    "saved": 6,
    "cross": 5,
    "jump": 5,
    "waiting": 5,
    "how_likely": 6,
    "together": 5,
    "rules": 5,
    "challenges": 8,
    "finish": 6,
}

# The lab.
LAB = ("compare", "after", "leverage_map", "odds", "cascade")

# Beside all that.
MORE = ("glossary", "model", "about", "teach")

# Headings of the menu, by the name of their words.
MENU = {"": FRONT, "course": (MAP, *PARTS), "lab": LAB, "more": MORE}

# The lessons: all parts of the course that ask before and check after; the puzzles do not.
PUZZLES = "challenges"
MINUTES = {slug: minutes for slug, minutes in PARTS.items() if slug != PUZZLES}
SLUGS = tuple(MINUTES)
