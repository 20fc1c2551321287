"""Silences that opsloom does not make, whoever asks: nothing is sent to Alertmanager for them."""

import pytest

from opsloom.model import limits
from opsloom.model.changes import Matcher, SilenceAlerts
from opsloom.model.errors import InvalidRequestError
from tests.adapters.alertmanager.asking import call_at, connected
from tests.adapters.alertmanager.silencing import OF_CHECKOUT, Routed, silence_alerts


async def plan(change: SilenceAlerts) -> list[str]:
    """Plan it; returns what was asked."""
    transport = Routed({})
    async with connected(transport) as adapter:
        try:
            await adapter.plan_silence(change, call_at())
        except InvalidRequestError:
            assert transport.asked == []
            raise
    return transport.asked


def matcher(operator: str, value: str, name: str = "service") -> Matcher:
    return Matcher(name=name, value=value, is_regex="~" in operator, is_equal="!" not in operator)


@pytest.mark.parametrize(
    "matchers",
    [
        (),
        (matcher("=", ""),),
        (matcher("!=", "checkout"),),
        (matcher("=~", ".*"),),
        (matcher("=~", "checkout|"),),
        (matcher("!~", ".+"),),
        (matcher("!~", "checkout"), matcher("=~", "(?i).*", name="team")),
    ],
    ids=lambda matchers: ",".join(map(str, matchers)),
)
async def test_matchers_that_alerts_without_any_label_match_are_refused(matchers: tuple[Matcher, ...]) -> None:
    change = silence_alerts().model_copy(update={"matchers": matchers})
    with pytest.raises(InvalidRequestError, match='such as service="checkout"'):
        await plan(change)


@pytest.mark.parametrize(
    "one",
    [matcher("=", "x"), matcher("!=", ""), matcher("=~", "x|y"), matcher("=~", ".+"), matcher("!~", ".*")],
    ids=str,
)
async def test_one_matcher_that_needs_its_label_is_enough(one: Matcher) -> None:
    assert await plan(silence_alerts(matcher("!=", "x", name="team"), one))


@pytest.mark.parametrize("name", ["", "1st", "a b", 'a="b"', "service.name", "größe", "a\n"])
async def test_a_name_that_is_no_label_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequestError, match="letters, digits and underscores"):
        await plan(silence_alerts(OF_CHECKOUT, Matcher(name=name, value="x")))


@pytest.mark.parametrize("expression", ["(", "a)(b", "x{2,1}", "(?=look)", r"\1"])
async def test_an_expression_that_is_not_re2_is_refused(expression: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InvalidRequestError, match="RE2"):
        await plan(silence_alerts(OF_CHECKOUT, matcher("!~", expression)))
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("seconds", [-1, 0, limits.SILENCE_MAX_SECONDS + 1])
async def test_a_silence_that_would_not_end_in_time_is_refused(seconds: int) -> None:
    with pytest.raises(InvalidRequestError, match="from 1 to 86400"):
        await plan(silence_alerts(duration_seconds=seconds))


async def test_the_longest_silence_is_one() -> None:
    assert await plan(silence_alerts(duration_seconds=limits.SILENCE_MAX_SECONDS))
