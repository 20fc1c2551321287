"""``python -m bench.correlate_offline RECORDINGS TRUTH OUT.jsonl``: the analysis alone on recorded incidents.

For development: it goes round the server, so it says nothing of tokens, calls and evidence. Writes predictions for the
recordings' scorer and prints scores, errors, ablation, disturbances, reliability and time as Markdown.
"""

import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.correlate_disturb import DISTURBANCES
from bench.correlate_score import Scores, prediction_of, scores_of
from bench.recorded_scene import read_scene
from bench.table import percentile, print_table
from opsloom.analysis import change_signals, service_signals
from opsloom.analysis.scene import Scene
from opsloom.analysis.verdict import Verdict, VerdictKind, judge

Scenes = Mapping[str, Scene]
Truths = Mapping[str, dict[str, Any]]
RELIABILITY_EDGES = (0.0, 0.5, 0.7, 0.85, 1.01)
QUIET_SHARES = (0.5, 0.7, 0.9)
SIGNALS = sorted(
    value
    for module in (service_signals, change_signals)
    for name, value in vars(module).items()
    if name.isupper() and isinstance(value, str)
)


def main() -> int:
    """Read, judge, write, print."""
    recordings, truth, out = map(Path, sys.argv[1:4])
    truths: Truths = {path.stem: json.loads(path.read_text()) for path in sorted(truth.glob("*.json"))}
    scenes = {case: read_scene(recordings / case) for case in truths}
    verdicts, seconds = _judged(scenes)
    predictions = [prediction_of(case, verdict) for case, verdict in verdicts.items()]
    out.write_text("".join(json.dumps(line) + "\n" for line in predictions))
    base = scores_of(predictions, truths)
    print_table("Scores", ("set", "measure", "score"), [(*key, f"{value:.3f}") for key, value in base.items()])
    _print_errors(verdicts, truths)
    rows = {name: _scores(scenes, truths, frozenset({name})) for name in SIGNALS}
    _print_differences("Without one signal", base, rows)
    disturbed = {
        name: _scores({case: disturb(scene) for case, scene in scenes.items()}, truths)
        for name, disturb in DISTURBANCES.items()
    }
    _print_differences("Disturbed", base, disturbed)
    _print_reliability(verdicts, truths)
    _print_quiet(scenes)
    print(f"\nSeconds per case: median {percentile(seconds, 0.5):.3f}, p95 {percentile(seconds, 0.95):.3f}")
    return 0


def _judged(scenes: Scenes, without: frozenset[str] = frozenset()) -> tuple[dict[str, Verdict], list[float]]:
    verdicts, seconds = {}, []
    for case, scene in scenes.items():
        start = time.perf_counter()
        verdicts[case] = judge(scene, without)
        seconds.append(time.perf_counter() - start)
    return verdicts, seconds


def _scores(scenes: Scenes, truths: Truths, without: frozenset[str] = frozenset()) -> Scores:
    verdicts, _ = _judged(scenes, without)
    return scores_of([prediction_of(case, verdict) for case, verdict in verdicts.items()], truths)


def _print_errors(verdicts: Mapping[str, Verdict], truths: Truths) -> None:
    rows = []
    for case, verdict in verdicts.items():
        truth = truths[case]
        services = [suspect.service for suspect in verdict.services]
        if truth["set"] != "rcb" and services[:1] != [truth["service"]]:
            place = services.index(truth["service"]) + 1 if truth["service"] in services else None
            first = verdict.services[0]
            rows.append((case, truth["service"], place, f"{first.service}: {first.signals[0].told}", first.confidence))
        blamed = verdict.changes[0].change.ref.native_id if verdict.kind is VerdictKind.CHANGE else "none"
        if "change" in truth and blamed != truth["change"]:
            rows.append((case, truth["change"], None, blamed, verdict.confidence))
    print_table("Errors", ("case", "truth", "its place", "said", "confidence"), rows)


def _print_differences(title: str, base: Scores, rows: Mapping[str, Scores]) -> None:
    keys = list(base)
    cells = [
        (name, *(f"{found.get(key, 0) - base[key]:+.3f}" if found.get(key, 0) != base[key] else "" for key in keys))
        for name, found in rows.items()
    ]
    print_table(f"{title}: what each score loses", ("", *(" ".join(key) for key in keys)), cells)


def _print_reliability(verdicts: Mapping[str, Verdict], truths: Truths) -> None:
    said = [
        (verdict.services[0].confidence, verdict.services[0].service == truths[case]["service"])
        for case, verdict in verdicts.items()
        if verdict.services
    ]
    _print_bins("Reliability of the first service", said)
    blamed = [
        (suspect.confidence, suspect.change.ref.native_id == truths[case].get("change"))
        for case, verdict in verdicts.items()
        for suspect in verdict.changes[:1]
    ]
    _print_bins("Reliability of the first change", blamed)


def _print_bins(title: str, said: Iterable[tuple[float, bool]]) -> None:
    said = list(said)
    rows = []
    for low, high in pairwise(RELIABILITY_EDGES):
        inside = [(confidence, right) for confidence, right in said if low <= confidence < high]
        if inside:
            mean = sum(confidence for confidence, _ in inside) / len(inside)
            rows.append(
                (f"{low:g}-{min(high, 1):g}", len(inside), mean, sum(right for _, right in inside) / len(inside))
            )
    print_table(title, ("confidence", "cases", "mean said", "share right"), rows)


def _print_quiet(scenes: Scenes) -> None:
    """The same services before the alert, asked without one and with one that means nothing.

    In some recordings the incident, or an earlier one, is under way by then: those rows are right.
    """
    for title, with_alert in (("nobody was alerted", False), ("a false alert", True)):
        rows = []
        for case, scene in scenes.items():
            for share in QUIET_SHARES:
                verdict = judge(_quiet(scene, share, with_alert=with_alert))
                if verdict.kind is not VerdictKind.INCONCLUSIVE:
                    rows.append((case, share, verdict.kind.value, *_first(verdict), verdict.confidence))
        total = len(scenes) * len(QUIET_SHARES)
        columns = ("case", "share of the history", "kind", "service", "why", "confidence")
        print_table(f"Convicted in {len(rows)} of {total} windows before the alert: {title}", columns, rows)


def _quiet(scene: Scene, share: float, *, with_alert: bool) -> Scene:
    now = scene.window.start + (scene.alerted_at - scene.window.start) * share
    focus = scene.focus
    if focus is not None and with_alert:
        focus = focus.model_copy(update={"starts_at": now - (scene.now - scene.alerted_at)})
    return replace(scene, now=now, focus=focus if with_alert else None)


def _first(verdict: Verdict) -> tuple[str, str]:
    first = verdict.services[0]
    return first.service, first.signals[0].told


if __name__ == "__main__":
    sys.exit(main())
