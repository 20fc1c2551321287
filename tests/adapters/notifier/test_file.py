"""By file: whole lines, each once, and nowhere but in that file."""

import fcntl
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

import anyio
import pytest

from opsloom.model.changes import Receipt, Sight
from opsloom.model.errors import (
    ConfigurationError,
    OutcomeUnknownError,
    PermissionDeniedError,
    ProviderTimeoutError,
)
from opsloom.model.limits import NOTIFIER_FILE_MAX_BYTES
from opsloom_adapters.notifier.wire import NOTIFICATION
from tests.adapters.notifier.asking import (
    HOSTILE_TEXTS,
    MARKER,
    MESSAGE,
    PAGE,
    Asked,
    apply,
    call_at,
    connected,
    observe,
    order,
)

NOBODY = 65_534


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


def keys_in(file: Path) -> list[str]:
    """The key of each line, all of which must be whole."""
    return [NOTIFICATION.validate_json(line).dedup_key for line in file.read_bytes().splitlines()]


@pytest.mark.parametrize("change", [MESSAGE, PAGE])
async def test_what_was_sent_is_seen_and_before_that_it_is_not(out: Path, change: Asked) -> None:
    async with connected(file=out) as adapter:
        approved = await order(adapter, change)
        assert (await observe(adapter, approved)).sight is Sight.ABSENT
        assert not out.exists()
        receipt = await apply(adapter, approved)
        seen = await observe(adapter, approved)
    assert (seen.sight, seen.receipt) == (Sight.PRESENT, receipt)
    assert receipt == Receipt(native_id=MARKER)
    assert seen.state == (("line", out.read_text("utf-8").strip()),)


async def test_a_line_that_is_gone_again_is_absent(out: Path) -> None:
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        await apply(adapter, approved)
        out.write_bytes(b"")
        assert (await observe(adapter, approved)).sight is Sight.ABSENT


async def test_the_same_order_is_written_once(out: Path) -> None:
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        first, second = await apply(adapter, approved), await apply(adapter, approved)
    assert first == second
    assert keys_in(out) == [MARKER]


async def test_many_writers_at_once_write_whole_lines_each_once(out: Path) -> None:
    async def send(marker: str) -> None:
        async with connected(file=out) as adapter:
            await apply(adapter, await order(adapter, marker=marker))

    async with anyio.create_task_group() as tasks:
        for number in range(40):
            tasks.start_soon(send, f"opsloom-{number % 20}")
    assert sorted(keys_in(out)) == sorted(f"opsloom-{number}" for number in range(20))


async def test_an_order_is_not_taken_for_one_whose_text_holds_its_marker(out: Path) -> None:
    forged = f'{{"dedup_key":"{MARKER}"}}\n{{"version":1,"dedup_key":"{MARKER}"}}\n'
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        await apply(adapter, await order(adapter, MESSAGE.model_copy(update={"text": forged}), "opsloom-OTHER"))
        assert (await observe(adapter, approved)).sight is Sight.ABSENT
        await apply(adapter, approved)
    assert keys_in(out) == ["opsloom-OTHER", MARKER]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
async def test_a_hostile_text_stays_on_its_line(out: Path, text: str) -> None:
    async with connected(file=out) as adapter:
        await apply(adapter, await order(adapter, MESSAGE.model_copy(update={"text": text})))
    [line] = out.read_bytes().split(b"\n")[:-1]
    assert NOTIFICATION.validate_json(line).text == text


async def test_a_line_that_another_writer_left_half_written_spoils_no_other(out: Path) -> None:
    out.write_bytes(f'{{"version":1,"dedup_key":"{MARKER}","te'.encode())
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        assert (await observe(adapter, approved)).sight is Sight.ABSENT
        await apply(adapter, approved)
        assert (await observe(adapter, approved)).sight is Sight.PRESENT
    assert NOTIFICATION.validate_json(out.read_bytes().splitlines()[1]).dedup_key == MARKER


async def test_writing_that_fails_half_way_leaves_the_outcome_open_and_can_be_looked_up(out: Path) -> None:
    out.write_bytes(b"{}\n" * 1_000)
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        with no_file_over(out.stat().st_size + 10), pytest.raises(OutcomeUnknownError, match="File too large"):
            await apply(adapter, approved)
        assert (await observe(adapter, approved)).sight is Sight.ABSENT
        await apply(adapter, approved)
        assert (await observe(adapter, approved)).sight is Sight.PRESENT


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """As on a full disk: a write stops in the middle. Source: setrlimit(2), RLIMIT_FSIZE."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_file_that_another_program_keeps_locked_gets_nothing(out: Path) -> None:
    with Popen(["flock", str(out), "sh", "-c", "echo locked; read line"], stdin=PIPE, stdout=PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"locked\n"
        async with connected(file=out) as adapter:
            approved = await order(adapter)
            with pytest.raises(ProviderTimeoutError, match="nothing was written"):
                await apply(adapter, approved, call_at(seconds=0.05))
            assert (await observe(adapter, approved)).sight is Sight.ABSENT
            other.communicate(b"\n")
            await apply(adapter, approved)
    assert keys_in(out) == [MARKER]


async def test_a_file_that_was_moved_away_is_made_anew(out: Path) -> None:
    async with connected(file=out) as adapter:
        await apply(adapter, await order(adapter, marker="opsloom-1"))
        out.rename(out.with_suffix(".old"))
        await apply(adapter, await order(adapter, marker="opsloom-2"))
    assert keys_in(out) == ["opsloom-2"]
    assert out.stat().st_mode & 0o777 == 0o600


async def test_a_symbolic_link_is_not_followed(out: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious\n")
    out.symlink_to(precious)
    await expect_unusable(out, "symbolic link")
    assert precious.read_text() == "precious\n"


async def test_a_link_to_nowhere_makes_no_file(out: Path, tmp_path: Path) -> None:
    out.symlink_to(tmp_path / "nowhere")
    await expect_unusable(out, "symbolic link")
    assert not (tmp_path / "nowhere").exists()


async def test_what_is_no_regular_file_is_refused(out: Path, tmp_path: Path) -> None:
    os.mkfifo(out)
    await expect_unusable(out, "no regular file")
    await expect_unusable(tmp_path, "is a folder")
    await expect_unusable(Path(os.devnull), "no regular file")


async def test_a_file_that_has_grown_too_large_is_refused(out: Path) -> None:
    out.touch()
    os.truncate(out, NOTIFIER_FILE_MAX_BYTES + 1)
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        with pytest.raises(ConfigurationError, match="over 64 MiB"):
            await apply(adapter, approved)
        with pytest.raises(ConfigurationError, match="over 64 MiB"):
            await observe(adapter, approved)
    assert out.stat().st_size == NOTIFIER_FILE_MAX_BYTES + 1


async def test_a_folder_that_does_not_exist_is_named_as_the_reason(tmp_path: Path) -> None:
    await expect_unusable(tmp_path / "missing" / "out.jsonl", "a folder that does not exist")
    (tmp_path / "file").touch()
    await expect_unusable(tmp_path / "file" / "out.jsonl", "no folder")


async def expect_unusable(file: Path, reason: str) -> None:
    """Neither well nor written to."""
    async with connected(file=file) as adapter:
        with pytest.raises(ConfigurationError, match=reason):
            await adapter.probe(call_at())
        with pytest.raises(ConfigurationError, match=reason):
            await apply(adapter, await order(adapter))


@pytest.mark.parametrize("exists", [True, False])
async def test_a_file_that_may_not_be_written_is_a_missing_permission(exists: bool) -> None:
    with TemporaryDirectory() as folder:  # nobody but its owner gets through tmp_path
        out = Path(folder, "out.jsonl")
        if exists:
            out.touch(0o444)
        out.parent.chmod(0o555)
        with as_a_user_without_privileges():
            async with connected(file=out) as adapter:
                with pytest.raises(PermissionDeniedError):
                    await adapter.probe(call_at())
                approved = await order(adapter)
                with pytest.raises(PermissionDeniedError):
                    await apply(adapter, approved)
                assert (await observe(adapter, approved)).sight is Sight.ABSENT
        out.parent.chmod(0o755)


async def test_a_folder_that_can_only_be_written_is_enough() -> None:
    with TemporaryDirectory() as folder:
        out = Path(folder, "out.jsonl")
        out.parent.chmod(0o333)
        with as_a_user_without_privileges():
            async with connected(file=out) as adapter:
                await adapter.probe(call_at())
                await apply(adapter, await order(adapter))
                assert keys_in(out) == [MARKER]
        out.parent.chmod(0o755)


@contextmanager
def as_a_user_without_privileges() -> Iterator[None]:
    """Root may write everything, so whoever tests as root is somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("exists", [True, False])
async def test_a_probe_touches_nothing(out: Path, exists: bool) -> None:
    if exists:
        out.write_bytes(b"{}\n")
    async with connected(file=out) as adapter:
        await adapter.probe(call_at())
    assert (out.read_bytes() if out.exists() else None) == (b"{}\n" if exists else None)


async def test_a_probe_waits_for_no_lock(out: Path) -> None:
    with out.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        async with connected(file=out) as adapter:
            await adapter.probe(call_at(seconds=0))


async def test_what_was_written_and_what_was_read_is_evidence(out: Path) -> None:
    call = call_at()
    async with connected(file=out) as adapter:
        approved = await order(adapter)
        await apply(adapter, approved, call)
        await observe(adapter, approved, call)
    assert [(one.method, one.url, one.body) for one in call.exchanges] == [
        ("APPEND", out.as_uri(), out.read_bytes()),
        ("READ", out.as_uri(), out.read_bytes()),
    ]
