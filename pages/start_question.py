"""Lesson: one question before anything is explained."""

from pages.shared.lesson import Lesson, learn
from pages.shared.nav import guard

guard()
learn(Lesson("start_question"))
