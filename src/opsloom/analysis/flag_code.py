"""The code that a flag switches: that of the changes which name the flag."""

import re
from collections.abc import Iterable

from opsloom.model.deploys import ChangeKind, Deploy

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)+")


def with_flag_code(change: Deploy, others: Iterable[Deploy]) -> Deploy:
    """``change`` as it acts: a flag with diff and files of the newest earlier change that names it, any other as is.

    The switch itself says nothing of what it does: ``off`` becomes ``on``; without such a change the flag has no diff.
    Source: toggles separate the release of code from its deployment (Hodgson, "Feature Toggles", martinfowler.com): the
    deploy brings the code, the flag runs it.
    """
    if change.kind is not ChangeKind.FLAG:
        return change
    names = {*_NAME.findall(change.title), change.ref.native_id}
    behind = [
        other
        for other in others
        if other.kind is not ChangeKind.FLAG and other.at <= change.at and any(name in other.diff for name in names)
    ]
    code = max(behind, key=lambda one: (one.kind is not ChangeKind.COMMIT, one.at, str(one.ref)), default=None)
    return change.model_copy(update={"diff": code.diff if code else "", "files": code.files if code else ()})
