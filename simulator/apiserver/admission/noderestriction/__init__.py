"""Nodes write their own objects only, and give themselves neither labels nor Pods that would draw work to them.

Upstream: plugin/pkg/admission/noderestriction
"""

from simulator.apiserver.admission.noderestriction.plugin import NodeRestriction

__all__ = ["NodeRestriction"]
