"""Checking what the records say, in their order: names, numbers, times, calls and gaps."""

from hashlib import sha256

from opsloom.audit.canonical import canonical_json
from opsloom.audit.check_text import Parsed
from opsloom.audit.record import CALL_ENDS, Kind
from opsloom.audit.report import VerifyReport

# Plain strings: looking a member up costs more than comparing it.
_RECEIVED = str(Kind.CALL_RECEIVED)
_GAP = str(Kind.AUDIT_GAP)
_CALL_ENDS = frozenset(map(str, CALL_ENDS))
_SET_BY_THE_LOG = ("seq", "stream", "time")


class Story:
    """Reads all records of a log, one after another."""

    def __init__(self, origin: str, report: VerifyReport) -> None:
        self._origin = origin
        self._report = report
        self._kinds: dict[str, int] = {}
        self._last_time = ""
        self._clock_went_back: list[int] = []
        self._gap: _Gap | None = None

    def read(self, seq: int, record: Parsed) -> None:
        if record.get("seq") != seq:
            self._report.add(f"its text says that it is record {record.get('seq')}", seq)
        if record.get("stream") != self._origin:
            self._report.add("its text belongs to another log", seq)
        self._read_time(seq, record.get("time"))
        kind = record.get("kind")
        if type(kind) is not str:
            self._report.add("it has no kind", seq)
            return
        self._kinds[kind] = self._kinds.get(kind, 0) + 1
        if kind == _RECEIVED:
            self._report.calls_without_end.add(str(record.get("call")))
        elif kind in _CALL_ENDS:
            self._report.calls_without_end.discard(str(record.get("call")))
        if kind == _GAP or self._gap or "spilled" in record:
            self._read_gap(seq, kind, record)

    def _read_time(self, seq: int, time: object) -> None:
        if type(time) is not str or time[-1:] != "Z":
            self._report.add("it has no time in UTC", seq)
            return
        if time < self._last_time:
            self._clock_went_back.append(seq)
        self._last_time = time

    def end(self) -> None:
        if self._gap:
            self._report.add(f"the log ends within the {self._gap.count} records of this gap", self._gap.seq)
        if self._clock_went_back:
            self._report.notices.append(
                f"The clock went back {len(self._clock_went_back)} times, first at record {self._clock_went_back[0]}."
            )
        self._report.by_kind = self._kinds

    def _read_gap(self, seq: int, kind: str, record: Parsed) -> None:
        if self._gap is None:
            if kind == _GAP:
                self._report.gaps += 1
                self._gap = _Gap.begin(seq, record)
            else:
                self._report.add("it was spilled, and no gap record explains it", seq)
        elif "spilled" not in record:
            self._report.add(f"the gap announces {self._gap.count} spilled records; this is not one", seq)
            self._gap = None
        else:
            self._gap.take(record)
        if self._gap and self._gap.is_over():
            if not self._gap.digest_holds():
                self._report.add("the records after the gap are not those of the spill file it names", seq)
            self._gap = None


class _Gap:
    """The records that an ``audit.gap`` announces, and the spill file that they came from."""

    def __init__(self, seq: int, count: int, digest: str | None) -> None:
        self.seq = seq
        self.count = count
        self._digest = digest
        self._taken = 0
        self._lines = sha256()

    @classmethod
    def begin(cls, seq: int, record: Parsed) -> "_Gap":
        count = record.get("count")
        # Lines that are not among the records leave their file's digest without a check.
        whole = not (record.get("already_logged") or record.get("unreadable"))
        return cls(seq, count if type(count) is int else 0, str(record.get("sha256")) if whole else None)

    def take(self, record: Parsed) -> None:
        line = {name: value for name, value in record.items() if name not in _SET_BY_THE_LOG}
        self._lines.update(canonical_json(line).encode() + b"\n")
        self._taken += 1

    def is_over(self) -> bool:
        return self._taken >= self.count

    def digest_holds(self) -> bool:
        return self._digest is None or self._lines.hexdigest() == self._digest
