"""What a verification found, in words for an auditor."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from opsloom.audit.canonical import Json
from opsloom.model.limits import AUDIT_PROBLEMS_MAX


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``first`` and ``last`` are the ``seq`` of the records concerned, if any are."""

    what: str
    first: int | None = None
    last: int | None = None

    def __str__(self) -> str:
        if self.first is None:
            return self.what
        if self.first == self.last:
            return f"record {self.first}: {self.what}"
        return f"records {self.first} to {self.last}: {self.what}"


@dataclass(slots=True)
class VerifyReport:
    """The outcome of verifying one log.

    ``signed`` records are under a checkpoint whose signature and root are right; those after them are
    protected by nothing yet. ``key_is_pinned`` tells whether the public key came from the auditor: one that
    lies beside the log proves only what its keeper wants proven.
    """

    origin: str
    public_key: str
    key_is_pinned: bool
    records: int = 0
    signed: int = 0
    checkpoints: int = 0
    anchors: int = 0
    problems: list[Problem] = field(default_factory=list)
    problems_not_listed: int = 0
    notices: list[str] = field(default_factory=list)
    by_kind: dict[str, int] = field(default_factory=dict)
    calls_without_end: set[str] = field(default_factory=set)
    gaps: int = 0

    @property
    def ok(self) -> bool:
        return not self.problems

    def add(self, what: str, first: int | None = None, last: int | None = None) -> None:
        """Note a problem; past ``limits.AUDIT_PROBLEMS_MAX`` they are only counted."""
        if len(self.problems) < AUDIT_PROBLEMS_MAX:
            self.problems.append(Problem(what, first, first if last is None else last))
        else:
            self.problems_not_listed += 1

    def lines(self) -> list[str]:
        """The report as sentences, the verdict first."""
        verdict = "intact" if self.ok else "NOT INTACT"
        lines = [f"The log {self.origin} is {verdict}: {self.records} records, {self.checkpoints} checkpoints."]
        lines += [f"PROBLEM  {problem}" for problem in self.problems]
        if self.problems_not_listed:
            lines.append(f"PROBLEM  {self.problems_not_listed} more of them")
        if self.records > self.signed:
            tail = f"{self.records - self.signed} records, {self.signed} to {self.records - 1},"
            lines.append(f"UNSIGNED {tail} are not under a signed checkpoint: nothing protects them yet.")
        if not self.key_is_pinned:
            lines.append(
                "KEY      The public key was taken from beside the log. Give the one that you noted earlier: "
                "who can rewrite the log can replace this one."
            )
        lines += [f"NOTICE   {notice}" for notice in self.notices]
        lines.append(
            f"CALLS    {len(self.calls_without_end)} calls without an end; {self.gaps} gaps, "
            f"{self.anchors} anchors compared."
        )
        lines += [f"KIND     {kind}: {count}" for kind, count in sorted(self.by_kind.items())]
        return lines

    def to_json(self) -> Mapping[str, Json]:
        """The report for programs."""
        return {
            "ok": self.ok,
            "origin": self.origin,
            "public_key": self.public_key,
            "key_is_pinned": self.key_is_pinned,
            "records": self.records,
            "signed": self.signed,
            "unsigned": self.records - self.signed,
            "checkpoints": self.checkpoints,
            "anchors": self.anchors,
            "problems": [
                {"what": problem.what, "first": problem.first, "last": problem.last} for problem in self.problems
            ],
            "problems_not_listed": self.problems_not_listed,
            "notices": [*self.notices],
            "by_kind": dict(self.by_kind),
            "calls_without_end": [*sorted(self.calls_without_end)],
            "gaps": self.gaps,
        }
