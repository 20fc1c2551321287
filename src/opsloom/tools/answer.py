"""The answer of every tool: one shape, cut to a token budget at row borders, and safe to show.

``{status, demo?, investigation, window, sources, columns, rows, total, shown, next?, notes, evidence}``
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from opsloom.model.limits import ANSWER_TOKENS_DEFAULT, CELL_CHARS, EVIDENCE_IDS_MAX
from opsloom.model.window import Window, format_time

# Measured with o200k on answers of the recordings (bench/answers.py; median 2.7): JSON with times and ids is denser
# in tokens than prose. Too low a figure only cuts an answer a little early.
BYTES_PER_TOKEN = 2.4

Cell = str | int | float | bool | None | list[Any]
Row = Sequence[Cell]


class AnswerStatus(StrEnum):
    """``empty`` only when every source answered and none had anything."""

    OK = "ok"
    PARTIAL = "partial"
    EMPTY = "empty"


@dataclass(frozen=True)
class Source:
    """How one instance fared. ``status`` is ``ok`` or the reason of a gap, told in ``message``."""

    instance: str
    status: str
    duration_ms: int = 0
    query: str = ""
    link: str | None = None
    message: str = ""


@dataclass
class Answer:
    """What a tool found; :func:`render` makes of it what a client gets.

    ``rows`` hold one cell per column. ``total`` counts what matches everywhere, ``None`` if unknown.
    ``resume`` gives the cursor that goes on after the row of an index; ``more`` says that there are rows
    beyond the last one of ``rows``. ``headline`` are further members of the answer, told before the rows.
    """

    columns: Sequence[str]
    rows: Sequence[Row]
    sources: list[Source] = field(default_factory=list)
    window: Window | None = None
    window_defaulted: bool = False
    now: datetime | None = None
    total: int | None = None
    resume: Callable[[int], str] | None = None
    more: bool = False
    notes: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    budget_tokens: int = ANSWER_TOKENS_DEFAULT
    cell_chars: int = CELL_CHARS
    headline: Mapping[str, Any] = field(default_factory=dict)

    @property
    def status(self) -> AnswerStatus:
        """Partial as soon as one source is missing."""
        if any(source.status != "ok" for source in self.sources):
            return AnswerStatus.PARTIAL
        return AnswerStatus.OK if self.rows else AnswerStatus.EMPTY


def render(
    answer: Answer, *, investigation: str, demo: bool, safe: Callable[[str, int], str], degraded: str = ""
) -> dict[str, Any]:
    """The answer as JSON values. ``safe`` cleans, redacts and caps a text that a provider wrote."""
    evidence = list(dict.fromkeys(answer.evidence))
    shown: dict[str, Any] = {"status": str(answer.status)}
    if demo:
        shown["demo"] = True
    shown["investigation"] = investigation
    if answer.window is not None:
        shown["window"] = _window(answer.window, answer)
    shown.update({name: _safe(value, safe, answer.cell_chars) for name, value in answer.headline.items()})
    shown["sources"] = [_source(source, safe) for source in answer.sources]
    shown["columns"] = list(answer.columns)
    shown["rows"] = []
    shown["total"] = answer.total
    shown["shown"] = 0
    shown["notes"] = [*answer.notes, *([degraded] if degraded else [])]
    shown["evidence"] = evidence[:EVIDENCE_IDS_MAX]
    if len(evidence) > EVIDENCE_IDS_MAX:
        shown["notes"].append(f"{len(evidence) - EVIDENCE_IDS_MAX} more evidence ids: get_evidence lists them")
    _fill(shown, answer, safe)
    return shown


def _fill(shown: dict[str, Any], answer: Answer, safe: Callable[[str, int], str]) -> None:
    """Add rows while the budget lasts; at least one, so that a long row never hides behind its length."""
    left = answer.budget_tokens - estimate_tokens(shown) - 60  # the cursor and the note of the cut
    for row in answer.rows:
        cells = [_cell(cell, safe, answer.cell_chars) for cell in row]
        left -= estimate_tokens(cells)
        if left < 0 and shown["rows"]:
            break
        shown["rows"].append(cells)
    shown["shown"] = len(shown["rows"])
    cut = shown["shown"] < len(answer.rows)
    if (cut or answer.more) and answer.resume is not None:
        shown["next"] = answer.resume(shown["shown"] - 1)
    if cut:
        shown["notes"].append(
            f"cut to {shown['shown']} of {len(answer.rows)} rows by the token budget; "
            + ("pass next as cursor to go on" if answer.resume else "ask for less, or read ops://evidence/{id}")
        )


def estimate_tokens(value: object) -> int:
    """About how many tokens ``value`` costs as compact JSON."""
    return math.ceil(len(to_json(value).encode()) / BYTES_PER_TOKEN)


def to_json(value: object) -> str:
    """Compact JSON; what is not finite has no place in it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _window(window: Window, answer: Answer) -> dict[str, Any]:
    ends = {"from": format_time(window.start), "to": format_time(window.end)}
    now = {} if answer.now is None else {"now": format_time(answer.now)}
    return {**ends, "defaulted": answer.window_defaulted, **now}


def _source(source: Source, safe: Callable[[str, int], str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"instance": source.instance, "status": source.status, "ms": source.duration_ms}
    if source.query:
        shown["query"] = safe(source.query, CELL_CHARS)
    if source.link:
        shown["link"] = safe(source.link, CELL_CHARS * 2)
    if source.message:
        shown["message"] = safe(source.message, CELL_CHARS)
    return shown


def _safe(value: Any, safe: Callable[[str, int], str], max_chars: int) -> Any:
    if isinstance(value, Mapping):
        return {name: _safe(member, safe, max_chars) for name, member in value.items()}
    return _cell(value, safe, max_chars)


def _cell(cell: Cell, safe: Callable[[str, int], str], max_chars: int) -> Cell:
    if isinstance(cell, str):
        return safe(cell, max_chars)
    if isinstance(cell, list):
        return [_cell(item, safe, max_chars) for item in cell]
    if isinstance(cell, float):
        return float(f"{cell:.6g}") if math.isfinite(cell) else None
    return cell
