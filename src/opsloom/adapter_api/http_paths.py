"""Arguments in the path of a request."""

from urllib.parse import quote

from opsloom.model.errors import InvalidRequestError


def path_segment(value: str) -> str:
    """``value`` as one segment of a path, whatever it holds.

    Percent-encoding leaves ``.`` and ``..`` as they are, and clients and servers resolve them (RFC 3986,
    section 5.2.4): a record of that name would be another address.

    :raises InvalidRequestError: it is empty, ``.`` or ``..``, or no text that can be written.
    """
    if value in ("", ".", ".."):
        raise InvalidRequestError("an id must not be empty, '.' or '..'; copy it from a search answer")
    try:
        return quote(value, safe="")
    except UnicodeEncodeError:  # half of a surrogate pair
        raise InvalidRequestError("an id must be text that can be written; copy it from a search answer") from None
