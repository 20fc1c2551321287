"""By command: real programs get the notification, and none outlives its time."""

import json
import sys
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from opsloom.model.changes import Receipt, Sight
from opsloom.model.errors import ConfigurationError, OutcomeUnknownError, UnavailableError
from opsloom.model.limits import NOTIFIER_OUTPUT_MAX_BYTES
from opsloom_adapters.notifier import NotifierAdapter
from opsloom_adapters.notifier.wire import NOTIFICATION
from tests.adapters.notifier.asking import MARKER, apply, call_at, connected, observe, order

DEADLINE_SECONDS = 20


def python(code: str, *words: str) -> dict[str, Any]:
    """The settings of a command that runs ``code``."""
    return {"command": [sys.executable, "-I", "-c", code, *words]}


async def test_a_command_gets_the_notification_on_stdin_and_answers_with_a_receipt() -> None:
    code = (
        "import json, sys; print(json.dumps({'id': json.load(sys.stdin)['dedup_key'], 'url': 'https://chat.test/1'}))"
    )
    call = call_at()
    async with connected(**python(code)) as adapter:
        receipt = await apply(adapter, await order(adapter), call)
    assert receipt == Receipt(native_id=MARKER, link="https://chat.test/1")
    [exchange] = call.exchanges
    assert (exchange.method, json.loads(exchange.body)["id"]) == ("RUN", MARKER)
    assert NOTIFICATION.validate_json(dict(exchange.parameters)["stdin"]).dedup_key == MARKER


async def test_no_shell_reads_the_words_of_the_command() -> None:
    words = ("$(id)", "a b", "; exit 1", "*", "'\"", "--")
    call = call_at()
    async with connected(**python("import json, sys; print(json.dumps(sys.argv[1:]))", *words)) as adapter:
        await apply(adapter, await order(adapter), call)
    assert json.loads(call.exchanges[0].body) == list(words)


async def test_a_command_inherits_no_secret_of_opsloom(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTHER_INSTANCE_TOKEN", "made-up-" + "token")
    call = call_at()
    async with connected(**python("import json, os; print(json.dumps([os.getcwd(), *os.environ]))")) as adapter:
        await apply(adapter, await order(adapter), call)
    folder, *names = json.loads(call.exchanges[0].body)
    assert folder == "/"
    assert {"PATH", "LC_ALL"} <= set(names) <= {"PATH", "HOME", "LC_ALL"}


@pytest.mark.parametrize("code", ["pass", "import sys; sys.stdin.close()", "print('posted')"])
async def test_only_the_exit_status_says_that_it_was_sent(code: str) -> None:
    async with connected(**python(code)) as adapter:
        assert await apply(adapter, await order(adapter)) == Receipt()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("raise SystemExit(1)", "exit status 1"),
        ("raise SystemExit(75)", "exit status 75"),
        ("import os; os.kill(os.getpid(), 9)", "exit status -9"),
    ],
)
async def test_a_command_that_fails_leaves_the_outcome_open(code: str, sentence: str) -> None:
    call = call_at()
    async with connected(**python(f"import sys; print('why', file=sys.stderr, flush=True); {code}")) as adapter:
        with pytest.raises(OutcomeUnknownError, match=sentence) as caught:
            await apply(adapter, await order(adapter), call)
    assert caught.value.upstream == "why\n"
    assert len(call.exchanges) == 1


async def test_a_program_that_is_not_there_means_that_nothing_was_sent() -> None:
    async with connected(command=["opsloom-no-such-program"]) as adapter:
        approved = await order(adapter)
        for attempt in (adapter.probe(call_at()), apply(adapter, approved)):
            with pytest.raises(ConfigurationError, match="opsloom-no-such-program"):
                await attempt


async def test_a_program_that_cannot_be_started_means_that_nothing_was_sent(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"\x7fELF, but no program")
    broken.chmod(0o700)
    async with connected(command=[str(broken)]) as adapter:
        with pytest.raises(UnavailableError, match="nothing was sent"):
            await apply(adapter, await order(adapter))


async def test_a_probe_does_not_run_the_program(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    async with connected(**python(f"open({str(ran)!r}, 'w')")) as adapter:
        await adapter.probe(call_at())
        assert not ran.exists()
        await apply(adapter, await order(adapter))
    assert ran.exists()


async def test_nobody_can_look_whether_it_arrived(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    async with connected(**python(f"open({str(ran)!r}, 'w')")) as adapter:
        assert (await observe(adapter, await order(adapter))).sight is Sight.UNOBSERVABLE
    assert not ran.exists()


async def test_output_beyond_the_cap_is_read_and_forgotten() -> None:
    code = f"import sys; [print('x' * {NOTIFIER_OUTPUT_MAX_BYTES}, file=one) for one in (sys.stdout, sys.stderr) * 3]"
    call = call_at()
    async with connected(**python(code)) as adapter:
        await apply(adapter, await order(adapter), call)
    assert call.exchanges[0].body == b"x" * NOTIFIER_OUTPUT_MAX_BYTES


async def test_a_command_that_does_not_end_is_stopped_and_leaves_the_outcome_open() -> None:
    async with connected(**python("import time; time.sleep(3600)")) as adapter:
        with pytest.raises(OutcomeUnknownError, match="did not end in time"):
            await apply(adapter, await order(adapter), call_at(seconds=0.1))


async def test_a_child_that_keeps_the_output_open_is_not_waited_for_beyond_the_deadline() -> None:
    code = "import subprocess; subprocess.Popen(['sleep', '3600'])"
    async with connected(**python(code)) as adapter:
        with pytest.raises(OutcomeUnknownError, match="did not end in time"):
            await apply(adapter, await order(adapter), call_at(seconds=1))


@pytest.mark.parametrize("given_up", ["by the deadline", "by the caller"])
async def test_what_is_given_up_is_stopped_with_all_that_it_started(tmp_path: Path, given_up: str) -> None:
    pids = tmp_path / "pids"
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '3600'])\n"
        "open(sys.argv[1] + '.new', 'w').write(f'{os.getpid()} {child.pid}')\n"
        "os.rename(sys.argv[1] + '.new', sys.argv[1])\n"
        "time.sleep(3600)\n"
    )
    async with connected(**python(code, str(pids))) as adapter, anyio.create_task_group() as tasks:
        tasks.start_soon(_apply_and_expect_unknown, adapter, 3.0 if given_up == "by the deadline" else 3600.0)
        with anyio.fail_after(DEADLINE_SECONDS):
            while not pids.exists():
                await anyio.lowlevel.checkpoint()  # as soon as can be, while it is still being started
        if given_up == "by the caller":
            tasks.cancel_scope.cancel()
    with anyio.fail_after(DEADLINE_SECONDS):
        while any(_runs(pid) for pid in pids.read_text().split()):
            await anyio.sleep(0.01)


async def _apply_and_expect_unknown(adapter: NotifierAdapter, seconds: float) -> None:
    with pytest.raises(OutcomeUnknownError):
        await apply(adapter, await order(adapter), call_at(seconds=seconds))


def _runs(pid: str) -> bool:
    """A zombie that nobody has asked for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
