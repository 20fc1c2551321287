"""Objects as an API server sends them, after the published schema; the fields that do not matter are left out."""

from typing import Any

NAMESPACE = "shop"
UID = "0b1f6a2e-5d3c-4f0a-9c57-3f1d2a8e7c11"
Json = dict[str, Any]


def meta(name: str, created: str = "2026-03-02T08:00:00Z", **said: Any) -> Json:
    return {
        "name": name,
        "namespace": NAMESPACE,
        "uid": f"uid-of-{name}",
        "resourceVersion": "4711",
        "creationTimestamp": created,
        **said,
    }


def template(image: str, **annotations: str) -> Json:
    said = {"annotations": annotations} if annotations else {}
    return {
        "metadata": {"labels": {"app.kubernetes.io/name": "checkout"}, **said},
        "spec": {
            "containers": [{"name": "app", "image": image, "resources": {}}],
            "restartPolicy": "Always",
        },
    }


def condition(kind: str, status: str, reason: str, since: str = "2026-03-03T09:00:00Z", message: str = "") -> Json:
    return {
        "type": kind,
        "status": status,
        "reason": reason,
        "message": message or f"{kind} is {status}",
        "lastTransitionTime": since,
    }


AVAILABLE = condition("Available", "True", "MinimumReplicasAvailable")
COMPLETE = {**condition("Progressing", "True", "NewReplicaSetAvailable"), "lastUpdateTime": "2026-03-03T09:05:00Z"}


def deployment(
    name: str = "checkout",
    *,
    image: str = "registry.example.com/shop/checkout:1.4.2",
    revision: int = 3,
    conditions: list[Json] | None = None,
    labels: Json | None = None,
    spec: Json | None = None,
    status: Json | None = None,
    annotations: Json | None = None,
    **said: Any,
) -> Json:
    revisions = {"deployment.kubernetes.io/revision": str(revision)}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": meta(
            name,
            **{
                "uid": UID if name == "checkout" else f"uid-of-{name}",
                "generation": 7,
                "labels": {"team": "payments", "app.kubernetes.io/part-of": "shop"} if labels is None else labels,
                "annotations": {**revisions, **(annotations or {})},
                **said,
            },
        ),
        "spec": {
            "replicas": 3,
            "selector": {"matchLabels": {"app.kubernetes.io/name": "checkout"}},
            "template": template(image),
            **(spec or {}),
        },
        "status": {
            "observedGeneration": 7,
            "replicas": 3,
            "updatedReplicas": 3,
            "readyReplicas": 3,
            "availableReplicas": 3,
            "conditions": [AVAILABLE, COMPLETE] if conditions is None else conditions,
            **(status or {}),
        },
    }


def replica_set(
    number: int,
    tag: str,
    created: str,
    *,
    history: str = "",
    cause: str = "",
    owner: str = UID,
    owner_kind: str = "Deployment",
    **annotations: str,
) -> Json:
    name = f"checkout-{tag.replace('.', '')}"
    of_template = template(f"registry.example.com/shop/checkout:{tag}", **annotations)
    labels = {**of_template["metadata"]["labels"], "pod-template-hash": tag.replace(".", "")}
    said = {
        "deployment.kubernetes.io/revision": str(number),
        **({"deployment.kubernetes.io/revision-history": history} if history else {}),
        **({"kubernetes.io/change-cause": cause} if cause else {}),
    }
    reference = {"apiVersion": "apps/v1", "kind": owner_kind, "name": "checkout", "uid": owner, "controller": True}
    return {
        "metadata": meta(name, created, labels=labels, annotations=said, ownerReferences=[reference]),
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": labels},
            "template": {**of_template, "metadata": {**of_template["metadata"], "labels": labels}},
        },
        "status": {"replicas": 0},
    }


REVISIONS = [
    replica_set(1, "1.4.0", "2026-03-01T08:00:00Z"),
    replica_set(2, "1.4.1", "2026-03-02T16:00:00Z", cause="smaller pool"),
    replica_set(3, "1.4.2", "2026-03-03T09:00:00Z"),
]
"""Three rollouts; the last one runs."""


def pod(name: str = "checkout-142-x2x7p", *, status: Json | None = None, **said: Any) -> Json:
    owner = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "checkout-142", "uid": "u", "controller": True}
    labels = {"app.kubernetes.io/name": "checkout", "pod-template-hash": "142", "team": "payments"}
    return {
        "metadata": meta(name, **{"labels": labels, "ownerReferences": [owner], **said}),
        "spec": {"nodeName": "node-1", "containers": [{"name": "app"}]},
        "status": {
            "phase": "Running",
            "conditions": [condition("Ready", "True", "")],
            "containerStatuses": [container()],
            **(status or {}),
        },
    }


def container(**said: Any) -> Json:
    return {
        "name": "app",
        "image": "registry.example.com/shop/checkout:1.4.2",
        "imageID": "sha256:1",
        "ready": True,
        "restartCount": 0,
        "state": {"running": {"startedAt": "2026-03-03T09:00:10Z"}},
        "lastState": {},
        **said,
    }


def crashing() -> Json:
    """A pod whose container ran out of memory and is started again and again."""
    ended = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-03-03T09:18:00Z"}
    waiting = {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}
    status = container(ready=False, restartCount=6, state={"waiting": waiting}, lastState={"terminated": ended})
    return pod(
        status={
            "conditions": [condition("Ready", "False", "ContainersNotReady", "2026-03-03T09:02:00Z")],
            "containerStatuses": [status],
        }
    )


def event(reason: str, about: str = "Pod/checkout-142-x2x7p", *, kind: str = "Warning", **said: Any) -> Json:
    of, _, name = about.partition("/")
    return {
        "metadata": meta(f"{name}.17a"),
        "involvedObject": {"kind": of, "name": name, "namespace": NAMESPACE},
        "type": kind,
        "reason": reason,
        "message": f"what is to be said of {reason}",
        "firstTimestamp": "2026-03-03T09:00:00Z",
        "lastTimestamp": "2026-03-03T09:10:00Z",
        "count": 1,
        "source": {"component": "kubelet", "host": "node-1"},
        **said,
    }


def listed(*items: Json, rest: str = "") -> Json:
    """A page of a list; ``rest`` is the token of the next one."""
    return {"metadata": {"resourceVersion": "4712", **({"continue": rest} if rest else {})}, "items": list(items)}


def autoscaler(name: str = "checkout") -> Json:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 10}
    return {"metadata": meta(f"{name}-scaler"), "spec": spec}


SCALE = {
    "apiVersion": "autoscaling/v1",
    "kind": "Scale",
    "metadata": meta("checkout"),
    "spec": {"replicas": 5},
    "status": {"replicas": 3},
}
VERSION = {"major": "1", "minor": "34", "gitVersion": "v1.34.2"}
