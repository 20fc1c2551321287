"""One question to a recording: what it asks for, at which clock, and the page that answers it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError, NotFoundError
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom.model.record import Noun, Record
from opsloom.model.window import Window, format_time
from opsloom_adapters.recording.links import Links
from opsloom_adapters.recording.parse import Line
from opsloom_adapters.recording.recording import RecordedFile, Recording
from opsloom_adapters.recording.source import Parameters, Source
from opsloom_adapters.recording.world import Deed

T = TypeVar("T")
C = TypeVar("C")
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Question:
    """``present`` is the clock: nothing after it exists. Up to ``recorded_until`` the recording speaks, and from
    there on ``deeds`` and what follows from them. ``parameters`` are the filters as asked."""

    call: Call
    present: datetime
    recorded_until: datetime
    deeds: Sequence[Deed]
    window: Window | None
    parameters: Parameters
    links: Links

    def page_of(
        self,
        found: Iterable[Line[T]],
        file: RecordedFile[C],
        *,
        kind: str,
        limit: int,
        notes: tuple[str, ...] = (),
    ) -> Page[T]:
        """Cut what was found to ``limit``, keep its bytes as evidence, and say where it came from."""
        found = list(found)
        shown = found[: min(limit, PROVIDER_ROWS_MAX)]
        self.capture_lines(file, shown, kind=kind)
        return self.page([line.record for line in shown], len(found), file, kind=kind, notes=notes)

    def page(
        self, rows: Sequence[T], total: int, file: RecordedFile[C], *, kind: str, notes: tuple[str, ...] = ()
    ) -> Page[T]:
        """A page of ``rows`` whose bytes are kept already."""
        return Page(
            rows=tuple(rows),
            total=total,
            complete=len(rows) == total,
            query=self.text(file),
            link=self.link(kind),
            notes=(*self._clock_notes(), *notes),
        )

    def record_of(self, lines: Iterable[Line[R]], file: RecordedFile[C], native_id: str) -> R:
        """The one record with this id, and its bytes as evidence.

        :raises NotFoundError: there is none at this clock.
        """
        for line in lines:
            if line.record.ref.native_id == native_id:
                self._capture_line(file, line)
                return line.record
        file.capture(self.call, [], self.parameters)
        raise NotFoundError(
            f"{self.call.instance} has no record with this id in {file.name}", instance=self.call.instance
        )

    def capture_lines(self, file: RecordedFile[C], lines: Sequence[Line[T]], *, kind: str) -> None:
        """Keep what ``file`` and the world say in these lines."""
        self.capture(file, (line.raw for line in lines if line.raw), kind=kind)
        if made := [line.made for line in lines if line.made]:
            self.capture(file.continued, made, kind=kind)

    def capture(self, source: Source, pieces: Iterable[bytes], *, kind: str) -> None:
        """Keep the pieces of ``source`` that answer this question."""
        source.capture(self.call, pieces, tuple(self._values().items()), self.window, self.link(kind))

    def _capture_line(self, file: RecordedFile[C], line: Line[R]) -> None:
        for source, piece in ((file, line.raw), (file.continued, line.made)):
            if piece:
                source.capture(self.call, [piece], self.parameters, link=line.record.link)

    def text(self, file: RecordedFile[C]) -> str:
        """The question for people."""
        return " ".join((file.name, *(f"{name}={value}" for name, value in self._values().items())))

    def link(self, kind: str) -> str | None:
        """Where a person sees the same, by the template of ``kind``."""
        return self.links.to(kind, self._values())

    def _values(self) -> Mapping[str, str]:
        if self.window is None:
            return dict(self.parameters)
        ends = {"from": format_time(self.window.start), "to": format_time(self.window.end)}
        return {**dict(self.parameters), **ends}

    def _clock_notes(self) -> tuple[str, ...]:
        if self.window is None or self.window.end <= self.present:
            return ()
        return (f"the recording stands at {format_time(self.present)}; nothing after that exists in it",)


async def ask(
    recording: Recording,
    call: Call,
    parameters: Parameters = (),
    window: Window | None = None,
    *,
    goes_on: bool = True,
) -> Question:
    """Ask at the clock of the call or of the recording, whichever is earlier.

    Once something was changed in the world, its time goes on: then the clock is that of the call. What the world
    knows nothing about is asked with ``goes_on`` false and stays at the recording's.

    :raises InvalidRequestError: the window starts after that clock. An empty page would read as "nothing
        happened" where the truth is "nobody can know yet".
    """
    recorded_until = min(call.now, recording.header.now)
    present = call.now if recording.world.was_changed and goes_on else recorded_until
    if window is not None and window.start > present:
        raise InvalidRequestError(
            f"{call.instance} replays a recording that stands at {format_time(present)}; "
            "ask for a window that starts before that"
        )
    deeds = recording.world.until(present)
    return Question(call, present, recorded_until, deeds, window, parameters, await recording.links(call))


def filters_of(query: Noun) -> Parameters:
    """The fields of a query that restrict anything, as text, in the order of the model."""
    return tuple((name, _text(value)) for name, value in query if not _open(value))


def newest_first(found: Iterable[Line[T]], at: Callable[[T], datetime]) -> list[Line[T]]:
    """The same, newest first; the order of the file decides among equals."""
    return sorted(found, key=lambda line: at(line.record), reverse=True)


def _open(value: object) -> bool:
    return value is None or isinstance(value, Window) or value in ((), frozenset())


def _text(value: object) -> str:
    if isinstance(value, frozenset | tuple):
        return ",".join(sorted(map(str, value)))
    return format_time(value) if isinstance(value, datetime) else str(value)
