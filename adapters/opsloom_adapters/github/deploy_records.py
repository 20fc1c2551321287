"""One deploy of GitHub, with its files and what they changed."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy
from opsloom.model.errors import NotFoundError
from opsloom_adapters.github import wire
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.deployment_history import last_good, read_history
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import (
    deploy_of_commit,
    deploy_of_deployment,
    deploy_of_release,
    diff_in,
    files_in,
    version_of,
    with_status,
)
from opsloom_adapters.github.repositories import Estate

_ID = re.compile(r"([^/]+/[^/]+)/(?:(deployments|releases)/([0-9]{1,18})|commits/([0-9a-f]{40,64}))")


async def get_deploy(reader: GithubReader, links: Links, estate: Estate, native_id: str, call: Call) -> Deploy:
    """``owner/name/deployments/42``, ``.../releases/7`` or ``.../commits/<sha>``.

    :raises NotFoundError: there is none, or the repository is not configured.
    """
    named = _ID.fullmatch(native_id)
    if named is None or named[1] not in estate.repositories:
        raise NotFoundError(
            f"{call.instance} has no such deploy; its ids look like {estate.repositories[0]}/deployments/42",
            instance=call.instance,
        )
    repository, kind, number, sha = named.groups()
    service = estate.only_service_of(repository)
    if kind == "deployments":
        heard = await reader.deployment(call, repository, int(number), link=links.deployments(repository))
        status = await reader.latest_status(call, repository, heard.id)
        deploy = with_status(deploy_of_deployment(heard, repository, service, links, call.instance), status)
        return await _compared(reader, links, repository, heard, deploy, call)
    if kind == "releases":
        release = await reader.release(call, repository, int(number), link=links.releases(repository))
        published = deploy_of_release(release, repository, service, links, call.instance)
        if published is None:
            raise NotFoundError(f"{call.instance}: that release is a draft", instance=call.instance)
        return published
    commit = await reader.commit(call, repository, sha, link=links.commit(repository, sha))
    return deploy_of_commit(commit, repository, service, links, call.instance)


async def _compared(
    reader: GithubReader, links: Links, repository: str, heard: wire.Deployment, deploy: Deploy, call: Call
) -> Deploy:
    """With what it changed of the last good one before it in its environment, where that is among the newest 100."""
    history = await read_history(reader, links, repository, heard.environment, call)
    older = [one for one in history if one.id < heard.id]
    previous = await last_good(reader, repository, older, call, leaving={heard.sha})
    if previous is None:
        return deploy
    deploy = deploy.model_copy(update={"previous_version": version_of(previous)})
    try:
        return await _with_changes(reader, links, repository, previous.sha, deploy, call)
    except NotFoundError:  # history was rewritten: its commit is gone
        return deploy


async def _with_changes(
    reader: GithubReader, links: Links, repository: str, previous: str, deploy: Deploy, call: Call
) -> Deploy:
    """GitHub compares with where the two parted: what went back is only seen the other way round."""
    link = links.comparison(repository, previous, deploy.commit)
    changed = await reader.compare(call, repository, previous, deploy.commit, commits=1, link=link)
    diff, told = diff_in(changed.files), {"commits_ahead": str(changed.ahead_by)}
    if changed.status == "behind":
        link = links.comparison(repository, deploy.commit, previous)
        changed = await reader.compare(call, repository, deploy.commit, previous, commits=1, link=link)
        diff, told = "", {"commits_taken_back": str(changed.ahead_by)}
    attributes = {**deploy.attributes, "comparison": link, **told}
    return deploy.model_copy(update={"files": files_in(changed.files), "diff": diff, "attributes": attributes})
