"""Reading an answer as JSON of a known shape; what does not fit is an error that names the place."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from opsloom.model.errors import UnexpectedAnswerError

T = TypeVar("T")


def parse_json(body: bytes, shape: TypeAdapter[T], instance: str) -> T:
    """Read ``body`` as JSON of the given shape.

    :raises UnexpectedAnswerError: it is none; the text names the place, never the value.
    """
    try:
        return shape.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = _place(first["loc"], shape) or "the answer"
        raise UnexpectedAnswerError(
            f"{instance} sent an answer that is not as its API promises ({first['type']} at {place})",
            instance=instance,
        ) from None


def _place(location: tuple[int | str, ...], shape: TypeAdapter[T]) -> str:
    """``data/alerts/0/state``; a key that the provider chose is its text, and shown as ``*``."""
    ours = set(_field_names(shape.core_schema))
    return "/".join(str(part) if isinstance(part, int) or part in ours else "*" for part in location)


def _field_names(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for key, value in schema.items():
            if key == "fields" and isinstance(value, Mapping):
                yield from value
            if key in ("validation_alias", "alias") and isinstance(value, str):
                yield value
            yield from _field_names(value)
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from _field_names(value)
