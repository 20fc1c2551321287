"""DeployReader on OpsOrch."""

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import ChangeKind, Deploy, DeployQuery
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.opsorch import wire
from opsloom_adapters.opsorch.client import DEPLOYMENTS, OpsorchClient
from opsloom_adapters.opsorch.mapping import deploy_status_of, known, link_of, text_in, texts_of
from opsloom_adapters.opsorch.pages import page_of


async def search_deploys(client: OpsorchClient, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The deploys of ``query``, newest first. The scope is a hint to OpsOrch's provider, so all is checked again."""
    scope = {"service": query.service, "environment": query.environment}
    found = await client.query(call, DEPLOYMENTS, scope=scope, window=query.window)
    wanted = [deploy for deploy in (_deploy_of(one, call.instance) for one in found.rows) if query.matches(deploy)]
    wanted.sort(key=lambda deploy: deploy.at, reverse=True)
    asked = f"deployments, service {query.service or 'any'}, environment {query.environment or 'any'}"
    return page_of(found, wanted, query.limit, asked)


async def get_deploy(client: OpsorchClient, native_id: str, call: Call) -> Deploy:
    return _deploy_of(await client.get(call, DEPLOYMENTS.name, native_id, wire.DEPLOYMENT), call.instance)


def _deploy_of(deployment: wire.Deployment, instance: str) -> Deploy:
    bag = {**deployment.metadata, **deployment.fields}
    return Deploy(
        ref=Ref(RefKind.DEPLOY, instance, deployment.id),
        link=link_of(deployment.url),
        kind=ChangeKind.ROLLBACK if bag.get("rollback") is True else ChangeKind.DEPLOY,
        at=known(deployment.started_at) or deployment.finished_at,
        service=deployment.service or None,
        environment=deployment.environment or None,
        status=deploy_status_of(deployment.status),
        status_raw=deployment.status,
        version=deployment.version,
        commit=text_in(bag, "commit"),
        author=text_in(deployment.actor, "name"),
        title=text_in(bag, "title"),
        attributes=texts_of(bag),
    )
