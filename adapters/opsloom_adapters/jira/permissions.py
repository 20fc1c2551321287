"""What the credential for changes may do, as Jira itself says."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.permissions import Permission
from opsloom_adapters.jira.client import JiraClient
from opsloom_adapters.jira.config import JiraConfig

_CREATE = "CREATE_ISSUES"
_NAMES = {
    _CREATE: "Create Issues",
    "ADD_COMMENTS": "Add Comments",
    "TRANSITION_ISSUES": "Transition Issues",
    "ASSIGN_ISSUES": "Assign Issues",
    "EDIT_ISSUES": "Edit Issues",
    "LINK_ISSUES": "Link Issues",
}


async def check_writing(client: JiraClient, config: JiraConfig, call: Call) -> tuple[Permission, ...]:
    """The project permissions: in all of the configured projects, else in any project; creating, where it is done.

    The scopes of a token are not among what Jira tells.
    """
    keys = ",".join(_NAMES)
    projects = config.projects or (None,)
    home = (config.project_of_new_tickets,) if config.project_of_new_tickets else projects
    held = {one: await client.permissions_of_writer(call, keys, one) for one in dict.fromkeys((*projects, *home))}
    granted = {key: all(held[one].get(key, False) for one in (home if key == _CREATE else projects)) for key in _NAMES}
    return (
        Permission("write:jira-work", None),
        Permission("read:jira-work", True),  # else there would be no answer
        *(Permission(name, granted[key]) for key, name in _NAMES.items()),
    )
