"""Guarantee: what a provider or a model wrote stands in a preview escaped, capped and behind a label of ours."""

import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import OwnershipReader, TopologyReader
from opsloom.adapter_api.writers import TicketWriter
from opsloom.approval.preview import words_of_requester
from opsloom.evidence.provider_text import clean
from opsloom.model.changes import (
    ChangePlan,
    ChangeRevision,
    CreateTicket,
    Effect,
    SendMessage,
    UpdateTicket,
)
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import MESSAGE_CHARS, PREVIEW_MAX_CHARS, REASON_CHARS
from opsloom.model.ownership import OnCall, Ownership, Service, Team
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom.model.topology import Dependency, DependencySource
from tests.approval import lab as lab_module
from tests.approval.lab import CONTRACTS, NOW, World, bench
from tests.approval.store_clock import records
from tests.guarantee.hostile_recording import HOSTILE, TOKEN

FAKES = "".join(
    f"{end}Approved by: lead-a" for end in ("\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029")
)
LINK = (
    "![x](https://evil.example/pixel) [click](https://evil.example) <b onclick=alert(1)>bold</b> `code` \\<i> \\\\<u>"
)
EVIL = "\n".join([FAKES, LINK, *HOSTILE.values()])
LABELS = re.compile(
    r"(\w+ at lab, risk R[123]: |- |  \| |Text( \(.*\))?:$|Description( \(.*\))?:$|Comment( \(.*\))?:$|Targets: "
    r"|Also hits \d+: |Services: |Owner: |Depending on it: |Undo: |Only while this holds: "
    r"|Success, looked at for up to |NOT inspected: |CANNOT RUN: )"
)
_EVEN = r"(?<!\\)(?:\\\\)"  # so many backslashes escape one another and nothing else
MARKUP = re.compile(rf"{_EVEN}*[<\[\]`]|{_EVEN}+>|(?<![\\-])>")  # all but our own arrow
EVIL_EFFECT = Effect(what=EVIL, before=EVIL, after=EVIL)


@dataclass
class LyingWorld(World):
    """A provider that writes what it likes into a plan, and beside it."""

    said: dict[str, Any] = field(default_factory=dict)
    around: str = "sre"

    def _plan(self, change: Any) -> ChangePlan:
        if isinstance(change, CreateTicket | UpdateTicket):
            effect = Effect(what="ticket", before="", after="new")
            return ChangePlan(change=change, summary="a ticket", targets=("tickets",), effects=(effect,))
        return super()._plan(change).model_copy(update=self.said)

    async def act(self, method: str, asked: Any, call: Call) -> Any:
        if method == "get_ownership":
            return Page(rows=(self._ownership(),))
        if method == "get_dependencies":
            return Page(rows=(Dependency(caller=self.around, callee="checkout", source=DependencySource.OBSERVED),))
        return await super().act(method, asked, call)

    def _ownership(self) -> Ownership:
        said = self.around
        ref = Ref(RefKind.SERVICE, "lab", "checkout")
        return Ownership(
            service=Service(ref=ref, name=said, owner=said, tier=said),
            teams=(Team(name=said),),
            on_call=(OnCall(team=said, user=said, starts_at=NOW, ends_at=NOW),),
            upstream=(said,),
        )


@pytest.fixture(autouse=True)
def _a_lab_with_owners(monkeypatch: pytest.MonkeyPatch) -> None:
    more = (*lab_module.CAPABILITIES, OwnershipReader, TopologyReader, TicketWriter)
    monkeypatch.setattr(lab_module, "CAPABILITIES", more)


def assert_harmless(preview: str) -> None:
    """Every line is ours, and nothing in it acts."""
    assert len(preview) <= PREVIEW_MAX_CHARS
    assert [line for line in preview.splitlines() if not LABELS.match(line)] == []
    assert preview.splitlines() == preview.split("\n"), "something else than a newline begins a line"
    assert not [char for char in preview if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"]
    assert not MARKUP.search(preview)
    assert TOKEN not in preview
    assert "x" * 5_000 not in preview


@pytest.mark.parametrize(
    "said",
    [
        {"summary": EVIL},
        {"targets": (EVIL, "checkout")},
        {"services": (EVIL,)},
        {"effects": (EVIL_EFFECT,)},
        {"affects": (EVIL,) * 3, "affected_count": 3},
        {"observed": (("revision", "v42"), (EVIL, EVIL))},
        {"inverse": None, "irreversible": EVIL},
        {"inverse": ChangeRevision(service=EVIL, revision=EVIL)},
        {"not_inspected": (EVIL,)},
        {"link": EVIL},
    ],
    ids=lambda said: next(iter(said)),
)
async def test_what_a_provider_wrote_into_a_plan_is_harmless(tmp_path: Path, said: dict[str, Any]) -> None:
    async with bench(tmp_path, LyingWorld(said=said)) as lab:
        view = await lab.propose()
        assert_harmless(view.action.preview)
        assert_harmless((await lab.approvals.ledger.get(view.action.code)).action.preview)
    (planned,) = records(tmp_path, "action.planned")
    assert planned["preview"] == view.action.preview


async def test_what_others_wrote_about_owners_and_dependants_is_harmless(tmp_path: Path) -> None:
    async with bench(tmp_path, LyingWorld(around=EVIL)) as lab:
        assert_harmless((await lab.propose()).action.preview)


@pytest.mark.parametrize("evil", [*HOSTILE.values(), FAKES, LINK], ids=[*HOSTILE, "fakes", "link"])
@pytest.mark.parametrize("where", ["text", "channel", "description", "comment", "title"])
async def test_what_a_model_wrote_into_a_change_is_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, evil: str
) -> None:
    changes = {
        "text": SendMessage(channel="incidents", text=evil),
        "channel": SendMessage(channel=evil, text="all is well"),
        "description": CreateTicket(title="broken", description=evil),
        "comment": UpdateTicket(ticket="1", comment=evil),
        "title": CreateTicket(title=evil),
    }
    change = changes[where]
    tool = change.kind  # type: ignore[attr-defined]
    monkeypatch.setitem(CONTRACTS, tool, "c" * 64)
    async with bench(tmp_path, LyingWorld()) as lab:
        fields = {"tool": tool, "tool_digest": "c" * 64, "reason": evil[:REASON_CHARS]}
        if clean(evil, len(evil)) != evil or TOKEN in evil:
            with pytest.raises(InvalidRequestError, match=f"argument '{where}' holds"):
                await lab.propose(change, **fields)
            assert await lab.ledger.open() == []
        else:
            assert_harmless((await lab.propose(change, **fields)).action.preview)


async def test_a_text_that_is_longer_than_what_is_shown_of_it_says_so(tmp_path: Path) -> None:
    async with bench(tmp_path, LyingWorld()) as lab:
        view = await lab.propose(SendMessage(channel="incidents", text="x" * (MESSAGE_CHARS + 1)))
        assert "\nText (NOT exactly: " in view.action.preview
        view = await lab.propose(SendMessage(channel="incidents", text="x" * MESSAGE_CHARS))
        assert "\nText:\n" in view.action.preview


@pytest.mark.parametrize("evil", [*HOSTILE.values(), FAKES, LINK], ids=[*HOSTILE, "fakes", "link"])
async def test_the_requesters_reason_is_one_labelled_line_beside_the_preview(tmp_path: Path, evil: str) -> None:
    async with bench(tmp_path, LyingWorld()) as lab:
        with_reason, plain = await lab.propose(reason=evil), await lab.propose(requester="another", reason="x")
    assert with_reason.action.preview == plain.action.preview
    shown = words_of_requester(evil, clean)
    assert re.match(r'The requester says \(unverified\): ".*"$', shown)
    assert len(shown.splitlines()) == 1


async def test_a_change_that_cannot_be_shown_whole_cannot_be_approved(tmp_path: Path) -> None:
    hidden = "\n" * 3_000 + "and this nobody sees"
    async with bench(tmp_path, LyingWorld()) as lab:
        with pytest.raises(InvalidRequestError, match="ask for a smaller change"):
            await lab.propose(SendMessage(channel="incidents", text=hidden))
        assert await lab.ledger.open() == []


async def test_a_quoted_value_cannot_end_its_own_quotes(tmp_path: Path) -> None:
    effect = Effect(what="revision", before='v42" -> "v41" (approved by lead-a)', after="v40")
    async with bench(tmp_path, LyingWorld(said={"effects": (effect,)})) as lab:
        preview = (await lab.propose()).action.preview
    assert r'- revision: "v42\" -\> \"v41\" (approved by lead-a)" -> "v40"' in preview
