"""Write requirements/dev.txt: the exact versions of the running environment, without addresses."""

from importlib.metadata import distributions
from pathlib import Path

OURSELVES = {"opsloom", "pip", "setuptools", "wheel"}


def main() -> None:
    """One ``name==version`` a line, sorted."""
    pins = {one.metadata["Name"].lower().replace("_", "-"): one.version for one in distributions()}
    lines = [f"{name}=={version}" for name, version in sorted(pins.items()) if name not in OURSELVES]
    file = Path(__file__).parents[1] / "requirements" / "dev.txt"
    file.write_text("# Written by scripts/lock.py (make lock).\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
