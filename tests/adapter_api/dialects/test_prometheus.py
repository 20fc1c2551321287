"""What every adapter that speaks PromQL relies on; questions as a whole are tested through the adapters."""

import anyio
import pytest

from opsloom.adapter_api.dialects.prometheus.metric_names import family_of, unit_of
from opsloom.adapter_api.dialects.prometheus.promql import Selection, name_matcher
from opsloom.adapter_api.dialects.prometheus.signals import GoldenSignal, all_at_once, in_turns
from opsloom.model.errors import InvalidRequestError, UnavailableError
from opsloom.model.metrics import MetricKind


def test_the_selectors_of_several_labels_share_no_series() -> None:
    selection = Selection("cart", ("service", "app"), range_seconds=75)
    assert selection.values("jobs") == 'jobs{service="cart"} or jobs{service="",app="cart"}'
    assert selection.rates("x_total", ['code="5"']) == (
        'rate(x_total{service="cart",code="5"}[75s]) or rate(x_total{service="",app="cart",code="5"}[75s])'
    )


def test_without_a_service_there_is_one_selector_and_an_empty_service_is_refused() -> None:
    assert Selection(None, ("service", "app")).selectors("up") == ["up"]
    with pytest.raises(InvalidRequestError, match="service must not be empty"):
        Selection("", ("service",)).selectors("up")


def test_text_that_a_name_holds_is_no_pattern() -> None:
    assert name_matcher('.*"}') == r'__name__=~"(?i).*\\.\\*\"\\}.*"'


@pytest.mark.parametrize(
    ("name", "unit", "family"),
    [
        ("wait_seconds_sum", "seconds", "wait_seconds"),
        ("wait_seconds_count", "", "wait_seconds"),
        ("sent_bytes_total", "bytes", "sent_bytes_total"),
        ("jobs", "", "jobs"),
        ("traces_spanmetrics_latency", "seconds", "traces_spanmetrics_latency"),
    ],
)
def test_a_name_tells_its_unit_and_its_family(name: str, unit: str, family: str) -> None:
    assert (unit_of(name), family_of(name)) == (unit, family)


def test_the_best_signal_of_each_kind_comes_before_the_second_of_any() -> None:
    kinds = {"a": MetricKind.TRAFFIC, "b": MetricKind.ERRORS, "c": MetricKind.ERRORS, "d": MetricKind.LATENCY}
    found = [GoldenSignal(name, kind, "", "") for name, kind in kinds.items()]
    assert [signal.metric for signal in in_turns(found)] == ["b", "d", "a", "c"]


async def test_answers_keep_the_order_of_their_questions() -> None:
    first_may_go = anyio.Event()

    async def ask(question: str) -> str:
        if question == "first":
            await first_may_go.wait()
        first_may_go.set()
        return question.upper()

    assert await all_at_once(ask, ["first", "second"]) == ["FIRST", "SECOND"]


async def test_the_first_error_ends_all_questions() -> None:
    async def ask(question: str) -> str:
        if question == "broken":
            raise UnavailableError("broken")
        await anyio.sleep_forever()
        return question

    with anyio.fail_after(5), pytest.raises(UnavailableError):
        await all_at_once(ask, ["endless", "broken"])
