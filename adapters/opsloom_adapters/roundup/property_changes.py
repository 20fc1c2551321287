"""The properties of a ticket that a change gives another value: its status and its assignee."""

from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Effect, UpdateTicket
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom_adapters.roundup.client import RoundupClient
from opsloom_adapters.roundup.config import RoundupConfig
from opsloom_adapters.roundup.words import preferred, status_to_set, user_named


@dataclass(frozen=True)
class PropertyChange:
    """``name`` is Roundup's, ``id`` that of the new value and empty for none.

    ``put_back`` is what the inverse asks for, ``None`` where nothing can; ``left_as`` is what that leads to, which may
    be another status that means the same.
    """

    name: str
    effect: Effect
    id: str
    put_back: TicketStatus | str | None
    left_as: str


async def property_changes(
    client: RoundupClient, config: RoundupConfig, ticket: Ticket, change: UpdateTicket, call: Call
) -> tuple[PropertyChange, ...]:
    """Those that differ from what ``ticket`` has.

    :raises InvalidRequestError: a status or assignee that the tracker does not know.
    """
    found = (
        await _status(client, config, ticket, change.status, call),
        await _assignee(client, ticket, change.assignee, call),
    )
    return tuple(one for one in found if one is not None)


def inverse_of(ticket: str, changes: Iterable[PropertyChange]) -> tuple[UpdateTicket | None, str]:
    """What sets the old values again, or why nothing does."""
    old: dict[str, TicketStatus | str] = {}
    for one in changes:
        if one.put_back is None:
            present = one.effect.before or "none"
            return (
                None,
                f"its {one.effect.what} cannot be set back to {present}, which the setting statuses does not name",
            )
        old[one.effect.what] = one.put_back
    if not old:
        return None, "a comment cannot be taken back"
    return UpdateTicket.model_validate({"ticket": ticket, **old}), ""


async def _status(
    client: RoundupClient, config: RoundupConfig, ticket: Ticket, wanted: TicketStatus | None, call: Call
) -> PropertyChange | None:
    if wanted is None or wanted is ticket.status:
        return None  # another name for the same would be no change that anybody asked for
    chosen, statuses = await status_to_set(client, config, wanted, call)
    left = preferred(ticket.status, statuses, config)
    return PropertyChange(
        name="status",
        effect=Effect(what="status", before=ticket.status_raw, after=chosen.label),
        id=chosen.id,
        put_back=ticket.status if left else None,
        left_as=left.label if left else "",
    )


async def _assignee(client: RoundupClient, ticket: Ticket, wanted: str | None, call: Call) -> PropertyChange | None:
    if wanted is None or wanted == ticket.assignee:
        return None
    return PropertyChange(
        name="assignedto",
        effect=Effect(what="assignee", before=ticket.assignee, after=wanted),
        id=(await user_named(client, wanted, call)).id if wanted else "",
        put_back=ticket.assignee,
        left_as=ticket.assignee,
    )
