"""Durations as Prometheus and Alertmanager write them."""

_UNITS = ((3_600, "h"), (60, "m"), (1, "s"))


def duration_text(seconds: int) -> str:
    """``1h30m`` of 5,400."""
    text = ""
    for unit_seconds, unit in _UNITS:
        count, seconds = divmod(seconds, unit_seconds)
        text += f"{count}{unit}" if count else ""
    return text or "0s"
