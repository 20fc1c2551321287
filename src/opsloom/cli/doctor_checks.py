"""What of an instance works: one small question for each thing that it can be asked, and none that changes anything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import anyio

from opsloom.adapter_api.permissions import WritingChecker
from opsloom.adapter_api.writers import WRITERS
from opsloom.model.alerts import AlertQuery
from opsloom.model.deploys import DeployQuery
from opsloom.model.errors import NotFoundError, PermissionDeniedError
from opsloom.model.flags import FlagQuery
from opsloom.model.incidents import IncidentQuery
from opsloom.model.logs import LogQuery
from opsloom.model.metrics import MetricCatalogQuery
from opsloom.model.ownership import ServiceQuery
from opsloom.model.slo import SloQuery
from opsloom.model.tickets import TicketQuery
from opsloom.model.topology import DependencyQuery
from opsloom.model.window import Window
from opsloom.providers.hub import Hub, Outcome
from opsloom.providers.instance import Instance
from opsloom.providers.operations import (
    GET_DEPENDENCIES,
    LIST_METRICS,
    SEARCH_ALERTS,
    SEARCH_DEPLOYS,
    SEARCH_FLAGS,
    SEARCH_INCIDENTS,
    SEARCH_LOGS,
    SEARCH_SERVICES,
    SEARCH_SLOS,
    SEARCH_TICKETS,
    Operation,
)

_LOOK_BACK = timedelta(minutes=5)


@dataclass(frozen=True)
class Check:
    """Whether a capability, or a scope of the credential for changes, is there; ``None``: the provider does not tell.

    ``denied``: the credential lacks a permission, which may be meant so.
    """

    name: str
    works: bool | None
    denied: bool = False
    problem: str = ""


async def check_reading(hub: Hub, instance: Instance) -> list[tuple[Check, Outcome[Any]]]:
    """Ask each reader of ``instance`` for one row."""
    checked: dict[str, tuple[Check, Outcome[Any]]] = {}

    async def check(operation: Operation[Any, Any], query: Any) -> None:
        outcome = await hub.fetch(operation, instance.name, query)
        name = operation.capability.__name__
        error = outcome.error
        works = error is None or isinstance(error, NotFoundError)
        denied = isinstance(error, PermissionDeniedError)
        checked[name] = Check(name, works, denied, "" if works else str(error)), outcome

    async with anyio.create_task_group() as tasks:
        for operation, query in _questions(hub.clock.now()):
            if operation.capability in instance.capabilities:
                tasks.start_soon(check, operation, query)
    return [checked[name] for name in sorted(checked)]


async def check_writing(hub: Hub, instance: Instance) -> list[Check]:
    """What the credential for changes may do, where the provider tells without changing anything."""
    if not instance.capabilities.intersection(WRITERS):
        return []
    scopes = [scope.name for scope in instance.adapter.manifest.scopes if scope.writes]
    if not issubclass(instance.adapter, WritingChecker):
        return [Check(name, None) for name in scopes]
    outcome = await hub.check_writing(instance.name)
    if outcome.value is None:
        return [Check(name, None, problem=str(outcome.error)) for name in scopes]
    told = {permission.name: permission.granted for permission in outcome.value}
    return [Check(name, told.get(name), denied=told.get(name) is False) for name in scopes]


def _questions(now: datetime) -> Iterator[tuple[Operation[Any, Any], Any]]:
    window = Window(start=now - _LOOK_BACK, end=now)
    yield SEARCH_ALERTS, AlertQuery(window=window, limit=1)
    yield LIST_METRICS, MetricCatalogQuery(window=window, limit=1)
    yield SEARCH_LOGS, LogQuery(window=window, limit=1)
    yield SEARCH_DEPLOYS, DeployQuery(window=window, limit=1)
    yield SEARCH_TICKETS, TicketQuery(window=window, limit=1)
    yield SEARCH_SERVICES, ServiceQuery(limit=1)
    yield GET_DEPENDENCIES, DependencyQuery(window=window, limit=1)
    yield SEARCH_INCIDENTS, IncidentQuery(window=window, limit=1)
    yield SEARCH_FLAGS, FlagQuery(limit=1)
    yield SEARCH_SLOS, SloQuery(at=now, limit=1)
