"""Questions that an auditor asks of every log, and what they find."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from opsloom.audit.canonical import Json
from opsloom.audit.record import time_text
from opsloom.model.limits import BREAK_GLASS_REVIEW_SECONDS, DECISION_FAST_SECONDS
from opsloom.store.port import Reader, Store

_VIEWS = """
WITH given (now, review_seconds, fast_seconds) AS (VALUES (?1, ?2, ?3)
), log AS (
  SELECT seq, call, record, record ->> '$.kind' AS kind, record ->> '$.time' AS at
  FROM audit_record WHERE stream = (SELECT min(number) FROM audit_stream)
), told AS MATERIALIZED (
  SELECT seq, record, kind, at, record ->> '$.action' AS action, record ->> '$.code' AS code,
    record ->> '$.digest' AS digest, record ->> '$.to' AS arrived, record ->> '$.person' AS person
  FROM log WHERE kind LIKE 'action.%'
), decided AS (
  SELECT *, record ->> '$.decided_digest' AS decided_digest, record ->> '$.verdict' AS verdict,
    record ->> '$.channel' AS channel, record ->> '$.seconds' AS seconds
  FROM told WHERE kind = 'action.decided' AND record ->> '$.counted'
), approved AS (SELECT * FROM decided WHERE verdict = 'approve'
), begun AS (SELECT * FROM told WHERE kind = 'action.moved' AND arrived = 'EXECUTING'
), bound AS (
  SELECT begun.*, (
    SELECT count(DISTINCT person) FROM approved
    WHERE approved.action = begun.action AND decided_digest = begun.digest AND approved.seq < begun.seq
  ) AS had, iif(EXISTS (
    SELECT 1 FROM approved
    WHERE approved.action = begun.action AND decided_digest = begun.digest AND approved.seq < begun.seq
    AND (channel = 'demo' OR approved.record ->> '$.break_glass')
  ), 1, max(1, coalesce(action.record ->> '$.requirement.approvals', 1))) AS wanted
  FROM begun LEFT JOIN action ON action.id = begun.action
), broken AS (
  SELECT *, (
    SELECT min(at) FROM told WHERE told.kind = 'action.reviewed' AND told.action = approved.action
    AND told.seq > approved.seq AND told.person <> approved.person
  ) AS reviewed_at FROM approved WHERE record ->> '$.break_glass'
), contracts AS (
  SELECT min(seq) AS seq, min(at) AS at, record ->> '$.target' AS target, record ->> '$.tool_digest' AS contract,
    count(*) AS calls
  FROM log WHERE kind = 'call.received' AND record ->> '$.tool_digest' IS NOT NULL GROUP BY target, contract
)
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A saved query: ``sql`` selects (seq or NULL, time, what it is about, a sentence) from the tables of the store and
    from these views: ``given`` (the present, and limits), ``log`` (all records), ``told`` (those about actions),
    ``decided`` (decisions that count), ``approved``, ``broken`` (glass), ``begun`` (executions), ``bound`` (the same,
    with how many approvals each ``had`` and ``wanted``), ``contracts`` (of tools).

    ``good`` says what a good answer is; ``must_be_none``: there is no other good one.
    """

    name: str
    asks: str
    good: str
    sql: str
    must_be_none: bool = False


@dataclass(frozen=True, slots=True)
class Offence:
    """One thing that a question found. ``seq`` is the record that shows it, None where no record does; ``at`` is
    RFC 3339; ``about`` is the code of an action, a tool, a finding or a call."""

    seq: int | None
    at: str
    about: str
    what: str

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        return {"seq": self.seq, "at": self.at, "about": self.about, "what": self.what}


@dataclass(frozen=True, slots=True)
class Findings:
    """The answer to one question."""

    question: Question
    offences: list[Offence]

    @property
    def ok(self) -> bool:
        """Whether nothing is there that must not be."""
        return not (self.question.must_be_none and self.offences)

    def to_json(self) -> dict[str, Json]:
        """For programs."""
        question = self.question
        return {
            "question": question.name,
            "asks": question.asks,
            "good": question.good,
            "must_be_none": question.must_be_none,
            "ok": self.ok,
            "offences": [offence.to_json() for offence in self.offences],
        }


def ask(store: Store, questions: Iterable[Question], now: datetime, since: datetime | None = None) -> list[Findings]:
    """Ask all ``questions`` of one view of the log; offences before ``since`` are left out.

    Raises OpsloomError if the store cannot be read.
    """
    return store.read_sync(partial(_ask, questions=list(questions), now=now, since=since))


def _ask(reader: Reader, questions: list[Question], now: datetime, since: datetime | None) -> list[Findings]:
    return [Findings(question, offences_of(reader, question, now, since)) for question in questions]


def offences_of(reader: Reader, question: Question, now: datetime, since: datetime | None = None) -> list[Offence]:
    """What one question finds."""
    given = (time_text(now), BREAK_GLASS_REVIEW_SECONDS, DECISION_FAST_SECONDS)
    found = [Offence(*row) for row in reader.execute(f"{_VIEWS}{question.sql}", given)]
    return [one for one in found if since is None or datetime.fromisoformat(one.at) >= since]
