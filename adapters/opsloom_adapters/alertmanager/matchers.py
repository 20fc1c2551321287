"""Matchers, the filter language of Alertmanager; values are quoted so that none can become syntax.

Source: https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""


def equals(label: str, value: str) -> str:
    r"""``label="value"``. Only ``\``, ``"`` and a line feed have an escape there; all else is literal."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{label}="{escaped}"'
