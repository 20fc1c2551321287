"""What the demo prints, and how."""

import textwrap
from typing import Any

WIDTH = 100


def rows_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]


def table(answer: dict[str, Any], columns: tuple[str, ...]) -> None:
    for row in rows_of(answer):
        cells = [str(row[name] or "-") for name in columns]
        cells = [
            cell[11:16] if name == "at" and len(cell) > 16 else cell for name, cell in zip(columns, cells, strict=True)
        ]
        print(("  " + "  ".join(f"{cell:<8}" for cell in cells)).rstrip()[:WIDTH])


def sparkline(points: list[float | None]) -> str:
    """One character a point; a gap stays a gap."""
    known = [point for point in points if point is not None]
    low, high = min(known), max(known)
    steps = "▁▂▃▄▅▆▇█"
    scale = (len(steps) - 1) / (high - low) if high > low else 0.0
    return "".join(" " if point is None else steps[round((point - low) * scale)] for point in points)


def heading(text: str) -> None:
    print(f"\n{text}")


def say(text: str) -> None:
    print(f"\n{textwrap.fill(text, WIDTH)}")


def wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  ")
