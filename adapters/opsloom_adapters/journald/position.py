"""Where in the journal a request begins: the ``Range`` header of the gateway.

Its form is ``entries=cursor[:num_skip[:num_entries]]``; num_skip counts backwards where it is negative
(https://www.freedesktop.org/software/systemd/man/latest/systemd-journal-gatewayd.service.html).
The newer ``realtime=`` range is not used: systemd 252 answers it with the whole journal.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Position:
    """The last ``count`` entries before a point; the gateway sends them oldest first.

    Where fewer come before that point, the gateway fills up with later ones.
    """

    cursor: str
    skip: int
    count: int

    @classmethod
    def before_time(cls, moment: datetime, count: int) -> "Position":
        """Seeks by a cursor that holds only a time (``t=``, hexadecimal microseconds), as
        ``sd_journal_seek_cursor`` allows; the entry found there is itself the first of the ``count``.
        """
        last = max(0, (moment - _EPOCH) // _MICROSECOND - 1)
        return cls(f"t={last:x}", 1 - count, count)

    @classmethod
    def before_entry(cls, cursor: str, count: int) -> "Position":
        """Before the entry with that cursor."""
        return cls(cursor, -count, count)

    @property
    def range_header(self) -> str:
        return f"entries={self.cursor}:{self.skip}:{self.count}"
