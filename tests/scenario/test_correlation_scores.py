"""What `investigate` says of incidents that other people recorded, beside what really happened.

The recordings are not in this repository: their licences allow their use, and they are large.
"""

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.correlate import CaseResult, investigate_all
from bench.correlate_score import LOWER_IS_BETTER, Scores, scores_of

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
TARGETS = {
    ("petshop", "service@1"): 24 / 26,
    ("petshop", "service@3"): 26 / 26,
    ("nezha", "service@1"): 14 / 24,
    ("nezha", "service@3"): 18 / 24,
    ("rcb", "change@1"): 6 / 9,
    ("rcb", "change@3"): 9 / 9,
    ("rcb", "abstains"): 2 / 3,
    ("rcb", "blast Jaccard"): 0.90,
}
DECOYS_BLAMED_MAX = 3 / 12
TOKENS_MEDIAN_MAX = 1_500
CALLS_MEDIAN_MAX = 2

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="no recorded incidents beside this checkout")


@pytest.fixture(scope="module")
def truths() -> Mapping[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("truth/*.json"))}


@pytest.fixture(scope="module")
def results() -> Sequence[CaseResult]:
    return investigate_all(CASES)


@pytest.fixture(scope="module")
def scores(results: Sequence[CaseResult], truths: Mapping[str, dict[str, Any]]) -> Scores:
    return scores_of([result.prediction for result in results if result.prediction], truths)


def test_every_recording_is_answered(results: Sequence[CaseResult], truths: Mapping[str, dict[str, Any]]) -> None:
    assert {result.case: result.error for result in results} == dict.fromkeys(truths, "")


@pytest.mark.parametrize(("where", "least"), TARGETS.items(), ids=map(" ".join, TARGETS))
def test_the_right_one_is_named(scores: Scores, where: tuple[str, str], least: float) -> None:
    assert scores[where] >= least


def test_a_change_that_only_happened_nearby_is_seldom_blamed(scores: Scores) -> None:
    assert scores["rcb", LOWER_IS_BETTER] <= DECOYS_BLAMED_MAX


def test_all_evidence_that_an_answer_cites_can_be_fetched_again(results: Sequence[CaseResult]) -> None:
    assert [result.case for result in results if not 0 < result.cited == result.replayed] == []


def test_a_right_first_suspect_with_its_evidence_costs_few_calls_and_tokens(
    results: Sequence[CaseResult], truths: Mapping[str, dict[str, Any]]
) -> None:
    right = [result for result in results if result.prediction and _is_right(result.prediction, truths[result.case])]
    assert statistics.median(len(result.answer_tokens) for result in right) <= CALLS_MEDIAN_MAX
    assert statistics.median(result.answer_tokens[0] for result in right) <= TOKENS_MEDIAN_MAX


def _is_right(prediction: Mapping[str, Any], truth: Mapping[str, Any]) -> bool:
    if truth.get("change", "none") != "none":
        return not prediction["no_change"] and prediction["changes"][:1] == [truth["change"]]
    return bool(prediction["services"][:1] == [truth["service"]])
