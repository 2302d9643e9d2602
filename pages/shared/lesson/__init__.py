"""The lesson kit: question, guess, play, reveal, rule, checks. It knows no lesson by name."""

from pages.shared.lesson.learner import learn
from pages.shared.lesson.lesson import Lesson, Scene

__all__ = ["Lesson", "Scene", "learn"]
