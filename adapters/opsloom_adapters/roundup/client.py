"""The requests to Roundup's REST API (https://www.roundup-tracker.org/docs/rest.html)."""

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, parse_json
from opsloom.model.errors import PermissionDeniedError
from opsloom.model.window import Window
from opsloom_adapters.roundup import wire

_HEADERS = {"accept": "application/json; version=1", "x-requested-with": "opsloom"}
"""The version of the API, and what its protection against forged requests asks for. No Origin: a GET may go
without, and one that differs from the tracker's own idea of its address is refused."""
_FIELDS = ("title", "status", "priority", "assignedto", "creator", "creation", "activity")
_NAMES_OF_LINKED_ITEMS = ("@verbose", "2")


class RoundupClient:
    """Asks one tracker; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient, service_property: str | None) -> None:
        self._http = http
        self._fields = (*_FIELDS, service_property) if service_property else _FIELDS

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

    async def statuses(self, call: Call) -> tuple[wire.Status, ...]:
        """``GET /rest/data/status``: all statuses of the tracker."""
        reply = await self._http.get_parsed(
            call, "/rest/data/status", wire.STATUSES, parameters=(("@fields", "name"),), headers=_HEADERS
        )
        return reply.data.collection

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
