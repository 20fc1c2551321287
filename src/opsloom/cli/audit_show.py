"""``opsloom audit show``: one action as a chain of sentences, or the records of one call."""

import argparse
import json

from opsloom.audit.chain import Chain, read_chain
from opsloom.audit.chain_step import Step
from opsloom.audit.reading import get_records
from opsloom.cli import locate
from opsloom.cli.audit import action_key, log_reading
from opsloom.evidence.provider_text import clean
from opsloom.model.clock import SystemClock
from opsloom.model.errors import InvalidRequestError
from opsloom.model.limits import COMMENT_CHARS, MESSAGE_CHARS
from opsloom.store.sqlite import SqliteStore

_STAGE_CHARS = 15
_SEQ_CHARS = 6
_SEQ_DIGITS_MAX = 19  # as many as fit into SQLite's integers


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something in the chain of an action does not hold."""
    workspace = locate.workspace(arguments)
    log_reading(workspace, "audit show")
    number = int(arguments.id) if arguments.id.isdecimal() and len(arguments.id) < _SEQ_DIGITS_MAX else None
    with SqliteStore.open_read_only(workspace) as store:
        records = get_records(store, arguments.id if number is None else number)
        chain = None if records else read_chain(store, action_key(arguments.id), SystemClock().now())
    if chain is not None:
        lines = [json.dumps(chain.to_json(), ensure_ascii=False, indent=2)] if arguments.json else _lines(chain)
        print("\n".join(lines))
        return 1 if chain.problems else 0
    if not records:
        raise InvalidRequestError(
            "the log has no such action, call or record; 'opsloom audit list' shows what it has, "
            "and 'opsloom audit list --kind action.planned' the actions"
        )
    print(json.dumps(records, ensure_ascii=False, indent=2))
    return 0


def _lines(chain: Chain) -> list[str]:
    lines = [f"Action {chain.code[:4]}-{chain.code[4:]} ({chain.action}), {chain.tool}: {chain.state}"]
    for step in chain.steps:
        lines += _lines_of_step(step)
    lines += [f"PROBLEM  {clean(problem, COMMENT_CHARS)}" for problem in chain.problems]
    if not chain.problems:
        lines.append("Nothing is wrong with it: one digest throughout, and nothing ran unapproved or twice.")
    lines.append("Each number is a record: 'opsloom audit prove NUMBER' proves that it is in the log.")
    return lines


def _lines_of_step(step: Step) -> list[str]:
    seq = "-" if step.seq is None else str(step.seq)
    text = clean(step.text, MESSAGE_CHARS).replace("\n", " ")
    head = f"{step.stage:<{_STAGE_CHARS}}{seq:>{_SEQ_CHARS}}  {step.at[:19]}  {text}"
    bar = " " * (_STAGE_CHARS + _SEQ_CHARS) + "  | "
    return [head, *(bar + clean(line, MESSAGE_CHARS) for line in step.quoted)]
