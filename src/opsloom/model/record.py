"""What the shared nouns have in common."""

from pydantic import BaseModel, ConfigDict

from opsloom.model.refs import RefField


class Noun(BaseModel):
    """A frozen value: equal by content, usable as a key, strict about its own fields."""

    # Validators are built when a class is first used: a start pays only for what it uses.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Record(Noun):
    """Something that a provider holds under an id of its own.

    ``ref`` is opsloom's name for it, ``link`` the address at which a person sees it in the original tool.
    """

    ref: RefField
    link: str | None = None
