"""What the credential for changes may do.

Source: https://grafana.com/docs/grafana/latest/developers/http_api/access_control/#list-your-permissions
"""

from collections.abc import Sequence

from opsloom.adapter_api.adapter import Scope
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.permissions import Permission
from opsloom.model.errors import NotFoundError
from opsloom_adapters.grafana.client import GrafanaClient


async def check_writing(client: GrafanaClient, scopes: Sequence[Scope], call: Call) -> tuple[Permission, ...]:
    """Whether it has the action of each scope, on anything at all."""
    needed = [scope.name for scope in scopes if scope.writes]
    try:
        granted = await client.permissions(call)
    except NotFoundError:  # not every version and edition tells
        return tuple(Permission(name, None) for name in needed)
    return tuple(Permission(name, name in granted) for name in needed)
