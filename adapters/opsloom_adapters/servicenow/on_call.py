"""Who is on call for a group, from On-Call Scheduling.

Its reply is not in ServiceNow's published reference of REST APIs; what is read of it here is what public clients of it
read. It says who is on call, in the order of escalation, and not from when until when.
"""

from collections.abc import Mapping
from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.errors import ProviderError
from opsloom.model.limits import PRESENT_TOLERANCE_SECONDS, ROWS_MAX
from opsloom.model.ownership import OnCall
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.tables import Question, read_table

_NOT_NOW = "who was on call at another time than now is not asked: the API does not say in which time zone it is read"
_NOT_READABLE = (
    "who is on call is not known: On-Call Scheduling is not active, or this user may not read it (role oc_read)"
)
_NO_TIMES = "ServiceNow says who is on call now, not until when"
_NOBODY = "ServiceNow has nobody on call for the support group now"
_NO_SUCH_API = (400, 403, 404)
"""400: "Requested URI does not represent any resource", as an instance without the plugin says."""


async def on_call_of(
    client: ServicenowClient, group: wire.Cell, logins: Mapping[str, str], at: datetime, call: Call
) -> tuple[tuple[OnCall, ...], tuple[str, ...]]:
    """Those on call for ``group``, first whom to call first, and what the reader must know.

    ``logins`` are those that are known already, by the ids of users.
    """
    if abs((call.now - at).total_seconds()) > PRESENT_TOLERANCE_SECONDS:
        return (), (_NOT_NOW,)
    try:
        members = await client.on_call_now(call, group.value)
    except ProviderError as error:
        if error.status not in _NO_SUCH_API:
            raise
        return (), (_NOT_READABLE,)
    of_group = [one for one in members if one.user_id and one.group in ("", group.value)]
    if not of_group:
        return (), (_NOBODY,)
    in_order = list(dict.fromkeys(one.user_id for one in sorted(of_group, key=lambda one: one.order)))
    known = {**await _logins_of([one for one in in_order if one not in logins], client, call), **logins}
    shifts = (OnCall(team=group.label, user=known.get(user_id, user_id)) for user_id in in_order)
    return tuple(shifts), (_NO_TIMES,)


async def _logins_of(user_ids: list[str], client: ServicenowClient, call: Call) -> dict[str, str]:
    if not user_ids:
        return {}
    question = Question(wire.User, encoded_query.ordered(encoded_query.one_of("sys_id", user_ids)))
    found = await read_table(
        client, question, call,
        of=lambda row: row,
        wanted=lambda row: row.sys_id in user_ids,
        limit=ROWS_MAX,
    )  # fmt: skip
    return {row.sys_id: row.user_name.value or row.name.label for row in found.rows}
