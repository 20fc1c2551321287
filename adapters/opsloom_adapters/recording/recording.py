"""A recording: its header, and its files, each parsed when it is first asked for and then kept."""

from collections.abc import Callable
from functools import partial
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

import anyio
from anyio import to_thread
from pydantic import ValidationError

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.model.errors import (
    ConfigurationError,
    ProviderTimeoutError,
    UnexpectedAnswerError,
    UnsupportedError,
)
from opsloom.model.limits import HTTP_BODY_MAX_BYTES
from opsloom_adapters.recording import folder
from opsloom_adapters.recording.folder import MalformedError
from opsloom_adapters.recording.links import Links
from opsloom_adapters.recording.parse import (
    parse_elements,
    parse_lines,
    parse_teams,
    parse_templates,
    parse_topology,
)
from opsloom_adapters.recording.series import parse_series
from opsloom_adapters.recording.source import Source
from opsloom_adapters.recording.spans import parse_spans
from opsloom_adapters.recording.wire import (
    AlertLine,
    ChangeLine,
    Header,
    LogLine,
    MetricEntry,
    RollbackLine,
    ServiceEntry,
    TicketLine,
)
from opsloom_adapters.recording.world import World

T = TypeVar("T")

HEADER_FILE = "recording.json"


class RecordedFile(Source, Generic[T]):
    """One file of a recording; ``continued`` is what the world adds to it."""

    def __init__(self, root: Traversable, recording_id: str, name: str, parse: Callable[[bytes, str], T]) -> None:
        super().__init__(recording_id, name)
        self.continued = Source(recording_id, f"world/{name}")
        self._root = root
        self._parse = parse
        self._lock = anyio.Lock()
        self._content: T | None = None

    async def read(self, call: Call) -> T:
        """The parsed content.

        :raises UnsupportedError: this recording has no such file, so nothing can be said from it.
        :raises UnexpectedAnswerError: the file is not as the layout says; names the file and the line.
        :raises ProviderTimeoutError: reading took longer than the call may.
        """
        content = await self.read_if_any(call)
        if content is None:
            raise UnsupportedError(f"{call.instance} replays a recording without {self.name}")
        return content

    async def read_if_any(self, call: Call) -> T | None:
        """The parsed content, ``None`` if the recording has no such file; raises as :meth:`read` does."""
        try:
            with anyio.fail_after(call.remaining_seconds()):
                async with self._lock:
                    if self._content is None:
                        self._content = await to_thread.run_sync(self._load, abandon_on_cancel=True)
        except TimeoutError:
            raise ProviderTimeoutError(
                f"{call.instance} did not read {self.name} in time", instance=call.instance
            ) from None
        except MalformedError as error:
            self.capture(call, [error.raw[:HTTP_BODY_MAX_BYTES]])
            raise UnexpectedAnswerError(
                f"the recording of {call.instance} is broken: {error}",
                instance=call.instance,
                upstream=error.raw.decode("utf-8", "replace"),
            ) from None
        return self._content

    def _load(self) -> T | None:
        data = folder.read(self._root, self.name)
        return None if data is None else self._parse(data, self.name)


class Recording:
    """What an adapter instance replays, and the world that goes on from there."""

    def __init__(self, root: Traversable, header_line: bytes, header: Header) -> None:
        self.header_line = header_line
        self.header = header
        self.world = World()
        self.deeds = Source(header.id, "world/deeds.jsonl")
        self.alerts = RecordedFile(root, header.id, "alerts.jsonl", partial(parse_lines, shape=AlertLine))
        self.changes = RecordedFile(root, header.id, "changes.jsonl", partial(parse_lines, shape=ChangeLine))
        self.logs = RecordedFile(root, header.id, "logs.jsonl", partial(parse_lines, shape=LogLine))
        self.tickets = RecordedFile(root, header.id, "tickets.jsonl", partial(parse_lines, shape=TicketLine))
        self.metrics = RecordedFile(root, header.id, "metrics.json", partial(parse_elements, shape=MetricEntry))
        self.rollbacks = RecordedFile(root, header.id, "rollbacks.jsonl", partial(parse_lines, shape=RollbackLine))
        self.services = RecordedFile(root, header.id, "services.json", partial(parse_elements, shape=ServiceEntry))
        self.series = RecordedFile(root, header.id, "series.csv", parse_series)
        self.spans = RecordedFile(root, header.id, "spans.jsonl", parse_spans)
        self.teams = RecordedFile(root, header.id, "teams.json", parse_teams)
        self.topology = RecordedFile(root, header.id, "topology.json", parse_topology)
        self._templates = RecordedFile(root, header.id, "links.json", parse_templates)

    def probe(self, call: Call) -> Probe:
        """Which recording this is, and its clock; the header is the evidence."""
        url = f"recording:{quote(self.header.id, safe='')}/{HEADER_FILE}"
        call.capture(method="READ", url=url, body=self.header_line, media_type="application/json")
        return Probe(version=self.header.id, server_time=self.header.now)

    async def links(self, call: Call) -> Links:
        """The deep links; none without ``links.json``."""
        return Links(await self._templates.read_if_any(call) or {})


def open_recording(path: Path | str) -> Recording:
    """The recording that the setting ``path`` means; only its header is read.

    :raises ConfigurationError: there is no such folder, or no ``recording.json`` of the right shape in it.
    """
    root = folder.locate(path)
    try:
        data = folder.read(root, HEADER_FILE)
        if data is None:
            raise ConfigurationError(f"path = {path!r} holds no {HEADER_FILE}, so it is no recording")
        return Recording(root, data.strip(), Header.model_validate_json(data))
    except (MalformedError, ValidationError):
        raise ConfigurationError(
            f"path = {path!r}: {HEADER_FILE} must be JSON with id, and now as RFC 3339 with an offset"
        ) from None
