"""The contract of adapters, kept by the Kubernetes adapter."""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import ChangeRevision, RestartService, ScaleService, SyncService
from opsloom.model.deploys import DeployStatus
from opsloom.model.logs import LogSeverity
from opsloom_adapters.kubernetes import KubernetesAdapter
from opsloom_adapters.kubernetes.mapping import severity_of, status_of
from tests.adapters.kubernetes.objects import (
    REVISIONS,
    SCALE,
    VERSION,
    autoscaler,
    condition,
    crashing,
    deployment,
    event,
    listed,
    pod,
)
from tests.contract.spec import SpecContract

_APPS = "/apis/apps/v1/namespaces/shop"
_UNAVAILABLE = condition("Available", "False", "MinimumReplicasUnavailable")
_CHECKOUT = deployment(conditions=[_UNAVAILABLE, condition("Progressing", "True", "ReplicaSetUpdated")])
_OTHER = deployment("search", spec={"template": {"spec": {"containers": [{"name": "app"}]}}})


class TestKubernetes(SpecContract):
    adapter = KubernetesAdapter
    settings: ClassVar = {
        "adapter": "kubernetes",
        "base_url": "http://kubernetes.test/clusters/main",
        "token": {"env": "KUBERNETES_TOKEN"},
        "write_token": {"env": "KUBERNETES_WRITE_TOKEN"},
        "namespaces": ["shop"],
    }
    specs: ClassVar = {"kubernetes": ""}
    beyond_schema: ClassVar = {
        "GET /version": "https://kubernetes.io/docs/reference/using-api/health-checks/",
        "GET /apis/apps/v1/namespaces/*/replicasets/*": (
            "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/replica-set-v1/"
        ),
        "GET /api/v1/namespaces/*/pods/*": (
            "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/"
        ),
        "GET /apis/autoscaling/v2/*": (
            "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/"
        ),
    }
    replies: ClassVar = {
        "GET /version": VERSION,
        f"GET {_APPS}/deployments": listed(_CHECKOUT, _OTHER),
        f"GET {_APPS}/deployments/*": _CHECKOUT,
        f"GET {_APPS}/replicasets": listed(*REVISIONS),
        f"GET {_APPS}/replicasets/*": lambda request: next(
            (one for one in REVISIONS if one["metadata"]["name"] == request.url.path.split("/")[-1]), REVISIONS[0]
        ),
        "GET /api/v1/namespaces/shop/pods": listed(crashing(), pod("checkout-142-zzzzz")),
        "GET /api/v1/namespaces/shop/pods/*": crashing(),
        "GET /api/v1/namespaces/shop/events": listed(
            event("BackOff"), event("ScalingReplicaSet", "Deployment/checkout", kind="Normal")
        ),
        "GET /apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers": listed(autoscaler()),
        f"PATCH {_APPS}/deployments/*/scale": SCALE,
        f"PATCH {_APPS}/deployments/*": _CHECKOUT,
    }
    optional_requests: ClassVar = {
        "GET /apis/autoscaling/*": "without the permission to list autoscalers, a plan says that nobody looked"
    }
    changes: ClassVar = (
        ChangeRevision(service="checkout"),
        RestartService(service="checkout"),
        ScaleService(service="checkout", replicas=5),
    )
    refused_changes: ClassVar = {SyncService: "Kubernetes knows no source"}
    words: ClassVar = {
        AlertStatus: None,
        Severity: None,
        DeployStatus: Words(
            status_of,
            (
                *("NewReplicaSetAvailable", "NewReplicaSetCreated", "FoundNewReplicaSet", "ReplicaSetUpdated"),
                *("DeploymentPaused", "DeploymentResumed", "ProgressDeadlineExceeded", "ReplicaSetCreateError"),
            ),
        ),
        LogSeverity: Words(severity_of, ("Normal", "Warning")),
    }
