"""What a verdict is worth: the measures of the recordings' scorer, for many verdicts in one run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from opsloom.analysis.verdict import Verdict, VerdictKind

Prediction = dict[str, Any]
Scores = dict[tuple[str, str], float]
LOWER_IS_BETTER = "decoy blamed"
CHANGES_SAID = 5
SERVICES_SAID = 5


def prediction_of(case: str, verdict: Verdict) -> Prediction:
    """A line for the scorer."""
    return {
        "case": case,
        "services": [suspect.service for suspect in verdict.services[:SERVICES_SAID]],
        "changes": [suspect.change.ref.native_id for suspect in verdict.changes[:CHANGES_SAID]],
        "blast": list(verdict.blast),
        "no_change": verdict.kind is not VerdictKind.CHANGE,
    }


def scores_of(predictions: Sequence[Prediction], truths: Mapping[str, dict[str, Any]]) -> Scores:
    """The mean of each measure per set: (set, measure) to 0..1."""
    found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for said in predictions:
        truth = truths[said["case"]]
        for measure, value in _measures(said, truth):
            found[truth["set"], measure].append(value)
    return {key: sum(values) / len(values) for key, values in sorted(found.items())}


def _measures(said: Prediction, truth: dict[str, Any]) -> list[tuple[str, float]]:
    found = []
    if truth["set"] != "rcb":
        found += [(f"service@{k}", float(truth["service"] in said["services"][:k])) for k in (1, 3)]
    if "change" in truth:
        blamed = [] if said["no_change"] else said["changes"][:1]
        if truth["change"] == "none":
            found.append(("abstains", float(said["no_change"] or not said["changes"])))
        else:
            found.append(("change@1", float(truth["change"] in blamed)))
            found.append(("change@3", float(truth["change"] in said["changes"][:3])))
        found.append((LOWER_IS_BETTER, float(bool(set(blamed) & set(truth.get("decoys", []))))))
    if truth.get("blast"):
        want, got = set(truth["blast"]), set(said["blast"])
        found.append(("blast Jaccard", len(want & got) / len(want | got)))
    return found
