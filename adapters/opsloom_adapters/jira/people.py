"""Whom a name means: Jira assigns accounts, and accounts have ids that nobody says."""

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom_adapters.jira import wire
from opsloom_adapters.jira.client import JiraClient
from opsloom_adapters.jira.mapping import name_of

NOBODY = wire.User()
_NAMED_MAX = 10


async def assignee_named(client: JiraClient, key: str, name: str, call: Call) -> wire.User:
    """The one account with this name, mail address or account id that can be assigned to the issue ``key``.

    :raises InvalidRequestError: there is none, or several; the text names those that Jira suggests.
    """
    name = name.strip()
    if not name:
        return NOBODY
    suggested = await client.assignable_users(call, key, "query", name)
    found = [user for user in suggested if name.casefold() in _names_of(user)]
    if not found:  # Jira looks for ids in another parameter
        found = [one for one in await client.assignable_users(call, key, "accountId", name) if one.account_id == name]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{name_of(user)} ({user.account_id})" for user in (found or suggested)[:_NAMED_MAX]) or "nobody"
    reason = "several people are called so" if found else "nobody who can be assigned is called so"
    raise InvalidRequestError(
        f"assignee is a name, mail address or account id; in {call.instance} {reason}; "
        f"assignable with that beginning: {known}"
    )


def _names_of(user: wire.User) -> set[str]:
    return {name.casefold() for name in (user.display_name, user.email_address, user.account_id) if name}
