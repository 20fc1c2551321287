"""Names of labels, and the first of several that is there."""

from collections.abc import Iterable, Mapping
from typing import Annotated

from pydantic import StringConstraints

from opsloom.adapter_api.label_matching import LABEL_NAME

LabelName = Annotated[str, StringConstraints(pattern=LABEL_NAME)]
"""For settings that name labels."""


def first_name(names: Iterable[str], labels: Mapping[str, str]) -> str:
    """The first of ``names`` that is there and not empty, else ``""``."""
    return next((name for name in names if labels.get(name)), "")


def first_of(names: Iterable[str], labels: Mapping[str, str]) -> str | None:
    """The value of the first label of ``names`` that is there and not empty."""
    return labels.get(first_name(names, labels)) or None
