"""The requests to Roundup's REST API (https://www.roundup-tracker.org/docs/rest.html)."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.limits import TICKET_PAGE_ROWS_MIN
from opsloom.model.window import Window
from opsloom_adapters.roundup import wire
from opsloom_adapters.roundup.config import RoundupConfig

Properties = Mapping[str, str | list[str]]
"""What to set. An empty string clears a property: Roundup skips those that are null."""
_HEADERS = {"accept": "application/json; version=1", "x-requested-with": "opsloom"}
"""The version of the API, and what its protection against forged requests asks for. No Origin: a GET may go
without, and one that differs from the tracker's own idea of its address is refused."""
_FIELDS = ("title", "status", "priority", "assignedto", "creator", "creation", "activity")
_NAMES_OF_LINKED_ITEMS = ("@verbose", "2")


class RoundupClient:
    """Asks one tracker; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, config: RoundupConfig) -> None:
        self._http = http
        self._fields = (*_FIELDS, config.service_property) if config.service_property else _FIELDS
        self._origin = _origin_of(config.web_url or config.base_url)

    async def issues(
        self, call: Call, filters: Parameters, *, page_size: int, page_index: int, window: Window, link: str
    ) -> wire.IssueCollection:
        """``GET /rest/data/issue``: a page of tickets, last changed first; ``page_index`` counts from 1."""
        parameters = (
            *filters,
            ("@fields", ",".join(self._fields)),
            _NAMES_OF_LINKED_ITEMS,
            ("@sort", "-activity"),
            ("@page_size", str(page_size)),
            ("@page_index", str(page_index)),
        )
        reply = await self._http.get_parsed(
            call,
            "/rest/data/issue",
            wire.ISSUES,
            parameters=parameters,
            headers=_HEADERS,
            window=window,
            link=link,
        )
        return reply.data

    async def issue(self, call: Call, number: str, *, link: str) -> wire.OneIssue:
        """``GET /rest/data/issue/NUMBER``: one ticket with the ids of its messages."""
        parameters = (("@fields", ",".join((*self._fields, "messages"))), _NAMES_OF_LINKED_ITEMS)
        path = f"/rest/data/issue/{number}"
        reply = await self._http.get_parsed(call, path, wire.ISSUE, parameters=parameters, headers=_HEADERS, link=link)
        return reply.data

    async def message(self, call: Call, number: str) -> str:
        """``GET /rest/data/msg/NUMBER``: its text, which only the highest verbosity includes."""
        parameters = (("@fields", "content"), ("@verbose", "3"))
        path = f"/rest/data/msg/{number}"
        reply = await self._http.get_parsed(call, path, wire.MESSAGE, parameters=parameters, headers=_HEADERS)
        return reply.data.attributes.content

    async def items(
        self, call: Call, kind: str, filters: Parameters = (), *, page_size: int = TICKET_PAGE_ROWS_MIN
    ) -> tuple[wire.Linked, ...]:
        """``GET /rest/data/KIND``: the items of a class such as ``status`` that fit ``filters``, with their labels."""
        parameters = (*filters, _NAMES_OF_LINKED_ITEMS, ("@page_size", str(page_size)))
        path = f"/rest/data/{kind}"
        reply = await self._http.get_parsed(call, path, wire.ITEMS, parameters=parameters, headers=_HEADERS)
        return reply.data.collection

    async def create(self, call: Call, kind: str, properties: Properties) -> str:
        """``POST /rest/data/KIND``: make an item; returns its id.

        :raises OutcomeUnknownError: also when the answer does not tell the id.
        """
        reply = await self._send(call, "POST", f"/rest/data/{kind}", properties)
        try:
            return parse_json(reply.body, wire.CREATED, call.instance).data.id
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from error

    async def change_issue(self, call: Call, number: str, properties: Properties, *, etag: str, link: str) -> None:
        """``PUT /rest/data/issue/NUMBER``: set ``properties`` if the ticket still has ``etag``."""
        path = f"/rest/data/issue/{number}"
        await self._send(call, "PUT", path, properties, headers={"if-match": etag}, link=link)

    async def _send(
        self,
        call: Call,
        method: str,
        path: str,
        properties: Properties,
        *,
        headers: Mapping[str, str] | None = None,
        link: str | None = None,
    ) -> Reply:
        body = json.dumps(properties).encode("ascii")
        headers = {**_HEADERS, **self._origin, "content-type": "application/json", **(headers or {})}
        return await self._http.send(call, method, path, body, headers=headers, link=link)

    async def probe(self, call: Call) -> Probe:
        """``GET /rest/data``: the classes that the user may view.

        :raises PermissionDeniedError: tickets are not among them.
        """
        reply = await self._http.get(call, "/rest/data", headers=_HEADERS)
        classes = parse_json(reply.body, wire.CLASSES, call.instance).data
        if "issue" not in classes:
            raise PermissionDeniedError(
                f"{call.instance} lets this user view no tickets; it needs: View on issue",
                instance=call.instance,
            )
        return Probe(server_time=reply.date)


def _origin_of(tracker: str) -> dict[str, str]:
    """What Roundup demands of requests that change something; it is compared with the tracker's own address."""
    parts = urlsplit(tracker)
    return {"origin": f"{parts.scheme}://{parts.netloc}", "referer": f"{tracker}/"}
