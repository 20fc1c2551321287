"""What the shared nouns have in common."""

from pydantic import BaseModel, ConfigDict

from opsloom.model.refs import RefField


class Noun(BaseModel):
    """A frozen value: equal by content, usable as a key, strict about its own fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Record(Noun):
    """Something that a provider holds under an id of its own.

    ``ref`` is opsloom's name for it, ``link`` the address at which a person sees it in the original tool.
    """

    ref: RefField
    link: str | None = None
