"""What instructors fill in: a class, an assignment, an invitation, a score."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from lab.accounts.models import User
from lab.classrooms.assignables import KINDS, choices, parts_of
from lab.classrooms.models import Assignment, Classroom, Override
from lab.language import say

MOMENT = "%Y-%m-%dT%H:%M"
ENDS = ("due_at", "closes_at")
WITHOUT_HINTS = ("quiz", "exam")


class ClassroomForm(forms.ModelForm):
    class Meta:
        model = Classroom
        fields: ClassVar = ["name"]


class Named(forms.ModelForm):
    """A guest who joins a class says how they are called there."""

    class Meta:
        model = User
        fields: ClassVar = ["name"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class InvitationForm(forms.Form):
    email = forms.EmailField(required=False)


class Moment(forms.DateTimeField):
    """A moment in the reader's own time zone; may be left open."""

    def __init__(self, **named: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)
        super().__init__(required=False, input_formats=[MOMENT, "%Y-%m-%d %H:%M"], widget=widget, **named)


class AssignmentForm(forms.ModelForm):
    """An assignment; `what` is kind and target in one, `kind:target`."""

    what = forms.ChoiceField()
    parts = forms.MultipleChoiceField(required=False)
    opens_at, due_at, closes_at = Moment(), Moment(), Moment()

    class Meta:
        model = Assignment
        fields: ClassVar = [
            "name",
            "points",
            "parts",
            "opens_at",
            "due_at",
            "closes_at",
            "late_percent",
            "attempts_allowed",
            "hint_percent",
            "faults",
        ]

    def __init__(self, given: QueryDict | None = None, *, instance: Assignment) -> None:
        if given is not None and "preview" in given:  # the boxes are those of the work that was chosen before
            given = given.copy()
            given.setlist("parts", [])
        super().__init__(given, instance=instance)
        self.fields["what"].choices = choices()
        if instance.target:
            self.initial["what"] = f"{instance.kind}:{instance.target}"
        else:
            self.initial["what"] = next((key for _, rows in choices() for key, _ in rows), "")
        what = str(self.data.get("what") or self.initial["what"])
        self.work = Assignment(**dict(zip(("kind", "target"), what.partition(":")[::2], strict=True)))
        self.known = parts_of(self.work) if self.work.kind in KINDS else []
        self.fields["parts"].choices = [(part.id, part.id) for part in self.known]

    @property
    def all_parts(self) -> list[dict[str, Any]]:
        """Every part of the chosen work, for a list of boxes."""
        chosen = self.instance.parts if not self.is_bound else self.data.getlist("parts")
        return [
            {"id": part.id, "title": part.title, "place": part.place, "on": not chosen or part.id in chosen}
            for part in self.known
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        moments = [given[name] for name in ("opens_at", "due_at", "closes_at") if given.get(name)]
        if moments != sorted(moments):
            raise ValidationError(say("classes.moments-order"), code="order")
        if self.instance._state.adding and any(given.get(name) and given[name] <= timezone.now() for name in ENDS):
            raise ValidationError(say("classes.moments-past"), code="past")
        if self.instance.pk and self.instance.attempts.exists() and given.get("what") != self.initial["what"]:
            raise ValidationError(say("classes.work-begun"), code="begun")
        if given.get("late_percent") and "due_at" in given and not given["due_at"]:
            self.add_error("late_percent", ValidationError(say("classes.late-needs-due"), code="due"))
        return given

    def clean_hint_percent(self) -> int:
        percent: int = self.cleaned_data["hint_percent"]
        if percent and self.work.kind in WITHOUT_HINTS:
            raise ValidationError(say("classes.no-hints-there"), code="hints")
        return percent

    def clean_faults(self) -> bool:
        allowed: bool = self.cleaned_data["faults"]
        if allowed and self.work.kind == "quiz":
            raise ValidationError(say("classes.no-clusters-there"), code="faults")
        return allowed

    def clean_parts(self) -> list[str]:
        """Nothing stands for everything, so that a task added to the lesson later counts as well."""
        chosen: list[str] = self.cleaned_data["parts"]
        return [] if len(chosen) == len(self.known) else chosen

    def save(self, commit: bool = True) -> Assignment:
        self.instance.kind, _, self.instance.target = self.cleaned_data["what"].partition(":")
        return super().save(commit)


class OverrideForm(forms.ModelForm):
    """Points and a note; whoever presses `back` takes an earlier override back, and needs no points."""

    points = forms.DecimalField(min_value=0, max_value=1000, max_digits=6, decimal_places=2)

    class Meta:
        model = Override
        fields: ClassVar = ["points", "note"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if "back" in self.data:
            del self.fields["points"]


class ExtensionForm(forms.Form):
    """Until when; nothing takes an extension back."""

    due_at = Moment()


class NoticeForm(forms.Form):
    text = forms.CharField(max_length=1000)


class HandForm(forms.Form):
    words = forms.CharField(max_length=200, required=False)


class MomentForm(forms.Form):
    sandbox = forms.UUIDField()
    text = forms.CharField(max_length=1000, required=False)


class MinutesForm(forms.Form):
    minutes = forms.IntegerField(min_value=1, max_value=240)
