"""The settings of a Kubernetes instance: one cluster, or some namespaces of it."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig

DNS_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
Namespace = Annotated[str, StringConstraints(pattern=rf"^{DNS_LABEL}$", max_length=63)]
LabelKey = Annotated[
    str,
    StringConstraints(
        pattern=rf"^({DNS_LABEL}(\.{DNS_LABEL})*/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$", max_length=317
    ),
]


def _names_the_object(template: str) -> str:
    if not template.startswith(("https://", "http://")):
        raise ValueError("must be an http:// or https:// address")
    if "{name}" not in template:
        raise ValueError("must hold {name}, and may hold {namespace}, {kind} (pod) and {kinds} (pods)")
    return template


class KubernetesConfig(HttpConfig):
    """``base_url`` is the address of the API server.

    Labels and namespaces are written as https://kubernetes.io/docs/concepts/overview/working-with-objects/ has them.
    """

    namespaces: tuple[Namespace, ...] = Field((), description="namespaces to look at; none named means all")
    environment: str | None = Field(
        None, description="the environment that this cluster is, such as prod; without it, the namespace counts as one"
    )
    service_labels: tuple[LabelKey, ...] = Field(
        ("app.kubernetes.io/name", "app"),
        min_length=1,
        description="pod labels that name the service, the first one present counts; else the name of the workload",
    )
    owner_labels: tuple[LabelKey, ...] = Field(
        ("team", "owner"),
        description="labels or annotations that name the owning team, the first one present counts",
    )
    not_ready_seconds: int = Field(300, ge=0, description="a pod that is not ready for longer counts as an alert")
    object_url: Annotated[str, AfterValidator(_names_the_object)] | None = Field(
        None,
        description="address of an object in your dashboard, such as "
        "https://headlamp.example.com/c/main/{kinds}/{namespace}/{name}",
    )
