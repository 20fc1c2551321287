"""What an action was planned on: evidence, and the findings of its investigation that cite it."""

import json
import zlib
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from opsloom.audit.canonical import canonical_json
from opsloom.audit.chain_step import Stage, Step
from opsloom.store.port import Reader


def evidence_steps(reader: Reader, planned: Mapping[str, Any]) -> list[Step]:
    """One for each evidence that the server planned on or the requester cites."""
    idents = _idents(planned)
    gathered = _gathered_by(reader, idents)
    return [_evidence_step(reader, ident, planned, gathered.get(ident)) for ident in idents]


def finding_steps(reader: Reader, planned: Mapping[str, Any]) -> list[Step]:
    """One for each finding of the investigation that stands on evidence of the plan."""
    idents = set(_idents(planned))
    recorded = _findings_called(reader)
    steps = []
    sql = "SELECT record FROM finding WHERE investigation = ? ORDER BY rowid"
    for (text,) in list(reader.execute(sql, (planned.get("investigation"),))):
        finding = json.loads(text)
        if shared := idents.intersection(finding["evidence"]):
            confidence = finding.get("confidence")
            sure = "" if confidence is None else f", confidence {confidence:g}"
            said = f'{finding["id"]} by {finding["author"]}: "{finding["claim"]}" ({finding["kind"]}{sure})'
            cited = tuple(ident for ident in finding["evidence"] if ident in shared)
            seq = recorded.get((finding["investigation"], finding["claim"]))
            steps.append(Step(Stage.FINDING, f"{said} stands on {', '.join(cited)}", seq, finding["at"], cited))
    return steps


def _idents(planned: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*planned.get("evidence", ()), *planned.get("cited", ())]))


def _evidence_step(reader: Reader, ident: str, planned: Mapping[str, Any], gathered: tuple[int, str] | None) -> Step:
    seq, at = gathered or (None, "")
    role = "planned on" if ident in planned.get("evidence", ()) else "cited by the requester"
    held = list(reader.execute("SELECT record, payload FROM evidence WHERE id = ?", (ident,)))
    if not held:
        problem = f"evidence {ident} is not held here any more"
        return Step(Stage.EVIDENCE, f"{ident}, {role}: not held here", seq, at, (ident,), problem=problem)
    record, payload = json.loads(held[0][0]), bytes(held[0][1])
    asked = "&".join(f"{name}={value}" for name, value in record["parameters"])
    request = f"{record['method']} {record['url']}" + (f"?{asked}" if asked else "")
    text = f"{ident}, {role}: {request} at {record['instance']}, sha256 {record['body_sha256']}"
    problem = "" if _is_intact(payload, record["payload_sha256"]) else f"the payload of {ident} was changed"
    return Step(Stage.EVIDENCE, text, seq, at or record["received_at"], (ident,), problem=problem)


def _is_intact(payload: bytes, digest: str) -> bool:
    try:
        return sha256(zlib.decompress(payload)).hexdigest() == digest
    except zlib.error:
        return False


def _gathered_by(reader: Reader, idents: list[str]) -> dict[str, tuple[int, str]]:
    """For each evidence the number and the time of the first record of a call's end that names it."""
    sql = (
        "SELECT named.value, min(seq), record ->> '$.time' FROM audit_record, json_each(record, '$.evidence') AS named"
        " WHERE stream = (SELECT min(number) FROM audit_stream) AND call IS NOT NULL"
        " AND record ->> '$.kind' LIKE 'call.%' AND named.value IN (SELECT value FROM json_each(?)) GROUP BY 1"
    )
    return {ident: (seq, at) for ident, seq, at in reader.execute(sql, (canonical_json([*idents]),))}


def _findings_called(reader: Reader) -> dict[tuple[str, str], int]:
    """The receipts of the calls that recorded findings, by investigation and claim."""
    sql = (
        "SELECT ended.record ->> '$.investigation', begun.record ->> '$.arguments.claim', begun.seq"
        " FROM audit_record AS begun JOIN audit_record AS ended ON ended.call = begun.call"
        " WHERE begun.stream = (SELECT min(number) FROM audit_stream) AND ended.stream = begun.stream"
        " AND begun.record ->> '$.target' = 'record_finding' AND ended.record ->> '$.kind' = 'call.finished'"
        " AND ended.record ->> '$.status' = 'ok'"
    )
    return {(investigation, claim): seq for investigation, claim, seq in reader.execute(sql)}
