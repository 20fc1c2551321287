"""A comment on a ticket, a link, another status, another assignee."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket, TicketStatus
from opsloom.model.window import format_time
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.adf import plain_text
from opsloom_adapters.jira.alteration import Alteration, address_of, check_links, text_of
from opsloom_adapters.jira.client import JiraClient
from opsloom_adapters.jira.config import JiraConfig
from opsloom_adapters.jira.links import ticket_link
from opsloom_adapters.jira.mapping import name_of, status_of, ticket_of
from opsloom_adapters.jira.messages import is_signed
from opsloom_adapters.jira.people import assignee_named
from opsloom_adapters.jira.tickets import check_project, key_of
from opsloom_adapters.jira.transitions import transition_to

_OTHERS_RULES = "whom Jira notifies of this, and what the project's workflow and automation change besides"


@dataclass(frozen=True)
class _Prepared:
    plan: ChangePlan
    alteration: Alteration


async def plan_update(client: JiraClient, config: JiraConfig, change: UpdateTicket, call: Call) -> ChangePlan:
    """What would become of the ticket.

    :raises InvalidRequestError: nothing would change, or one request cannot do it; the text says what to ask instead.
    :raises NotFoundError: there is no such ticket.
    """
    return (await _prepare(client, config, change, call)).plan


async def apply_update(
    client: JiraClient, config: JiraConfig, order: Order, change: UpdateTicket, call: Call
) -> Receipt:
    """Do it in one request. Jira has no precondition, so whatever moved before is noticed by reading again."""
    present = await _prepare(client, config, change, call)
    if (present.plan.observed, present.plan.effects) != (order.plan.observed, order.plan.effects):
        raise ConflictError(
            f"{change.ticket} of {call.instance} has changed since the plan; nothing was changed",
            instance=call.instance,
        )
    await present.alteration.send(client, config, change.ticket, order, call, link=ticket_link(config, change.ticket))
    return _receipt(config, order, change)


async def observe_update(
    client: JiraClient, config: JiraConfig, order: Order, change: UpdateTicket, call: Call
) -> Observation:
    """Look for the order's comment or link, and whether the ticket has the status and assignee that were set."""
    issue = await _read(client, config, change, call)
    left = await _left_by(client, order, change, call)
    state = (
        ("status", issue.fields.status.name),
        ("assignee", name_of(issue.fields.assignee)),
        *((("trace", "shown" if left else ""),) if left is not None else ()),
    )
    if left is False or not _as_wanted(issue.fields, change):
        return Observation(sight=Sight.ABSENT, state=state)
    return Observation(sight=Sight.PRESENT, state=state, receipt=_receipt(config, order, change))


async def _left_by(client: JiraClient, order: Order, change: UpdateTicket, call: Call) -> bool | None:
    """Whether the ticket shows what the order wrote there; ``None`` where it wrote nothing."""
    if address_of(change) is not None:
        return any(one.global_id == order.marker for one in await client.remote_links(call, change.ticket))
    if text_of(change):
        return any(is_signed(plain_text(one.body), order) for one in await client.comments(call, change.ticket))
    return None


def _as_wanted(fields: wire.IssueFields, change: UpdateTicket) -> bool:
    assignee = fields.assignee.account_id if fields.assignee else ""
    status = status_of(fields.status.status_category.key)
    return change.status in (None, status) and change.assignee in (None, assignee)


async def _read(client: JiraClient, config: JiraConfig, change: UpdateTicket, call: Call) -> wire.Issue:
    key = key_of(change.ticket, call)
    issue = await client.issue(call, key, link=ticket_link(config, key))
    check_project(issue, config, call)
    return issue


async def _prepare(client: JiraClient, config: JiraConfig, change: UpdateTicket, call: Call) -> _Prepared:
    check_links(change)
    issue = await _read(client, config, change, call)
    change = change.model_copy(update={"ticket": issue.key})
    if change.assignee is not None and change.assignee != _account_of(issue):
        user = await assignee_named(client, issue.key, change.assignee, call)
        change = change.model_copy(update={"assignee": user.account_id})
        assignee = user if user.account_id != _account_of(issue) else None
    else:
        assignee = None
    text = text_of(change)
    given = frozenset({*(("assignee",) if assignee else ()), *(("comment",) if text else ())})
    wanted = change.status if change.status is not status_of(issue.fields.status.status_category.key) else None
    transition = await transition_to(client, config, issue.key, wanted, given, call) if wanted else None
    alteration = Alteration(transition, assignee, text, await _new_address(client, change, call))
    if not alteration:
        raise InvalidRequestError(
            f"nothing would change on {issue.key}; give a comment, a link, or another status or assignee"
        )
    return _Prepared(_plan(change, issue, alteration, config, call), alteration)


async def _new_address(client: JiraClient, change: UpdateTicket, call: Call) -> str | None:
    address = address_of(change)
    if address is None:
        return None
    if any(one.object.url == address for one in await client.remote_links(call, change.ticket)):
        raise InvalidRequestError(f"{change.ticket} links to this address already")
    return address


def _plan(
    change: UpdateTicket, issue: wire.Issue, alteration: Alteration, config: JiraConfig, call: Call
) -> ChangePlan:
    ticket = ticket_of(issue, config, call.instance)
    state = (
        ("status", ticket.status_raw),
        ("assignee", _account_of(issue)),
        ("updated", format_time(ticket.updated_at)),
    )
    inverse, irreversible = _inverse_of(issue, ticket, alteration)
    return ChangePlan(
        change=change,
        summary=_summary(ticket, alteration),
        targets=(str(Ref(RefKind.TICKET, call.instance, issue.key)),),
        services=(ticket.service,) if ticket.service else (),
        observed=state if alteration.sets_state else (("ticket", issue.key),),
        effects=_effects(ticket, alteration),
        inverse=inverse,
        irreversible=irreversible,
        not_inspected=(_OTHERS_RULES,),
        link=ticket.link,
    )


def _effects(ticket: Ticket, alteration: Alteration) -> tuple[Effect, ...]:
    effects = []
    if alteration.transition is not None:
        effects.append(Effect(what="status", before=ticket.status_raw, after=alteration.transition.to.name))
    if alteration.assignee is not None:
        effects.append(Effect(what="assignee", before=ticket.assignee, after=name_of(alteration.assignee)))
    if alteration.text:
        effects.append(Effect(what="comment", before="", after=alteration.text))
    if alteration.address is not None:
        effects.append(Effect(what="link", before="", after=alteration.address))
    return tuple(effects)


def _summary(ticket: Ticket, alteration: Alteration) -> str:
    done = []
    if alteration.transition is not None:
        done.append(f"set its status to {alteration.transition.to.name} (transition {alteration.transition.name})")
    if alteration.assignee is not None:
        done.append(f"set its assignee to {name_of(alteration.assignee) or 'nobody'}")
    if alteration.text:
        done.append("add a comment")
    if alteration.address is not None:
        done.append("add a link")
    back = ""
    if alteration.transition is not None and ticket.status is not TicketStatus.UNKNOWN:
        back = f"; taking that back sets a status that means {ticket.status}, where its workflow then offers one"
    return f"{ticket.key}: {' and '.join(done)}{back}"


def _inverse_of(issue: wire.Issue, ticket: Ticket, alteration: Alteration) -> tuple[UpdateTicket | None, str]:
    """What sets the old values again, or why nothing does."""
    if not alteration.sets_state:
        return None, f"opsloom cannot take back {'a link' if alteration.address else 'a comment'}"
    if alteration.transition is not None and ticket.status is TicketStatus.UNKNOWN:
        return None, f"its status {ticket.status_raw} is in no category, so nothing says how to set it again"
    return UpdateTicket(
        ticket=issue.key,
        status=ticket.status if alteration.transition is not None else None,
        assignee=_account_of(issue) if alteration.assignee is not None else None,
    ), ""


def _account_of(issue: wire.Issue) -> str:
    return issue.fields.assignee.account_id if issue.fields.assignee else ""


def _receipt(config: JiraConfig, order: Order, change: UpdateTicket) -> Receipt:
    return Receipt(native_id=change.ticket, link=ticket_link(config, change.ticket), inverse=order.plan.inverse)
