"""What an object belongs to: its service, workload, environment and owner, and its page in a dashboard.

The labels of pods decide, because pods, ReplicaSets and the template of a Deployment share them.
https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
"""

from collections.abc import Mapping
from urllib.parse import quote

from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.config import KubernetesConfig

OBJECT_NAME = r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?"
"""https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"""
_TEMPLATE_HASH = "pod-template-hash"


def service_of(labels: Mapping[str, str], workload: str, config: KubernetesConfig) -> str:
    """By the first service label that is there, else the name of the workload."""
    return next((labels[label] for label in config.service_labels if labels.get(label)), workload)


def service_of_deployment(deployment: wire.Deployment, config: KubernetesConfig) -> str:
    return service_of(deployment.spec.template.metadata.labels, deployment.metadata.name, config)


def owner_of(meta: wire.ObjectMeta | wire.TemplateMeta, config: KubernetesConfig) -> str | None:
    """The team that a label or an annotation names."""
    said = {**meta.annotations, **meta.labels}
    return next((said[label] for label in config.owner_labels if said.get(label)), None)


def workload_of_pod(pod: wire.Pod) -> str:
    """The name of the Deployment behind the pod's ReplicaSet, or of another controller, or of the pod itself."""
    controller = pod.metadata.controller
    if controller is None:
        return pod.metadata.name
    if controller.kind == "ReplicaSet":
        return controller.name.removesuffix(f"-{pod.metadata.labels.get(_TEMPLATE_HASH, '')}")
    return controller.name


def environment_of(meta: wire.ObjectMeta, config: KubernetesConfig) -> str:
    return config.environment or meta.namespace


def object_link(kind: str, namespace: str, name: str, config: KubernetesConfig) -> str | None:
    """The page of an object; ``kind`` is such as ``deployment``."""
    if config.object_url is None:
        return None
    said = {"kind": kind, "kinds": f"{kind}s", "namespace": namespace, "name": name}
    link = config.object_url
    for placeholder, value in said.items():
        link = link.replace("{" + placeholder + "}", quote(value, safe=""))
    return link
