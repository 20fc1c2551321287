"""What a person signs when deciding with a key of their own."""

from opsloom.audit.canonical import canonical_json

_FORMAT = "opsloom-decision/1"


def decision_statement(*, action: str, digest: str, verdict: str, person: str) -> str:
    """The verdict of ``person`` on the digest of the action with the id ``action``; one line of canonical JSON."""
    content = {"format": _FORMAT, "action": action, "digest": digest, "verdict": verdict, "person": person}
    return canonical_json(content) + "\n"
