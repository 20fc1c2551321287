"""The records of an action as sentences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from opsloom.audit.chain_step import Stage, Step
from opsloom.audit.record import Kind
from opsloom.audit.signatures import LoggedKeys

LoggedRecord = Mapping[str, Any]


def words_of_call(received: LoggedRecord, end: LoggedRecord | None) -> Step:
    """The call that an action was asked for or asked about in."""
    became = "has no end yet" if end is None else f"ended {end.get('status', end['kind'])} (record {end['seq']})"
    contract = received.get("tool_digest", "")[:16] or "unknown"
    text = f"{_who(received)} called {received['target']}, contract {contract}; the call {became}"
    return Step(Stage.CALL, text, received["seq"], received["time"])


def step_of(record: LoggedRecord, keys: LoggedKeys) -> Step:
    """What one record says. A decision that is signed is checked."""
    if record["kind"] == Kind.ACTION_DECIDED:
        return _decided(record, keys)
    words = _WORDS.get(record["kind"], _other)
    return words(record)


def end_of(records: Sequence[LoggedRecord]) -> Step:
    """Where the last arrow led."""
    last = next((record for record in reversed(records) if "to" in record), records[-1])
    return Step(Stage.END, f"it is {last.get('to', 'nowhere')}", last["seq"], last["time"])


def _planned(record: LoggedRecord) -> Step:
    text = (
        f"planned for {_who(record)} at {record.get('instance')}: risk {record.get('risk')}, "
        f"rule {record.get('rule') or 'none matched'}, policy {record.get('policy_digest', '')[:16]}, "
        f"digest {record['digest']}"
    )
    if "replaces" in record:
        text += f"; in the stead of {record['replaces']}, which had gone stale"
    if "undoes" in record:
        text += f"; it undoes {record['undoes']}"
    reason = record.get("reason")
    said = f"The requester says (unverified): {reason}" if reason else "The requester gives no reason."
    quoted = (*str(record.get("preview", "")).split("\n"), said)
    return Step(Stage.PLAN, text, record["seq"], record["time"], tuple(record.get("evidence", ())), quoted)


def _asked(record: LoggedRecord) -> Step:
    text = f"a person was asked through the {record.get('channel')}"
    return Step(Stage.QUESTION, text, record["seq"], record["time"])


def _answered(record: LoggedRecord) -> Step:
    text = f"the answer was {record.get('outcome')}{_after(record)}: neither an approval nor a denial"
    return Step(Stage.QUESTION, text, record["seq"], record["time"])


def _decided(record: LoggedRecord, keys: LoggedKeys) -> Step:
    problem = keys.objection(record) if "signature" in record else ""
    verb = "approved" if record["verdict"] == "approve" else "denied"
    facts = [
        f"{record['person']} {verb} digest {record['decided_digest'][:16]} by the {record['channel']}{_after(record)}",
        f"assurance {record['assurance']}",
        "NO PERSON: the demo approved by itself" if record["channel"] == "demo" else "",
        "BREAK-GLASS" if record.get("break_glass") else "",
        "self-approved" if record.get("self_approved") else "",
        _signature(record, problem),
        f"reason: {record['reason']}" if record.get("reason") else "",
        "" if record.get("counted") else f"it does NOT count: {record.get('why', 'no reason is given')}",
    ]
    if problem and record.get("counted"):
        problem = f"the signature of the decision in record {record['seq']} does not hold: {problem}"
    return _step(Stage.DECISION, record, facts, problem if record.get("counted") else "")


def _signature(record: LoggedRecord, problem: str) -> str:
    if "signature" not in record:
        return "not signed"
    return f"signed with {record.get('key')}, " + (f"which does NOT hold: {problem}" if problem else "verified")


def _moved(record: LoggedRecord) -> Step:
    looks, differences, receipt = record.get("looks", ()), record.get("differences", ()), record.get("receipt") or {}
    evidence = record.get("evidence", ())
    facts = [
        f"{record['from']} -> {record['to']}" + (f" by {_who(record)}" if "actor" in record else ""),
        "" if looks else str(record.get("detail") or ""),
        f"claimed by the server {record['server']}" if record["to"] == "EXECUTING" else "",
        f"approved by {', '.join(record['approved_by'])}" if "approved_by" in record else "",
        f"sent to {record['instance']}, {record.get('duration_ms')} ms" if "instance" in record else "",
        f"error {record['error']}" if "error" in record else "",
        f"receipt {receipt['native_id']}" if receipt.get("native_id") else "",
        "found out afterwards" if record.get("reconciled") else "",
        f"a person found out that {record['settled']}" if "settled" in record else "",
        str(record.get("effectiveness") or ""),
        *(f"looked: {look}" for look in looks),
        *(f"{one.get('what')}: {one.get('before')} -> {one.get('after')}" for one in differences),
        f"evidence {', '.join(evidence)}" if evidence else "",
    ]
    return _step(_stage_of_arrow(record), record, facts)


def _stage_of_arrow(record: LoggedRecord) -> Stage:
    if record["from"] == "UNKNOWN":
        return Stage.RECONCILIATION
    if record["from"] == "VERIFYING":
        return Stage.VERIFICATION
    if "EXECUTING" in (record["from"], record["to"]):
        return Stage.EXECUTION
    return Stage.PLAN if record["to"] == "AWAITING" else Stage.DECISION


def _reviewed(record: LoggedRecord) -> Step:
    text = f"{record.get('person')} reviewed it afterwards; reason: {record.get('reason')}"
    return Step(Stage.REVIEW, text, record["seq"], record["time"])


def _other(record: LoggedRecord) -> Step:
    return Step(Stage.END, str(record["kind"]), record["seq"], record["time"])


_WORDS: dict[str, Callable[[LoggedRecord], Step]] = {
    Kind.ACTION_PLANNED: _planned,
    Kind.ACTION_ASKED: _asked,
    Kind.ACTION_ANSWERED: _answered,
    Kind.ACTION_MOVED: _moved,
    Kind.ACTION_REVIEWED: _reviewed,
}


def _step(stage: Stage, record: LoggedRecord, facts: Sequence[str], problem: str = "") -> Step:
    text = "; ".join(fact for fact in facts if fact)
    return Step(stage, text, record["seq"], record["time"], tuple(record.get("evidence", ())), problem=problem)


def _who(record: LoggedRecord) -> str:
    actor = record.get("actor")
    if not actor:
        return "the server itself"
    return f"{actor['user']}@{actor['host']} via {actor['client']['name']}"


def _after(record: LoggedRecord) -> str:
    return f" after {record['seconds']:g} s" if "seconds" in record else ""
