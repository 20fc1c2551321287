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
class PartialRef:
    """What somebody wrote; the kind and the namespace are ``None`` where it leaves them open."""

    kind: str | None
    namespace: str | None
    name: str

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """``None`` if no entity of Backstage can have that name."""
        match = _REF.fullmatch(text.strip())
        return None if match is None else cls(match["kind"], match["namespace"], match["name"])


@dataclass(frozen=True, slots=True)
class EntityRef:
    """Case does not count: the parts are in lower case; ``written`` is the name as somebody wrote it."""

    kind: str
    namespace: str
    name: str
    written: str = field(compare=False)

    @classmethod
    def of(cls, kind: str, namespace: str, name: str) -> Self:
        return cls(kind.lower(), (namespace or DEFAULT_NAMESPACE).lower(), name.lower(), name)

    @classmethod
    def of_target(cls, text: str) -> Self:
        """What a relation points to: all three parts, in whatever letters the company's Backstage allows."""
        kind, _, rest = text.partition(":")
        namespace, _, name = rest.partition("/")
        return cls.of(kind, namespace, name)

    @classmethod
    def parse(cls, text: str, kind: str, namespace: str = DEFAULT_NAMESPACE) -> Self | None:
        """Read ``text``; ``kind`` and ``namespace`` fill in what it omits. ``None`` if it is no ref."""
        told = PartialRef.parse(text)
        return None if told is None else cls.of(told.kind or kind, told.namespace or namespace, told.name)

    @property
    def label(self) -> str:
        """How people call it: the name, with its namespace unless that is the default one."""
        return self.written if self.namespace == DEFAULT_NAMESPACE else f"{self.namespace}/{self.written}"

    def __str__(self) -> str:
        return f"{self.kind}:{self.namespace}/{self.name}"
