"""What the lessons ask, worked out anew each time."""

from importlib import import_module


def quiz(slug):
    """The questions of a lesson, found as the kit finds them."""
    return import_module(f"pages.lessons.{slug}").quiz()


def question(asked, name):
    """One of several questions."""
    return next(q for q in asked if q.name == name)
