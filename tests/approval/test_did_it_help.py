"""What counts as having helped: alerts that end, metrics under their own line, and no new alerts."""

from pathlib import Path
from typing import Any

import pytest

from opsloom.approval.progress import Effectiveness
from opsloom.model.alerts import Alert, AlertStatus
from opsloom.model.errors import UnavailableError
from opsloom.model.limits import VERIFY_CHECKS_MAX
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from tests.approval.lab import NOW, World, bench


class Measured(World):
    """Its alert tells by which expression it was computed."""

    expression: str = ""

    def _alerts(self, method: str, asked: Any) -> Any:
        found = super()._alerts(method, asked)
        told = {"metric": "http_requests_total", "threshold": 0.05, "expression": self.expression}
        if isinstance(found, Alert):
            return found.model_copy(update=told)
        return Page(rows=tuple(alert.model_copy(update=told) for alert in found.rows))


class SlowSource(World):
    """Once the rollback is done a second source tells of a second alert, which began then or before."""

    began_before: bool = True

    def _alerts(self, method: str, asked: Any) -> Any:
        found = super()._alerts(method, asked)
        if isinstance(found, Alert) or not self.applied:
            return found
        late = found.rows[0].model_copy(update={"fingerprint": "f", "starts_at": NOW})
        slow = late.model_copy(update={"ref": Ref(RefKind.ALERT, "lab", "slow")})
        soon = late.model_copy(update={"ref": Ref(RefKind.ALERT, "lab", "a1"), "starts_at": found.rows[0].starts_at})
        return Page(rows=(*found.rows, slow, soon) if self.began_before else (*found.rows, slow))


class Silenced(World):
    """Its alert fires, and nobody is notified of it."""

    def _alerts(self, method: str, asked: Any) -> Any:
        found = super()._alerts(method, asked)
        if method == "search_alerts":
            alert = super()._alerts("get_alert", asked).model_copy(update={"status": AlertStatus.SUPPRESSED})
            return Page(rows=(alert,) if asked.matches(alert) else ())
        return found


class Mute(World):
    """Its alerts cannot be asked for."""

    def _alerts(self, method: str, asked: Any) -> Any:
        raise UnavailableError("nobody answers at the address of lab", instance="lab")


async def test_an_alert_that_is_silenced_must_end_as_well(tmp_path: Path) -> None:
    async with bench(tmp_path, Silenced(heals=False)) as lab:
        view = await lab.propose()
        await lab.decide(view)
        ended = await lab.run(view)
    assert ended.progress.effectiveness is Effectiveness.INEFFECTIVE


async def test_a_source_of_alerts_that_does_not_answer_is_named_in_the_preview(tmp_path: Path) -> None:
    async with bench(tmp_path, Mute()) as lab:
        preview = (await lab.propose()).action.preview
    assert "which alerts fire, and whether they end: lab did not answer" in preview


class ManyAlerts(World):
    """More alerts fire than are looked at afterwards."""

    def _alerts(self, method: str, asked: Any) -> Any:
        found = super()._alerts(method, asked)
        if isinstance(found, Alert) or not found.rows:
            return found
        refs = [Ref(RefKind.ALERT, "lab", f"a{number}") for number in range(VERIFY_CHECKS_MAX)]
        return Page(rows=tuple(found.rows[0].model_copy(update={"ref": ref}) for ref in refs))


async def test_alerts_that_nobody_will_look_at_afterwards_are_named_in_the_preview(tmp_path: Path) -> None:
    async with bench(tmp_path, ManyAlerts()) as lab:
        preview = (await lab.propose()).action.preview
    last = f"alert alert:lab/a{VERIFY_CHECKS_MAX - 1} has ended"
    unseen = next(line for line in preview.splitlines() if line.startswith("NOT inspected: "))
    assert f"afterwards, whether {last}" in unseen
    assert preview.count(last) == 1


@pytest.mark.parametrize(
    ("expression", "held_against_the_line"),
    [
        ("", True),
        ("http_requests_total > 0.05", True),
        ('sum(rate(http_requests_total{code=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05', False),
        ("rate(http_requests_total[5m]) > 0.05", False),
        ('http_requests_total{code="500"} > 0.05', False),
    ],
)
async def test_a_metric_is_held_against_a_line_only_if_the_line_is_its_own(
    expression: str, held_against_the_line: bool, tmp_path: Path
) -> None:
    world = Measured()
    world.expression = expression
    async with bench(tmp_path, world) as lab:
        view = await lab.propose()
    assert ("http_requests_total of checkout is at or below 0.05" in view.action.preview) is held_against_the_line


@pytest.mark.parametrize(
    ("began_before", "expected"), [(True, Effectiveness.INEFFECTIVE), (False, Effectiveness.REGRESSED)]
)
async def test_an_alert_is_new_only_if_no_source_knew_it_before_the_change(
    began_before: bool, expected: Effectiveness, tmp_path: Path
) -> None:
    world = SlowSource(heals=False)
    world.began_before = began_before
    async with bench(tmp_path, world) as lab:
        view = await lab.propose()
        await lab.decide(view)
        ended = await lab.run(view)
    assert ended.progress.effectiveness is expected
