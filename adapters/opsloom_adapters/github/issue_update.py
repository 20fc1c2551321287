"""A comment on an issue; or another state, other assignees.

A comment and a change of state are two requests at GitHub. One action makes one, so the two are asked for apart.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from pydantic import JsonValue

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.paging import Fetched, read_pages
from opsloom.model.changes import ChangePlan, Effect, Observation, Order, Receipt, Sight, UpdateTicket
from opsloom.model.errors import ConflictError, InvalidRequestError
from opsloom.model.limits import ROWS_DEFAULT
from opsloom.model.refs import Ref, RefKind
from opsloom.model.tickets import Ticket
from opsloom.model.window import format_time
from opsloom_adapters.github import listings, wire
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.config import GithubConfig
from opsloom_adapters.github.links import Links
from opsloom_adapters.github.mapping import TICKET_STATUS_OF_STATE
from opsloom_adapters.github.repositories import Estate
from opsloom_adapters.github.texts import marker_of, mention_effects, signed, with_links
from opsloom_adapters.github.ticket_records import IssueKey, TicketMapping, issue_key
from opsloom_adapters.github.writer import GithubWriter

_LOOKED_BACK = timedelta(days=7)
_OTHERS_RULES = "Who follows the issue and is notified, and what the repository's own automation does then."
_STATE_OF_STATUS = {status: state for state, status in TICKET_STATUS_OF_STATE.items()}


@dataclass(frozen=True)
class _Present:
    """The issue as it is, and what of it would become what."""

    key: IssueKey
    ticket: Ticket
    effects: tuple[Effect, ...]
    observed: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class IssueUpdate:
    """Plans, makes and finds changes of issues."""

    reader: GithubReader
    writer: GithubWriter
    config: GithubConfig
    estate: Estate

    async def plan(self, change: UpdateTicket, call: Call) -> ChangePlan:
        """What would become of the issue.

        :raises InvalidRequestError: nothing would change, it takes two requests, or a status or assignee that GitHub
            does not know.
        :raises NotFoundError: there is no such issue.
        """
        change = _normal(change)
        present = await self._read(change, call)
        if not present.effects:
            raise InvalidRequestError(f"nothing would change on {present.key}; give another status or assignee")
        await self._check_assignees(change, present, call)
        ticket = present.ticket
        inverse = None if _is_comment(change) else _inverse(change, ticket)
        return ChangePlan(
            change=change,
            summary=f"{present.key}: {_summary(change, present.effects)}",
            targets=(str(Ref(RefKind.TICKET, call.instance, str(present.key))),),
            services=(ticket.service,) if ticket.service else (),
            observed=present.observed,
            effects=present.effects,
            inverse=inverse,
            irreversible="" if inverse else "A comment that was read cannot be taken back.",
            not_inspected=(_OTHERS_RULES,),
            link=ticket.link,
        )

    async def apply(self, order: Order, change: UpdateTicket, call: Call) -> Receipt:
        """Do it. GitHub takes no condition: the issue is read again just before.

        :raises ConflictError: it has changed since the plan.
        """
        present = await self._read(change, call)
        if (present.observed, present.effects) != (order.plan.observed, order.plan.effects):
            raise ConflictError(f"{present.key} of {call.instance} has changed since the plan", instance=call.instance)
        key, links = present.key, Links(self.config)
        page = links.issue(key.repository, key.number)
        if _is_comment(change):
            text = signed(with_links(change.comment or "", change.links), order)
            made = await self.writer.comment(call, key.repository, key.number, text, link=page)
            return Receipt(native_id=str(key), link=links.comment(key.repository, key.number, made.id))
        body: dict[str, JsonValue] = {}
        if change.status is not None:
            body["state"] = _STATE_OF_STATUS[change.status]
        if change.assignee is not None:
            body["assignees"] = list(_logins(change.assignee))
        await self.writer.change_issue(call, key.repository, key.number, body, link=page)
        return Receipt(native_id=str(key), link=page, inverse=order.plan.inverse)

    async def observe(self, order: Order, change: UpdateTicket, call: Call) -> Observation:
        """A comment by its marker; a state and assignees by what the issue has: those carry none."""
        key = issue_key(change.ticket, self.estate, call)
        links = Links(self.config)
        if _is_comment(change):
            since = format_time(call.now - _LOOKED_BACK)
            listing = listings.comments(key.repository, key.number, links, since=since)
            found = await read_pages(
                partial(self.reader.page, call, listing), 1, limit=1, wanted=lambda one: marker_of(order) in one.body
            )
            if not found.rows:
                return Observation(sight=Sight.ABSENT if found.complete else Sight.UNOBSERVABLE)
            link = links.comment(key.repository, key.number, found.rows[0].id)
            receipt = Receipt(native_id=str(key), link=link)
            return Observation(sight=Sight.PRESENT, state=(("comment", str(found.rows[0].id)),), receipt=receipt)
        ticket = await self._ticket(key, call)
        state = (("state", ticket.status_raw), ("assignee", ticket.assignee))
        if change.status not in (None, ticket.status) or _reassigns(change, ticket):
            return Observation(sight=Sight.ABSENT, state=state)
        receipt = Receipt(native_id=str(key), link=ticket.link, inverse=order.plan.inverse)
        return Observation(sight=Sight.PRESENT, state=state, receipt=receipt)

    async def _read(self, change: UpdateTicket, call: Call) -> _Present:
        key = issue_key(change.ticket, self.estate, call)
        ticket = await self._ticket(key, call)
        if _is_comment(change):
            text = with_links(change.comment or "", change.links)
            effects = (Effect(what="comment", before="", after=text), *mention_effects(text))
            return _Present(key, ticket, effects, (("ticket", str(key)),))
        found = []
        if change.status not in (None, ticket.status):
            found.append(Effect(what="state", before=ticket.status_raw, after=_STATE_OF_STATUS[change.status]))
        if _reassigns(change, ticket):
            found.append(Effect(what="assignee", before=ticket.assignee, after=change.assignee or ""))
        observed = (
            ("state", ticket.status_raw),
            ("assignee", ticket.assignee),
            ("updated_at", format_time(ticket.updated_at)),
        )
        return _Present(key, ticket, tuple(found), observed)

    async def _ticket(self, key: IssueKey, call: Call) -> Ticket:
        link = Links(self.config).issue(key.repository, key.number)
        heard: wire.Issue = await self.reader.issue(call, key.repository, key.number, link=link)
        if heard.pull_request is not None:
            raise InvalidRequestError(f"ticket: {key} is a pull request, no issue")
        return TicketMapping(self.config, self.estate, call.instance).ticket(heard, key.repository)

    async def _check_assignees(self, change: UpdateTicket, present: _Present, call: Call) -> None:
        """GitHub silently drops those that it does not take."""
        already = _logins(present.ticket.assignee)
        for login in _logins(change.assignee or ""):
            if login not in already:
                await self._check_assignee(present.key.repository, login, call)

    async def _check_assignee(self, repository: str, login: str, call: Call) -> None:
        listing = listings.assignees(repository, Links(self.config))
        seen: list[str] = []

        async def fetch(number: int) -> Fetched[wire.User, int]:
            page = await self.reader.page(call, listing, number)
            seen.extend(one.login for one in page.rows)
            return page

        found = await read_pages(fetch, 1, limit=1, wanted=lambda one: one.login.casefold() == login.casefold())
        if not found.rows and found.complete:
            known = ", ".join(sorted(seen)[:ROWS_DEFAULT])
            raise InvalidRequestError(f"assignee: {repository} takes no such login; it takes some such as {known}")


def _is_comment(change: UpdateTicket) -> bool:
    return bool(with_links(change.comment or "", change.links))


def _summary(change: UpdateTicket, effects: tuple[Effect, ...]) -> str:
    if _is_comment(change):
        return "add a comment"
    return " and ".join(f"{one.what} becomes {one.after or 'nobody'}" for one in effects)


def _normal(change: UpdateTicket) -> UpdateTicket:
    """With the assignees as they are read again.

    :raises InvalidRequestError: it takes two requests, or a status that GitHub does not have.
    """
    changes_state = change.status is not None or change.assignee is not None
    if _is_comment(change) == changes_state:
        raise InvalidRequestError(
            "GitHub takes a comment or links, and a status or assignee, by requests of their own: ask for one of the "
            "two, then for the other"
        )
    if change.status is not None and change.status not in _STATE_OF_STATUS:
        raise InvalidRequestError("status must be open or closed: GitHub's issues have no other")
    if change.assignee is None:
        return change
    return change.model_copy(update={"assignee": ", ".join(_logins(change.assignee))})


def _reassigns(change: UpdateTicket, ticket: Ticket) -> bool:
    """Logins have no case."""
    return change.assignee is not None and change.assignee.casefold() != ticket.assignee.casefold()


def _logins(assignee: str) -> tuple[str, ...]:
    """Each once, without the sign of a mention."""
    return tuple(
        sorted({one.strip().removeprefix("@") for one in assignee.split(",") if one.strip()}, key=str.casefold)
    )


def _inverse(change: UpdateTicket, ticket: Ticket) -> UpdateTicket:
    return UpdateTicket(
        ticket=change.ticket,
        status=ticket.status if change.status not in (None, ticket.status) else None,
        assignee=ticket.assignee if _reassigns(change, ticket) else None,
    )
