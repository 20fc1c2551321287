"""Making git objects by plumbing alone: no work tree, no index, no user's identity."""

from datetime import datetime

from opsloom.adapter_api.call import Call
from opsloom.model.errors import PermissionDeniedError
from opsloom_adapters.git.program import GitProgram

_NAME = "opsloom"


async def write_blob(program: GitProgram, body: bytes, call: Call) -> str:
    """The id of a file's contents."""
    return await _write(program, "blob", body, call)


async def write_tag(program: GitProgram, commit: str, tag: str, by: str, message: str, call: Call) -> str:
    """The id of an annotated tag; ``by`` is a :func:`signature`. No ref names it yet."""
    return await _write(
        program, "tag", f"object {commit}\ntype commit\ntag {tag}\ntagger {by}\n\n{message}".encode(), call
    )


async def write_commit(program: GitProgram, tree: str, parent: str, by: str, message: str, call: Call) -> str:
    """The id of a commit; ``by`` is a :func:`signature`. No ref names it yet."""
    text = f"tree {tree}\nparent {parent}\nauthor {by}\ncommitter {by}\n\n{message}"
    return await _write(program, "commit", text.encode(), call)


def signature(email: str, at: datetime) -> str:
    """Who and when, as git writes it."""
    return f"{_NAME} <{email}> {int(at.timestamp())} +0000"


async def replace_file(program: GitProgram, tree: str, path: tuple[str, ...], blob: str, call: Call) -> str:
    """The id of a tree that differs from ``tree`` in the file at ``path`` alone, which is there already."""
    name, *rest = path
    listing = (await program.run(call, "ls-tree", "-z", tree)).stdout
    entries = [_entry(record) for record in listing.split(b"\0")[:-1]]
    [(mode, kind, old)] = [each[:3] for each in entries if each[3] == name.encode()]
    new = await replace_file(program, old, tuple(rest), blob, call) if rest else blob
    body = b"".join(record + b"\0" for record in listing.split(b"\0")[:-1] if _entry(record)[3] != name.encode())
    body += f"{mode} {kind} {new}\t{name}\0".encode()
    return (await program.read(call, "mktree", "-z", "--missing", stdin=body)).strip()


def _entry(record: bytes) -> tuple[str, str, str, bytes]:
    """Mode, type, object id and name, of a record of ``git ls-tree -z``."""
    meta, _, name = record.partition(b"\t")
    mode, kind, object_id = meta.decode("ascii").split()
    return mode, kind, object_id, name


async def _write(program: GitProgram, kind: str, body: bytes, call: Call) -> str:
    """Only an object: nothing is changed as long as no ref leads to it."""
    shown = kind != "blob"  # of a file, the message of its commit tells what is new
    output = await program.run(call, "hash-object", "-t", kind, "-w", "--stdin", stdin=body, stdin_shown=shown)
    if output.exit_status != 0:
        raise PermissionDeniedError(
            f"{call.instance}: no {kind} can be written into the repository; check the permissions of its folder; "
            "nothing was changed",
            instance=call.instance,
            upstream=output.stderr,
        )
    return output.stdout.decode("ascii").strip()
