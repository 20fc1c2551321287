"""What Prometheus tells about a service when nobody names a metric: its golden signals."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.prometheus.promql import Selection, quoted
from opsloom.adapter_api.dialects.prometheus.series import SeriesReader
from opsloom.adapter_api.dialects.prometheus.signals import GoldenSignal, all_at_once, in_turns
from opsloom.adapter_api.dialects.prometheus.steps import notes_on_step, rate_range_seconds
from opsloom.model import limits
from opsloom.model.errors import ProviderError
from opsloom.model.metrics import MetricQuery, Series
from opsloom.model.page import Page
from opsloom_adapters.prometheus.answers import data_of, is_too_much, notes_of
from opsloom_adapters.prometheus.client import PrometheusClient
from opsloom_adapters.prometheus.config import PrometheusConfig
from opsloom_adapters.prometheus.conventions import kind_of
from opsloom_adapters.prometheus.golden_signals import further_signals, signals_of_requests
from opsloom_adapters.prometheus.links import graph_link
from opsloom_adapters.prometheus.request_families import RequestFamily, mesh_selector, names_of_work, request_families


@dataclass(frozen=True, slots=True)
class _Heard:
    """The answer to one signal."""

    series: tuple[Series, ...]
    is_partial: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceReading:
    """One question: finds the metrics of ``query.service``, then asks for their signals, all at once."""

    client: PrometheusClient
    config: PrometheusConfig
    query: MetricQuery
    step_seconds: int
    call: Call

    async def page(self) -> Page[Series]:
        """The most telling signals, ``limits.METRIC_SIGNALS_MAX`` at most.

        :raises ProviderError: the server fails, or gives up on every query; where it gives up on some only, the page
            is incomplete.
        """
        selectors = [*self._selection().selectors(""), mesh_selector(quoted(self._service))]
        envelope = await self.client.metric_names(self.call, selectors, self.query.window)
        heard = data_of(envelope, self.call.instance)
        names = names_of_work(heard)
        signals, beyond = await self._signals(names)
        notes = (*_notes_on_finding(len(names), len(signals), beyond), *notes_of(envelope))
        if signals:
            return await self._page_of(signals, notes, is_whole=not beyond and not envelope.is_partial)
        return Page(
            rows=(),
            total=0,
            complete=not envelope.is_partial,
            query="metric names of " + " or ".join(selectors),
            link=self.config.web_url or self.config.base_url,
            notes=notes,
        )

    async def _signals(self, names: frozenset[str]) -> tuple[list[GoldenSignal], int]:
        """The signals to ask for, and how many there are beyond."""
        families = request_families(names)
        known, unknown = families[: limits.METRIC_SIGNALS_MAX], families[limits.METRIC_SIGNALS_MAX :]
        found: list[GoldenSignal] = []
        for family, its_labels in zip(known, await all_at_once(self._labels_of, known), strict=True):
            found += signals_of_requests(family, its_labels, self._selection(family))
        found += further_signals(names, self._selection())
        turns = in_turns(found)
        return turns[: self._most], len(turns[self._most :]) + len(unknown)

    async def _labels_of(self, family: RequestFamily) -> tuple[str, ...]:
        selectors = self._selection(family).selectors(family.counter)
        return await self.client.label_names(self.call, selectors, self.query.window)

    async def _page_of(self, signals: Sequence[GoldenSignal], notes: Sequence[str], *, is_whole: bool) -> Page[Series]:
        answers = await all_at_once(self._ask_or_give_up, signals)
        heard = [answer for answer in answers if isinstance(answer, _Heard)]
        unheard = [answer for answer in answers if isinstance(answer, ProviderError)]
        if not heard:
            raise unheard[0]
        told = [series for answer in heard for series in answer.series]
        rows = tuple(told[: self._most])
        complete = (
            is_whole and not unheard and not any(answer.is_partial for answer in heard) and len(rows) == len(told)
        )
        expressions = [signal.expression for signal in signals]
        return Page(
            rows=rows,
            total=len(rows) if complete else None,
            complete=complete,
            query="; ".join(expressions),
            link=self._link(*expressions),
            notes=(
                *notes,
                *notes_on_step(self.query, self.step_seconds),
                *_notes_on_silence(heard, unheard),
                *dict.fromkeys(note for answer in heard for note in answer.notes),
            ),
        )

    async def _ask_or_give_up(self, signal: GoldenSignal) -> _Heard | ProviderError:
        try:
            return await self._ask(signal)
        except ProviderError as error:
            if is_too_much(error):
                return error
            raise

    async def _ask(self, signal: GoldenSignal) -> _Heard:
        envelope = await self.client.values(
            self.call,
            signal.expression,
            self.query.window,
            step_seconds=self.step_seconds,
            limit=limits.METRIC_SERIES_MAX,
            link=self._link(signal.expression),
        )
        reader = SeriesReader(self.query, self.config.service_labels, kind_of)
        series, _ = reader.read(data_of(envelope, self.call.instance))
        return _Heard(signal.named(series), envelope.is_partial, tuple(notes_of(envelope)))

    def _selection(self, family: RequestFamily | None = None) -> Selection:
        configured = self.config.service_labels
        labels = configured if family is None else family.service_labels(configured)
        range_seconds = rate_range_seconds(self.step_seconds, self.config.scrape_interval_seconds)
        return Selection(self._service, labels, range_seconds)

    def _link(self, *expressions: str) -> str:
        return graph_link(self.config.web_url or self.config.base_url, expressions, self.query.window)

    @property
    def _most(self) -> int:
        return min(self.query.limit, limits.METRIC_SIGNALS_MAX)

    @property
    def _service(self) -> str:
        return self.query.service or ""


def _notes_on_finding(names: int, signals: int, beyond: int) -> list[str]:
    if not names:
        return ["no metric has this service in one of its service labels"]
    if not signals:
        return [f"metrics of this service: {names}, none of a kind that its name tells; ask for one by metric"]
    if beyond:
        return [f"further metrics of a known kind, left out: {beyond}; ask for one by metric"]
    return []


def _notes_on_silence(heard: Sequence[_Heard], unheard: Sequence[ProviderError]) -> list[str]:
    asked = len(heard) + len(unheard)
    silent = sum(not answer.series for answer in heard)
    notes = [f"signals without any value in the window: {silent} of {asked}"] if silent else []
    if unheard:
        notes.append(f"signals that were too much for the server: {len(unheard)} of {asked}; {unheard[0]}")
    return notes
