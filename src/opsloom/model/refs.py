"""Refs: the one way to name a record, ``kind:instance/native-id``."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated
from urllib.parse import quote, unquote

from pydantic import BeforeValidator, PlainSerializer

from opsloom.model.errors import InvalidRequestError


class RefKind(StrEnum):
    """What kind of record a ref names."""

    ALERT = "alert"
    DEPLOY = "deploy"
    TICKET = "ticket"
    SERVICE = "service"
    INCIDENT = "incident"


@dataclass(frozen=True, order=True, slots=True)
class Ref:
    """``kind:instance/native-id``; the native id is percent-encoded when written and plain in here."""

    kind: RefKind
    instance: str
    native_id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.instance}/{quote(self.native_id, safe='')}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read a ref.

        :raises InvalidRequestError: the text is no ref; the message shows the form and the kinds.
        """
        kind, colon, rest = text.partition(":")
        instance, slash, encoded = rest.partition("/")
        if kind not in list(RefKind) or not (colon and slash and instance and encoded):
            kinds = ", ".join(RefKind)
            raise InvalidRequestError(
                f"ref must look like kind:instance/id with kind one of {kinds}; "
                "copy it from the 'ref' column of a search answer"
            )
        return cls(RefKind(kind), instance, unquote(encoded))


def _read(value: object) -> object:
    return Ref.parse(value) if isinstance(value, str) else value


RefField = Annotated[Ref, BeforeValidator(_read), PlainSerializer(str, return_type=str)]
