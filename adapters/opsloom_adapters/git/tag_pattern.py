"""Which tags mean a deploy, and what their names tell."""

import re
from dataclasses import dataclass
from typing import Self

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PARTS = ("environment", "service", "version")
_NEVER_IN_A_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\{}]|\.\.|^/|/$|//|^-")


@dataclass(frozen=True)
class TagPattern:
    """A pattern such as ``deploy/{environment}/{service}/{version}``; a part never holds a slash.

    ``glob`` is the same for ``git for-each-ref``, wider than the pattern where parts repeat.
    """

    text: str
    glob: str
    _regex: re.Pattern[str]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a pattern.

        :raises ValueError: no ``{version}``, an unknown or repeated part, or characters that no tag can have
            (https://git-scm.com/docs/git-check-ref-format).
        """
        pieces = _PLACEHOLDER.split(text)
        parts = pieces[1::2]
        if not set(parts) <= set(_PARTS) or len(set(parts)) != len(parts) or "version" not in parts:
            raise ValueError("needs {version} and may have {service} and {environment}, each at most once")
        if _NEVER_IN_A_REF.search(_PLACEHOLDER.sub("x", text)):
            raise ValueError("holds characters that no tag can have")
        regex = "".join(rf"(?P<{piece}>[^/]+)" if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
        return cls(text, "refs/tags/" + _PLACEHOLDER.sub("*", text), re.compile(regex))

    def read(self, tag: str) -> dict[str, str] | None:
        """The named parts of ``tag``, or ``None`` if it is none of these tags."""
        match = self._regex.fullmatch(tag)
        return match.groupdict() if match else None

    def tag_of(self, environment: str | None, service: str | None, version: str) -> str | None:
        """The tag for these parts; ``None`` if no tag tells them, such as a version that holds a slash."""
        parts = {"environment": environment, "service": service, "version": version}
        tag = _PLACEHOLDER.sub(lambda match: parts[match[1]] or "", self.text)
        told = self.read(tag)
        fits = told is not None and all(parts[name] == value for name, value in told.items())
        return tag if fits and not _NEVER_IN_A_REF.search(tag) else None
