"""What the scopes of a classic token let it do, in the words of fine-grained permissions.

Source: https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
"""

from collections.abc import Set as AbstractSet

_ALL = "repo"
_PUBLIC = "public_repo"  # enough where the repositories are public, which nobody tells here
_OF_DEPLOYMENTS = ("repo_deployment", "Deployments: write")


def granted(permission: str, scopes: AbstractSet[str]) -> bool | None:
    """Whether ``scopes`` hold ``permission``; ``None``: of this kind of token GitHub does not tell."""
    scope, of_deployments = _OF_DEPLOYMENTS
    if _ALL in scopes or (permission == of_deployments and scope in scopes):
        return True
    return None if not scopes or _PUBLIC in scopes else False
