"""``opsloom evidence show``."""

import argparse
import hashlib
from pathlib import Path

import anyio

from opsloom.cli import locate
from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.redaction import Redactor
from opsloom.model.evidence import Evidence
from opsloom.model.window import format_time
from opsloom.store.sqlite import SqliteStore


def run(arguments: argparse.Namespace) -> int:
    """Print the request, the digests and the payload, and check that the stored payload has its digest."""
    evidence, payload = anyio.run(load, locate.workspace(arguments), arguments.id)
    intact = payload_is_intact(evidence, payload)
    for line in describe(evidence):
        print(line)
    print(f"stored payload: {'matches its digest' if intact else 'DOES NOT MATCH ITS DIGEST'}\n")
    print(payload.decode("utf-8", "replace"))
    return 0 if intact else 1


def payload_is_intact(evidence: Evidence, payload: bytes) -> bool:
    """Whether the stored payload is the one that was stored."""
    return hashlib.sha256(payload).hexdigest() == evidence.payload_sha256


async def load(workspace: Path, ident: str) -> tuple[Evidence, bytes]:
    """The evidence and its payload, from the workspace's file alone.

    :raises OpsloomError: there is no such workspace or evidence.
    """
    with SqliteStore.open_read_only(workspace) as store:
        return await EvidenceStore(store, Redactor()).get(ident)


def describe(evidence: Evidence) -> list[str]:
    """What is known of it, a line each."""
    asked = "&".join(f"{name}={value}" for name, value in evidence.parameters)
    lines = [
        f"evidence: {evidence.id}",
        f"instance: {evidence.instance} ({evidence.adapter})",
        f"request:  {evidence.method} {evidence.url}" + (f"?{asked}" if asked else ""),
        *([f"status:   {evidence.status}"] if evidence.status else []),
        f"received: {format_time(evidence.received_at)}",
    ]
    if evidence.window is not None:
        lines.append(f"window:   {format_time(evidence.window.start)} to {format_time(evidence.window.end)}")
    if evidence.link:
        lines.append(f"link:     {evidence.link}")
    verbatim = "verbatim" if evidence.redactions == 0 else f"{evidence.redactions} secrets redacted"
    lines.append(f"sha256:   {evidence.body_sha256} ({evidence.body_bytes} bytes as received)")
    lines.append(f"stored:   {evidence.payload_sha256} ({verbatim})")
    return lines
