"""What a single deploy is told with: its commit, unhealthy resources, and what is not as Git says."""

from collections.abc import Awaitable
from typing import TypeVar

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy
from opsloom.model.errors import ProviderError
from opsloom.model.limits import PLAN_AFFECTED_MAX
from opsloom.model.window import format_time
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.client import ArgocdClient
from opsloom_adapters.argocd.drift import drift_of

T = TypeVar("T")
_WELL = frozenset({"", "Healthy"})


async def with_details(
    client: ArgocdClient, app: wire.Application, deploy: Deploy, call: Call, *, is_present: bool
) -> Deploy:
    """``deploy`` with what else there is to know. Each part may be missing, and is then named in ``not_read``: Git may
    be out of reach for Argo CD while its own memory is not.
    """
    missing: list[str] = []

    async def read(part: str, request: Awaitable[T]) -> T | None:
        try:
            return await request
        except ProviderError:
            missing.append(part)
            return None

    commit, tree, drift = None, None, None
    if deploy.commit:
        commit = await read("commit", client.revision_metadata(call, app.key, deploy.commit, _source_of(app, deploy)))
    if is_present:
        tree = await read("resource tree", client.resource_tree(call, app.key))
        if app.status.sync.status != "Synced":
            drift = await read("managed resources", client.managed_resources(call, app.key))
    more = {
        **(_of_commit(commit) if commit else {}),
        **({"unhealthy": _unhealthy(tree)} if tree else {}),
        "not_read": ", ".join(missing),
    }
    return deploy.model_copy(
        update={
            "author": deploy.author or (commit.author if commit else ""),
            "title": commit.message.split("\n", 1)[0].strip() if commit and commit.message else deploy.title,
            "diff": drift_of(drift) if drift else "",
            "attributes": {**deploy.attributes, **{name: value for name, value in more.items() if value}},
        }
    )


def _source_of(app: wire.Application, deploy: Deploy) -> tuple[tuple[str, str], ...]:
    """Which of several sources the commit is of: its place among them, in that entry of the history."""
    if len(app.spec.all_sources) < 2:
        return ()
    place = deploy.version.split(", ").index(deploy.commit)
    entry = deploy.attributes.get("history_id")
    return (("sourceIndex", str(place)), *([("versionId", entry)] if entry else []))


def _of_commit(commit: wire.RevisionMetadata) -> dict[str, str]:
    return {
        "commit_author": commit.author,
        "commit_date": format_time(commit.date) if commit.date else "",
        "commit_message": commit.message.strip(),
        "commit_tags": ", ".join(commit.tags),
    }


def _unhealthy(tree: wire.ResourceTree) -> str:
    """``Deployment shop/checkout: Degraded (0 of 3 ready)``; a resource that has no health is not among them."""
    found = [node for node in tree.nodes if node.health.status not in _WELL]
    lines = [_line(node) for node in found[:PLAN_AFFECTED_MAX]]
    more = [f"{len(found) - len(lines)} more"] if len(found) > len(lines) else []
    return "; ".join(lines + more)


def _line(node: wire.ResourceNode) -> str:
    why = f" ({node.health.message})" if node.health.message else ""
    return f"{node.kind} {'/'.join(filter(None, (node.namespace, node.name)))}: {node.health.status}{why}"
