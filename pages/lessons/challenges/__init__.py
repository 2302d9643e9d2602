"""Your turn: five puzzles, a part of the course that is no lesson. It says itself how far a learner is."""

from pages.lessons.challenges.play import state

__all__ = ["state"]
