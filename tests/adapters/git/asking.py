"""How the tests ask a git adapter."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
from pydantic import SecretStr

from opsloom.adapter_api.adapter import Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.config import SecretSource
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.ownership import Ownership, OwnershipQuery
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.git import GitAdapter
from opsloom_adapters.git.config import GitConfig

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = START + timedelta(days=2)


def minute(number: int) -> datetime:
    """A time within the window that the tests ask for."""
    return START + timedelta(minutes=number)


def new_call(seconds: float = 30.0) -> Call:
    """A call with time to spare."""
    return Call(instance="code", adapter="git", now=NOW, deadline=anyio.current_time() + seconds)


async def _no_secret(_source: SecretSource) -> SecretStr:
    raise AssertionError("git needs no secret")


@asynccontextmanager
async def connected(repository: Path, **settings: object) -> AsyncIterator[GitAdapter]:
    """An adapter on ``repository``."""
    config = GitConfig.model_validate({"adapter": "git", "repository": repository, **settings})
    async with GitAdapter.connect(Site(instance="code", config=config, secret=_no_secret)) as adapter:
        yield adapter


async def search(
    repository: Path,
    *,
    window: tuple[datetime, datetime] = (START, NOW),
    of_service: str | None = None,
    in_environment: str | None = None,
    kinds: Iterable[ChangeKind] = (),
    limit: int = 100,
    call: Call | None = None,
    **settings: object,
) -> Page[Deploy]:
    """One search."""
    query = DeployQuery(
        window=Window(start=window[0], end=window[1]),
        service=of_service,
        environment=in_environment,
        kinds=frozenset(kinds),
        limit=limit,
    )
    async with connected(repository, **settings) as adapter:
        return await adapter.search_deploys(query, call or new_call())


async def get(repository: Path, native_id: str, **settings: object) -> Deploy:
    """One record."""
    async with connected(repository, **settings) as adapter:
        return await adapter.get_deploy(native_id, new_call())


async def owners(
    repository: Path, path: str | None = None, service: str | None = None, **settings: object
) -> Page[Ownership]:
    """One question of ownership."""
    async with connected(repository, **settings) as adapter:
        return await adapter.get_ownership(OwnershipQuery(at=NOW, path=path, service=service), new_call())
