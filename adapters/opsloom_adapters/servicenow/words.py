"""ServiceNow's own values for the words of a change: a user, a service, a priority."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import ROWS_DEFAULT
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.services import services_named
from opsloom_adapters.servicenow.tables import Question, read_table

_IMPACT_AND_URGENCY = {"1": ("1", "1"), "2": ("2", "1"), "3": ("2", "2"), "4": ("3", "2"), "5": ("3", "3")}
"""The base system computes the priority from these (table dl_u_priority) and overwrites any other."""
_NAMES = {"1": "Critical", "2": "High", "3": "Moderate", "4": "Low", "5": "Planning"}
_PRIORITY = re.compile(r"p?(?P<number>[1-5])( *- *(?P<name>[a-z]+))?")


async def user_named(client: ServicenowClient, login: str, call: Call) -> wire.User:
    """The active user with exactly this login.

    :raises InvalidRequestError: there is none, or this credential may not see it.
    """
    condition = encoded_query.all_of(encoded_query.equals("user_name", login), encoded_query.equals("active", "true"))
    found = await read_table(
        client, Question(wire.User, encoded_query.ordered(condition)), call,
        of=lambda row: row,
        wanted=lambda row: row.user_name.value == login and row.active.value != "false",
        limit=ROWS_DEFAULT,
    )  # fmt: skip
    if found.rows:
        return found.rows[0]
    raise InvalidRequestError(
        f"{call.instance} shows no active user with this login; assignee is a user id (sys_user.user_name), as members "
        "of a team have it in an answer of get_owner"
    )


async def service_named(client: ServicenowClient, config: ServicenowConfig, name: str, call: Call) -> str:
    """The id of the service with exactly this name.

    :raises InvalidRequestError: there is none, or there are several.
    """
    _, found = await services_named(client, config, name, call)
    if len(found.rows) == 1:
        return found.rows[0].sys_id
    how_many = "several services" if found.rows else "no service"
    raise InvalidRequestError(
        f"{call.instance} shows {how_many} of this name in table {config.service_table}; service must name one, "
        "or be left out"
    )


def priority_named(word: str) -> str:
    """The number of a priority: ``2``, ``P2``, ``High`` and ``2 - High`` are the same.

    :raises InvalidRequestError: it is none.
    """
    wanted = word.strip().casefold()
    by_name = {name.casefold(): number for number, name in _NAMES.items()}
    match = _PRIORITY.fullmatch(wanted)
    if wanted in by_name:
        return by_name[wanted]
    if match and match["name"] in (None, _NAMES[match["number"]].casefold()):
        return match["number"]
    raise InvalidRequestError(f"priority must be one of {', '.join(map(priority_label, _NAMES))}")


def priority_label(number: str) -> str:
    """``2 - High``, as the base system writes it."""
    return f"{number} - {_NAMES[number]}"


def impact_and_urgency(number: str) -> tuple[str, str]:
    """What gives an incident that priority."""
    return _IMPACT_AND_URGENCY[number]
