"""OwnershipReader: who owns what, as labels and annotations of Deployments say it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, ServiceQuery, Team
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import DEPLOYMENTS, NOT_ALL_READ, KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig
from opsloom_adapters.kubernetes.naming import object_link, owner_of, service_of_deployment
from opsloom_adapters.kubernetes.selectors import places_of, shown

_PART_OF = "app.kubernetes.io/part-of"
_NO_PATHS = "Kubernetes knows services and no files: ask for a service"


async def search_services(
    client: KubernetesClient, config: KubernetesConfig, query: ServiceQuery, call: Call
) -> Page[Service]:
    """The services that have Deployments, by name."""
    read = await client.objects(call, DEPLOYMENTS, places_of(config))
    wanted = (query.text or "").casefold()
    services = _by_service(read.rows, config)
    found = [_service_of(name, each, config, call) for name, each in services if wanted in name.casefold()]
    return Page(
        rows=tuple(found[: query.limit]),
        total=len(found) if read.complete else None,
        complete=read.complete and len(found) <= query.limit,
        query=f"deployments {shown(places_of(config))}",
        notes=() if read.complete else (NOT_ALL_READ,),
    )


async def get_ownership(
    client: KubernetesClient, config: KubernetesConfig, query: OwnershipQuery, call: Call
) -> Page[Ownership]:
    """The owners of a service: one, unless its Deployments name several."""
    asked = f"owner of service {query.service} {shown(places_of(config))}"
    if query.service is None:
        return Page(rows=(), query=asked, notes=(_NO_PATHS,))
    read = await client.objects(
        call, DEPLOYMENTS, places_of(config), wanted=lambda one: service_of_deployment(one, config) == query.service
    )
    notes = () if read.complete else (NOT_ALL_READ,)
    if not read.rows:
        return Page(rows=(), complete=read.complete, query=asked, notes=notes)
    owners = _owners(read.rows, config)
    places = ", ".join(f"{one.metadata.namespace}/{one.metadata.name}" for one in read.rows)
    ownership = Ownership(
        service=_service_of(query.service, read.rows, config, call),
        teams=tuple(Team(name=owner) for owner in owners),
        matched_by=f"{' or '.join(config.owner_labels)} of Deployment {places}",
    )
    return Page(rows=(ownership,), complete=read.complete, query=asked, notes=notes)


def _by_service(
    deployments: Iterable[wire.Deployment], config: KubernetesConfig
) -> list[tuple[str, list[wire.Deployment]]]:
    services: defaultdict[str, list[wire.Deployment]] = defaultdict(list)
    for one in deployments:
        services[service_of_deployment(one, config)].append(one)
    return sorted(services.items())


def _service_of(name: str, deployments: Sequence[wire.Deployment], config: KubernetesConfig, call: Call) -> Service:
    first = deployments[0].metadata
    systems = (one.metadata.labels.get(_PART_OF) for one in deployments)
    return Service(
        ref=Ref(RefKind.SERVICE, call.instance, name),
        link=object_link("deployment", first.namespace, first.name, config),
        name=name,
        owner=next(iter(_owners(deployments, config)), None),
        system=next((system for system in systems if system), None),
    )


def _owners(deployments: Iterable[wire.Deployment], config: KubernetesConfig) -> list[str]:
    """Each once. The template's labels count where the Deployment itself names nobody."""
    named = (owner_of(one.metadata, config) or owner_of(one.spec.template.metadata, config) for one in deployments)
    return list(dict.fromkeys(owner for owner in named if owner))
