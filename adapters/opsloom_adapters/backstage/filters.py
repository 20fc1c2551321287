"""Filters of the catalog API: conditions ``key=value`` that all hold, with commas between them.

The syntax has no quoting, so that only names that an entity can have get into it.
https://backstage.io/docs/features/software-catalog/software-catalog-api#filtering
"""

from opsloom.adapter_api.dialects.backstage.entity_ref import PartialRef

COMPONENTS = "kind=component"
DEPENDING = tuple(
    f"relations.{relation}" for relation in ("dependsOn", "dependencyOf", "consumesApi", "apiConsumedBy", "providesApi")
)
"""Whatever kind of entity has one of these relations is an end of a dependency."""


def named(name: PartialRef, kind: str | None = None) -> str:
    """Entities of that name; the kind of the name counts before ``kind``."""
    conditions = (("kind", name.kind or kind), ("metadata.namespace", name.namespace), ("metadata.name", name.name))
    return ",".join(f"{key}={value}" for key, value in conditions if value is not None)


def annotated(annotation: str) -> str:
    """Components that have this annotation."""
    return f"{COMPONENTS},metadata.annotations.{annotation}"
