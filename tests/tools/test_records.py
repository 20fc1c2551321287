"""One record, whole: every ref of an answer leads back to what it names."""

from pathlib import Path

import pytest

from opsloom.adapter_api.call import Call
from opsloom.model.errors import InvalidRequestError, NotFoundError, ProviderError, UnavailableError, UnsupportedError
from opsloom.model.limits import CELL_CHARS, DETAIL_CELL_CHARS
from opsloom.tools import TOOLS
from opsloom.tools.context import ToolContext
from tests.providers.scripted import scripted
from tests.tools.house import Rendered, column, demo, house
from tests.tools.shelf import Shelf, alert, deploy


def fields(answer: Rendered) -> dict[str, object]:
    """The rows of ``get_record``."""
    assert answer["columns"] == ["field", "value"]
    return dict(answer["rows"])


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search_alerts", {"status": "any", "since": "-7d"}),
        ("search_deploys", {"kind": "all", "since": "-7d"}),
        ("search_tickets", {"since": "-80d"}),
        ("overview", {"service": "checkout"}),
    ],
)
async def test_every_ref_of_an_answer_can_be_looked_up(tmp_path: Path, tool: str, arguments: dict[str, str]) -> None:
    async with house(tmp_path, demo()) as asked:
        found = await asked.ask(tool, **arguments)
        assert found["rows"]
        for ref in column(found, "ref"):
            whole = await asked.ask("get_record", ref=ref)
            assert fields(whole).get("ref") == ref or f"ref={ref}" in str(fields(whole)["service"])
            assert whole["status"] == "ok"
            assert whole["evidence"]


async def test_the_ref_of_a_service_can_be_looked_up(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        owner = await asked.ask("get_owner", service="checkout")
        ref = next(value for fact, value, *_ in owner["rows"] if fact == "service")
        whole = fields(await asked.ask("get_record", ref=ref))
    assert "checkout" in str(whole["service"])
    assert whole["on_call"]


@pytest.mark.parametrize("ident", ["a b", "x/y", "100%", "AWS::X", "ключ", "😀"])
async def test_a_record_with_an_odd_id_is_found_by_its_ref(tmp_path: Path, ident: str) -> None:
    async with house(tmp_path, Shelf("am", [alert(ident)]).instance) as asked:
        (ref,) = column(await asked.ask("search_alerts"), "ref")
        assert fields(await asked.ask("get_record", ref=ref))["name"] == f"Alert{ident}"


async def test_fields_without_a_value_are_left_out_and_labels_are_one_line(tmp_path: Path) -> None:
    rows = [alert("1", labels={"b": "2", "a": "1"}, annotations={}, observed=0.0)]
    async with house(tmp_path, Shelf("am", rows).instance) as asked:
        whole = fields(await asked.ask("get_record", ref="alert:am/1"))
    assert whole["labels"] == "a=1, b=2"
    assert whole["observed"] == 0
    assert not {"annotations", "ends_at", "summary", "link"} & set(whole)


async def test_a_long_text_is_cut_in_a_summary_and_longer_in_full(tmp_path: Path) -> None:
    diff = "+" * DETAIL_CELL_CHARS
    async with house(tmp_path, Shelf("git", [deploy("1", diff=diff)]).instance) as asked:
        summary = fields(await asked.ask("get_record", ref="deploy:git/1"))["diff"]
        full = fields(await asked.ask("get_record", ref="deploy:git/1", detail="full"))["diff"]
    assert summary == "+" * 3 * CELL_CHARS + f"… [{DETAIL_CELL_CHARS - 3 * CELL_CHARS} more characters]"
    assert full == diff


@pytest.mark.parametrize("ref", ["alert:demo/none", "deploy:demo/none", "ticket:demo/none", "service:demo/none"])
async def test_a_record_that_does_not_exist_is_not_found_and_never_empty(tmp_path: Path, ref: str) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(NotFoundError):
            await asked.ask("get_record", ref=ref)


async def test_a_record_of_an_unknown_instance_is_refused_with_those_that_can(tmp_path: Path) -> None:
    async with house(tmp_path, demo("a"), demo("b")) as asked:
        with pytest.raises(UnsupportedError, match="instances that can: a, b"):
            await asked.ask("get_record", ref="alert:c/1")


@pytest.mark.parametrize("ref", ["a-7f31", "alert:demo", "outage:demo/1", ""])
async def test_what_is_no_ref_is_refused(tmp_path: Path, ref: str) -> None:
    async with house(tmp_path, demo()) as asked:
        with pytest.raises(InvalidRequestError, match="ref must look like kind:instance/id"):
            await asked.ask("get_record", ref=ref)


async def test_a_silent_provider_is_an_error_with_its_evidence(tmp_path: Path) -> None:
    async def down(_method: str, _query: object, call: Call) -> None:
        call.capture(method="GET", url="http://am.example", body=b"busy", status=503)
        raise UnavailableError("am answered 503", instance="am")

    async with house(tmp_path, scripted("am", down)) as asked:
        with pytest.raises(ProviderError, match=r"am answered 503\. Evidence: ev_"):
            await asked.ask("get_record", ref="alert:am/1")


async def test_what_was_seen_is_remembered_by_the_call(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        context: ToolContext = await asked.context()
        answer = await TOOLS["get_record"].run(context, TOOLS["get_record"].parse({"ref": "alert:demo/a-7f31"}))
    assert context.seen == answer.evidence
    assert len(context.seen) == 1
