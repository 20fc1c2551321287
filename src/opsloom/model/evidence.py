"""Evidence: one thing that a provider said, and how to follow it back."""

from datetime import datetime

from opsloom.model.record import Noun
from opsloom.model.window import Window


class Exchange(Noun):
    """A request to a provider and the raw answer, as captured where it happened; not redacted yet.

    ``method`` is an HTTP method, or what stands for it (``READ`` of a file, ``RUN`` of a program). ``url``
    has no userinfo. ``status`` is the HTTP status, or 0 where there is none. ``body`` is as received.
    """

    instance: str
    adapter: str
    method: str
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    status: int
    media_type: str = ""
    body: bytes
    received_at: datetime
    window: Window | None = None
    link: str | None = None


class Evidence(Noun):
    """One exchange as it is kept: redacted, content-addressed, with the digest of the bytes as received.

    ``id`` is ``ev_`` and 16 base32 characters of the SHA-256 over instance, request, status and body digest,
    so the same answer to the same request is the same evidence whenever it was received. ``received_at`` is
    the first time. ``body_sha256`` is over the bytes as received, ``payload_sha256`` over the payload as
    stored; they differ exactly when ``redactions`` is not 0.
    """

    id: str
    instance: str
    adapter: str
    method: str
    url: str
    parameters: tuple[tuple[str, str], ...] = ()
    status: int
    media_type: str = ""
    received_at: datetime
    window: Window | None = None
    link: str | None = None
    body_sha256: str
    body_bytes: int
    payload_sha256: str
    redactions: int
