"""Write the generated parts of README.md; a test holds them to what the code says."""

import re
from pathlib import Path

from opsloom.tools import TOOLS

README = Path(__file__).parents[1] / "README.md"
PART = re.compile(r"(<!-- tools: written by scripts/readme\.py -->\n).*?(<!-- /tools -->)", re.DOTALL)


def with_tools(text: str) -> str:
    """``text`` with the table of the tools as they are."""
    rows = ["| tool | arguments | what it answers |", "|---|---|---|"]
    for spec in TOOLS.values():
        names = [name for name in spec.arguments.model_fields if name != "investigation" or name in spec.own_arguments]
        rows.append(f"| `{spec.name}` | {', '.join(f'`{name}`' for name in names)} | {spec.description} |")
    table = "\n".join(rows)
    return PART.sub(lambda match: f"{match[1]}{table}\n{match[2]}", text)


def main() -> None:
    """Rewrite the file."""
    README.write_text(with_tools(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
