"""The official tools, in a cache folder of ours."""

from tests.bed.npm import Installed, NpmPackages

_TOOLS = NpmPackages(
    "conformance",
    {
        "@modelcontextprotocol/conformance": "0.1.16",
        "@modelcontextprotocol/inspector": "2.12.0",
    },
)


def install() -> Installed:
    """Fetch what is missing, about 40 seconds the first time.

    :raises PartUnavailableError: a registry cannot be reached.
    """
    return _TOOLS.installed()
