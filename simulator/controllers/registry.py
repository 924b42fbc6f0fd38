"""Every controller, one line each, in the order in which they start. Upstream: cmd/kube-controller-manager/names"""

from simulator.controllers.apiservice import AvailabilityController
from simulator.controllers.attachdetach import AttachDetachController
from simulator.controllers.autoscaling import HorizontalPodAutoscalerController
from simulator.controllers.base import Controller
from simulator.controllers.bootstraptokens import TokenCleanerController
from simulator.controllers.certificates import (
    ApprovingController,
    CleanerController,
    PodRequestCleanerController,
    SigningController,
)
from simulator.controllers.cronjob import CronJobController
from simulator.controllers.daemonset import DaemonSetController
from simulator.controllers.deployment import DeploymentController
from simulator.controllers.disruption import DisruptionController
from simulator.controllers.endpoints import EndpointsController, EndpointSliceMirroringController
from simulator.controllers.endpointslice import EndpointSliceController
from simulator.controllers.flowcontrol import FlowControlController
from simulator.controllers.garbage import GarbageCollector
from simulator.controllers.job import JobController
from simulator.controllers.namespace import NamespaceController
from simulator.controllers.nodelifecycle import NodeLifecycleController
from simulator.controllers.podgc import PodGarbageCollector
from simulator.controllers.policystatus import PolicyStatusController
from simulator.controllers.quota import ResourceQuotaController
from simulator.controllers.replicaset import ReplicaSetController, ReplicationControllerController
from simulator.controllers.roleaggregation import RoleAggregationController
from simulator.controllers.serviceaccount import RootCAPublisher, ServiceAccountController
from simulator.controllers.snapshots import SnapshotController
from simulator.controllers.statefulset import StatefulSetController
from simulator.controllers.tainteviction import TaintEvictionController
from simulator.controllers.ttl import TTLAfterFinishedController
from simulator.controllers.volumebinder import VolumeController
from simulator.controllers.volumeexpander import VolumeExpander

CONTROLLERS: tuple[type[Controller], ...] = (
    AvailabilityController,
    FlowControlController,
    ServiceAccountController,
    RootCAPublisher,
    NamespaceController,
    GarbageCollector,
    DeploymentController,
    ReplicaSetController,
    ReplicationControllerController,
    StatefulSetController,
    DaemonSetController,
    JobController,
    CronJobController,
    TTLAfterFinishedController,
    DisruptionController,
    HorizontalPodAutoscalerController,
    ResourceQuotaController,
    EndpointsController,
    EndpointSliceController,
    EndpointSliceMirroringController,
    NodeLifecycleController,
    TaintEvictionController,
    PodGarbageCollector,
    VolumeController,
    AttachDetachController,
    SnapshotController,
    VolumeExpander,
    ApprovingController,
    SigningController,
    CleanerController,
    PodRequestCleanerController,
    TokenCleanerController,
    PolicyStatusController,
    RoleAggregationController,
)
