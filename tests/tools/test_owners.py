"""Who owns it, who is on call, whom to call next."""

from collections.abc import Callable
from pathlib import Path

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import OwnershipReader
from opsloom.model.errors import InvalidRequestError, UnavailableError
from opsloom.model.ownership import Ownership, OwnershipQuery, Service, Team
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.providers.instance import Instance
from tests.providers.scripted import scripted
from tests.tools.house import Rendered, demo, house

WEB = Service(ref=Ref(RefKind.SERVICE, "git", "web"), name="web")
Known = Callable[[OwnershipQuery], Ownership | None]


def source(name: str, known: Known) -> Instance:
    async def act(_method: str, query: OwnershipQuery, _call: Call) -> Page[Ownership]:
        found = known(query)
        return Page[Ownership](rows=(found,) if found else ())

    return scripted(name, act, capabilities=[OwnershipReader])


def facts(answer: Rendered, wanted: str) -> list[str]:
    return [value for fact, value, *_ in answer["rows"] if fact == wanted]


async def test_the_owner_in_the_demo(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("get_owner", service="checkout")
    assert facts(answer, "team") == ["checkout-team"]
    assert facts(answer, "on_call") == ["oncall-a"]
    assert len(facts(answer, "escalation")) >= 2
    assert facts(answer, "runbook")
    assert "storefront" in facts(answer, "upstream")
    assert "payments" in facts(answer, "downstream")
    assert len({tuple(map(str, row)) for row in answer["rows"]}) == len(answer["rows"]) == answer["total"]


@pytest.mark.parametrize("arguments", [{}, {"service": "web", "path": "web/app.py"}])
async def test_either_a_service_or_a_path_is_asked_for(tmp_path: Path, arguments: dict[str, str]) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match="give either service or path"):
            await asked.ask("get_owner", **arguments)


async def test_a_path_leads_to_its_service_and_to_what_others_know_of_that(tmp_path: Path) -> None:
    git = source("git", lambda query: Ownership(service=WEB, matched_by="CODEOWNERS:3 /web/") if query.path else None)
    catalog = source("catalog", lambda query: Ownership(teams=(Team(name="web-team"),)) if query.service else None)
    async with house(tmp_path, git, catalog) as asked:
        answer = await asked.ask("get_owner", path="web/app.py")
    assert facts(answer, "service") == ["service:git/web"]
    assert facts(answer, "team") == ["web-team"]
    assert answer["status"] == "ok"


async def test_a_source_that_falls_silent_at_the_second_question_makes_the_answer_partial(tmp_path: Path) -> None:
    def silent_on_services(query: OwnershipQuery) -> Ownership | None:
        if query.service:
            raise UnavailableError("catalog cannot be reached")
        return None

    git = source("git", lambda query: Ownership(service=WEB) if query.path else None)
    async with house(tmp_path, git, source("catalog", silent_on_services)) as asked:
        answer = await asked.ask("get_owner", path="web/app.py")
    assert answer["status"] == "partial"
    assert {one["instance"] for one in answer["sources"] if one["status"] != "ok"} == {"catalog"}


async def test_what_nobody_knows_is_empty(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        answer = await asked.ask("get_owner", service="no-such-service")
    assert (answer["status"], answer["rows"]) == ("empty", [])
