"""The two shapes of an Event: that of the core group and that of `events.k8s.io`. Upstream: pkg/apis/events/v1"""

from simulator.machinery.objects import Object

NEW_NAMES = {
    "involvedObject": "regarding",
    "message": "note",
    "reportingComponent": "reportingController",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
}
CORE_NAMES = {new: core for core, new in NEW_NAMES.items()}


def convert(event: Object, api_version: str) -> Object:
    names = CORE_NAMES if api_version == "v1" else NEW_NAMES
    return {names.get(name, name): value for name, value in event.items()} | {"apiVersion": api_version}
