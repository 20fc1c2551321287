"""What leaves opsloom, and what may come back. The README of this folder describes both for receivers."""

from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, TypeAdapter


class Event(StrEnum):
    """What a receiver should do: post, or wake somebody."""

    MESSAGE = "message"
    PAGE = "page"


class Notification(BaseModel):
    """One notification. A message has a ``channel``; a page has a ``target``, and a ``service`` where one is named.

    ``dedup_key`` is the order's marker: a receiver that has seen it does nothing more.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    event: Event
    dedup_key: str
    channel: str | None = None
    target: str | None = None
    service: str | None = None
    text: str
    requested_by: str
    approved_by: str
    at: AwareDatetime

    def as_json(self) -> bytes:
        """UTF-8 on one line, without the keys that do not apply."""
        return self.model_dump_json(exclude_none=True).encode()


class Reply(BaseModel):
    """What a receiver may answer with: its own id of what it made, and where a person sees it."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str = ""
    url: str = ""


NOTIFICATION: TypeAdapter[Notification] = TypeAdapter(Notification)
REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
