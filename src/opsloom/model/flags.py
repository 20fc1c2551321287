"""Feature flags: whether one is on, in each environment."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import Field

from opsloom.model.record import Noun


class FeatureFlag(Noun):
    """One flag. ``enabled`` is by the name of the environment; ``type_raw`` is the provider's word, as kill-switch.

    ``stale`` marks one that its provider takes for forgotten.
    """

    name: str
    project: str = ""
    description: str = ""
    type_raw: str = ""
    stale: bool = False
    enabled: Mapping[str, bool] = Field(default_factory=dict)
    changed_at: datetime | None = None
    link: str | None = None


class FlagQuery(Noun):
    """Which flags: ``text`` is searched in their names; with ``environment``, those that exist there."""

    text: str | None = None
    environment: str | None = None
    limit: int

    def matches(self, flag: FeatureFlag) -> bool:
        """Whether ``flag`` is asked for; adapters use it for whatever their provider cannot filter."""
        return (self.text is None or self.text.casefold() in flag.name.casefold()) and (
            self.environment is None or self.environment in flag.enabled
        )
