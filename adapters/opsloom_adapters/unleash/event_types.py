"""Unleash's words for events: which of them change what a flag is or answers, and how that went.

Source: https://docs.getunleash.io/concepts/events, and ``type`` of ``eventSchema`` in the API's own description.
"""

from collections.abc import Iterator

from opsloom.model.deploys import DeployStatus

ENABLED = "feature-environment-enabled"
DISABLED = "feature-environment-disabled"


def _words(of: str, *what: str) -> Iterator[str]:
    return (f"{of}-{one}" for one in what)


CHANGES = frozenset(
    {
        ENABLED,
        DISABLED,
        *_words("feature", "created", "deleted", "updated", "import", "archived", "revived", "project-change"),
        *_words("feature", "metadata-updated", "type-updated", "completed", "uncompleted"),
        *_words("feature", "stale-on", "stale-off", "potentially-stale-on", "tagged", "untagged", "tag-import"),
        *_words("feature", "link-added", "link-removed", "link-updated"),
        *_words("feature", "variants-updated", "environment-variants-updated"),
        *_words("feature", "strategy-add", "strategy-update", "strategy-remove"),
        *_words("feature", "dependency-added", "dependency-removed", "dependencies-removed"),
        *_words("features", "imported"),
        *_words("strategy", "order-changed", "created", "updated", "deleted", "deprecated", "reactivated", "import"),
        *_words("segment", "created", "updated", "deleted", "import"),
        *_words("environment", "created", "updated", "deleted", "import"),
        *_words("project", "created", "updated", "deleted", "archived", "revived", "import"),
        *_words("project", "environment-added", "environment-removed"),
        *_words("default-strategy", "updated"),
        *_words("release-plan", "added", "removed", "milestone-started"),
        *_words("drop", "features", "feature-tags", "strategies", "environments", "projects"),
    }
)
"""Flags, and what they are made of."""

FAILURES = frozenset({"change-request-scheduled-application-failure"})

OTHERS = frozenset(
    {
        *_words("feature", "favorited", "unfavorited"),
        *_words("features", "exported"),
        *_words("project", "favorited", "unfavorited", "access-added", "access-updated"),
        *_words("project", "access-user-roles-updated", "access-user-roles-deleted"),
        *_words("project", "access-group-roles-updated", "access-group-roles-deleted"),
        *_words("project", "user-added", "user-removed", "user-role-changed"),
        *_words("project", "group-added", "group-removed", "group-role-changed"),
        *_words("user", "created", "updated", "deleted", "preference-updated"),
        *_words("role", "created", "updated", "deleted"),
        *_words("group", "created", "updated", "deleted", "user-added", "user-removed"),
        *_words("service-account", "created", "updated", "deleted"),
        *_words("scim", "users-deleted", "groups-deleted"),
        *_words("api-token", "created", "updated", "deleted"),
        *_words("pat", "created", "deleted"),
        *_words("public-signup-token", "created", "user-added", "updated"),
        *_words("cdn-token", "created"),
        *_words("setting", "created", "updated", "deleted"),
        *_words("banner", "created", "updated", "deleted"),
        *_words("addon-config", "created", "updated", "deleted"),
        *_words("signal-endpoint", "created", "updated", "deleted"),
        *_words("signal-endpoint-token", "created", "updated", "deleted"),
        *_words("actions", "created", "updated", "deleted"),
        *_words("release-plan-template", "created", "updated", "deleted", "archived"),
        *_words("context-field", "created", "updated", "deleted"),
        *_words("tag", "created", "deleted", "import"),
        *_words("tag-type", "created", "deleted", "updated", "import"),
        *_words("drop", "tags", "tag-types"),
        *_words("client", "metrics", "metrics-added", "register"),
        *_words("application", "created"),
        *_words("db-pool", "update"),
        *_words("change", "added", "discarded", "edited"),
        *_words("change-request", "created", "discarded", "rejected", "approved", "approval-added", "cancelled"),
        *_words("change-request", "sent-to-review", "scheduled", "schedule-suspended"),
        *_words("change-request", "applied", "scheduled-application-success"),
        *_words("change-request", "configuration-updated", "requested-approvers-updated"),
    }
)
"""What is no change of a flag. A change request is a wish: once applied, each of its changes has its own event."""


def status_of(word: str) -> DeployStatus:
    """How the change went, of which Unleash tells with the event ``word``."""
    if word in FAILURES:
        return DeployStatus.FAILED
    return DeployStatus.SUCCEEDED if word in CHANGES else DeployStatus.UNKNOWN
