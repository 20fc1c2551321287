"""Whether the credential for changes may make them, asked without making any.

https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access
"""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.permissions import Permission
from opsloom_adapters.kubernetes.client import KubernetesClient
from opsloom_adapters.kubernetes.config import KubernetesConfig

PATCH_DEPLOYMENTS = "patch deployments.apps"
PATCH_SCALE = "patch deployments.apps/scale"
_PATCH = {"verb": "patch", "group": "apps", "resource": "deployments"}
_ATTRIBUTES = {PATCH_DEPLOYMENTS: _PATCH, PATCH_SCALE: {**_PATCH, "subresource": "scale"}}


async def check_writing(client: KubernetesClient, config: KubernetesConfig, call: Call) -> tuple[Permission, ...]:
    """What the credential may do in each of the namespaces; a permission is granted where it is in all of them."""
    return tuple([Permission(name, await _is_granted(client, config, name, call)) for name in _ATTRIBUTES])


async def _is_granted(client: KubernetesClient, config: KubernetesConfig, name: str, call: Call) -> bool | None:
    for namespace in config.namespaces or ("",):
        where = {"namespace": namespace} if namespace else {}
        status = (await client.may_write(call, {**_ATTRIBUTES[name], **where})).status
        if not status.allowed:
            return None if status.evaluation_error else False
    return True
