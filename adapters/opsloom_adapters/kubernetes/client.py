"""The requests to the Kubernetes API (https://kubernetes.io/docs/reference/using-api/api-concepts/)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.paging import Fetched, Gathered, read_pages
from opsloom.model.errors import UnavailableError, UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.selectors import Place

T = TypeVar("T")

OBJECTS_READ_MAX = 5_000  # for one question: the API sorts by name and not by time, so all are read
NOT_ALL_READ = f"there are more than {OBJECTS_READ_MAX:,} objects, and the rest was not read: set namespaces"
_JSON = {"accept": "application/json"}
_MERGE_PATCH = {**_JSON, "content-type": "application/merge-patch+json"}
_WRITTEN_BY = (("fieldManager", "opsloom"),)
_GONE = 410


@dataclass(frozen=True)
class Resource(Generic[T]):
    """A kind of object: where it is in the API, and how many of its objects make a page of well under 8 MiB."""

    group: str
    plural: str
    listed: TypeAdapter[wire.ObjectList[T]]
    page_size: int

    def path(self, namespace: str) -> str:
        scope = f"/namespaces/{path_segment(namespace)}" if namespace else ""
        return f"{self.group}{scope}/{self.plural}"


DEPLOYMENTS = Resource("/apis/apps/v1", "deployments", wire.DEPLOYMENTS, 250)
REPLICA_SETS = Resource("/apis/apps/v1", "replicasets", wire.REPLICA_SETS, 250)
PODS = Resource("/api/v1", "pods", wire.PODS, 250)
EVENTS = Resource("/api/v1", "events", wire.EVENTS, 500)
AUTOSCALERS = Resource("/apis/autoscaling/v2", "horizontalpodautoscalers", wire.AUTOSCALERS, 250)


class KubernetesClient:
    """Asks one API server; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def objects(
        self,
        call: Call,
        resource: Resource[T],
        places: Sequence[Place],
        *,
        field_selector: str = "",
        wanted: Callable[[T], bool] = lambda _one: True,
        window: Window | None = None,
    ) -> Gathered[T]:
        """``GET`` a collection: all objects at ``places`` that are ``wanted``, of up to ``OBJECTS_READ_MAX`` read ones.

        :raises UnavailableError: 410, a page came so late that the server has forgotten the list.
        """
        if not places:
            return Gathered((), True, 0)

        async def fetch(at: tuple[int, str]) -> Fetched[T, tuple[int, str]]:
            number, token = at
            parameters = _parameters(resource, places[number], field_selector, token)
            page = await self._page(call, resource, places[number], parameters, window)
            if page.metadata.rest:
                return Fetched(page.items, (number, page.metadata.rest))
            return Fetched(page.items, (number + 1, "") if number + 1 < len(places) else None)

        return await read_pages(fetch, (0, ""), limit=OBJECTS_READ_MAX, wanted=wanted, most=OBJECTS_READ_MAX)

    async def deployment(self, call: Call, namespace: str, name: str) -> wire.Deployment:
        """``GET /apis/apps/v1/namespaces/NAMESPACE/deployments/NAME``."""
        return await self._get(call, f"{DEPLOYMENTS.path(namespace)}/{path_segment(name)}", wire.DEPLOYMENT)

    async def replica_set(self, call: Call, namespace: str, name: str) -> wire.ReplicaSet:
        """``GET /apis/apps/v1/namespaces/NAMESPACE/replicasets/NAME``."""
        return await self._get(call, f"{REPLICA_SETS.path(namespace)}/{path_segment(name)}", wire.REPLICA_SET)

    async def pod(self, call: Call, namespace: str, name: str) -> wire.Pod:
        """``GET /api/v1/namespaces/NAMESPACE/pods/NAME``."""
        return await self._get(call, f"{PODS.path(namespace)}/{path_segment(name)}", wire.POD)

    async def patch_deployment(self, call: Call, namespace: str, name: str, patch: Mapping[str, object]) -> None:
        """``PATCH /apis/apps/v1/namespaces/NAMESPACE/deployments/NAME``: merge ``patch`` into it (RFC 7386).

        :raises ConflictError: it no longer has the ``metadata.resourceVersion`` of ``patch``.
        """
        await self._patch(call, f"{DEPLOYMENTS.path(namespace)}/{path_segment(name)}", patch)

    async def patch_scale(self, call: Call, namespace: str, name: str, patch: Mapping[str, object]) -> None:
        """``PATCH /apis/apps/v1/namespaces/NAMESPACE/deployments/NAME/scale``; see :meth:`patch_deployment`."""
        await self._patch(call, f"{DEPLOYMENTS.path(namespace)}/{path_segment(name)}/scale", patch)

    async def may_write(self, call: Call, attributes: Mapping[str, str]) -> wire.AccessReview:
        """``POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews``: may the credential for changes do this?"""
        kind = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
        body = json.dumps({**kind, "spec": {"resourceAttributes": attributes}}).encode()
        headers = {**_JSON, "content-type": "application/json"}
        path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
        reply = await self._http.ask(call, path, body, headers=headers, as_writer=True)
        return parse_json(reply.body, wire.ACCESS_REVIEW, call.instance)

    async def probe(self, call: Call, place: Place) -> Probe:
        """``GET /version``, which anybody may ask, and one Deployment, which takes the credential."""
        version = await self._get(call, "/version", wire.VERSION)
        parameters = (("limit", "1"),)
        reply = await self._http.get(call, DEPLOYMENTS.path(place.namespace), parameters=parameters, headers=_JSON)
        parse_json(reply.body, wire.DEPLOYMENTS, call.instance)
        return Probe(version=version.git_version, server_time=reply.date)

    async def _page(
        self,
        call: Call,
        resource: Resource[T],
        place: Place,
        parameters: Sequence[tuple[str, str]],
        window: Window | None,
    ) -> wire.ObjectList[T]:
        try:
            return await self._get(call, resource.path(place.namespace), resource.listed, parameters, window)
        except UnexpectedAnswerError as error:
            if error.status != _GONE:
                raise
            raise UnavailableError(
                f"{call.instance} has forgotten the list before its last page (410); ask again",
                instance=call.instance, status=error.status, upstream=error.upstream,
            ) from error  # fmt: skip

    async def _get(
        self,
        call: Call,
        path: str,
        shape: TypeAdapter[T],
        parameters: Sequence[tuple[str, str]] = (),
        window: Window | None = None,
    ) -> T:
        return await self._http.get_parsed(call, path, shape, parameters=parameters, window=window)

    async def _patch(self, call: Call, path: str, patch: Mapping[str, object]) -> None:
        body = json.dumps(patch).encode()
        await self._http.send(call, "PATCH", path, body, parameters=_WRITTEN_BY, headers=_MERGE_PATCH)


def _parameters(resource: Resource[T], place: Place, field_selector: str, token: str) -> tuple[tuple[str, str], ...]:
    said = {"labelSelector": place.selector, "fieldSelector": field_selector, "continue": token}
    return (("limit", str(resource.page_size)), *((name, value) for name, value in said.items() if value))
