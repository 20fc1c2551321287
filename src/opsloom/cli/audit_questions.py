"""``opsloom audit questions``: what an auditor asks of every log."""

import argparse
import json

from opsloom.audit.question import Findings, ask
from opsloom.audit.questions import QUESTIONS
from opsloom.cli import locate
from opsloom.cli.audit import log_reading, since_of
from opsloom.evidence.provider_text import clean
from opsloom.model.clock import SystemClock
from opsloom.model.limits import AUDIT_PROBLEMS_MAX, CELL_CHARS
from opsloom.store.sqlite import SqliteStore


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when there is something that must not be."""
    since = since_of(arguments)
    workspace = locate.workspace(arguments)
    log_reading(workspace, "audit questions")
    with SqliteStore.open_read_only(workspace) as store:
        answers = ask(store, QUESTIONS, SystemClock().now(), since)
    if arguments.json:
        print(json.dumps([answer.to_json() for answer in answers], ensure_ascii=False, indent=2))
    else:
        for answer in answers:
            _print(answer)
        print("The answers are as good as the log: 'opsloom audit verify' tells whether it is intact.")
    return 0 if all(answer.ok for answer in answers) else 1


def _print(answer: Findings) -> None:
    verdict = "none" if not answer.offences else "LOOK" if answer.ok else "BAD"
    print(f"{verdict:<5} {answer.question.name}: {answer.question.asks} (good: {answer.question.good})")
    for one in answer.offences[:AUDIT_PROBLEMS_MAX]:
        seq = "-" if one.seq is None else one.seq
        print(f"      {seq:>6}  {one.at[:19]}  {clean(one.about, CELL_CHARS)}  {clean(one.what, CELL_CHARS)}")
    if (more := len(answer.offences) - AUDIT_PROBLEMS_MAX) > 0:
        print(f"      and {more} more; --json shows them all")
