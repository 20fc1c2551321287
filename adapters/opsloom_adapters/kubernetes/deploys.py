"""DeployReader: the rollouts of Deployments."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from opsloom.model.window import Window
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import DEPLOYMENTS, NOT_ALL_READ, REPLICA_SETS, KubernetesClient
from opsloom_adapters.kubernetes.config import DNS_LABEL, KubernetesConfig
from opsloom_adapters.kubernetes.mapping import deploys_of
from opsloom_adapters.kubernetes.naming import OBJECT_NAME, service_of_deployment
from opsloom_adapters.kubernetes.revisions import History, history_of, read_history
from opsloom_adapters.kubernetes.selectors import Place, all_of, places_of, shown

_ID = re.compile(rf"(?P<namespace>{DNS_LABEL})/(?P<name>{OBJECT_NAME})(@[0-9]+)?")
"""``namespace/replicaset``, and behind ``@`` the number of a revision that came back."""
_HISTORY_CUT = (
    "Kubernetes has dropped revisions of this window: it keeps as many as revisionHistoryLimit says, 10 by default"
)
_RETURNS_LOST = "an earlier revision came back for a while; Kubernetes keeps when for the present revision only"


async def search_deploys(
    client: KubernetesClient, config: KubernetesConfig, query: DeployQuery, call: Call
) -> Page[Deploy]:
    """The rollouts of ``query``, newest first."""
    places = places_of(config)
    deployments = await client.objects(
        call,
        DEPLOYMENTS,
        places,
        wanted=lambda one: query.service in (None, service_of_deployment(one, config)),
    )
    if query.service is not None:
        places = _places_of_histories(deployments.rows)
    replica_sets = await client.objects(call, REPLICA_SETS, places, window=query.window)
    histories = _histories(deployments.rows, replica_sets.rows)
    found = [
        deploy
        for deployment, history in histories
        for deploy in deploys_of(deployment, history, config, call.instance)
        if query.matches(deploy)
    ]
    rows = sorted(found, key=lambda deploy: deploy.at, reverse=True)[: query.limit]
    read_all = deployments.complete and replica_sets.complete
    cut = any(_is_cut(history, query.window) for _, history in histories)
    lost = any(history.has_lost_returns for _, history in histories)
    return Page(
        rows=tuple(rows),
        total=len(found) if read_all else None,
        complete=read_all and len(found) <= query.limit and not (cut or lost),
        query=f"replicasets of deployments {shown(places_of(config))}, service {query.service or 'any'}",
        notes=(
            *((_HISTORY_CUT,) if cut else ()),
            *((_RETURNS_LOST,) if lost else ()),
            *(() if read_all else (NOT_ALL_READ,)),
        ),
    )


async def get_deploy(client: KubernetesClient, config: KubernetesConfig, native_id: str, call: Call) -> Deploy:
    """One rollout: its ReplicaSet, the Deployment, and its other ReplicaSets for what ran before.

    :raises NotFoundError: there is no such ReplicaSet, no Deployment controls it, or it has been renumbered since.
    """
    named = _ID.fullmatch(native_id)
    if named is None:
        raise _not_found(call)
    namespace, name = named["namespace"], named["name"]
    replica_set = await client.replica_set(call, namespace, name)
    controller = replica_set.metadata.controller
    if controller is None or controller.kind != "Deployment":
        raise _not_found(call)
    deployment = await client.deployment(call, namespace, controller.name)
    history = await read_history(client, deployment, call)
    for deploy in deploys_of(deployment, history, config, call.instance):
        if deploy.ref.native_id == native_id:
            return deploy
    raise _not_found(call)


def _places_of_histories(deployments: Iterable[wire.Deployment]) -> tuple[Place, ...]:
    """Where the ReplicaSets of a few Deployments are, so that those of others are not read."""
    places = (Place(one.metadata.namespace, all_of(one.spec.selector.match_labels)) for one in deployments)
    return tuple(dict.fromkeys(places))


def _histories(
    deployments: Sequence[wire.Deployment], replica_sets: Iterable[wire.ReplicaSet]
) -> list[tuple[wire.Deployment, History]]:
    """Selectors may overlap, so one ReplicaSet may have been read twice."""
    by_controller: defaultdict[str, dict[str, wire.ReplicaSet]] = defaultdict(dict)
    for one in replica_sets:
        if one.metadata.controller is not None:
            by_controller[one.metadata.controller.uid][one.metadata.uid] = one
    return [(one, history_of(one, by_controller[one.metadata.uid].values())) for one in deployments]


def _is_cut(history: History, window: Window) -> bool:
    """Whether revisions are missing that may have been rolled out in ``window``."""
    if not history.revisions:
        return False
    oldest = min(history.revisions, key=lambda one: one.first)
    return oldest.first > 1 and oldest.replica_set.metadata.creation_timestamp > window.start


def _not_found(call: Call) -> NotFoundError:
    return NotFoundError(
        f"{call.instance} has no such rollout; its id is that of a search answer, such as shop/checkout-7d9f8b6c5",
        instance=call.instance,
    )
