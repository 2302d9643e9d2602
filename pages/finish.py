"""The last page of the course: the first question again, how good the guesses were, the rule card."""

from pages.lessons.benchmark import summary
from pages.shared.lesson import Lesson, learn
from pages.shared.nav import guard

guard()
learn(Lesson("finish", after=summary))
