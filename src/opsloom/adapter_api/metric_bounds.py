"""How much may be asked of a metrics store at once."""

from opsloom.model import limits
from opsloom.model.errors import InvalidRequestError
from opsloom.model.metrics import MetricQuery


def check_bounds(query: MetricQuery) -> None:
    """The window and the step, before anything is sent.

    :raises InvalidRequestError: one of them is out of bounds.
    """
    if not 0 < query.window.seconds <= limits.METRIC_WINDOW_MAX_SECONDS:
        raise InvalidRequestError(
            f"metrics can be asked for windows up to {limits.METRIC_WINDOW_MAX_SECONDS // 86_400} days"
        )
    if query.step_seconds < limits.METRIC_STEP_MIN_SECONDS:
        raise InvalidRequestError(f"step must be at least {limits.METRIC_STEP_MIN_SECONDS} s")
