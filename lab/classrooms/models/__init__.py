"""What is kept of classes: rooms and who is in them, what is assigned and reached, what is said."""

from lab.classrooms.models.notes import Notice, Visit
from lab.classrooms.models.rooms import INSTRUCTOR, LEARNER, Classroom, Invitation, Membership
from lab.classrooms.models.work import Assignment, Attempt, Evidence, Extension, Judgement, Override

__all__ = [
    "INSTRUCTOR",
    "LEARNER",
    "Assignment",
    "Attempt",
    "Classroom",
    "Evidence",
    "Extension",
    "Invitation",
    "Judgement",
    "Membership",
    "Notice",
    "Override",
    "Visit",
]
