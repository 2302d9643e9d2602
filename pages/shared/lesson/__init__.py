"""The lesson kit: question, guess, play, reveal, rule, checks. It knows no lesson by name."""

from pages.shared.lesson.kit import Lesson, Scene, learn

__all__ = ["Lesson", "Scene", "learn"]
