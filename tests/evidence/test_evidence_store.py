"""What providers said is kept once, under the name of its content, and without secrets."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opsloom.evidence.evidence_store import EvidenceStore
from opsloom.evidence.redaction import Redactor
from opsloom.model.errors import NotFoundError
from opsloom.store.sqlite import SqliteStore
from tests.evidence.exchanges import RECEIVED_AT, exchange
from tests.evidence.fake_secrets import FAKE_SECRETS

TOKEN = FAKE_SECRETS["github_token"]
CONFIGURED = "configured-orchid"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with SqliteStore.open(tmp_path) as store:
        yield store


@pytest.fixture
def evidence(store: SqliteStore) -> EvidenceStore:
    return EvidenceStore(store, Redactor())


async def test_the_same_answer_to_the_same_question_is_the_same_evidence(evidence: EvidenceStore) -> None:
    first = await evidence.keep([exchange()])
    later = await evidence.keep([exchange(received_at=RECEIVED_AT + timedelta(minutes=5), window=None, link=None)])
    assert first == later
    kept, _ = await evidence.get(first[0])
    assert kept.received_at == RECEIVED_AT


@pytest.mark.parametrize(
    "changed",
    [
        {"body": b'{"status":"success" }'},
        {"body": b""},
        {"parameters": (("query", "down"), ("time", "1772518860"))},
        {"parameters": ()},
        {"status": 500},
        {"instance": "prom-us"},
        {"method": "POST"},
        {"url": "http://prom.example/api/v1/query_range"},
    ],
    ids=lambda changed: "-".join(changed),
)
async def test_any_other_question_or_answer_is_other_evidence(evidence: EvidenceStore, changed: dict[str, Any]) -> None:
    idents = await evidence.keep([exchange(), exchange(**changed)])
    assert len(set(idents)) == 2
    assert await evidence.missing(idents) == set()


async def test_an_id_is_the_same_on_every_machine(evidence: EvidenceStore) -> None:
    (ident,) = await evidence.keep([exchange()])
    assert re.fullmatch(r"ev_[a-z2-7]{16}", ident)
    assert ident == "ev_6o7qgb5tgzfv2d2o"


async def test_ids_come_in_the_order_of_the_exchanges_and_each_once(evidence: EvidenceStore) -> None:
    one, two = exchange(), exchange(status=500)
    first, second = await evidence.keep([one, two])
    assert await evidence.keep([two, one, two]) == (second, first)


async def test_evidence_comes_back_as_it_was_received(evidence: EvidenceStore) -> None:
    body = bytes(range(256)) * 100
    (ident,) = await evidence.keep([exchange(body=body)])
    kept, payload = await evidence.get(ident)
    assert payload == body
    assert kept.model_dump(include={"url", "parameters", "status", "window", "link", "received_at"}) == (
        exchange().model_dump(include={"url", "parameters", "status", "window", "link", "received_at"})
    )
    assert (kept.body_bytes, kept.redactions) == (len(body), 0)
    assert kept.body_sha256 == kept.payload_sha256 == hashlib.sha256(body).hexdigest()


async def test_the_payload_is_redacted_and_both_digests_tell(evidence: EvidenceStore) -> None:
    body = f'{{"token": "{TOKEN}"}}'.encode()
    (ident,) = await evidence.keep([exchange(body=body)])
    kept, payload = await evidence.get(ident)
    assert payload == b'{"token": "[redacted:github_token]"}'
    assert kept.redactions == 1
    assert kept.body_sha256 == hashlib.sha256(body).hexdigest()
    assert kept.payload_sha256 == hashlib.sha256(payload).hexdigest()


async def test_no_secret_reaches_the_files_of_the_workspace(tmp_path: Path) -> None:
    with SqliteStore.open(tmp_path) as store:
        evidence = EvidenceStore(store, Redactor())
        evidence.know(CONFIGURED)
        said = f"{CONFIGURED} {TOKEN}"
        await evidence.keep(
            [
                exchange(
                    body=said.encode(),
                    url=f"http://prom.example/{CONFIGURED}?x={TOKEN}",
                    parameters=(("q", said), ("api_key", "plain-as-day"), (TOKEN, "x")),
                    link=f"http://prom.example/{TOKEN}?x={CONFIGURED}",
                    media_type=f"text/plain; x={TOKEN}",
                )
            ]
        )
        (ident,) = await evidence.starting_with("ev_", 2)
        record, payload = await evidence.get(ident)
        files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (CONFIGURED, TOKEN, "plain-as-day"):
        assert secret.encode() not in files
        assert secret not in record.model_dump_json()
        assert secret.encode() not in payload


async def test_evidence_outlives_the_process_that_kept_it(tmp_path: Path) -> None:
    with SqliteStore.open(tmp_path) as store:
        idents = await EvidenceStore(store, Redactor()).keep([exchange()])
    with SqliteStore.open(tmp_path) as store:
        assert await EvidenceStore(store, Redactor()).missing(idents) == set()


async def test_what_is_not_held_is_missing(evidence: EvidenceStore) -> None:
    (ident,) = await evidence.keep([exchange()])
    assert await evidence.missing([ident, "ev_aaaaaaaaaaaaaaaa", "", "' OR 1=1 --"]) == {
        "ev_aaaaaaaaaaaaaaaa",
        "",
        "' OR 1=1 --",
    }
    assert await evidence.missing([]) == set()


async def test_unknown_evidence_is_not_found(evidence: EvidenceStore) -> None:
    with pytest.raises(NotFoundError, match="holds no such evidence"):
        await evidence.get("ev_aaaaaaaaaaaaaaaa")


async def test_ids_are_completed_newest_first(evidence: EvidenceStore) -> None:
    idents = await evidence.keep([exchange(status=status) for status in (200, 404, 500)])
    assert await evidence.starting_with("ev_", 2) == [idents[2], idents[1]]
    assert await evidence.starting_with(idents[0][:8], 5) == [idents[0]]
    assert await evidence.starting_with("%", 5) == []


async def test_a_workspace_that_cannot_be_written_does_not_fail_the_read(tmp_path: Path) -> None:
    store = SqliteStore.open(tmp_path)
    store.close()
    assert len(await EvidenceStore(store, Redactor()).keep([exchange()])) == 1


async def test_nothing_heard_is_nothing_kept(evidence: EvidenceStore) -> None:
    assert await evidence.keep([]) == ()
