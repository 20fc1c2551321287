"""ServiceNow's ids."""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.errors import NotFoundError
from opsloom_adapters.servicenow import wire

_SYS_ID = re.compile(wire.SYS_ID_PATTERN)


def sys_id_of(native_id: str, call: Call) -> str:
    """``native_id``, if it can be one.

    :raises NotFoundError: it has another form.
    """
    if _SYS_ID.fullmatch(native_id):
        return native_id
    raise NotFoundError(
        f"{call.instance} has no such record; its ids are 32 digits and letters a to f, as refs have them",
        instance=call.instance,
    )
