"""The `git` adapter: what it can do, and how it connects."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, ClassVar, Self

from opsloom.adapter_api.adapter import Manifest, Probe, Scope, Site
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import DeployReader, OwnershipReader
from opsloom.adapter_api.writers import DeployRoller
from opsloom.model.changes import ChangePlan, ChangeRevision, Observation, Order, Receipt
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery
from opsloom.model.page import Page
from opsloom_adapters.git.config import GitConfig

if TYPE_CHECKING:  # loaded when it is first asked: a start pays for the manifest only
    from opsloom_adapters.git.repository import Repository


class GitAdapter:
    """Reads one local repository through the git program; never fetches, and writes nothing but rollbacks."""

    manifest: ClassVar[Manifest] = Manifest(
        kind="git",
        title="git repository: deploy tags, configuration changes, CODEOWNERS",
        config=GitConfig,
        capabilities=frozenset({DeployReader, OwnershipReader, DeployRoller}),
        documentation="https://git-scm.com/docs",
        scopes=(
            Scope("read access to the folder", "everything"),
            Scope("write access to the folder", "rollbacks: the setting rollback", writes=True),
            Scope("push access to the remote", "rollbacks: the setting remote", writes=True),
        ),
    )

    def __init__(self, repository: "Repository") -> None:
        self._repository = repository

    @classmethod
    @asynccontextmanager
    async def connect(cls, site: Site) -> AsyncIterator[Self]:
        """Look for git and the folder; nothing is read yet.

        :raises ConfigurationError: git is not installed, or the folder is not there.
        """
        from opsloom_adapters.git.program import GitProgram
        from opsloom_adapters.git.repository import Repository

        config = site.config_as(GitConfig)
        yield cls(Repository(GitProgram.find(config.repository, site.instance), config))

    async def probe(self, call: Call) -> Probe:
        """Whether it is a repository with a commit at `ref`; the version is that of git."""
        await self._repository.head(call)
        version = await self._repository.program.read(call, "version")
        return Probe(version=version.removeprefix("git version ").strip())

    async def search_deploys(self, query: DeployQuery, call: Call) -> Page[Deploy]:
        from opsloom_adapters.git import deploys

        return await deploys.search_deploys(self._repository, query, call)

    async def get_deploy(self, native_id: str, call: Call) -> Deploy:
        from opsloom_adapters.git import deploys

        return await deploys.get_deploy(self._repository, native_id, call)

    async def search_services(self, query: ServiceQuery, call: Call) -> Page[Service]:
        from opsloom_adapters.git import ownership

        return await ownership.search_services(self._repository, query, call)

    async def get_ownership(self, query: OwnershipQuery, call: Call) -> Page[Ownership]:
        from opsloom_adapters.git import ownership

        return await ownership.get_ownership(self._repository, query, call)

    async def plan_rollback(self, change: ChangeRevision, call: Call) -> ChangePlan:
        from opsloom_adapters.git import rollbacks

        return await rollbacks.plan_rollback(self._repository, change, call)

    async def apply_rollback(self, order: Order, call: Call) -> Receipt:
        from opsloom_adapters.git import rollbacks

        return await rollbacks.apply_rollback(self._repository, order, call)

    async def observe_rollback(self, order: Order, call: Call) -> Observation:
        from opsloom_adapters.git import rollbacks

        return await rollbacks.observe_rollback(self._repository, order, call)
