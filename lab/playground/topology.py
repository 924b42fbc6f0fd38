"""Which clusters a playground offers."""

from typing import Any

from django import forms

from lab.language import say
from simulator.machinery.schemas import versions
from simulator.spec import VERSION, lab
from simulator.world import World

OLDEST = 25
MOST_WORKERS = 20
CONTROL_PLANES = (1, 3)
PARTS = {"scheduler": "playground.scheduler", "kubelet": "playground.kubelet"}
"""What can be left out (see `ClusterSpec.without`), and the sentence that offers it."""


class Topology(forms.Form):
    """The cluster that somebody asks for."""

    kubernetes = forms.ChoiceField()
    workers = forms.IntegerField(min_value=1, max_value=MOST_WORKERS, initial=3)
    control_planes = forms.TypedChoiceField(coerce=int, initial=1, empty_value=1, required=False)
    without = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        known = [each for each in reversed(versions()) if int(each.partition(".")[2]) >= OLDEST]
        self.fields["kubernetes"].choices = [(each, each) for each in known]
        self.fields["kubernetes"].initial = VERSION
        self.fields["kubernetes"].label = say("playground.kubernetes")
        self.fields["workers"].label = say("playground.workers")
        self.fields["control_planes"].label = say("playground.control-planes")
        self.fields["control_planes"].choices = [
            (each, say(f"playground.control-planes-{each}")) for each in CONTROL_PLANES
        ]
        self.fields["without"].label = say("playground.without")
        self.fields["without"].choices = [(each, say(words)) for each, words in PARTS.items()]

    @property
    def title(self) -> str:
        """What tells one playground from another: `1.37, 3 × node`."""
        asked = self.cleaned_data
        several = f"{asked['control_planes']} × cp, " if asked["control_planes"] > 1 else ""
        return f"{asked['kubernetes']}, {several}{asked['workers']} × node"

    def boot(self, seed: str) -> World:
        """Such a cluster, up and idle. Takes a second for a topology that this process has not made before."""
        asked = self.cleaned_data
        spec = lab(
            asked["workers"],
            kubernetes=asked["kubernetes"],
            control_planes=asked["control_planes"],
            without=tuple(asked["without"]),
        )
        return World.boot(spec, seed=seed)
