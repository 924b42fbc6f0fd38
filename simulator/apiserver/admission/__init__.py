"""Admission: what may change or refuse a write after authorization and before it is stored.

Each plugin is a module of this package; the order in `PLUGINS` is upstream's. A plugin says which resources and
operations it looks at, so that a write nobody cares for costs nothing.
Upstream: apiserver/pkg/admission, pkg/kubeapiserver/options/plugins.go
"""

from simulator.apiserver.admission.chain import Admission, Attributes, Plugin

__all__ = ["Admission", "Attributes", "Plugin"]
