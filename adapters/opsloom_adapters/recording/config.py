"""The settings of an instance that replays a recording."""

from pydantic import Field

from opsloom.adapter_api.config import AdapterConfig


class RecordingConfig(AdapterConfig):
    """Which recording to replay."""

    path: str = Field(
        min_length=1,
        description="folder of the recording, or builtin:checkout for the one that comes with opsloom",
    )
