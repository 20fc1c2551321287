"""Deep links: the templates of ``links.json``, filled in."""

import re
from collections.abc import Mapping
from urllib.parse import quote

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Links:
    """Fills templates such as ``https://alerts.example.com/a/{id}``; a value cannot leave its place."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates

    def to(self, kind: str, values: Mapping[str, str]) -> str | None:
        """The link of ``kind``, ``None`` without a template; a placeholder without a value becomes empty."""
        template = self._templates.get(kind)
        if template is None:
            return None
        return _PLACEHOLDER.sub(lambda match: quote(values.get(match[1], ""), safe=""), template)

    def to_record(self, kind: str, native_id: str) -> str | None:
        """The link of one record."""
        return self.to(kind, {"id": native_id})
