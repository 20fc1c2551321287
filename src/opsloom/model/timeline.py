"""What happened to a record, in order."""

from datetime import datetime

from opsloom.model.record import Noun


class TimelineEntry(Noun):
    """One entry of a history. ``kind`` is the provider's word; ``text`` says what happened."""

    at: datetime
    kind: str
    author: str = ""
    text: str = ""
