"""Write docs/adapters: a page for each adapter, and the matrix of what each can do and how that was proven.

All of it comes from the manifests, the adapters' READMEs and the tests; a test holds the pages to what the code says.
"""

import importlib.util
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from opsloom.adapter_api.adapter import Manifest
from opsloom.adapter_api.capabilities import (
    AlertReader,
    ChatReader,
    DeployReader,
    FlagReader,
    IncidentReader,
    LogReader,
    MetricReader,
    OwnershipReader,
    SloReader,
    TicketReader,
    TopologyReader,
)
from opsloom.adapter_api.writers import (
    WRITERS,
    AlertAcknowledger,
    AlertSilencer,
    AlertUpdater,
    ChannelWriter,
    DeployRoller,
    EventRecorder,
    FlagToggler,
    MessageSender,
    Pager,
    ServiceOperator,
    TicketWriter,
)
from opsloom.providers.registry import installed, load_adapter
from opsloom.tools import TOOLS

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "docs" / "adapters"
NOUNS: dict[str, tuple[type, ...]] = {
    "alerts": (AlertReader, AlertAcknowledger, AlertSilencer, AlertUpdater),
    "metrics": (MetricReader,),
    "logs": (LogReader,),
    "deploys": (DeployReader, DeployRoller, ServiceOperator),
    "tickets": (TicketReader, TicketWriter),
    "incidents": (IncidentReader,),
    "owners": (OwnershipReader,),
    "topology": (TopologyReader,),
    "SLOs": (SloReader,),
    "flags": (FlagReader, FlagToggler),
    "chat": (ChatReader, MessageSender, ChannelWriter),
    "paging": (Pager,),
    "events": (EventRecorder,),
}
_SENTENCE = {
    "real": "the real software, in the tests",
    "schema": "its published schema: every request and every reply of the contract",
    "documents": "replies written from its public documentation",
}


@dataclass(frozen=True)
class Proof:
    """What an adapter was proven against; ``documents`` are the pages that its contract cites."""

    real: bool
    schema: bool
    documents: tuple[str, ...]

    def words(self) -> list[str]:
        return [name for name in ("real", "schema", "documents") if getattr(self, name)]


def shipped() -> list[str]:
    """The kinds in this repository, whatever else is installed."""
    return [kind for kind in installed() if (ROOT / "adapters" / "opsloom_adapters" / kind / "adapter.py").is_file()]


def proof_of(kind: str) -> Proof:
    """Found in the tests: those that ask the real thing, and a contract that is held to a schema.

    What reads files and runs programs is always tested with real ones.
    """
    contract = ROOT / "tests" / "contract" / f"test_{kind}_contract.py"
    tests = sorted((ROOT / "tests" / "adapters" / kind).glob("test_*.py"))
    source = contract.read_text("utf-8")
    return Proof(
        real="(AdapterContract)" in source or any(_asks_the_real_thing(file) for file in tests),
        schema="(SpecContract)" in source or any("vendor_mock(" in file.read_text("utf-8") for file in tests),
        documents=_cited(contract),
    )


def _asks_the_real_thing(test: Path) -> bool:
    return test.name.startswith("test_real_") or re.search(r"\bbed: (Bed|Any)\b", test.read_text("utf-8")) is not None


def _cited(contract: Path) -> tuple[str, ...]:
    """The pages that the module names as its source, and those of what the vendor's schema lacks."""
    spec = importlib.util.spec_from_file_location(f"contract_of_{contract.stem}", contract)
    if spec is None or spec.loader is None:
        raise ImportError(f"{contract} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    beyond = [page for one in vars(module).values() for page in getattr(one, "beyond_schema", {}).values()]
    pages = re.findall(r"https://[^\s\"')>\]]+", " ".join([inspect.getdoc(module) or "", *beyond]))
    return tuple(dict.fromkeys(pages))


def matrix() -> str:
    """One row an adapter: what it reads (r) and changes (w) of each noun, and what that was proven against."""
    rows = [f"| adapter | {' | '.join(NOUNS)} | proven against |", f"|---|{'---|' * len(NOUNS)}---|"]
    for kind in shipped():
        manifest = load_adapter(kind).manifest
        cells = " | ".join(_cell(manifest, noun) for noun in NOUNS)
        rows.append(f"| [{kind}]({kind}.md) | {cells} | {', '.join(proof_of(kind).words())} |")
    return "\n".join(rows)


def does(manifest: Manifest, *, changing: bool) -> list[str]:
    """The nouns that an adapter of ``manifest`` reads, or ``changing``."""
    has = {one for one in manifest.capabilities if (one in WRITERS) is changing}
    return [noun for noun, capabilities in NOUNS.items() if has.intersection(capabilities)]


def _cell(manifest: Manifest, noun: str) -> str:
    return "".join(
        letter for letter, changing in (("r", False), ("w", True)) if noun in does(manifest, changing=changing)
    )


def index() -> str:
    """docs/adapters/README.md."""
    return "\n".join([
        "<!-- written by scripts/adapters.py -->",
        "# Adapters",
        "r: it reads; w: it changes, once a person approved. Proven against:",
        *(f"- **{name}**: {sentence}." for name, sentence in _SENTENCE.items()),
        "",
        matrix(),
        "",
        "`opsloom init --add ADAPTER` asks for the few settings that one needs, tells where to make the credential and",
        "with which scopes, tries it and writes the block. One of your own: [writing-one.md](writing-one.md).",
        "",
    ])  # fmt: skip


def page(kind: str) -> str:
    """docs/adapters/KIND.md: what the manifest says, then the adapter's README."""
    manifest = load_adapter(kind).manifest
    readme = (ROOT / "adapters" / "opsloom_adapters" / kind / "README.md").read_text("utf-8")
    body = re.sub(r"^# .*\n", "", readme, count=1).strip().replace("](../../../docs/", "](../")
    return "\n".join(
        ["<!-- written by scripts/adapters.py -->", f"# {kind}: {manifest.title}", *_facts(kind), "", body, ""]
    )


def _facts(kind: str) -> Iterator[str]:
    manifest = load_adapter(kind).manifest
    served = [spec for spec in TOOLS.values() if manifest.capabilities.intersection(spec.needs)]
    yield f"- Tools that read: {_listed(spec.name for spec in served if not spec.changes)}"
    yield f"- Tools that change: {_listed(spec.name for spec in served if spec.proposes)}"
    yield f"- Proven against: {'; '.join(_SENTENCE[word] for word in proof_of(kind).words())}"
    yield f"- API: <{manifest.documentation}>"
    if manifest.credential_url:
        yield f"- Make the credential: <{manifest.credential_url}>"
    for writes, what in ((False, "Scopes to read"), (True, "Scopes to change, with a credential of their own")):
        scopes = [f"`{scope.name}` ({scope.reason})" for scope in manifest.scopes if scope.writes is writes]
        if scopes:
            yield f"- {what}: {', '.join(scopes)}"
    if manifest.rate_limit is not None:
        headers = (manifest.rate_limit.limit, manifest.rate_limit.remaining, manifest.rate_limit.reset)
        yield f"- Rate limit, as `opsloom doctor` shows it: {_listed(name for name in headers if name)}"


def _listed(names: Iterator[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "none"


def pages() -> dict[Path, str]:
    """Everything that is generated."""
    return {PAGES / "README.md": index(), **{PAGES / f"{kind}.md": page(kind) for kind in shipped()}}


def main() -> None:
    """Rewrite the files."""
    for file, text in pages().items():
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
