"""The settings of a `catalog` instance."""

from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, Field

from opsloom.adapter_api.config import AdapterConfig, HttpUrl


def _glob_below_root(text: str) -> str:
    pattern = PurePosixPath(text)
    if pattern.is_absolute() or ".." in pattern.parts or not pattern.parts:
        raise ValueError("must be a glob relative to root, without ..")
    if any("**" in part and part != "**" for part in pattern.parts):
        raise ValueError("** must stand alone between slashes")
    return text


class CatalogConfig(AdapterConfig):
    """A folder of YAML files."""

    root: Path = Field(description="folder that holds the files; links that lead out of it are not followed")
    paths: tuple[Annotated[str, AfterValidator(_glob_below_root)], ...] = Field(
        ("**/*.yaml", "**/*.yml"), min_length=1, description="globs relative to root"
    )
    web_url: HttpUrl | None = Field(None, description="address of the Backstage that shows the same entities")
