"""The incident view in a real browser, framed by a fake host. Without Chromium these tests are skipped, by name."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from opsloom.server.incident_view import incident_page
from tests.bed.chromium.browser import start_chromium
from tests.bed.chromium.devtools import DevTools
from tests.bed.chromium.page import Page
from tests.bed.debian import DebianPackages, cache_folder
from tests.bed.outcome import BrokenPartError
from tests.bed.polling import wait_until
from tests.bed.processes import Processes
from tests.server.app_host import SHOWN_SECONDS, AppHost, hosting
from tests.server.incident_answer import ANSWER, COLUMNS, with_text_everywhere, with_text_in_cells
from tests.server.serving import answer_of, connected, demo, rows_of

BUTTONS = "[...document.querySelectorAll('.strip button')].map(one => one.ariaLabel)"
TEXT = "document.querySelector('main').innerText"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(20, 23, 28)"
RIGHT_TO_LEFT_OVERRIDE = "\u202e"
# A view that makes every mistake at once, to know that the host would notice.
CARELESS_VIEW = """<!doctype html><script>
addEventListener("message", ({data}) => {
  if (data.id === 1) parent.postMessage({jsonrpc: "2.0", method: "ui/notifications/initialized"}, "*");
  if (data.method === "ui/notifications/tool-result")
    document.body.innerHTML = "<h1>" + data.params.structuredContent.verdict.told + "</h1>";
});
parent.postMessage({jsonrpc: "2.0", id: 1, method: "ui/initialize"}, "*");
</script>"""

Open = Callable[..., AppHost]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevTools]:
    """One browser for all tests of the module."""
    folder: Path = tmp_path_factory.mktemp("chromium")
    processes = Processes(folder)
    try:
        devtools = start_chromium(DebianPackages(cache_folder()), processes, folder / "browser")
        yield devtools
        devtools.close()
    finally:
        processes.stop_all()


@pytest.fixture
def open_host(chromium: DevTools) -> Iterator[Open]:
    """Opens a host in a page of its own."""
    with ExitStack() as stack:

        def opened(view: str = "", *, width: int = 800, scheme: str = "light", **context: object) -> AppHost:
            page = Page(chromium)
            stack.callback(page.close)
            page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
            page.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            return stack.enter_context(hosting(page, view or incident_page(), context))

        yield opened


def attack(host: AppHost) -> str:
    """Text that would act, if anything but text were made of it."""
    return (
        f'<img src="{host.url}stolen" onerror="window.acted = 1"></script><script>window.acted = 1</script>'
        f'<svg onload="window.acted = 1"><style>@import "{host.url}stolen"</style>{RIGHT_TO_LEFT_OVERRIDE}txt.exe'
    )


def changed(**members: object) -> dict[str, Any]:
    """A result whose answer has other ``members``."""
    return {"structuredContent": {**ANSWER, **members}}


def test_it_shows_verdict_suspects_for_and_against_owner_and_gaps(open_host: Open) -> None:
    host = open_host()
    host.show({"structuredContent": ANSWER})
    shown = {
        title.rsplit(" (", 1)[0]: text
        for title, text in host.view(
            "[...document.querySelectorAll('details')]"
            ".map(one => [one.querySelector('summary').textContent, one.querySelector('ul').innerText])"
        )
    }
    assert host.view("document.querySelector('h1').innerText") == ANSWER["verdict"]["told"]
    assert "87 % confidence" in host.view("document.querySelector('header').innerText")
    assert "partial: not every source answered" in host.view("document.querySelector('header').innerText")
    assert list(shown) == [
        "Impact", "Suspected changes", "Suspected services", "Ruled out", "Alerts that belong together", "Blast radius",
        "Whom to call", "Not checked", "Ask next", "Timeline", "Notes", "Evidence",
    ]  # fmt: skip
    suspects = shown["Suspected changes"]
    assert suspects.index("1. checkout 2.42.0") < suspects.index("2. flag fast-pay")
    assert "2026-03-03 08:34:00 UTC, 38 min before onset" in suspects
    assert "ev_aaaaaaaaaaaaaaaa" in suspects
    assert "its diff names PaymentTimeout, as 41 error lines do" in suspects
    assert "For: same service" in suspects
    assert "Against: a quarter of traffic" in suspects
    assert "30 s before onset" in shown["Ruled out"]
    assert "no path to checkout" in shown["Ruled out"]
    assert "on call: oncall-a" in shown["Whom to call"]
    assert "did not answer within 6 s" in shown["Not checked"]
    assert host.page.complaints() == []


def test_the_timeline_holds_whatever_has_a_time_once_and_in_order(open_host: Open) -> None:
    host = open_host()
    host.show({"structuredContent": ANSWER})
    lines = host.view(
        "[...[...document.querySelectorAll('details')].find(one => one.innerText.startsWith('Timeline'))"
        ".querySelectorAll('li')].map(one => one.innerText.replaceAll(/\\s+/g, ' '))"
    )
    assert lines == [
        "2026-03-03 08:34:00 UTC, 38 min before onset suspected: checkout 2.42.0",
        "2026-03-03 09:02:00 UTC, 10 min before onset suspected: flag fast-pay",
        "2026-03-03 09:05:00 UTC, 7 min before onset traffic doubles 33 to 66 requests a second",
        "2026-03-03 09:11:30 UTC, 30 s before onset ruled out: search 1.9.3",
        "2026-03-03 09:14:00 UTC, 2 min after onset alert: HighErrorRatio",
    ]


async def test_the_answer_about_the_recorded_incident_is_drawn_whole(open_host: Open, tmp_path: Path) -> None:
    async with connected(demo(tmp_path), "2026-07-28") as client:
        answer = answer_of(await client.call_tool("investigate", {}))
    host = open_host()
    host.show({"structuredContent": answer})
    shown = host.view(TEXT)
    assert answer["verdict"]["told"] in shown
    names = [row["name"] for row in rows_of(answer)]
    assert [name for name in names if (",".join(name) if isinstance(name, list) else name) not in shown] == []
    assert any(label.startswith("Suspect 1: ") for label in host.view(BUTTONS))
    assert host.page.complaints() == []


def test_a_missing_sample_is_a_gap_in_the_line_and_never_zero(open_host: Open) -> None:
    host = open_host()
    host.show(changed(chart={**ANSWER["chart"], "points": [5, 7, None, 6]}))
    line = host.view("document.querySelector('path.metric').getAttribute('d')")
    assert line.count("M") == 2
    heights = {float(step.split()[1].split("h")[0]) for step in line.replace("M", "|").replace("L", "|").split("|")[1:]}
    assert heights == {0, 50, 100}
    assert "5 to 7" in host.view("document.querySelector('figcaption').innerText")
    assert "1 of 4 samples missing" in host.view("document.querySelector('figcaption').innerText")


def test_an_event_before_the_chart_is_counted_and_not_drawn_at_its_edge(open_host: Open) -> None:
    host = open_host()
    early = dict.fromkeys(COLUMNS, None) | {"section": "timeline", "name": "x", "at": "2026-03-03T01:00:00Z"}
    host.show(changed(rows=[*ANSWER["rows"], list(early.values())]))
    assert "1 events outside of the chart" in host.view("document.querySelector('figcaption').innerText")
    assert host.view("document.querySelector('path.event').getAttribute('d')").count("M") == 5


@pytest.mark.parametrize("chart", [None, {}, {"points": []}, {"points": [None, None], "start": "?"}])
def test_an_answer_without_samples_has_no_chart_and_everything_else(open_host: Open, chart: object) -> None:
    host = open_host()
    host.show(changed(chart=chart))
    assert host.view("document.querySelector('figure')") is None
    assert "checkout 2.42.0" in host.view(TEXT)
    assert host.page.complaints() == []


@pytest.mark.parametrize("poisoned", [with_text_everywhere, with_text_in_cells])
def test_hostile_text_is_shown_as_text_and_asks_the_network_for_nothing(
    open_host: Open, poisoned: Callable[[dict[str, Any], str], dict[str, Any]]
) -> None:
    host = open_host()
    host.show({"structuredContent": poisoned(ANSWER, attack(host)) | {"columns": list(COLUMNS)}})
    assert host.view(f"{TEXT}.split('onerror=').length") > len(ANSWER["rows"])
    assert host.view("document.querySelectorAll('img, main script, main style, svg[onload]').length") == 0
    assert host.view("typeof window.acted") == "undefined"
    assert host.view(f"{TEXT}.includes('\ufffdtxt.exe')")
    assert not host.view(f"document.body.outerHTML.includes('{RIGHT_TO_LEFT_OVERRIDE}')")
    assert host.asked == ["/"]
    assert host.page.requested() == [host.url]
    assert host.page.complaints() == []


def test_the_host_would_have_noticed_a_careless_view(open_host: Open) -> None:
    host = open_host(CARELESS_VIEW)
    host.show({"structuredContent": {"verdict": {"told": attack(host)}}})
    wait_until(lambda: "/stolen" in host.asked, within_seconds=SHOWN_SECONDS, what="the request of the careless view")
    assert f"{host.url}stolen" in host.page.requested()


def test_its_policy_stops_what_its_own_code_must_not_do(open_host: Open) -> None:
    host = open_host()
    host.show({"structuredContent": ANSWER})
    with pytest.raises(BrokenPartError, match="TrustedHTML"):
        host.view("document.body.innerHTML = '<b>parsed</b>'")
    host.view(f"void (new Image().src = '{host.url}stolen'); void fetch('{host.url}stolen').catch(() => 0)")
    wait_until(lambda: len(host.page.complaints()) >= 2, within_seconds=SHOWN_SECONDS, what="two violations")
    assert host.asked == ["/"]


def test_a_thousand_rows_and_a_long_series_are_shown_and_the_view_goes_on_answering(open_host: Open) -> None:
    host = open_host()
    kinds = ("change", "service", "ruled_out", "timeline", "blast")
    rows = [
        [
            kinds[i % 5],
            i,
            f"name {i}",
            f"2026-03-03T09:{i % 60:02}:00Z",
            0.5,
            ["why"] * 3,
            "against",
            f"deploy:a/{i}",
            [],
        ]
        for i in range(1_000)
    ]
    host.show(changed(rows=rows, chart={**ANSWER["chart"], "points": [i % 7 for i in range(2_000)]}))
    assert host.ask("ping")["result"] == {}
    assert "Timeline (1000)" in host.view(TEXT)
    assert host.view("document.querySelectorAll('.entries > li .name').length") == 800  # all but the timeline's own
    assert host.view("document.querySelectorAll('details[open]').length") == 1  # the notes: long lists start closed
    assert host.page.complaints() == []


def test_a_suspect_in_the_chart_leads_to_its_entry_by_keyboard_alone(open_host: Open) -> None:
    host = open_host()
    host.show({"structuredContent": ANSWER})
    host.view("document.querySelectorAll('details').forEach(one => { one.open = false; })")
    host.page.press("Tab", 9)
    host.page.press("Tab", 9)
    assert host.view("document.activeElement.ariaLabel") == "Suspect 2: flag fast-pay"
    host.page.press("Enter", 13)
    host.wait_for("document.activeElement.innerText.startsWith('2. flag fast-pay')")
    host.page.press("Tab", 9)
    assert host.view("document.activeElement.innerText") == "Suspected services (1)"


def test_it_fits_a_width_of_320_pixels_with_words_that_cannot_be_broken(open_host: Open) -> None:
    host = open_host(width=320)
    host.show({"structuredContent": with_text_in_cells(ANSWER, "x" * 300)})
    assert host.view("innerWidth") == 320
    assert host.view("document.documentElement.scrollWidth") <= 320


def test_it_is_dark_or_light_as_the_system_is_unless_the_host_says(open_host: Open) -> None:
    assert open_host(scheme="light").view(BACKGROUND) == LIGHT
    assert open_host(scheme="dark").view(BACKGROUND) == DARK
    host = open_host(scheme="light", theme="dark")
    assert host.view(BACKGROUND) == DARK
    host.post("ui/notifications/host-context-changed", params={"theme": "light"})
    host.wait_for(f"{BACKGROUND} === '{LIGHT}'")


def test_it_speaks_the_protocol_of_the_host(open_host: Open) -> None:
    host = open_host()
    initialize = host.received()[0]
    assert initialize["method"] == "ui/initialize"
    assert initialize["params"]["protocolVersion"] == "2026-01-26"
    assert initialize["params"]["appInfo"]["name"] == "opsloom-incident"
    assert host.ask("ui/resource-teardown")["result"] == {}
    assert host.ask("tools/list")["error"]["code"] == -32601
    host.show({"structuredContent": ANSWER})
    height = host.view("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    told = {"method": "ui/notifications/size-changed", "params": {"width": 800, "height": height}}
    wait_until(
        lambda: {"jsonrpc": "2.0", **told} in host.received(), within_seconds=SHOWN_SECONDS, what="the size of the view"
    )


def test_nobody_but_the_host_can_give_it_an_answer(open_host: Open) -> None:
    host = open_host()
    host.view(
        "window.postMessage({jsonrpc: '2.0', method: 'ui/notifications/tool-result',"
        " params: {structuredContent: {verdict: {told: 'forged'}}}}, '*')"
    )
    host.ask("ping")  # the forged message was delivered before it
    assert host.view("document.querySelector('h1')") is None


def test_a_later_answer_replaces_the_earlier_one(open_host: Open) -> None:
    host = open_host()
    host.show({"structuredContent": ANSWER})
    host.post("ui/notifications/tool-result", params=changed(verdict={"kind": "inconclusive", "told": "Nothing fits."}))
    host.wait_for("document.querySelector('h1').innerText === 'Nothing fits.'")
    assert host.view("document.querySelectorAll('h1').length") == 1
    assert "Verdict: inconclusive" in host.view(TEXT)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"isError": True, "content": [{"type": "text", "text": "no source answered"}]}, "no source answered"),
        ({"content": [{"type": "text", "text": "only text"}]}, "only text"),
        ({"structuredContent": {"verdict": None}, "content": [{"type": "text", "text": "the text"}]}, "the text"),
    ],
)
def test_what_it_cannot_draw_it_tells_in_words(open_host: Open, result: dict[str, object], told: str) -> None:
    host = open_host()
    host.post("ui/notifications/tool-result", params=result)
    host.wait_for(f"{TEXT}.endsWith('{told}')")


def test_a_cancelled_investigation_says_so(open_host: Open) -> None:
    host = open_host()
    host.post("ui/notifications/tool-cancelled", params={"reason": "the user stopped it"})
    host.wait_for(f"{TEXT} === 'The investigation was cancelled.'")


def test_a_section_it_does_not_know_is_shown_under_its_own_name(open_host: Open) -> None:
    host = open_host()
    host.show(changed(rows=[["budget", None, "12 h left", None, None, None, None, None]]))
    assert "budget (1)" in host.view(TEXT)
    assert "12 h left" in host.view(TEXT)
