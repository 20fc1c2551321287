"""What the JSON of most providers has in common: fields that nobody needs, and null for what is empty."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AliasGenerator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Wire(BaseModel):
    """An object as a provider sends it. What it adds tomorrow is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class CamelWire(Wire):
    """The same, where names are in camel case: ``created_at`` is read from ``createdAt``."""

    model_config = ConfigDict(alias_generator=AliasGenerator(validation_alias=to_camel))


def _empty_text(value: Any) -> Any:
    return "" if value is None else value


def _empty_tuple(value: Any) -> Any:
    return () if value is None else value


def _empty_object(value: Any) -> Any:
    return {} if value is None else value


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


Text = Annotated[str, BeforeValidator(_empty_text)]
Many = Annotated[tuple[T, ...], BeforeValidator(_empty_tuple)]
Texts = Many[str]
Labels = Annotated[Mapping[str, str], BeforeValidator(_empty_object)]
EMPTY_IF_NULL = BeforeValidator(_empty_object)
"""For other objects than :data:`Labels`."""
UtcTime = Annotated[AwareDatetime, AfterValidator(_utc)]
"""Whatever zone it was sent with."""
