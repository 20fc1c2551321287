"""The contract of adapters, kept by the Argo CD adapter."""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import Words
from opsloom.model.alerts import AlertStatus, Severity
from opsloom.model.changes import ChangeRevision, RestartService, ScaleService, SyncService
from opsloom.model.deploys import DeployStatus
from opsloom_adapters.argocd import ArgocdAdapter
from opsloom_adapters.argocd.alerts import STATUS_OF_HEALTH, status_of_health
from opsloom_adapters.argocd.mapping import STATUS_OF_PHASE, status_of
from tests.adapters.argocd.asking import B, C, application, listed, operation_state
from tests.contract.spec import SpecContract

_API_DOCS = "https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/"
_SICK = {"status": "Degraded", "message": "0 of 3 ready", "lastTransitionTime": "2026-03-03T09:05:00Z"}
_CHECKOUT = application(
    "checkout",
    status={
        "health": _SICK,
        "sync": {"status": "OutOfSync", "revision": C},
        "resources": [
            {"kind": "Deployment", "group": "apps", "namespace": "shop", "name": "checkout", "status": "OutOfSync"},
            {"kind": "ConfigMap", "namespace": "shop", "name": "old", "status": "OutOfSync", "requiresPruning": True},
        ],
        "operationState": operation_state(
            C, phase="Failed", startedAt="2026-03-03T09:10:00Z", finishedAt="2026-03-03T09:10:09Z"
        ),
    },
)
_MANAGED = {
    "items": [
        {
            "kind": "Deployment", "group": "apps", "namespace": "shop", "name": "checkout",
            "normalizedLiveState": '{"spec": {"replicas": 3}}', "predictedLiveState": '{"spec": {"replicas": 4}}',
        }
    ]
}  # fmt: skip
_ONE = "/api/v1/applications/checkout"


class TestArgocd(SpecContract):
    adapter = ArgocdAdapter
    settings: ClassVar = {
        "adapter": "argocd",
        "base_url": "https://argocd.test/cd",
        "token": {"env": "ARGOCD_TOKEN"},
        "write_token": {"env": "ARGOCD_WRITE_TOKEN"},
    }
    specs: ClassVar = {"argocd": ""}
    beyond_schema: ClassVar = {
        "GET /api/version": _API_DOCS,
        "GET /api/v1/account/can-i/*": _API_DOCS,
        "GET /api/v1/applications/*/managed-resources": _API_DOCS,
    }
    replies: ClassVar = {
        "GET /api/version": {"Version": "v3.1.0+03c4ad8"},
        "GET /api/v1/account/can-i/applications/*": {"value": "yes"},
        f"GET {_ONE}/revisions/{B}/metadata": {
            "author": "dev-c <dev-c@example.com>",
            "date": "2026-03-03T08:40:00Z",
            "message": "Raise the pool\n\nIt was too small.",
        },
        f"GET {_ONE}/revisions/*/metadata": {"author": "dev-d <dev-d@example.com>", "message": "Try"},
        f"GET {_ONE}/resource-tree": {
            "nodes": [{"kind": "Deployment", "namespace": "shop", "name": "checkout", "health": _SICK}]
        },
        f"GET {_ONE}/managed-resources": _MANAGED,
        f"POST {_ONE}/rollback": _CHECKOUT,
        f"POST {_ONE}/sync": _CHECKOUT,
        f"GET {_ONE}": _CHECKOUT,
        "GET /api/v1/applications": lambda request: listed(
            *(
                [_CHECKOUT]
                if "name" in request.url.params
                else [_CHECKOUT, application("cart", status={"health": _SICK})]
            )
        ),
    }
    optional_requests: ClassVar = dict.fromkeys(
        (f"GET {_ONE}/revisions/*/metadata", f"GET {_ONE}/resource-tree", f"GET {_ONE}/managed-resources"),
        "details of one deploy, which names the part that could not be read",
    )
    changes: ClassVar = (ChangeRevision(service="checkout"), SyncService(service="checkout"))
    refused_changes: ClassVar = {
        RestartService: "Argo CD restarts single workloads, and no application as a whole",
        ScaleService: "the number of replicas stands in Git",
    }
    words: ClassVar = {
        DeployStatus: Words(status_of, tuple(STATUS_OF_PHASE)),
        AlertStatus: Words(status_of_health, tuple(STATUS_OF_HEALTH)),
        Severity: None,
    }
