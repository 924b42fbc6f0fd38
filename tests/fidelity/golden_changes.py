"""What Kubernetes changed between 1.28, before which the stories were recorded, and 1.37: each change with its reason.

A change says how a recorded text would read today. Only the recorded side is rewritten: what the simulator shows must
equal the result to the letter.
"""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Change:
    """`rewrites` are patterns in recorded output and what stands there now; `stories` are those in which it shows."""

    reason: str
    stories: tuple[str, ...]
    rewrites: tuple[tuple[str, str], ...]
    commands: tuple[str, ...] = ("",)
    """How the commands begin whose output changed."""


CHANGES = (
    Change(
        "no installed schema carries what Go's comments say of the values of an enumeration, so only the values are listed",
        ("explain",),
        ((r"^( *- `\"\w*\"`) .*\n(?:    (?! *- ).*\S.*\n)*", r"\1\n"),),
        ("explain deployment.spec.strategy", "explain pv.spec.hostPath"),
    ),
    Change(
        "the story on explain is played on 1.28, whose installed schemas are those of 1.28.0: that onPodConditions need not "
        "be there came with 1.28.1 (kubernetes/kubernetes pull request 120204)",
        ("explain",),
        ((r"(onPodConditions\t<\S+>)$", r"\1 -required-"),),
        ("explain cronjob",),
    ),
    Change(
        "a scheduler that starts before its roles are there falls back to core Events, which tell their source; one that "
        "is up sends those of events.k8s.io, which do not (kubernetes/kubernetes issue 111217)",
        ("pod-pending",),
        ((r"  default-scheduler$", "  <none>"),),
        ("get events",),
    ),
    Change(
        "symbols of addresses are counted from the first one seen, and the recording had seen one before this story",
        ("discovery",),
        ((r"<IP2>", "<IP1>"),),
        ("get svc kubernetes",),
    ),
    Change(
        "1.34 leaves an unset creationTimestamp out instead of writing null (metav1.ObjectMeta is `omitzero`)",
        ("deploy-basic", "sts-basic"),
        ((r"^ *creationTimestamp: null\n", ""),),
        ("get ",),
    ),
    Change(
        "1.35 counts terminating Pods by default: the gate DeploymentReplicaSetTerminatingReplicas is beta "
        "(kubernetes/kubernetes pull request 133087)",
        ("deploy-basic",),
        ((r"^(  replicas: \d+\n)(?=  updatedReplicas)", r"\1  terminatingReplicas: 0\n"),),
        ("get deploy web -o yaml",),
    ),
    Change(
        "the Event tells from how many replicas a ReplicaSet is scaled (pkg/controller/deployment/sync.go)",
        ("deploy-basic",),
        ((r"(Scaled up replica set \S+) to 3", r"\1 from 0 to 3"),),
        ("describe deploy",),
    ),
    Change(
        "values in field errors are shown as JSON and no longer in Go's syntax (apimachinery util/validation/field)",
        ("deploy-edit", "deploy-invalid", "quota", "limitrange", "pdb", "crd"),
        (
            (
                r"v1\.LabelSelector\{MatchLabels:map\[string\]string(\{[^}]*\}), "
                r"MatchExpressions:\[\]v1\.LabelSelectorRequirement\(nil\)\}",
                r'{"matchLabels":\1}',
            ),
            (r"map\[string\]string(\{[^}]*\})", r"\1"),
            (r"map\[string\]string\(nil\)", "null"),
            (r'Invalid value: "null"', "Invalid value: null"),
            (r'\[\]core\.ResourceQuotaScope\{("\w+")\}', r"[\1]"),
            (r'resource\.Quantity\{[^"]*s:("[^"]*"), Format:"\w+"\}', r"\1"),
            (
                r"policy\.PodDisruptionBudgetSpec\{MinAvailable:.*\(nil\)\}",
                '{"MinAvailable":"50%","Selector":{"matchLabels":{"app":"x"}},"MaxUnavailable":1,'
                '"UnhealthyPodEvictionPolicy":null}',
            ),
        ),
    ),
    Change(
        "a Pod that asks for more than a node has is unresolvable there, so that preemption is not tried "
        "(noderesources/fit.go: InsufficientResource.Unresolvable), and the message ends in one full stop",
        ("pod-pending", "sts-pvc"),
        (
            (r"scheduling\.\.", "scheduling."),
            (r"No preemption victims found for incoming pod\.\.", "Preemption is not helpful for scheduling."),
        ),
    ),
    Change(
        "dynamic resource allocation is on since 1.34, and its plugin speaks after every failed scheduling "
        "(pkg/scheduler/framework/plugins/dynamicresources: PostFilter)",
        ("pod-pending", "sts-pvc"),
        ((r"\. preemption: 0/3", ". no new claims to deallocate, preemption: 0/3"),),
    ),
    Change(
        "1.34 tells of which generation a Pod's condition speaks (PodObservedGenerationTracking is beta)",
        ("pod-pending",),
        ((r',"reason":"Unschedulable"', ',"observedGeneration":1,"reason":"Unschedulable"'),),
    ),
    Change(
        "1.35 serves maxUnavailable of a StatefulSet's rolling update by default (MaxUnavailableStatefulSet is beta)",
        ("sts-basic",),
        (
            (r"^(  Partition: +0\n)", r"\1  MaxUnavailable:  1\n"),
            (r"^(    rollingUpdate:\n)(      partition: 0)", r"\1      maxUnavailable: 1\n\2"),
        ),
    ),
    Change(
        "1.33 lets revisionHistoryLimit of a StatefulSet be changed (pkg/apis/apps/validation)",
        ("sts-basic",),
        ((r"'updateStrategy', 'persistent", "'updateStrategy', 'revisionHistoryLimit', 'persistent"),),
    ),
    Change(
        "1.29 has the column VOLUMEATTRIBUTESCLASS (pkg/printers/internalversion)",
        ("sts-pvc",),
        (
            (r"STORAGECLASS  (REASON  )?AGE", r"STORAGECLASS  VOLUMEATTRIBUTESCLASS  \1AGE"),
            (r"^((?:data-st|sts-pvc-pv).*)  <AGE>", r"\1  <unset>  <AGE>"),
        ),
        ("get pv",),
    ),
    Change(
        "a claim may shrink as far as its status.capacity, by default since 1.32: the gate RecoverVolumeExpansionFailure "
        "(test/compatibility_lifecycle/reference/versioned_feature_list.yaml)",
        ("sts-pvc",),
        ((r"less than previous value", "less than status.capacity"),),
    ),
    Change(
        "1.34 lets a claim's volumeAttributesClassName be changed and shows differences as JSON (pkg/apis/core/validation)",
        ("sts-pvc",),
        (
            (
                r"except resources\.requests for bound",
                "except resources.requests and volumeAttributesClassName for bound",
            ),
            (
                r"(?s)  core\.PersistentVolumeClaimSpec\{.*\n  \}\n",
                '@@ -1,6 +1,6 @@\n {\n  "AccessModes": [\n-  "ReadWriteOnce"\n+  "ReadWriteMany"\n  ],\n  "Selector": null,\n  "Resources": {\n',
            ),
        ),
        ("patch pvc",),
    ),
    Change(
        "the column AGE of quotas stands last (pkg/printers/internalversion)",
        ("quota",),
        ((r"AGE  REQUEST  LIMIT", "REQUEST  LIMIT  AGE"), (r"^q  <AGE>  (.*)", r"q  \1  <AGE>")),
        ("get quota",),
    ),
    Change(
        "1.37 serves groups that are new since, and no beta of flowcontrol any more",
        ("discovery",),
        (
            (r"^(admissionregistration\.k8s\.io/v1)$", r"\1\n\1alpha1\n\1beta1"),
            (r"^(certificates\.k8s\.io/v1)$", r"\1\n\1beta1"),
            (r"^(coordination\.k8s\.io/v1)$", r"\1\n\1alpha2\n\1beta1"),
            (r"^flowcontrol\.apiserver\.k8s\.io/v1beta2\n", ""),
            (
                r"^(flowcontrol\.apiserver\.k8s\.io/v1)beta3$",
                r"\1\ninternal.apiserver.k8s.io/v1alpha1\nlifecycle.k8s.io/v1alpha1",
            ),
            (
                r"^(rbac\.authorization\.k8s\.io/v1)$",
                r"\1\nresource.k8s.io/v1\nresource.k8s.io/v1alpha3\nresource.k8s.io/v1beta1\nresource.k8s.io/v1beta2",
            ),
            (r"^(scheduling\.k8s\.io/v1)$", r"\1\n\1alpha3\n\1beta1"),
            (r"^(storage\.k8s\.io/v1)$", r"\1\nstoragemigration.k8s.io/v1\nstoragemigration.k8s.io/v1beta1"),
        ),
        ("api-versions",),
    ),
    Change(
        "another release, which since 1.33 also tells what it emulates",
        ("discovery",),
        (
            (
                r'"minor": "28",',
                '"minor": "37",\n  "emulationMajor": "1",\n  "emulationMinor": "37",\n  "minCompatibilityMajor": "1",\n  "minCompatibilityMinor": "36",',
            ),
            (r"v1\.28\.4", "v1.37.1"),
            (r"[0-9a-f]{40}", "0" * 40),
            (r"go1\.21\.13", "go1.26.3"),
        ),
        ("get --raw /version",),
    ),
    Change(
        "priority classes have the column PREEMPTIONPOLICY (pkg/printers/internalversion)",
        ("discovery", "generators"),
        (
            (r"GLOBAL-DEFAULT  AGE", "GLOBAL-DEFAULT  AGE  PREEMPTIONPOLICY"),
            (r"^(.*  false  <AGE>)", r"\1  PreemptLowerPriority"),
        ),
        ("get priorityclass",),
    ),
    Change(
        "1.33 warns that Endpoints are deprecated (pkg/apis/core/v1: Endpoints.APILifecycleDeprecated)",
        ("sts-basic",),
        ((r"\A\n?\Z", "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"),),
        ("get endpoints",),
    ),
)

UNORDERED = {
    "describe limitrange lr": "the real program walks a map of the resources, in another order each time",
}
"""Commands whose lines may come in any order, and why."""
QUOTED = re.compile(r'(patch: Invalid value: )"\{.*\}"(: json: )')
"""A whole object quoted in a message: with the order of its fields in Go, with what the components manage of it (they leave
no managed fields here), and with the status of that very moment."""


def comparable(command: str, text: str) -> str:
    """A text without what cannot be the same in two recordings."""
    if command in UNORDERED:
        text = "\n".join(sorted(text.split("\n")))
    return QUOTED.sub(r"\1<OBJECT>\2", text)


def today(story: str, recorded: dict[str, Any]) -> dict[str, Any]:
    """A recorded command with its output as it would read today."""
    texts = {field: recorded[field] for field in ("stdout", "stderr")}
    for change in CHANGES:
        if story in change.stories and recorded["cmd"].startswith(change.commands):
            for pattern, text in change.rewrites:
                texts = {field: re.sub(pattern, text, value, flags=re.MULTILINE) for field, value in texts.items()}
    return {**recorded, **texts}
