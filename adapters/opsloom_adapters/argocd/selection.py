"""Which applications a question means."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError, PermissionDeniedError
from opsloom.model.limits import REVISIONS_NAMED_MAX
from opsloom.model.window import Window
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.client import ArgocdClient
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.links import applications_link
from opsloom_adapters.argocd.mapping import environment_of, service_of

_NEEDED = "applications, get, */*"
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?")
"""A selector has no quoting, so that only values that a label can have get into it."""


@dataclass(frozen=True)
class Selection:
    """The applications of ``service`` in ``environment``, as Argo CD is asked for them."""

    config: ArgocdConfig
    service: str | None = None
    environment: str | None = None

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """The labels that they have."""
        pairs = ((self.config.service_label, self.service), (self.config.environment_label, self.environment))
        return tuple((label, value) for label, value in pairs if label is not None and value is not None)

    @property
    def is_possible(self) -> bool:
        """Whether a label can have these values at all."""
        return all(_LABEL_VALUE.fullmatch(value) for _, value in self.labels)

    @property
    def is_everything(self) -> bool:
        """Whether these are all that the instance may be asked for."""
        return self.service is None and self.environment is None

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._parameters())

    @property
    def query(self) -> str:
        """The question in words."""
        return " ".join(f"{name}={value}" for name, value in self.parameters) or "of any name"

    @property
    def link(self) -> str:
        """The same in the user interface, which searches names for a part of them."""
        return applications_link(
            self.config,
            search="" if self.config.service_label else self.service or "",
            labels=",".join(f"{label}={value}" for label, value in self.labels),
            proj=",".join(self.config.projects),
        )

    def _parameters(self) -> Iterator[tuple[str, str]]:
        yield from (("projects", project) for project in self.config.projects)
        if self.config.app_namespace:
            yield "appNamespace", self.config.app_namespace
        if self.service is not None and self.config.service_label is None:
            yield "name", self.service
        if self.labels:
            yield "selector", ",".join(f"{label}={value}" for label, value in self.labels)


@dataclass(frozen=True)
class Selected:
    """``notes`` say what may be missing."""

    applications: Sequence[wire.Application]
    notes: tuple[str, ...] = ()


async def select(client: ArgocdClient, selection: Selection, call: Call, window: Window | None = None) -> Selected:
    """The applications that ``selection`` means.

    Argo CD leaves out what the credential may not see, without a word; so an empty answer is looked into.

    :raises PermissionDeniedError: it shows none at all, and the credential may not see all.
    """
    if selection.is_possible:
        found = await client.applications(call, selection.parameters, window=window, link=selection.link)
        if found:
            return Selected(found)
    if await client.may(call, "get"):
        return Selected(())
    if selection.is_everything:
        raise PermissionDeniedError(
            f"{call.instance} shows this credential no applications; it needs: {_NEEDED}", instance=call.instance
        )
    return Selected(
        (), (f"this credential may not see all applications, and none of those it sees fits; it needs: {_NEEDED}",)
    )


async def one_application(
    client: ArgocdClient, config: ArgocdConfig, service: str, environment: str | None, call: Call
) -> wire.Application:
    """The application of ``service`` that is to be changed, as it is at this moment: lists come from a cache.

    :raises InvalidRequestError: there is none, or it is not clear which.
    """
    if environment is not None and config.environment_label is None:
        raise InvalidRequestError(
            f"environment: {call.instance} does not tell environments apart; leave it out, or set environment_label"
        )
    selected = await select(client, Selection(config, service, environment), call)
    found = [app for app in selected.applications if service_of(app, config) == service]
    if len(found) == 1:
        return await client.application(call, found[0].key)
    if not found:
        named = f"labelled {config.service_label}={service}" if config.service_label else f"named {service}"
        raise InvalidRequestError(
            "; ".join((f"service: {call.instance} shows no application {named}", *selected.notes))
        )
    named = ", ".join(_described(app, config) for app in found[:REVISIONS_NAMED_MAX])
    narrower = "name the environment" if config.environment_label else "set environment_label or app_namespace"
    raise InvalidRequestError(f"service: it has several applications ({named}); {narrower}")


def _described(app: wire.Application, config: ArgocdConfig) -> str:
    environment = environment_of(app, config)
    return f"{app.key} in {environment}" if environment else str(app.key)
