"""What Alertmanager says of itself, as far as it is kept; for alerts and silences see ``dialects.alertmanager.wire``.

Source: https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
"""

from pydantic import TypeAdapter

from opsloom.adapter_api.json_shapes import CamelWire


class VersionInfo(CamelWire):
    version: str = ""


class Status(CamelWire):
    version_info: VersionInfo


STATUS: TypeAdapter[Status] = TypeAdapter(Status)
