"""The shape of an answer: cut at row borders to a budget, and safe to show."""

import json
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from opsloom.model.limits import ANSWER_TOKENS_DEFAULT, CELL_CHARS, EVIDENCE_IDS_MAX
from opsloom.tools.answer import BYTES_PER_TOKEN, Answer, Source, render, to_json
from tests.evidence.fake_secrets import FAKE_SECRETS
from tests.tools.house import column, demo, house, record
from tests.tools.shelf import Shelf, alert, deploy, entry


def plain(text: str, _max_chars: int) -> str:
    return text


def rendered(answer: Answer, **options: str) -> dict[str, object]:
    return render(answer, investigation="inv_1", demo=False, safe=plain, **options)


async def test_a_long_answer_is_cut_at_a_row_and_says_how_to_go_on(tmp_path: Path) -> None:
    shelf = Shelf("logs", [entry(f"{number:03} " + "word " * 40, minutes=1 + number / 10) for number in range(200)])
    async with house(tmp_path, shelf.instance) as asked:
        first = await asked.ask("search_logs", limit=200)
        seen, page = column(first, "message"), first
        while "next" in page:
            page = await asked.ask("search_logs", limit=200, cursor=page["next"])
            seen += column(page, "message")
    assert first["shown"] == len(first["rows"]) < 200
    assert first["total"] == 200
    assert first["notes"] == [
        f"cut to {first['shown']} of 200 rows by the token budget; pass next as cursor to go on",
    ]
    assert len(to_json(first).encode()) / BYTES_PER_TOKEN <= ANSWER_TOKENS_DEFAULT
    assert [message[:3] for message in seen] == [f"{number:03}" for number in range(200)]


async def test_a_single_row_over_the_budget_is_shown_and_not_hidden() -> None:
    answer = Answer(columns=["text"], rows=[["x" * 9_000], ["y"]], budget_tokens=500)
    shown = rendered(answer)
    assert (shown["rows"], shown["shown"]) == ([["x" * 9_000]], 1)
    assert shown["notes"] == [
        "cut to 1 of 2 rows by the token budget; ask for less, or read ops://evidence/{id}",
    ]


async def test_a_huge_cell_is_capped_and_says_by_how_much(tmp_path: Path) -> None:
    shelf = Shelf("git", [deploy("d1", title="t" * 100_000, author="a" * 100_000)])
    async with house(tmp_path, shelf.instance) as asked:
        row = record(await asked.ask("search_deploys"))
    assert row["title"] == "t" * CELL_CHARS + f"… [{100_000 - CELL_CHARS} more characters]"
    assert len(row["author"]) < CELL_CHARS + 40


async def test_text_of_providers_is_cleaned_and_redacted_wherever_it_is_shown(tmp_path: Path) -> None:
    token = FAKE_SECRETS["github_token"]
    hostile = f"\x1b[31mred\x1b[0m \u202etxt\u200b {token}"
    shelf = Shelf("am", [alert("1", name=hostile, service=hostile, summary=hostile, link=f"https://x.example/{token}")])
    async with house(tmp_path, shelf.instance) as asked:
        found = await asked.ask("search_alerts")
        whole = await asked.ask("get_record", ref=column(found, "ref")[0])
        evidence = await asked.ask("get_evidence", ids=found["evidence"])
    for answer in (found, whole, evidence):
        text = json.dumps(answer, ensure_ascii=False)
        assert token not in text
        assert not {"\x1b", "\u202e", "\u200b", "\\u001b"} & set(text)
    assert record(found)["summary"] == "red txt [redacted:github_token]"


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (1 / 3, 0.333333),
        (123_456_789.0, 123_457_000.0),
        (float("nan"), None),
        (float("inf"), None),
        (7, 7),
        (True, True),
        (None, None),
        (["a", 1 / 3, None], ["a", 0.333333, None]),
    ],
)
def test_a_number_is_short_and_finite(cell: object, shown: object) -> None:
    assert rendered(Answer(columns=["x"], rows=[[cell]]))["rows"] == [[shown]]  # type: ignore[list-item]


def test_text_and_structure_are_the_same_compact_json() -> None:
    shown = rendered(Answer(columns=["name"], rows=[["Größe"]], total=1))
    assert json.loads(to_json(shown)) == shown
    assert to_json({"a": [1, "ü"]}) == '{"a":[1,"ü"]}'


def test_evidence_is_listed_once_and_capped() -> None:
    idents = [f"ev_{number}" for number in range(EVIDENCE_IDS_MAX + 3)]
    shown = rendered(Answer(columns=[], rows=[], evidence=idents + idents))
    assert shown["evidence"] == idents[:EVIDENCE_IDS_MAX]
    assert shown["notes"] == ["3 more evidence ids: get_evidence lists them"]


def test_an_answer_that_could_not_be_logged_says_so() -> None:
    assert rendered(Answer(columns=[], rows=[]), degraded="the log cannot be written")["notes"] == [
        "the log cannot be written"
    ]


@pytest.mark.parametrize(
    ("rows", "statuses", "status"),
    [
        ([["x"]], ["ok", "ok"], "ok"),
        ([["x"]], ["ok", "timeout"], "partial"),
        ([], ["ok", "misconfigured"], "partial"),
        ([], ["ok", "ok"], "empty"),
    ],
)
def test_empty_needs_an_answer_of_every_source(rows: list[list[str]], statuses: list[str], status: str) -> None:
    answer = Answer(columns=["x"], rows=rows, sources=[Source("s", one) for one in statuses])
    assert rendered(answer)["status"] == status


async def test_an_answer_of_the_demo(tmp_path: Path) -> None:
    async with house(tmp_path, demo()) as asked:
        shown = await asked.ask("search_alerts", service="checkout")
    shown["investigation"] = "inv_..."
    shown["sources"] = [list(source) for source in shown["sources"]]
    assert shown == snapshot(
        {
            "status": "ok",
            "demo": True,
            "investigation": "inv_...",
            "window": {
                "from": "2026-03-02T09:21:00Z",
                "to": "2026-03-03T09:21:00Z",
                "defaulted": True,
                "now": "2026-03-03T09:21:00Z",
            },
            "sources": [["instance", "status", "ms", "query", "link"]],
            "columns": ["ref", "name", "status", "severity", "service", "starts_at", "summary", "link"],
            "rows": [
                [
                    "alert:demo/a-7f31",
                    "CheckoutHighErrorRate",
                    "firing",
                    "critical",
                    "checkout",
                    "2026-03-03T09:14:00Z",
                    "More than 5 % of checkout requests have failed for 2 minutes",
                    "https://alerts.example.com/a/a-7f31",
                ]
            ],
            "total": 1,
            "shown": 1,
            "notes": [],
            "evidence": ["ev_u2m55ph3tm3dayky"],
        }
    )
