"""Which transition of its workflow brings a ticket to a status."""

from collections.abc import Iterable, Sequence

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.tickets import TicketStatus
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.client import JiraClient
from opsloom_adapters.jira.config import JiraConfig
from opsloom_adapters.jira.mapping import status_of


async def transition_to(
    client: JiraClient, config: JiraConfig, key: str, status: TicketStatus, given: frozenset[str], call: Call
) -> wire.Transition:
    """The transition to a status that means ``status``, and that takes the fields ``given`` in the same request.

    :raises InvalidRequestError: none is offered now, or several lead to different statuses, or none takes just these
        fields; the text names what is offered or what to do.
    """
    if status is TicketStatus.UNKNOWN:
        raise InvalidRequestError("status must be open, in_progress or closed")
    offered = await client.transitions(call, key)
    fitting = _to_one_status(offered, status, config, key, call)
    refusals = [_refusal(one, given) for one in fitting]
    for transition, refusal in zip(fitting, refusals, strict=True):
        if not refusal:
            return transition
    raise InvalidRequestError(f"status {status} cannot be set on {key}: {refusals[0]}")


def _to_one_status(
    offered: Iterable[wire.Transition], status: TicketStatus, config: JiraConfig, key: str, call: Call
) -> Sequence[wire.Transition]:
    """All that lead to the one status to be set."""
    offered = tuple(offered)
    by_status: dict[str, list[wire.Transition]] = {}
    for transition in offered:
        if status_of(transition.to.status_category.key) is status:
            by_status.setdefault(transition.to.name.casefold(), []).append(transition)
    for name in config.statuses.preferred(status):
        if name in by_status:
            return by_status[name]
    if len(by_status) == 1:
        return next(iter(by_status.values()))
    if by_status:
        names = _listed(one[0].to.name for one in by_status.values())
        raise InvalidRequestError(
            f"several statuses that {key} can be given mean {status}: {names}; "
            f"name the one to set in the setting statuses.{status} of {call.instance}"
        )
    raise InvalidRequestError(_nothing_leads_there(offered, status, key, call))


def _nothing_leads_there(offered: Sequence[wire.Transition], status: TicketStatus, key: str, call: Call) -> str:
    if not offered:
        return (
            f"{call.instance} offers no change of status on {key}; the user that reads needs Transition Issues, too, "
            "because Jira shows transitions to nobody else"
        )
    meant = {status_of(one.to.status_category.key) for one in offered} - {TicketStatus.UNKNOWN}
    names = _listed(f"{one.name} (to {one.to.name})" for one in offered)
    return (
        f"status {status} cannot be set on {key} now; valid are {_listed(meant) or 'none'}, by the transitions {names}"
    )


def _refusal(transition: wire.Transition, given: frozenset[str]) -> str:
    """Why ``transition`` cannot be done with the fields ``given`` and no others; empty if it can."""
    needed = {
        key: one.name or key for key, one in transition.fields.items() if one.required and not one.has_default_value
    }
    missing = _listed(name for key, name in needed.items() if key not in given)
    if missing:
        return f"the transition {transition.name} needs {missing}, which only a person can give in Jira"
    if untaken := _listed(given - set(transition.fields)):
        return (
            f"the transition {transition.name} takes no {untaken} in the same request; "
            "ask for the status alone, and for the rest in a change of its own"
        )
    return ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
