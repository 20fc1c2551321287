"""Arguments in the path of a request."""

from urllib.parse import quote

from opsloom.model.errors import InvalidRequestError


def path_segment(value: str) -> str:
    """``value`` as one segment of a path, whatever it holds.

    Percent-encoding leaves ``.`` and ``..`` as they are, and clients and servers resolve them (RFC 3986,
    section 5.2.4): a record of that name would be another address.

    :raises InvalidRequestError: it is empty, ``.`` or ``..``.
    """
    if value in ("", ".", ".."):
        raise InvalidRequestError("an id must not be empty, '.' or '..'; copy it from a search answer")
    return quote(value, safe="")
