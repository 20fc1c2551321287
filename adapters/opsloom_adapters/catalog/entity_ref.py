"""Names of entities: ``[kind:][namespace/]name``, as Backstage reads them.

https://backstage.io/docs/features/software-catalog/references
"""

import re
from dataclasses import dataclass, field
from typing import Self

DEFAULT_NAMESPACE = "default"

_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
_REF = re.compile(rf"(?:(?P<kind>{_PART}):)?(?:(?P<namespace>{_PART})/)?(?P<name>{_PART})")


@dataclass(frozen=True, slots=True)
class EntityRef:
    """Case does not count: the parts are in lower case; ``written`` is the name as somebody wrote it."""

    kind: str
    namespace: str
    name: str
    written: str = field(compare=False)

    @classmethod
    def parse(cls, text: str, kind: str, namespace: str = DEFAULT_NAMESPACE) -> Self | None:
        """Read ``text``; ``kind`` and ``namespace`` fill in what it omits. ``None`` if it is no ref."""
        match = _REF.fullmatch(text.strip())
        if match is None:
            return None
        return cls(
            (match["kind"] or kind).lower(),
            (match["namespace"] or namespace).lower(),
            match["name"].lower(),
            match["name"],
        )

    @property
    def label(self) -> str:
        """How people call it: the name, with its namespace unless that is the default one."""
        return self.written if self.namespace == DEFAULT_NAMESPACE else f"{self.namespace}/{self.written}"

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"
