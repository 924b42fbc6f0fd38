"""The plugins of the default profile, in the order they are asked, and what their scores weigh.

Upstream: pkg/scheduler/apis/config/v1/default_plugins.go
"""

from simulator.scheduler.framework import Plugin
from simulator.scheduler.plugins.balanced_allocation import NodeResourcesBalancedAllocation
from simulator.scheduler.plugins.image_locality import ImageLocality
from simulator.scheduler.plugins.inter_pod_affinity import InterPodAffinity
from simulator.scheduler.plugins.node_affinity import NodeAffinity
from simulator.scheduler.plugins.node_name import NodeName
from simulator.scheduler.plugins.node_ports import NodePorts
from simulator.scheduler.plugins.node_resources_fit import NodeResourcesFit
from simulator.scheduler.plugins.node_unschedulable import NodeUnschedulable
from simulator.scheduler.plugins.node_volume_limits import NodeVolumeLimits
from simulator.scheduler.plugins.non_csi_limits import AzureDiskLimits, CinderLimits, EBSLimits, GCEPDLimits
from simulator.scheduler.plugins.pod_topology_spread import PodTopologySpread
from simulator.scheduler.plugins.scheduling_gates import SchedulingGates
from simulator.scheduler.plugins.taint_toleration import TaintToleration
from simulator.scheduler.plugins.volume_binding import VolumeBinding
from simulator.scheduler.plugins.volume_restrictions import VolumeRestrictions
from simulator.scheduler.plugins.volume_zone import VolumeZone

type Entries = tuple[tuple[type[Plugin], int], ...]

DEFAULT_PROFILE: Entries = (
    (SchedulingGates, 0),
    (NodeUnschedulable, 0),
    (NodeName, 0),
    (TaintToleration, 3),
    (NodeAffinity, 2),
    (NodePorts, 0),
    (NodeResourcesFit, 1),
    (VolumeRestrictions, 0),
    (NodeVolumeLimits, 0),
    (VolumeBinding, 1),
    (VolumeZone, 0),
    (PodTopologySpread, 2),
    (InterPodAffinity, 2),
    (NodeResourcesBalancedAllocation, 1),
    (ImageLocality, 1),
)
PLACE = DEFAULT_PROFILE.index((NodeVolumeLimits, 0))
OLDER_PROFILE: Entries = (
    *DEFAULT_PROFILE[:PLACE],
    (EBSLimits, 0),
    (GCEPDLimits, 0),
    DEFAULT_PROFILE[PLACE],
    (AzureDiskLimits, 0),
    *DEFAULT_PROFILE[PLACE + 1 :],
)
"""That of releases in which disks could be attached without a CSI driver."""
LAST_DEFAULT, LAST_KNOWN = 30, 31
"""The minor versions until which it was so, and until which a profile may still ask for these plugins."""
BUILT_IN = (EBSLimits, GCEPDLimits, AzureDiskLimits, CinderLimits)


def default_profile(minor: int) -> Entries:
    """The default profile of a release 1.minor."""
    return OLDER_PROFILE if minor <= LAST_DEFAULT else DEFAULT_PROFILE


def known(minor: int) -> dict[str, type[Plugin]]:
    """The plugins of a release 1.minor, by name."""
    kinds = [kind for kind, _ in DEFAULT_PROFILE]
    return {kind.name: kind for kind in (*kinds, *(BUILT_IN if minor <= LAST_KNOWN else ()))}
