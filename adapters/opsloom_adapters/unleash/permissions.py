"""What the credential for changes may do.

Source: https://docs.getunleash.io/concepts/rbac
"""

from collections.abc import Sequence

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.permissions import Permission
from opsloom_adapters.unleash.client import UnleashClient
from opsloom_adapters.unleash.config import UnleashConfig

_EVERYTHING = "ADMIN"


async def check_writing(
    client: UnleashClient, config: UnleashConfig, names: Sequence[str], call: Call
) -> tuple[Permission, ...]:
    """Granted in at least one environment of the project in the settings, or of any where there is none."""
    held = {
        one.permission
        for one in await client.own_permissions(call)
        if one.project is None or config.project in (None, one.project)
    }
    return tuple(Permission(name, not held.isdisjoint({name, _EVERYTHING})) for name in names)
