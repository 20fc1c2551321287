"""What a change alters on a ticket, and the one request that does all of it."""

from dataclasses import dataclass

from pydantic import JsonValue

from opsloom.adapter_api.call import Call
from opsloom.model.changes import Order, UpdateTicket
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.client import JiraClient
from opsloom_adapters.jira.config import JiraConfig
from opsloom_adapters.jira.messages import comment_of, note_of, text_with_links

_TITLE_CHARS = 255


@dataclass(frozen=True)
class Alteration:
    """``None`` and an empty text alter nothing. ``address`` is linked on its own, other addresses are in ``text``."""

    transition: wire.Transition | None = None
    assignee: wire.User | None = None
    text: str = ""
    address: str | None = None

    def __bool__(self) -> bool:
        return self != Alteration()

    @property
    def sets_state(self) -> bool:
        """Whether it depends on what the ticket is now; a comment or a link does not."""
        return self.transition is not None or self.assignee is not None

    async def send(
        self, client: JiraClient, config: JiraConfig, key: str, order: Order, call: Call, *, link: str
    ) -> None:
        """Send it, with the marker of ``order`` in all that takes one."""
        if self.address is not None:
            await client.add_remote_link(call, key, _remote_link(self.address, order), link=link)
        elif self.transition is not None:
            body: dict[str, JsonValue] = {"transition": {"id": self.transition.id}, **self._edit(config, order)}
            await client.transition_issue(call, key, body, link=link)
        elif self.assignee is not None and self.text:
            await client.edit_issue(call, key, self._edit(config, order), link=link)
        elif self.assignee is not None:
            await client.assign_issue(call, key, _account(self.assignee), link=link)
        else:
            await client.add_comment(call, key, comment_of(self.text, order, config), link=link)

    def _edit(self, config: JiraConfig, order: Order) -> dict[str, JsonValue]:
        body: dict[str, JsonValue] = {"historyMetadata": {"type": "opsloom", "description": note_of(order)}}
        if self.assignee is not None:
            body["fields"] = {"assignee": _account(self.assignee)}
        if self.text:
            body["update"] = {"comment": [{"add": comment_of(self.text, order, config)}]}
        return body


def text_of(change: UpdateTicket) -> str:
    """The comment, with the addresses that are not linked on their own."""
    return "" if address_of(change) else text_with_links(change.comment or "", change.links)


def address_of(change: UpdateTicket) -> str | None:
    """The address to be linked on its own: the only one, where nothing else is asked for."""
    alone = not (change.comment or change.status or change.assignee is not None)
    return change.links[0] if alone and len(change.links) == 1 else None


def check_links(change: UpdateTicket) -> None:
    """Whether all links are addresses.

    :raises InvalidRequestError: one is not.
    """
    for link in change.links:
        if not link.startswith(("http://", "https://")) or link.split() != [link]:
            raise InvalidRequestError("links must be http:// or https:// addresses, without blanks")


def _account(user: wire.User) -> dict[str, JsonValue]:
    """``null`` is nobody."""
    return {"accountId": user.account_id or None}


def _remote_link(address: str, order: Order) -> dict[str, JsonValue]:
    """The marker as its id in opsloom: the same order sent again would change nothing."""
    return {"globalId": order.marker, "object": {"url": address, "title": address[:_TITLE_CHARS]}}
