"""The requests to Argo CD's API.

Source: https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/
"""

import json
from collections.abc import Mapping

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.adapter_api.http_paths import path_segment
from opsloom.model.errors import ConflictError, NotFoundError, PermissionDeniedError, ProviderError
from opsloom.model.window import Window
from opsloom_adapters.argocd import wire
from opsloom_adapters.argocd.config import ArgocdConfig
from opsloom_adapters.argocd.identity import AppKey

_APPLICATIONS = "/api/v1/applications"
_JSON = {"accept": "application/json", "content-type": "application/json"}
_FAILED_PRECONDITION = '"code":9,'
"""What the body of a 400 says where the state is in the way, such as another operation: gRPC's own number for it."""


class ArgocdClient:
    """Asks one Argo CD; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: ArgocdConfig) -> None:
        self._http = http
        self._projects = config.projects

    async def applications(
        self, call: Call, parameters: Parameters, *, window: Window | None = None, link: str | None = None
    ) -> tuple[wire.Application, ...]:
        """``GET /api/v1/applications``: those that fit and that the credential may see, all at once."""
        reply = await self._http.get_parsed(
            call, _APPLICATIONS, wire.APPLICATIONS, parameters=parameters, window=window, link=link
        )
        return reply.items or ()

    async def application(self, call: Call, key: AppKey, *, link: str | None = None) -> wire.Application:
        """``GET /api/v1/applications/{name}``.

        Argo CD denies permission to see an application that does not exist, so as not to tell who may not know.

        :raises NotFoundError: also when the credential may see all applications, and Argo CD denied this one.
        """
        try:
            return await self._http.get_parsed(call, _path(key), wire.APPLICATION, parameters=_place(key), link=link)
        except PermissionDeniedError:
            if not await self.may(call, "get"):
                raise
            raise NotFoundError(f"{call.instance} has no application {key}", instance=call.instance) from None

    async def revision_metadata(
        self, call: Call, key: AppKey, revision: str, source: Parameters
    ) -> wire.RevisionMetadata:
        """``GET /api/v1/applications/{name}/revisions/{revision}/metadata``: the commit, which Argo CD asks Git for."""
        path = f"{_path(key)}/revisions/{path_segment(revision)}/metadata"
        return await self._http.get_parsed(call, path, wire.REVISION_METADATA, parameters=(*_place(key), *source))

    async def resource_tree(self, call: Call, key: AppKey) -> wire.ResourceTree:
        """``GET /api/v1/applications/{name}/resource-tree``: what is in the cluster."""
        return await self._http.get_parsed(
            call, f"{_path(key)}/resource-tree", wire.RESOURCE_TREE, parameters=_place(key)
        )

    async def managed_resources(self, call: Call, key: AppKey) -> tuple[wire.ManagedResource, ...]:
        """``GET /api/v1/applications/{name}/managed-resources``: what is, and what should be."""
        reply = await self._http.get_parsed(
            call, f"{_path(key)}/managed-resources", wire.MANAGED_RESOURCES, parameters=_place(key)
        )
        return reply.items

    async def rollback(self, call: Call, app: wire.Application, number: int, *, link: str) -> None:
        """``POST /api/v1/applications/{name}/rollback``: deploy an entry of the history again; it deletes nothing."""
        await self._send(call, app, "rollback", {"id": number}, link=link)

    async def sync(
        self, call: Call, app: wire.Application, revision: str | None, infos: Mapping[str, str], *, link: str
    ) -> None:
        """``POST /api/v1/applications/{name}/sync``: deploy ``revision``, or what the application follows.

        It deletes nothing; ``infos`` are shown with the operation.
        """
        said = {"infos": [{"name": name, "value": value} for name, value in infos.items()]}
        await self._send(call, app, "sync", {**({"revision": revision} if revision else {}), **said}, link=link)

    async def may(self, call: Call, action: str, *, as_writer: bool = False) -> bool:
        """``GET /api/v1/account/can-i/applications/{action}/{object}``: whether the credential may, everywhere that
        the settings ask for. A role for a part of it is a no.
        """
        for project in self._projects or ("*",):
            path = f"/api/v1/account/can-i/applications/{action}/{project}/*"
            reply = await self._http.get(call, path, headers={"accept": "application/json"}, as_writer=as_writer)
            if parse_json(reply.body, wire.ANSWER, call.instance).value != "yes":
                return False
        return True

    async def probe(self, call: Call) -> Probe:
        """``GET /api/version`` needs no credential, so that :meth:`may` is asked, too."""
        await self.may(call, "get")
        reply = await self._http.get(call, "/api/version", headers={"accept": "application/json"})
        return Probe(version=parse_json(reply.body, wire.VERSION, call.instance).version, server_time=reply.date)

    async def _send(
        self, call: Call, app: wire.Application, what: str, wanted: Mapping[str, object], *, link: str
    ) -> None:
        """Send it, with nothing pruned.

        :raises ConflictError: Argo CD refuses in the present state, such as while another operation runs.
        """
        place = {"name": app.key.name, "appNamespace": app.key.namespace, "project": app.project}
        body = json.dumps({**place, "prune": False, "dryRun": False, **wanted}).encode()
        try:
            await self._http.send(call, "POST", f"{_path(app.key)}/{what}", body, headers=_JSON, link=link)
        except ProviderError as error:
            if error.status == 400 and _FAILED_PRECONDITION in error.upstream:
                raise ConflictError(
                    f"{call.instance} refuses a {what} in its present state; nothing was changed",
                    instance=call.instance,
                    status=error.status,
                    upstream=error.upstream,
                ) from error
            raise


def _path(key: AppKey) -> str:
    return f"{_APPLICATIONS}/{path_segment(key.name)}"


def _place(key: AppKey) -> tuple[tuple[str, str], ...]:
    return (("appNamespace", key.namespace),)
