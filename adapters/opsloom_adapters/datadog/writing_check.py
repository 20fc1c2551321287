"""What the application key for changes may do, as far as Datadog tells without a change."""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.permissions import Permission
from opsloom.model.errors import PermissionDeniedError
from opsloom_adapters.datadog.client import DatadogClient


async def check_writing(client: DatadogClient, call: Call) -> tuple[Permission, ...]:
    """Downtimes are listed by the permission that makes them; nothing but a change tells of ``incident_write``."""
    try:
        await client.may_see_downtimes_as_writer(call)
    except PermissionDeniedError:
        granted = False
    else:
        granted = True
    return (Permission("monitors_downtime", granted), Permission("incident_write", None))
