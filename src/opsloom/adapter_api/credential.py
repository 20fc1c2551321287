"""How a secret of the settings becomes a header of a request."""

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsloom.adapter_api.config import SecretSource


@dataclass(frozen=True)
class SecretHeader:
    """The header ``name``: ``prefix`` and the secret, or basic authentication of ``user`` with it."""

    name: str
    source: "SecretSource"
    prefix: str = ""
    user: str | None = None

    def value(self, secret: str) -> str:
        """What the header says."""
        if self.user is not None:
            return "Basic " + b64encode(f"{self.user}:{secret}".encode()).decode("ascii")
        return self.prefix + secret
