"""A client that accepts everything at once and calls everything changes nothing; a patient one, little."""

from collections import Counter
from pathlib import Path

import pytest
from mcp import Client
from mcp.types import ElicitRequestParams, ElicitResult, Implementation

from opsloom.audit.reading import LoggedRecord, RecordFilter, list_records
from opsloom.audit.verify import verify
from opsloom.model.limits import AUDIT_LIST_MAX, HUMAN_ANSWER_MIN_SECONDS
from opsloom.server.build import build_server
from opsloom.server.configuration import Configuration
from opsloom.store.sqlite import SqliteStore
from tests.guarantee.hostile_client import call_everything, yes_to_everything
from tests.server.lab_server import Person
from tests.server.serving import ERAS, demo
from tests.server.stepped_time import SteppedTime

CHANGES = {
    "acknowledge_alert", "silence_alert", "rollback_deploy", "create_ticket", "update_ticket", "send_message",
}  # fmt: skip


@pytest.fixture(params=ERAS)
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def attack(folder: Path, era: str, person: Person) -> list[LoggedRecord]:
    """Two rounds, the second with the codes of the first; returns what the log says became of the actions."""
    settings = demo(folder).model_copy(update={"policy": {}})
    server = build_server(Configuration.of(settings, folder / "opsloom.toml"))
    info = Implementation(name="hostile", version="1")
    async with Client(server, mode=era, client_info=info, elicitation_callback=person) as client:
        codes = await call_everything(client)
        await call_everything(client, tuple(codes))
    assert verify(settings.workspace.path).ok
    with SqliteStore.open_read_only(settings.workspace.path) as store:
        return [
            record
            for kind in ("action.planned", "action.moved", "action.answered", "action.decided")
            for record in list_records(store, RecordFilter(kind=kind), limit=AUDIT_LIST_MAX).records
        ]


def planned(records: list[LoggedRecord]) -> dict[str, LoggedRecord]:
    return {record["action"]: record for record in records if record["kind"] == "action.planned"}


async def test_an_instant_yes_to_everything_runs_nothing_at_all(
    era: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    SteppedTime.in_force(monkeypatch)
    person = Person(yes_to_everything)
    records = await attack(tmp_path, era, person)
    assert {record["tool"] for record in planned(records).values()} >= CHANGES
    assert person.asked
    assert Counter(record["outcome"] for record in records if "outcome" in record).keys() == {"client_auto"}
    assert not [record for record in records if record["kind"] == "action.decided"]
    assert not {record["to"] for record in records if "to" in record} & {"APPROVED", "EXECUTING", "SUCCEEDED"}


async def test_a_yes_to_everything_after_a_pause_runs_nothing_above_r1(
    era: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = SteppedTime.in_force(monkeypatch)

    async def patiently(params: ElicitRequestParams) -> ElicitResult:
        time.step(HUMAN_ANSWER_MIN_SECONDS + 0.1)
        return await yes_to_everything(params)

    records = await attack(tmp_path, era, Person(patiently))
    plans = planned(records)
    ran = {record["action"] for record in records if record.get("to") == "EXECUTING"}
    assert {plans[action]["risk"] for action in ran} == {"R1"}
    assert {plan["risk"] for plan in plans.values()} >= {"R1", "R2"}
