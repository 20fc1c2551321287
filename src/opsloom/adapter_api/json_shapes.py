"""How servers written in Go send JSON: names in camel case, and null for what is empty."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AliasGenerator, BaseModel, BeforeValidator, ConfigDict
from pydantic.alias_generators import to_camel


class Wire(BaseModel):
    """All else that is sent is ignored."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


def absent_when_null(value: Any) -> Any:
    """For tuples."""
    return () if value is None else value


def _empty_when_null(value: Any) -> Any:
    return {} if value is None else value


def _blank_when_null(value: Any) -> Any:
    return "" if value is None else value


Texts = Annotated[tuple[str, ...], BeforeValidator(absent_when_null)]
Labels = Annotated[Mapping[str, str], BeforeValidator(_empty_when_null)]
Text = Annotated[str, BeforeValidator(_blank_when_null)]
