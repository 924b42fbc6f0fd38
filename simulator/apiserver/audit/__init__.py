"""The audit trail: who did what to which object, when, with which program, and how it was answered.

`Trail` notes it as data, `events` shows it as an API server writes its audit log. The trail is bounded: the last few
hundred requests of people and programs, and apart from them the last few hundred writes of components.
"""

from simulator.apiserver.audit.trail import Entry, Trail

__all__ = ["Entry", "Trail"]
"""Upstream: apiserver/pkg/audit, apiserver/pkg/endpoints/filters/audit.go"""
