"""Write the generated parts of README.md; a test holds them to what the code says."""

import re
from pathlib import Path

from opsloom.providers.registry import load_adapter
from opsloom.tools import TOOLS
from scripts.adapters import does, proof_of, shipped

README = Path(__file__).parents[1] / "README.md"
PART = r"(<!-- {0}: written by scripts/readme\.py -->\n).*?(<!-- /{0} -->)"


def with_tables(text: str) -> str:
    """``text`` with the tables of the adapters and the tools as they are."""
    return _replaced(_replaced(text, "adapters", _adapters()), "tools", _tools())


def _adapters() -> list[str]:
    rows = ["| adapter | reads | changes | proven against |", "|---|---|---|---|"]
    for kind in shipped():
        reads, changes = (", ".join(does(load_adapter(kind).manifest, changing=changing)) for changing in (False, True))
        link = f"[{kind}](adapters/opsloom_adapters/{kind}/README.md)"
        rows.append(f"| {link} | {reads} | {changes} | {', '.join(proof_of(kind).words())} |")
    return rows


def _tools() -> list[str]:
    rows = ["| tool | arguments | what it answers |", "|---|---|---|"]
    for spec in TOOLS.values():
        names = [name for name in spec.arguments.model_fields if name != "investigation" or name in spec.own_arguments]
        rows.append(f"| `{spec.name}` | {', '.join(f'`{name}`' for name in names)} | {spec.description} |")
    return rows


def _replaced(text: str, name: str, rows: list[str]) -> str:
    table = "\n".join(rows)
    return re.sub(PART.format(name), lambda match: f"{match[1]}{table}\n{match[2]}", text, flags=re.DOTALL)


def main() -> None:
    """Rewrite the file."""
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
