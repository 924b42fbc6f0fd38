"""The admission plugins of the server, in upstream's order. Upstream: pkg/kubeapiserver/options/plugins.go"""

from collections.abc import Callable

from simulator.apiserver.admission.certificates import (
    CertificateApproval,
    CertificateRequestor,
    CertificateSigning,
    CertificateSubjectRestriction,
)
from simulator.apiserver.admission.chain import Plugin
from simulator.apiserver.admission.defaulttolerationseconds import DefaultTolerationSeconds
from simulator.apiserver.admission.limitranger import LimitRanger
from simulator.apiserver.admission.mutatingpolicies import MutatingPolicies
from simulator.apiserver.admission.namespacelifecycle import NamespaceLifecycle
from simulator.apiserver.admission.noderestriction import NodeRestriction
from simulator.apiserver.admission.others import DefaultIngressClass, FlowControl, RuntimeClass, TaintNodesByCondition
from simulator.apiserver.admission.podsecurity import PodSecurity
from simulator.apiserver.admission.priority import Priority
from simulator.apiserver.admission.resourcequota import ResourceQuota
from simulator.apiserver.admission.serviceaccount import ServiceAccount
from simulator.apiserver.admission.storageobjects import (
    DefaultStorageClass,
    PersistentVolumeClaimResize,
    StorageObjectInUseProtection,
)
from simulator.apiserver.admission.validatingpolicies import ValidatingPolicies
from simulator.apiserver.admission.webhookcalls import Caller
from simulator.apiserver.admission.webhooks import MutatingWebhooks, ValidatingWebhooks
from simulator.apiserver.rbac.authorizer import Authorizer
from simulator.apiserver.rbac.escalation import Escalation
from simulator.etcd import Store
from simulator.kernel.random import Random
from simulator.machinery.cel.language import Language
from simulator.machinery.schemas import Schemas


def plugins(
    store: Store,
    random: Random,
    authorizer: Authorizer,
    schemas: Callable[[], Schemas],
    caller: Caller,
    language: Callable[[], Language],
    minor: Callable[[], int],
) -> tuple[Plugin, ...]:
    def uid() -> str:
        return random.uuid("admission")

    return (
        NamespaceLifecycle(),
        LimitRanger(),
        ServiceAccount(lambda: random.name("tokenVolume")),
        NodeRestriction(authorizer, minor),
        TaintNodesByCondition(),
        PodSecurity(),
        Priority(),
        DefaultTolerationSeconds(),
        DefaultStorageClass(),
        StorageObjectInUseProtection(),
        PersistentVolumeClaimResize(),
        RuntimeClass(),
        CertificateRequestor(),
        CertificateApproval(authorizer),
        CertificateSigning(authorizer),
        CertificateSubjectRestriction(),
        DefaultIngressClass(),
        FlowControl(),
        Escalation(authorizer),
        MutatingPolicies(store, authorizer, schemas, language),
        MutatingWebhooks(store, authorizer, caller, uid, language, schemas),
        ValidatingPolicies(store, authorizer, language),
        ValidatingWebhooks(store, authorizer, caller, uid, language),
        ResourceQuota(),
    )
