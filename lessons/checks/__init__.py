"""Checks: what must hold in a world, and what to tell the learner when it does not.

A task's checks are a list of maps. Each names one word of `WORDS` with what it is about, may say what a learner is told
when it does not hold (`else`, a text per language), and what is recognised as a typical mistake (`mistakes`: a list of
`{when: <check>, say: <texts>}`). Checks look at a copy of the world and never change the learner's.
"""

from lessons.checks.finding import Finding, State
from lessons.checks.run import run
from lessons.checks.words import WORDS, misspelt

__all__ = ["WORDS", "Finding", "State", "misspelt", "run"]
