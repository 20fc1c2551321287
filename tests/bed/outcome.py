"""What can go wrong with the bed: a part that cannot be had here, and a part that is broken."""


class PartUnavailableError(Exception):
    """A part of the bed cannot be had on this machine; the message names it and says why.

    ``tests/conftest.py`` turns it into a skip, or into a failure if ``OPSLOOM_REQUIRE_BED=1``.
    """

    def __init__(self, part: str, reason: str) -> None:
        super().__init__(f"the bed has no {part}: {reason}")
        self.part = part
        self.reason = reason


class BrokenPartError(Exception):
    """A part is there and does not do what it should. Always a failure."""
