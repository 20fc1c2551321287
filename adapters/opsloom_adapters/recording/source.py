"""Where the pieces of an answer come from: a file of the recording, or the world that goes on after it."""

from collections.abc import Iterable
from typing import TypeAlias
from urllib.parse import quote

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import HTTP_BODY_MAX_BYTES
from opsloom.model.window import Window

Parameters: TypeAlias = tuple[tuple[str, str], ...]


class Source:
    """One place of a recording, with its address in the evidence."""

    def __init__(self, recording_id: str, name: str) -> None:
        self.name = name
        self._url = f"recording:{quote(recording_id, safe='')}/{name}"

    def capture(
        self,
        call: Call,
        pieces: Iterable[bytes],
        parameters: Parameters = (),
        window: Window | None = None,
        link: str | None = None,
        method: str = "READ",
    ) -> None:
        """Keep the pieces of this place that answer the question, one per line.

        :raises InvalidRequestError: they are over ``limits.HTTP_BODY_MAX_BYTES``, as a provider's answer may be.
        """
        body = b"\n".join(pieces)
        if len(body) > HTTP_BODY_MAX_BYTES:
            raise InvalidRequestError(
                f"the answer stands on over {HTTP_BODY_MAX_BYTES // 1024 // 1024} MiB of {self.name}; ask for less"
            )
        call.capture(
            method=method,
            url=self._url,
            body=body,
            parameters=parameters,
            media_type="text/csv" if self.name.endswith(".csv") else "application/jsonl",
            window=window,
            link=link,
        )
