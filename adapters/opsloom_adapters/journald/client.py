"""The requests to systemd-journal-gatewayd."""

from dataclasses import dataclass
from datetime import datetime

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import PermissionDeniedError, UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.journald import wire
from opsloom_adapters.journald.position import Position

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reach:
    """The times of the oldest and the newest entry that the gateway serves."""

    oldest: datetime
    newest: datetime


class JournaldClient:
    """Asks one gateway; every method raises the errors of :class:`HttpClient`."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def entries(
        self, call: Call, matches: Parameters, position: Position, *, window: Window, link: str
    ) -> list[wire.Entry]:
        """``GET /entries``, oldest first. Of ``matches``, those of one field are ORed, fields are ANDed.

        :raises UnexpectedAnswerError: the answer is no JSON, or more than the ``Range`` asked for.
        """
        headers = {"accept": _JSON, "range": position.range_header}
        reply = await self._http.get(call, "/entries", parameters=matches, headers=headers, window=window, link=link)
        if not reply.headers.get("content-type", "").startswith(_JSON):
            raise UnexpectedAnswerError(
                f"{call.instance} sent something else than JSON; check base_url", instance=call.instance
            )
        entries = [parse_json(line, wire.ENTRY, call.instance) for line in reply.body.splitlines()]
        if len(entries) > position.count:
            raise UnexpectedAnswerError(
                f"{call.instance} sent more than was asked for; does a proxy drop the Range header?",
                instance=call.instance,
            )
        return entries

    async def reach(self, call: Call) -> Reach:
        """``GET /machine``: from when to when the journal reaches.

        :raises PermissionDeniedError: the gateway serves no entry at all, as when it may not read the journal.
        """
        machine, _ = await self._machine(call)
        return _reach_of(machine, call.instance)

    async def probe(self, call: Call) -> Probe:
        """``GET /machine``; a gateway that may not read the journal fails, as in :meth:`reach`."""
        machine, server_time = await self._machine(call)
        _reach_of(machine, call.instance)
        return Probe(server_time=server_time)

    async def _machine(self, call: Call) -> tuple[wire.Machine, datetime | None]:
        reply = await self._http.get(call, "/machine", headers={"accept": _JSON})
        return parse_json(reply.body, wire.MACHINE, call.instance), reply.date


def _reach_of(machine: wire.Machine, instance: str) -> Reach:
    if machine.cutoff_to_realtime == 0:
        raise PermissionDeniedError(
            f"{instance} serves no journal entry at all; "
            "its own user must be able to read the journal (group systemd-journal)",
            instance=instance,
        )
    return Reach(wire.time_of(machine.cutoff_from_realtime), wire.time_of(machine.cutoff_to_realtime))
