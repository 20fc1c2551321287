"""Approver keys, and decisions signed with them (assurance A2).

A key pair belongs to one person. The secret half stays in a file of that person; the workspace knows the public half.
What is signed is a statement in canonical JSON, as a signed note (https://c2sp.org/signed-note).
"""

from dataclasses import dataclass

from opsloom.approval.action import Action
from opsloom.approval.decision import Decision, Verdict
from opsloom.approval.requirement import Assurance
from opsloom.approval.rows import By
from opsloom.audit.log import AuditLog
from opsloom.audit.note import NoteError, VerifierKey
from opsloom.audit.record import Kind, Record
from opsloom.audit.statement import decision_statement
from opsloom.model.errors import InvalidRequestError
from opsloom.model.window import format_time
from opsloom.store.port import Reader, Store, Transaction
from opsloom.store.time import StoreTime


@dataclass(frozen=True)
class ApproverKey:
    """A registered public key; ``id`` is its name and key id, as in its text form."""

    id: str
    person: str
    public_key: str
    added_at: str
    revoked_at: str | None


def statement(action: Action, verdict: Verdict, person: str) -> str:
    """What is signed: the verdict of ``person`` on the digest of ``action``; one line."""
    return decision_statement(action=action.id, digest=action.digest, verdict=verdict, person=person)


def key_id(public_key: str) -> str:
    """``name+hash``, the parts of the text form that are no key material."""
    return "+".join(public_key.split("+", 2)[:2])


def check_signature(reader: Reader, decision: Decision, action: Action, *, made_before: bool = False) -> str:
    """Why the claim of a signature does not hold, or nothing. Without one, A2 cannot be claimed.

    ``made_before``: the signature was accepted already; then it is no matter that its key was revoked since.
    """
    if decision.signature is None:
        return "assurance A2 needs a signature" if decision.assurance >= Assurance.A2 else ""
    known = [one for one in list_keys(reader) if one.id == decision.key]
    if not known or known[0].person != decision.person:
        return f"the key is not one of {decision.person} in this workspace; see 'opsloom keys list'"
    if known[0].revoked_at is not None and not made_before:
        return "the key was revoked"
    try:
        signed = VerifierKey.parse(known[0].public_key).open(decision.signature)
    except NoteError as problem:
        return f"the signature does not hold: {problem}"
    return "" if signed == statement(action, decision.verdict, decision.person) else "another statement was signed"


def list_keys(reader: Reader) -> list[ApproverKey]:
    """All keys, the revoked ones too, oldest first."""
    sql = "SELECT id, person, public_key, added_at, revoked_at FROM approver_key ORDER BY added_at, id"
    return [
        ApproverKey(str(ident), str(person), str(key), str(added), None if revoked is None else str(revoked))
        for ident, person, key, added, revoked in reader.execute(sql)
    ]


class ApproverKeys:
    """Registering and revoking keys; both are logged with who did it."""

    def __init__(self, store: Store, log: AuditLog, time: StoreTime | None = None) -> None:
        self._store = store
        self._log = log
        self._time = time or StoreTime()

    async def add(self, person: str, public_key: str, by: By) -> ApproverKey:
        """Register a key of ``person``.

        :raises InvalidRequestError: it is registered already.
        :raises ConfigurationError: it is no Ed25519 key of a signed note.
        """
        text = str(VerifierKey.parse(public_key))

        def unit(transaction: Transaction) -> ApproverKey:
            key = ApproverKey(key_id(text), person, text, format_time(self._time.now(transaction)), None)
            if any(one.id == key.id for one in list_keys(transaction)):
                raise InvalidRequestError(f"the key {key.id} is registered already")
            sql = "INSERT INTO approver_key (id, person, public_key, added_at) VALUES (?, ?, ?, ?)"
            transaction.execute(sql, (key.id, key.person, key.public_key, key.added_at))
            told = {"key": key.id, "person": person, "public_key": text}
            self._log.append_in(transaction, Record(Kind.APPROVER_KEY_ADDED, by.actor, by.call, told))
            return key

        return await self._store.write(unit)

    async def revoke(self, ident: str, by: By) -> None:
        """From now on the key signs nothing; what it signed before stays.

        :raises InvalidRequestError: there is no such key that holds.
        """

        def unit(transaction: Transaction) -> None:
            sql = "UPDATE approver_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL RETURNING person"
            people = [row[0] for row in transaction.execute(sql, (format_time(self._time.now(transaction)), ident))]
            if not people:
                valid = ", ".join(one.id for one in list_keys(transaction) if one.revoked_at is None) or "none"
                raise InvalidRequestError(f"there is no such key to revoke; keys that hold: {valid}")
            told = {"key": ident, "person": str(people[0])}
            self._log.append_in(transaction, Record(Kind.APPROVER_KEY_REVOKED, by.actor, by.call, told))

        await self._store.write(unit)

    async def list(self) -> list[ApproverKey]:
        """All of them."""
        return await self._store.read(list_keys)
