"""The settings of a Backstage instance."""

from pydantic import Field

from opsloom.adapter_api.config import HttpConfig


class BackstageConfig(HttpConfig):
    """``base_url`` is the backend's own address (``backend.baseUrl``), without ``/api/catalog``."""

    tier: str = Field(
        "tier",
        min_length=1,
        description="label, or else annotation, of a component that tells its tier",
    )
