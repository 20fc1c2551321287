"""``python -m bench.correlate RECORDINGS OUT.jsonl``: what ``investigate`` says of recorded incidents, over MCP.

Opens each recording through the real server at the recording's clock and asks about its first alert, as whoever was
paged would: one ``investigate``, whose answer cites its evidence, then one ``get_evidence`` to read what the first
suspect stands on. Writes a prediction per recording for its scorer and prints what the answers cost and how much of the
evidence they cite replays. It never sees the truth, so a row does not say whether the suspect is the right one.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
from mcp import Client

from bench.evidence_replay import cited_in, replays
from bench.prediction import first_suspect, prediction_of
from bench.recorded_server import INSTANCE, recorded_client
from bench.table import print_table
from bench.tokens import TOKENIZER, tokens
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.recording.folder import read


class RefusedError(Exception):
    """A tool ended with an error; the text is what a model reads."""


@dataclass
class Session:
    """The calls of one reader of one recording; ``answer_tokens`` and ``seconds`` are per call."""

    client: Client
    answer_tokens: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def ask(self, tool: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """The answer, and the text that a model reads.

        :raises RefusedError: the tool ended with an error.
        """
        started = time.perf_counter()
        result = await self.client.call_tool(tool, dict(arguments))
        self.seconds.append(time.perf_counter() - started)
        text = "".join(block.text for block in result.content if block.type == "text")
        self.answer_tokens.append(tokens(text))
        if result.is_error:
            raise RefusedError(text)
        answer: dict[str, Any] = result.structured_content
        return answer, text


@dataclass(frozen=True)
class CaseResult:
    """One recording: the prediction, what it cost, and how many of ``cited`` evidence ids were ``replayed``.

    ``error`` is why there is no prediction. ``answer_tokens`` and ``seconds`` are per call, ``investigate`` first.
    """

    case: str
    prediction: dict[str, Any] | None
    verdict: str
    answer_tokens: Sequence[int]
    seconds: Sequence[float]
    cited: int
    replayed: int
    error: str = ""


def main() -> int:
    """0 when every recording had an answer and all cited evidence replayed."""
    if len(sys.argv) != 3:
        print("usage: python -m bench.correlate RECORDINGS OUT.jsonl")
        return 2
    recordings, out = map(Path, sys.argv[1:])
    results = investigate_all(recordings)
    write_predictions(results, out)
    print_results(results)
    return 0 if all(not result.error and result.cited == result.replayed for result in results) else 1


def investigate_all(recordings: Path) -> list[CaseResult]:
    """Every recording in the folder, each with a workspace of its own, by name."""
    folders = sorted(header.parent for header in recordings.glob("*/recording.json"))
    return [anyio.run(investigate_one, folder) for folder in folders]


async def investigate_one(recording: Path) -> CaseResult:
    """One recording, named by its folder."""
    with tempfile.TemporaryDirectory() as workspace:
        async with recorded_client(recording, Path(workspace)) as client:
            session = Session(client)
            try:
                answer, text = await session.ask("investigate", question_of(recording))
                await _read_evidence(session, answer)
            except RefusedError as error:
                return CaseResult(
                    recording.name, None, "", session.answer_tokens, session.seconds, 0, 0, error=str(error)
                )
            cited = cited_in(text)
            replayed = [await replays(client, ident) for ident in cited]
    return CaseResult(
        recording.name,
        prediction_of(recording.name, answer),
        answer["verdict"]["kind"],
        session.answer_tokens,
        session.seconds,
        len(cited),
        sum(replayed),
    )


async def _read_evidence(session: Session, answer: Mapping[str, Any]) -> None:
    """What the row of the first suspect cites, if there is one."""
    if cited := cited_in(json.dumps(first_suspect(answer))):
        await session.ask("get_evidence", {"ids": cited})


def question_of(recording: Path) -> dict[str, str]:
    """The arguments: the ref of the first alert; a recording without alerts leaves the whole of it to ask about."""
    lines = (read(recording, "alerts.jsonl") or b"").splitlines()
    first = next((json.loads(line) for line in lines if line.strip()), None)
    return {} if first is None else {"alert": str(Ref(RefKind.ALERT, INSTANCE, first["id"]))}


def write_predictions(results: Iterable[CaseResult], out: Path) -> None:
    """One JSON line per recording that had an answer."""
    lines = [json.dumps(result.prediction) for result in results if result.prediction is not None]
    out.write_text("".join(f"{line}\n" for line in lines), "utf-8")


def print_results(results: Sequence[CaseResult]) -> None:
    """A row per recording, then the medians."""
    columns = ("recording", "verdict", "calls", "tokens", "of investigate", "seconds", "cited", "replayed")
    rows = [
        (
            result.case,
            result.verdict or f"ERROR: {result.error}",
            len(result.answer_tokens),
            sum(result.answer_tokens),
            result.answer_tokens[0],
            sum(result.seconds),
            result.cited,
            f"{result.replayed / result.cited:.0%}" if result.cited else "-",
        )
        for result in results
    ]
    print_table(f"Recorded incidents through investigate ({TOKENIZER} tokens)", columns, rows)
    if results:
        _print_summary(results)


def _print_summary(results: Sequence[CaseResult]) -> None:
    answered = [result for result in results if not result.error]
    cited, replayed = (sum(getattr(result, name) for result in results) for name in ("cited", "replayed"))
    rows = (
        ("calls", statistics.median(len(result.answer_tokens) for result in results)),
        ("tokens of investigate", statistics.median(result.answer_tokens[0] for result in results)),
        ("tokens with its evidence read", statistics.median(sum(result.answer_tokens) for result in results)),
        ("seconds", statistics.median(sum(result.seconds) for result in results)),
    )
    print_table(f"Medians of {len(results)} recordings", ("what", "median"), rows)
    print(f"\n{len(answered)} of {len(results)} answered; {replayed} of {cited} cited pieces of evidence replayed.")


if __name__ == "__main__":
    sys.exit(main())
