"""What comes with an answer or instead of one: warnings, partial data, refusals."""

import json
import re
from typing import Any

from opsloom.model.errors import ProviderError, ProviderTimeoutError, UnexpectedAnswerError
from opsloom_adapters.prometheus.wire import Envelope, T

_ERROR_TYPE = re.compile(r'"errorType"\s*:\s*"(\w*)"')
_ERROR_TEXT = re.compile(r'"error"\s*:\s*"((?:[^"\\]|\\.)*)')  # no closing quote: the body may be cut


def data_of(envelope: Envelope[T], instance: str) -> T:
    """The data of a successful answer.

    :raises UnexpectedAnswerError: it is none, although its HTTP status was one of success.
    """
    if envelope.status != "success":
        raise UnexpectedAnswerError(
            f"{instance} reports an error in an answer of success",
            instance=instance,
            status=200,
            upstream=envelope.error,
        )
    if envelope.data is None:
        raise UnexpectedAnswerError(f"{instance} sent an answer without data", instance=instance, status=200)
    return envelope.data


def notes_of(envelope: Envelope[Any]) -> list[str]:
    """Our sentences about what the server says beside its data; its own words are in the evidence."""
    notes = []
    if envelope.is_partial:
        notes.append("the server marks this answer as partial: some of its storage did not answer")
    if envelope.warnings:
        notes.append(f"warnings of the server: {len(envelope.warnings)}; the answer may be incomplete")
    if envelope.infos:
        notes.append(f"hints of the server on how the query is written: {len(envelope.infos)}")
    return notes


def timeout_in(error: ProviderError) -> ProviderTimeoutError | None:
    """The server's own time limit for a query, which it answers with 503 as if it were an outage."""
    said = _ERROR_TYPE.search(error.upstream)
    if error.status != 503 or said is None or said[1] != "timeout":
        return None
    return ProviderTimeoutError(
        f"{error.instance} gave up on the query because it took too long",
        instance=error.instance,
        status=error.status,
        upstream=error.upstream,
    )


def refusal_in(error: ProviderError) -> str | None:
    """Why the server refused the query itself (``bad_data`` 400, ``execution`` 422), in its own words."""
    text = _ERROR_TEXT.search(error.upstream)
    if error.status not in (400, 422) or text is None or _ERROR_TYPE.search(error.upstream) is None:
        return None
    try:
        return str(json.loads(f'"{text[1]}"'))
    except ValueError:  # cut within an escape
        return text[1]


def is_too_much(error: ProviderError) -> bool:
    """Whether the server works and gave up on this one query: too slow, too many samples, or refused."""
    gave_up = isinstance(error, ProviderTimeoutError) and error.status == 503
    return gave_up or refusal_in(error) is not None
