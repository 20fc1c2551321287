"""Addresses of the tracker's own web pages."""

from urllib.parse import quote, urlencode

from opsloom.adapter_api.http import Parameters
from opsloom_adapters.roundup.config import RoundupConfig


def ticket_link(config: RoundupConfig, designator: str) -> str:
    """The page of one ticket."""
    return f"{config.web_url or config.base_url}/{designator}"


def tickets_link(config: RoundupConfig, filters: Parameters) -> str:
    """The list of the tickets that fit ``filters``, last changed first."""
    shown = (
        ("@columns", "id,activity,title,status,priority,assignedto"),
        ("@sort", "-activity"),
        ("@filter", ",".join(dict.fromkeys(name for name, _ in filters))),
    )
    return f"{config.web_url or config.base_url}/issue?" + urlencode((*shown, *filters), quote_via=quote)
