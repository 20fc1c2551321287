"""Figures as Markdown tables, and the machine they were measured on."""

import os
import platform
import statistics
from collections.abc import Sequence


def machine() -> str:
    """One line about this machine."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.release()}, Python {platform.python_version()}"


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A Markdown table under its title."""
    print(f"\n### {title}\n")
    print(f"| {' | '.join(columns)} |")
    print("|" + "---|" * len(columns))
    for row in rows:
        print(f"| {' | '.join(_cell(value) for value in row)} |")


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``values`` lie."""
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def _cell(value: object) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return (f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}") if isinstance(value, float) else str(value)
