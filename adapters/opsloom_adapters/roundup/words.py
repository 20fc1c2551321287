"""The tracker's own items for the words of a change: which status, which priority, which user."""

from collections.abc import Iterable

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.roundup import wire
from opsloom_adapters.roundup.client import RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.mapping import names_of, status_of


async def status_to_set(
    client: RoundupClient, config: RoundupConfig, status: TicketStatus, call: Call
) -> tuple[wire.Linked, tuple[wire.Linked, ...]]:
    """The tracker's status that a change to ``status`` sets, and all that it has.

    :raises InvalidRequestError: none of them means that; the text names what can be set.
    """
    statuses = await client.items(call, "status")
    chosen = preferred(status, statuses, config)
    if chosen is None:
        known = {status_of(one.label, config) for one in statuses} - {TicketStatus.UNKNOWN}
        raise InvalidRequestError(f"status {status} cannot be set in {call.instance}; valid are {_listed(known)}")
    return chosen, statuses


def preferred(status: TicketStatus, statuses: Iterable[wire.Linked], config: RoundupConfig) -> wire.Linked | None:
    """The first of ``statuses`` to be set for ``status``, if any means that."""
    by_name = {one.label.casefold(): one for one in statuses}
    return next((by_name[name] for name in names_of(status, config) if name in by_name), None)


async def priority_named(client: RoundupClient, name: str, call: Call) -> wire.Linked:
    """The priority ``name``, in any case.

    :raises InvalidRequestError: there is none; the text names those that there are.
    """
    priorities = await client.items(call, "priority")
    wanted = name.strip().casefold()
    for priority in priorities:
        if wanted and priority.label.casefold() == wanted:
            return priority
    names = _listed(priority.label for priority in priorities)
    raise InvalidRequestError(f"{call.instance} has no such priority; valid are {names}")


async def user_named(client: RoundupClient, name: str, call: Call) -> wire.Linked:
    """The user with exactly this login name.

    :raises InvalidRequestError: there is none; the text names some that there are.
    """
    for user in await client.items(call, "user", (("username:", name),)):
        if user.label == name:
            return user
    names = _listed(user.label for user in await client.items(call, "user", page_size=ROWS_DEFAULT))
    raise InvalidRequestError(f"{call.instance} has no such user; assignee is a login name such as {names}")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(name for name in names if name)) or "none"
