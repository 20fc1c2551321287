"""Documents for the tests of the catalog adapter, and how the tests ask."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import anyio
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.catalog import CatalogAdapter
from opsloom_adapters.catalog.config import CatalogConfig

NOW = datetime(2026, 3, 3, 9, 21, tzinfo=UTC)

SHOP = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  title: The checkout
spec: {type: service, lifecycle: production, owner: checkout-team, system: shop, dependsOn: [component:payments]}
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: Shop}
spec: {owner: group:default/payments}
---
apiVersion: backstage.io/v1alpha1
kind: Resource
metadata: {name: payments-db}
spec: {type: database, owner: payments}
---
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: elsewhere}
spec: {targets: [./other.yaml]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: payments}
"""

PAYMENTS = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: payments
  description: Takes money.
  labels: {tier: 1}
  annotations:
    backstage.io/source-location: url:https://github.com/shop/shop/tree/main/services/payments/
    github.com/project-slug: shop/shop
    pagerduty.com/account: shop
    pagerduty.com/service-id: P123ABC
  links:
    - {url: https://runbooks.example.com/payments, title: Payments Runbook}
    - {url: https://dash.example.com/payments, title: Dashboard, type: dashboard}
    - {url: "javascript:alert(1)", title: trap}
spec:
  type: service
  lifecycle: production
  owner: payments
  system: shop
  dependsOn: [resource:payments-db]
---
apiVersion: backstage.io/v1alpha1
kind: Group
metadata: {name: Payments}
spec:
  type: team
  profile: {displayName: The payments team, email: payments@example.com}
  children: []
  members: [oncall-a]
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: oncall-a}
spec: {memberOf: [payments]}
---
apiVersion: backstage.io/v1alpha1
kind: User
metadata: {name: oncall-b}
spec: {memberOf: [group:default/payments]}
---
apiVersion: opsloom/v1
kind: OnCallSchedule
metadata: {name: payments-primary}
spec:
  team: group:default/payments
  shifts:
    - {user: user:default/oncall-a, from: 2026-03-01T00:00:00Z, to: 2026-03-08T00:00:00Z}
    - {user: oncall-b, from: 2026-03-08T01:00:00+01:00, to: 2026-03-15T00:00:00Z}
    - {user: shadow, from: 2026-03-10T00:00:00Z, to: 2026-03-11T00:00:00Z}
---
apiVersion: opsloom/v1
kind: EscalationPolicy
metadata: {name: payments}
spec:
  team: group:default/payments
  steps:
    - {after_minutes: 15, notify: role:platform-lead}
    - {after_minutes: 0, notify: schedule:payments-primary}
    - {after_minutes: 30, notify: role:director}
    - {after_minutes: 45, notify: role:vendor-bridge}
"""


def write(root: Path, files: Mapping[str, str]) -> None:
    """Write ``files`` below ``root``."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


def component(name: str, spec: str = "{}", annotations: str = "{}") -> str:
    """One Component, as another document of a stream."""
    return (
        "---\napiVersion: backstage.io/v1alpha1\nkind: Component\n"
        f"metadata: {{name: {name}, annotations: {annotations}}}\nspec: {spec}\n"
    )


def new_call(seconds: float = 30.0) -> Call:
    """A call with time to spare."""
    return Call(instance="owners", adapter="catalog", now=NOW, deadline=anyio.current_time() + seconds)


async def _no_secret(_source: SecretSource) -> SecretStr:
    raise AssertionError("files need no secret")


@asynccontextmanager
async def connected(root: Path, **settings: object) -> AsyncIterator[CatalogAdapter]:
    """An adapter on ``root``."""
    config = CatalogConfig.model_validate({"adapter": "catalog", "root": root, **settings})
    async with CatalogAdapter.connect(Site(instance="owners", config=config, secret=_no_secret)) as adapter:
        yield adapter


async def owners(
    root: Path,
    service: str | None = None,
    path: str | None = None,
    at: datetime = NOW,
    call: Call | None = None,
    **settings: object,
) -> Page[Ownership]:
    """One question of ownership."""
    async with connected(root, **settings) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=at, service=service, path=path), call or new_call())


async def services(root: Path, text: str | None = None, limit: int = 100, **settings: object) -> Page[Service]:
    """One search for services."""
    async with connected(root, **settings) as adapter:
        return await adapter.search_services(ServiceQuery(text=text, limit=limit), new_call())
