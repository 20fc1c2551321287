"""What comes with the entries of an answer: how many there are, and why there may be none."""

from collections.abc import Sequence

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.loki.log_labels import LogLabels, keeps_unknown
from opsloom.adapter_api.dialects.loki.logql import Question, count_of
from opsloom.adapter_api.dialects.loki.requests import LokiRequests
from opsloom.model.logs import LogQuery
from opsloom.model.window import Window


async def count_all(client: LokiRequests, questions: Sequence[Question], window: Window, call: Call) -> int:
    """How many entries ``questions``, which share none, have in ``window``."""
    return sum([await client.count(call, count_of(question, window), window) for question in questions])


async def notes_on_nothing(
    client: LokiRequests, labels: LogLabels, query: LogQuery, questions: Sequence[Question], call: Call, *, setting: str
) -> list[str]:
    """Why an empty answer may not mean that nothing was logged; ``setting`` is the name of that of the services."""
    names = await client.label_names(call, query.window)
    if not names:
        return ["Loki has no stream at all in this window"]
    if not set(names).intersection(labels.services):
        wanted = ", ".join(labels.services)
        return [f"no stream of this window has the label {wanted}: set {setting} to those that name services"]
    if query.severity is None or keeps_unknown(query.severity):
        return []
    count = await count_all(client, [question.of_unknown_level(labels) for question in questions], query.window, call)
    return [f"entries of unknown severity, left out because a severity was asked for: {count}"] if count else []
