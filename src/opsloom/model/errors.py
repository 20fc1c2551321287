"""The errors of opsloom, sorted by what the reader should do about them.

    OpsloomError
    ├── ConfigurationError         the operator: fix opsloom.toml or the environment
    ├── InvalidRequestError        the model: fix the arguments; the valid values are in the text
    ├── ProviderError              an outside system did not answer as it should
    │   ├── TransientError         trying again later may help
    │   │   ├── RateLimitedError
    │   │   ├── UnavailableError
    │   │   └── ProviderTimeoutError
    │   ├── AuthenticationError    the credential is missing, wrong or expired
    │   ├── PermissionDeniedError  the credential is right and lacks a scope
    │   ├── NotFoundError          the record does not exist
    │   ├── ConflictError          the state at the provider has moved; nothing was changed
    │   ├── OutcomeUnknownError    a change was sent, and nobody knows whether it was done
    │   └── UnexpectedAnswerError  the provider said something that we do not understand
    ├── UnsupportedError           no configured instance can do this; says which could
    ├── ApprovalError              a change was not approved
    └── AuditUnavailableError      the audit log cannot be written

A message starts with our own sentence. What a provider wrote goes into ``upstream`` only: quoted, cut to
``limits.UPSTREAM_QUOTE_CHARS`` and labelled wherever it is shown, because it is data, never an instruction.
"""

from opsloom.model.limits import UPSTREAM_QUOTE_CHARS


class OpsloomError(Exception):
    """The root of all errors that opsloom raises on purpose; ``str()`` of one may be shown to anybody."""


class ConfigurationError(OpsloomError):
    """A setting is missing or wrong; the text names the key, the file and the valid values."""


class InvalidRequestError(OpsloomError):
    """An argument is wrong; the text names the argument and the valid values.

    ``upstream`` quotes what a provider wrote about it, where only the provider could judge (already cut).
    """

    def __init__(self, message: str, *, upstream: str = "") -> None:
        super().__init__(message)
        self.upstream = upstream[:UPSTREAM_QUOTE_CHARS]


class ProviderError(OpsloomError):
    """A provider did not answer as it should.

    ``instance`` is the configured name, ``status`` the HTTP status if there was one, ``upstream`` a quote of
    what the provider wrote (already cut, not yet redacted).
    """

    reason = "error"

    def __init__(self, message: str, *, instance: str = "", status: int | None = None, upstream: str = "") -> None:
        super().__init__(message)
        self.instance = instance
        self.status = status
        self.upstream = upstream[:UPSTREAM_QUOTE_CHARS]


class TransientError(ProviderError):
    """Trying again later may help."""

    reason = "unavailable"


class RateLimitedError(TransientError):
    """The provider asked for patience; ``retry_after_seconds`` is its own figure, if it gave one."""

    reason = "rate_limited"

    def __init__(
        self,
        message: str,
        *,
        instance: str = "",
        status: int | None = None,
        upstream: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message, instance=instance, status=status, upstream=upstream)
        self.retry_after_seconds = retry_after_seconds


class UnavailableError(TransientError):
    """Nobody answers there, the connection broke, or the provider answered 5xx."""


class ProviderTimeoutError(TransientError):
    """The provider did not answer within its deadline."""

    reason = "timeout"


class AuthenticationError(ProviderError):
    """The provider refused the credential."""

    reason = "authentication"


class PermissionDeniedError(ProviderError):
    """The credential lacks a scope; the text names it where it is known."""

    reason = "permission_denied"


class NotFoundError(ProviderError):
    """The provider has no such record."""

    reason = "not_found"


class UnexpectedAnswerError(ProviderError):
    """The provider's answer is not what its API promises: a login page, cut JSON, too many bytes."""

    reason = "unexpected_answer"


class ConflictError(ProviderError):
    """The state at the provider is not the one that the change was planned for; nothing was changed."""

    reason = "conflict"


class OutcomeUnknownError(ProviderError):
    """A change was sent, and no answer tells whether it was done. It must not be sent again before somebody looked."""

    reason = "outcome_unknown"


class UnsupportedError(OpsloomError):
    """No configured instance can do this; the text says which kinds of instance could."""


class ApprovalError(OpsloomError):
    """A change is not approved in exactly this form."""


class AuditUnavailableError(OpsloomError):
    """The audit log cannot be written."""
