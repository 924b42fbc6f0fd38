"""KubeSchedulerConfiguration: which schedulers a kube-scheduler is, and which plugins each asks.

Upstream: pkg/scheduler/apis/config, pkg/scheduler/framework/runtime/framework.go
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.machinery import yaml
from simulator.machinery.objects import Object
from simulator.scheduler.evaluation import Profile
from simulator.scheduler.framework import Plugin
from simulator.scheduler.registry import default_profile, known

VERSION, KIND = "kubescheduler.config.k8s.io/v1", "KubeSchedulerConfiguration"
DEFAULT_NAME = "default-scheduler"
NEWEST = 37
"""The minor version whose plugins are meant unless somebody says otherwise."""
ALWAYS = ("PrioritySort", "DefaultBinder", "DefaultPreemption", "DynamicResources", "NodeDeclaredFeatures")
"""Plugins of upstream's that are no modules here: what they do is done, or is not there, whatever a profile says."""
FIELDS = (
    "apiVersion", "kind", "parallelism", "leaderElection", "clientConnection", "healthzBindAddress",
    "metricsBindAddress", "enableProfiling", "enableContentionProfiling", "percentageOfNodesToScore",
    "podInitialBackoffSeconds", "podMaxBackoffSeconds", "profiles", "extenders", "delayCacheUntilActive",
)  # fmt: skip
PROFILE_FIELDS = ("schedulerName", "percentageOfNodesToScore", "plugins", "pluginConfig")
POINTS = (
    "preEnqueue", "queueSort", "preFilter", "filter", "postFilter", "preScore", "score", "reserve", "permit", "preBind",
    "bind", "postBind", "placementGenerate", "placementScore", "multiPoint",
)  # fmt: skip
LEFT_ALONE = ("percentageOfNodesToScore", "podInitialBackoffSeconds", "podMaxBackoffSeconds")
MOST_PROFILES = 8
LARGEST = 64 << 10

type Plan = dict[str, Any]
"""A profile as plain data: `name`, `plugins` (name, weight, whether it filters), `arguments` by plugin, and perhaps
the `environment` of the process."""


class Unusable(Exception):
    """A configuration that a kube-scheduler does not start with."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a file says."""

    plans: tuple[Plan, ...]
    leader_election: Object = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What of it is not simulated."""


def default_plan(name: str = DEFAULT_NAME, *, minor: int = NEWEST) -> Plan:
    return {
        "name": name,
        "plugins": tuple((kind.name, weight, True) for kind, weight in default_profile(minor)),
        "arguments": {},
    }


def read(text: str, minor: int = NEWEST) -> Configuration:
    """The configuration in a file for a scheduler of release 1.minor; raises `Unusable`."""
    if len(text) > LARGEST:
        raise Unusable("the lab reads configurations of 64 KiB at most")
    try:
        whole = yaml.load(text)
    except yaml.YAMLError as error:
        raise Unusable(f"error converting YAML to JSON: yaml: {error}") from None
    if not isinstance(whole, dict) or (whole.get("apiVersion"), whole.get("kind")) != (VERSION, KIND):
        version, kind = (whole.get("apiVersion", ""), whole.get("kind", "")) if isinstance(whole, dict) else ("", "")
        raise Unusable(f'no kind "{kind}" is registered for version "{version}" in scheme "pkg/scheduler/apis/config"')
    refuse_unknown(whole, FIELDS, "")
    if whole.get("extenders"):
        raise Unusable("extenders are not simulated")
    profiles = whole.get("profiles") or [{}]
    if not isinstance(profiles, list) or len(profiles) > MOST_PROFILES:
        raise Unusable(f"profiles: the lab takes a list of {MOST_PROFILES} at most")
    notes = [f"{name} is not simulated" for name in LEFT_ALONE if name in whole]
    plans = tuple(plan(profile, f"profiles[{number}]", notes, minor) for number, profile in enumerate(profiles))
    names = [each["name"] for each in plans]
    for number, name in enumerate(names):
        if name in names[:number]:
            raise Unusable(f'profiles[{number}].schedulerName: Duplicate value: "{name}"')
    return Configuration(plans, whole.get("leaderElection") or {}, tuple(notes))


def refuse_unknown(given: Any, known: Sequence[str], path: str) -> None:
    if not isinstance(given, dict):
        raise Unusable(f"{path or 'configuration'}: expected an object")
    for name in given:
        if name not in known:
            raise Unusable(f'strict decoding error: unknown field "{path}{"." if path else ""}{name}"')


def plan(profile: Any, path: str, notes: list[str], minor: int) -> Plan:
    """One profile; what of it is not simulated goes to the notes."""
    refuse_unknown(profile, PROFILE_FIELDS, path)
    name = profile.get("schedulerName", DEFAULT_NAME)
    if not name or not isinstance(name, str):
        raise Unusable(f"{path}.schedulerName: Required value")
    made = {each: [weight, True] for each, weight, _ in default_plan(minor=minor)["plugins"]}
    there = known(minor)
    points = profile.get("plugins") or {}
    refuse_unknown(points, POINTS, f"{path}.plugins")
    for point in sorted(points, key=lambda one: one != "multiPoint"):
        refuse_unknown(points[point] or {}, ("enabled", "disabled"), f"{path}.plugins.{point}")
        change(made, point, points[point] or {}, lambda plugin: found(plugin, name, there), notes)
    arguments = {}
    for entry in profile.get("pluginConfig") or ():
        if not isinstance(entry, dict) or "name" not in entry:
            raise Unusable(f"{path}.pluginConfig: Required value")
        found(str(entry["name"]), name, there)
        arguments[str(entry["name"])] = entry.get("args") or {}
    plugins = tuple((each, weight, filters) for each, (weight, filters) in made.items())
    return {"name": name, "plugins": plugins, "arguments": arguments}


def found(plugin: str, scheduler: str, there: Mapping[str, type[Plugin]]) -> bool:
    """Whether a plugin is a module here; raises `Unusable` for one that upstream does not have either."""
    if plugin in there or plugin in ALWAYS:
        return plugin in there
    head = f"initializing profiles: creating profile for scheduler name {scheduler}"
    raise Unusable(f'{head}: plugin "{plugin}" does not exist')


def change(
    made: dict[str, list[Any]], point: str, given: Object, is_module: Callable[[str], bool], notes: list[str]
) -> None:
    """Switch plugins off and on at an extension point, the former first."""
    off = [str(entry.get("name", "")) for entry in given.get("disabled") or ()]
    for name in list(made) if "*" in off else [name for name in off if is_module(name) and name in made]:
        if point == "multiPoint":
            del made[name]
        elif point in ("filter", "preFilter"):
            made[name][1] = False
        elif point in ("score", "preScore"):
            made[name][0] = 0
        else:
            notes.append(f"switching plugins off at {point} is not simulated")
    if point == "postFilter" and "*" in off:
        notes.append("schedulers without preemption are not simulated")
    for entry in given.get("enabled") or ():
        name, weight = str(entry.get("name", "")), entry.get("weight", 0)
        if not is_module(name):
            continue
        if not isinstance(weight, int) or not 0 <= weight <= 1 << 31:
            raise Unusable(f"plugin {name}: weight must be a whole number")
        before = made.setdefault(name, [0, point == "multiPoint"])
        if point in ("score", "multiPoint"):
            before[0] = weight or before[0] or 1
        if point in ("filter", "preFilter", "multiPoint"):
            before[1] = True


def profile_of(given: Plan, minor: int = NEWEST) -> Profile:
    """The classes of a plan, with their weights; a release that has lost one of them goes on without it."""
    there = known(minor)
    return [
        (there[name] if filters else without_filter(there[name]), weight)
        for name, weight, filters in given["plugins"]
        if name in there
    ]


def without_filter(kind: type[Plugin]) -> type[Plugin]:
    """A plugin that only scores."""
    silent = {"__slots__": (), "filter": Plugin.filter, "pre_filter": Plugin.pre_filter}
    return type(kind.__name__, (kind,), silent)
