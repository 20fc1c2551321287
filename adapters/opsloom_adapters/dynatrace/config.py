"""The settings of a Dynatrace instance."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from opsloom.adapter_api.config import HttpConfig

TagKey = Annotated[str, StringConstraints(min_length=1)]


class DynatraceConfig(HttpConfig):
    """One environment. ``base_url`` is ``https://{id}.live.dynatrace.com``, of Managed ``https://{domain}/e/{id}``."""

    authorization_prefix: ClassVar[str] = "Api-Token "

    owner_tags: tuple[TagKey, ...] = Field(
        ("owner", "dt.owner"),
        min_length=1,
        description="tags whose value names the owning team: their keys, or what their keys begin with",
    )
