"""The table of contents: every page of the site by its name, in the order of the menu."""

# First, without a heading.
HOME = "home"
FRONT = (HOME, "simulator")

# The course: its map, and behind it chapters of parts with the minutes each takes.
MAP = "course"
CHAPTERS = {
    "what": {"start_question": 1, "whose_money": 4, "one_percent": 5},
    "how": {"where_it_ends": 5, "why_early": 5, "watch": 6, "short": 4},
    "done": {"saved": 6, "cross": 5},
    "chance": {"jump": 5, "waiting": 5, "how_likely": 6, "together": 5},
    "law": {"rules": 5, "challenges": 8, "finish": 6},
}
PARTS = {slug: minutes for parts in CHAPTERS.values() for slug, minutes in parts.items()}
# The short path: whose money it is, where the trigger stands, what helps, who pays, and how likely it is.
CORE = ("start_question", "whose_money", "one_percent", "why_early", "saved", "jump", "how_likely", "finish")

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
