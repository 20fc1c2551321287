"""The settings of a Jaeger instance."""

from pydantic import Field

from opsloom.adapter_api.config import HttpConfig


class JaegerConfig(HttpConfig):
    """``base_url`` is the query service with its base path, such as ``http://jaeger.example.com:16686``.

    Jaeger itself asks for no credential; the proxy before it may.
    """

    dependency_hours: int = Field(
        24,
        ge=1,
        le=31 * 24,
        description="how far back dependencies are read at least: most storages have them once a day",
    )
