"""The last page of the course: the first question again, in two other sets of numbers."""

from engine.margin.derived import allowed, changed
from engine.questions import Quiz, money
from pages.lessons.example import BARE
from pages.lessons.survey import shares, sold_off, stock
from pages.shared.drawing.still import Ground


def quiz() -> Quiz:
    """A fall that takes everything and one that does not."""
    s = allowed(changed(BARE, capital=400.0, leverage=4.0))
    none_lost = {"none_lost": s.capital}
    guesses = sold_off("left_25", s, -0.25, none_lost), sold_off("left_10", s, -0.10, none_lost)
    sale_25, sale_10 = (money(guess.mistakes["loan_forgotten"]) for guess in guesses)
    return Quiz(guesses, (), {"sale_25": sale_25, "sale_10": sale_10} | shares())


def ground(quiz: Quiz) -> Ground:
    """The stock and whose money paid for it; a bar for each of the two falls."""
    return stock(quiz)
