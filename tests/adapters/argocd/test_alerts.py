"""Applications that are not healthy now are alerts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opsloom.model.alerts import Alert, AlertQuery, AlertStatus, Severity
from opsloom.model.errors import NotFoundError, PermissionDeniedError
from opsloom.model.page import Page
from opsloom.model.window import Window
from tests.adapters.argocd.asking import NOW, URL, ArgoCd, application, call_at, connected, window

SINCE = "2026-03-03T09:05:00Z"


def in_health(status: str, name: str = "checkout", **health: Any) -> dict[str, Any]:
    said = {"status": status, "lastTransitionTime": SINCE, **health}
    return application(name, status={"health": said, "sync": {"status": "OutOfSync", "revision": "c" * 40}})


async def search(argo: ArgoCd, settings: dict[str, Any] | None = None, **asked: Any) -> Page[Alert]:
    async with connected(argo, **(settings or {})) as adapter:
        return await adapter.search_alerts(AlertQuery(**{"window": window(), "limit": 50, **asked}), call_at())


async def test_a_degraded_application_is_a_firing_alert() -> None:
    alert = (await search(ArgoCd(in_health("Degraded", message="0 of 3 ready")))).rows[0]
    assert alert == Alert(
        ref=alert.ref,
        link=f"{URL}/applications/argocd/checkout",
        name="ApplicationDegraded",
        status=AlertStatus.FIRING,
        status_raw="Degraded",
        severity=Severity.UNKNOWN,
        service="checkout",
        summary="0 of 3 ready",
        starts_at=datetime(2026, 3, 3, 9, 5, tzinfo=UTC),
        labels={
            "application": "checkout",
            "project": "shop",
            "cluster": "https://kubernetes.default.svc",
            "namespace": "shop",
        },
        attributes={
            "sync_status": "OutOfSync",
            "health_status": "Degraded",
            "phase": "Succeeded",
            "operation_message": "successfully synced (all tasks run)",
        },
    )
    assert alert.ref.native_id == "argocd/checkout"


@pytest.mark.parametrize(
    ("health", "shown"),
    [
        ("Missing", AlertStatus.FIRING),
        ("Unknown", AlertStatus.UNKNOWN),
        ("Feverish", AlertStatus.UNKNOWN),
        ("Healthy", None),
        ("Progressing", None),
        ("Suspended", None),
        ("", None),
    ],
)
async def test_what_is_an_alert_and_what_is_not(health: str, shown: AlertStatus | None) -> None:
    page = await search(ArgoCd(in_health(health)))
    assert [(alert.status, alert.status_raw) for alert in page.rows] == ([(shown, health)] if shown else [])


async def test_the_newest_come_first_and_a_cut_is_said() -> None:
    older = in_health("Degraded", "cart", lastTransitionTime="2026-03-03T08:00:00Z")
    argo = ArgoCd(older, in_health("Degraded"))
    assert [alert.service for alert in (await search(argo)).rows] == ["checkout", "cart"]
    cut = await search(argo, limit=1)
    assert (len(cut.rows), cut.total, cut.complete) == (1, 2, False)


async def test_before_argo_cd_told_since_when_the_last_operation_counts_with_a_note() -> None:
    page = await search(ArgoCd(in_health("Degraded", lastTransitionTime=None)))
    assert page.rows[0].starts_at == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert "does not tell since when" in page.notes[0]
    never = in_health("Missing", lastTransitionTime=None)
    never["status"]["operationState"] = None
    assert (await search(ArgoCd(never))).rows[0].starts_at == datetime(2026, 1, 5, 8, tzinfo=UTC)


async def test_a_window_in_the_past_is_answered_with_the_present_and_a_note() -> None:
    past = Window(start=NOW - timedelta(days=2), end=NOW - timedelta(days=1))
    page = await search(ArgoCd(in_health("Degraded")), window=past)
    assert page.rows == ()
    assert "how applications stand now" in page.notes[0]


async def test_filters_are_kept() -> None:
    argo = ArgoCd(in_health("Degraded", message="out of memory"))
    assert (await search(argo, text="MEMORY")).total == 1
    assert (await search(argo, text="disk")).total == 0
    assert (await search(argo, statuses=frozenset({AlertStatus.RESOLVED}))).total == 0
    severe = await search(argo, severity=Severity.CRITICAL)
    assert (severe.total, severe.notes[0][:41]) == (0, "Argo CD tells neither severity nor team: ")
    await search(argo, service="checkout")
    assert argo.requests[-1].url.params["name"] == "checkout"


async def test_nothing_to_see_is_not_nothing_wrong() -> None:
    argo = ArgoCd()
    argo.replies["GET /api/v1/account/can-i/applications/get/*/*"] = {"value": "no"}
    with pytest.raises(PermissionDeniedError):
        await search(argo)


async def test_one_alert_is_read_by_the_name_of_its_application() -> None:
    argo = ArgoCd(in_health("Degraded"))
    async with connected(argo) as adapter:
        assert (await adapter.get_alert("argocd/checkout", call_at())).name == "ApplicationDegraded"
    assert len(argo.requests) == 1


@pytest.mark.parametrize("native_id", ["argocd/checkout", "nonsense", "argocd/../x"])
async def test_an_application_that_is_well_or_not_there_is_no_alert(native_id: str) -> None:
    async with connected(ArgoCd(application())) as adapter:
        with pytest.raises(NotFoundError):
            await adapter.get_alert(native_id, call_at())
