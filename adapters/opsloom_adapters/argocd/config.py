"""The settings of an Argo CD instance."""

from typing import Annotated

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig

# https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
LabelKey = Annotated[
    str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$")
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")]


class ArgocdConfig(HttpConfig):
    """``base_url`` is the address of ``argocd-server``, with its root path if it has one."""

    service_label: LabelKey | None = Field(
        None, description="label of an application that names its service; the application's own name where not set"
    )
    environment_label: LabelKey | None = Field(None, description="label of an application that names its environment")
    projects: tuple[Name, ...] = Field((), description="only the applications of these projects")
    app_namespace: Name | None = Field(
        None, description="only the applications in this namespace, where they may be in several"
    )
