"""DeployReader on Argo CD."""

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX, REVISIONS_NAMED_MAX
from opsloom.model.page import Page
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.client import ArgocdClient
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.details import with_details
from opsloom_adapters.argocd.identity import DeployId
from opsloom_adapters.argocd.links import application_link
from opsloom_adapters.argocd.mapping import deploys_of
from opsloom_adapters.argocd.selection import Selection, select

_HISTORY_DEFAULT = 10  # entries that Argo CD keeps, unless an application says otherwise


async def search_deploys(client: ArgocdClient, config: ArgocdConfig, query: DeployQuery, call: Call) -> Page[Deploy]:
    """The deploys of ``query``, newest first.

    :raises PermissionDeniedError: the credential is shown no application at all.
    """
    selection = Selection(config, query.service, query.environment)
    selected = await select(client, selection, call, query.window)
    known = (deploy for app in selected.applications for deploy in deploys_of(app, config, call.instance))
    matching = sorted((one for one in known if query.matches(one)), key=lambda one: one.at, reverse=True)
    shown = matching[: min(query.limit, PROVIDER_ROWS_MAX)]
    forgotten = [str(app.key) for app in selected.applications if _begins_too_late(app, query)]
    notes = list(selected.notes)
    if forgotten:
        named = ", ".join(forgotten[:REVISIONS_NAMED_MAX])
        notes.append(f"Argo CD keeps too few deploys for this window, of {len(forgotten)} in all: {named}")
    if query.environment is not None and config.environment_label is None:
        notes.append("the setting environment_label is absent: deploys of every environment are shown")
    return Page(
        rows=tuple(shown),
        total=None if notes else len(matching),
        complete=len(shown) == len(matching) and not selected.notes and not forgotten,
        query=f"history of applications {selection.query}",
        link=selection.link,
        notes=tuple(notes),
    )


async def get_deploy(client: ArgocdClient, config: ArgocdConfig, native_id: str, call: Call) -> Deploy:
    """One deploy, with its commit; of the present one also what is not healthy, and what a sync would change.

    :raises NotFoundError: the application, or its memory of that deploy, is gone.
    """
    wanted = DeployId.parse(native_id)
    if wanted is None:
        raise NotFoundError(
            f"{call.instance} has no such deploy; its ids look like argocd/checkout/12", instance=call.instance
        )
    app = await client.application(call, wanted.app, link=application_link(config, wanted.app))
    known = deploys_of(app, config, call.instance)
    newest_entry = len(known) - len(app.history)  # an operation may stand before it
    for place, deploy in enumerate(known):
        if deploy.ref.native_id == native_id:
            return await with_details(client, app, deploy, call, is_present=place <= newest_entry)
    raise NotFoundError(
        f"{call.instance} does not remember this deploy of {wanted.app} any more", instance=call.instance
    )


def _begins_too_late(app: wire.Application, query: DeployQuery) -> bool:
    """Whether deploys of the window may have been forgotten: the history is full, and begins after the window does."""
    most = _HISTORY_DEFAULT if app.spec.revision_history_limit is None else app.spec.revision_history_limit
    history = app.history
    return len(history) >= most and (not history or history[0].deployed_at > query.window.start)
