"""Write requirements/dev.txt: what pip resolves today for pyproject.toml, as exact versions without addresses."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOT_OURS_TO_PIN = {"opsloom", "pip", "setuptools", "wheel"}


def main() -> None:
    """Resolve in a fresh environment and write one ``name==version`` a line, sorted."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [str(Path(folder, "bin", "pip")), "--disable-pip-version-check"]
        subprocess.run([*pip, "install", "--quiet", "--editable", f"{ROOT}[dev]"], check=True)
        listed = subprocess.run([*pip, "list", "--format=json"], check=True, capture_output=True, text=True).stdout
    pins = {one["name"].lower().replace("_", "-"): one["version"] for one in json.loads(listed)}
    lines = [f"{name}=={version}" for name, version in sorted(pins.items()) if name not in NOT_OURS_TO_PIN]
    text = "# Written by scripts/lock.py (make lock).\n" + "\n".join(lines) + "\n"
    (ROOT / "requirements" / "dev.txt").write_text(text)


if __name__ == "__main__":
    main()
