"""The hidden file of a feed: whole lines, shown after the commit, never over another file."""

import asyncio
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.archive.part_file import PartFile, create, free_name, write_whole


def test_lines_reach_the_disk_one_by_one_and_show_after_the_commit(tmp_path: Path) -> None:
    path = tmp_path / "en" / "articles" / "run.jsonl"
    file = PartFile(path)
    file.write(b'{"a":1}\n')
    assert file.part.read_bytes() == b'{"a":1}\n'
    assert not path.exists()
    file.write(b'{"a":2}\n')
    file.commit()
    assert path.read_bytes() == b'{"a":1}\n{"a":2}\n'
    assert [each.name for each in path.parent.iterdir()] == ["run.jsonl"]


def test_a_torn_write_is_undone_and_the_commit_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = PartFile(tmp_path / "run.jsonl")
    file.write(b'{"a":1}\n')
    real_write = os.write

    def full(descriptor: int, data: bytes) -> int:
        if len(data) > 3:
            return real_write(descriptor, data[:3])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(os, "write", full)
        with pytest.raises(OSError, match="No space"):
            file.write(b'{"a":2}\n')
    with pytest.raises(OSError, match="No space"):
        file.write(b'{"a":3}\n')
    assert file.part.read_bytes() == b'{"a":1}\n'
    with pytest.raises(OSError, match="No space"):
        file.commit()
    assert not file.path.exists()
    assert file.part.read_bytes() == b'{"a":1}\n'


def test_an_existing_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").write_text("kept\n")
    with pytest.raises(FileExistsError):
        PartFile(tmp_path / "run.jsonl")
    assert (tmp_path / "run.jsonl").read_text() == "kept\n"


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def test_a_file_knows_its_size_its_lines_and_its_checksum(tmp_path: Path) -> None:
    file = PartFile(tmp_path / "run.jsonl")
    assert (file.size, file.lines) == (0, 0)
    assert file.write(b"one\n") == 4
    file.write(b"second\n")
    assert (file.size, file.lines) == (11, 2)
    file.commit()
    assert file.digest.hexdigest() == hashlib.sha256(b"one\nsecond\n").hexdigest()
    assert file.path.stat().st_mode & 0o777 == 0o644 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_lines_are_taken_back_before_the_commit_and_others_follow(tmp_path: Path) -> None:
    file = PartFile(tmp_path / "run.jsonl")
    for line in (b"a\n", b"no\n", b"b\n", b"no\n"):
        file.write(line)
    before = file.descriptor
    inode = file.part.stat().st_ino
    assert file.leave_out(lambda line: line == b"none\n") == []
    assert (file.descriptor, file.part.stat().st_ino) == (before, inode)
    assert file.leave_out(lambda line: line == b"no\n") == [b"no\n", b"no\n"]
    assert (file.size, file.lines, file.part.read_bytes()) == (4, 2, b"a\nb\n")
    # The old file was not changed, but replaced.
    assert file.part.stat().st_ino != inode
    file.write(b"c\n")
    file.commit()
    assert file.path.read_bytes() == b"a\nb\nc\n"
    assert file.digest.hexdigest() == hashlib.sha256(b"a\nb\nc\n").hexdigest()
    assert [each.name for each in tmp_path.iterdir()] == ["run.jsonl"]
    assert not is_open(before) or before == file.descriptor


@pytest.mark.parametrize("end", ["discard", "close", "commit"])
def test_at_its_end_a_file_is_closed_and_its_timer_cancelled(end: str, tmp_path: Path) -> None:
    async def run() -> asyncio.TimerHandle:
        file = PartFile(tmp_path / "run.jsonl", sync_seconds=600)
        file.write(b"a\n")
        timer, descriptor = file.timer, file.descriptor
        assert timer is not None
        file.write(b"b\n")
        assert file.timer is timer
        getattr(file, end)()
        assert (file.timer is None, file.descriptor, is_open(descriptor)) == (True, -1, False)
        # A second time does nothing, and nothing is synced any more.
        file.close()
        file.sync()
        assert file.error is None
        return timer

    timer = asyncio.run(run())
    assert timer.cancelled()
    names = {"discard": [], "close": [".run.jsonl.part"], "commit": ["run.jsonl"]}[end]
    assert [each.name for each in tmp_path.iterdir()] == names


def test_a_sync_that_fails_refuses_what_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    file = PartFile(tmp_path / "run.jsonl")
    file.write(b"a\n")
    file.sync()
    assert file.synced == 2
    file.write(b"b\n")
    with monkeypatch.context() as context:
        context.setattr(os, "fsync", fails)
        file.sync()
    file.sync()
    assert file.synced == 2
    for action in (lambda: file.write(b"c\n"), file.commit):
        with pytest.raises(OSError, match="broken"):
            action()
    assert file.descriptor == -1
    assert file.part.read_bytes() == b"a\nb\n"
    assert not file.path.exists()


def test_a_commit_that_cannot_sync_closes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: int) -> None:
        raise OSError(errno.EIO, "the disk is broken")

    file = PartFile(tmp_path / "run.jsonl")
    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="broken"):
        file.commit()
    assert file.descriptor == -1
    assert file.part.exists()


@pytest.mark.parametrize("used", ["run.jsonl", "run.jsonl.gz"])
@pytest.mark.parametrize("moment", ["before", "between"])
def test_a_name_that_is_used_is_refused_at_the_beginning_and_at_the_commit(
    used: str, moment: str, tmp_path: Path
) -> None:
    if moment == "before":
        (tmp_path / used).symlink_to(tmp_path / "nowhere")
        with pytest.raises(FileExistsError) as error:
            PartFile(tmp_path / "run.jsonl")
        assert list(tmp_path.iterdir()) == [tmp_path / used]
    else:
        file = PartFile(tmp_path / "run.jsonl")
        (tmp_path / used).write_text("kept")
        with pytest.raises(FileExistsError) as error:
            file.commit()
        assert (tmp_path / used).read_text() == "kept"
        assert file.part.exists()
    assert (error.value.errno, error.value.filename) == (errno.EEXIST, str(tmp_path / used))


def test_a_hidden_file_of_another_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / ".run.jsonl.part").write_text("of a dead run\n")
    with pytest.raises(FileExistsError):
        PartFile(tmp_path / "run.jsonl")
    assert (tmp_path / ".run.jsonl.part").read_text() == "of a dead run\n"


def test_the_next_free_name_is_one_that_no_spelling_of_a_file_has(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    for number, used in enumerate(("run.jsonl", "run-2.jsonl.gz", ".run-3.jsonl.part", ".run-4.jsonl.gz.part"), 2):
        assert free_name(path) == (tmp_path / f"run-{number - 1}.jsonl" if number > 2 else path)
        (tmp_path / used).symlink_to(tmp_path / "nowhere")
    assert free_name(path).name == "run-5.jsonl"


def test_a_small_file_is_replaced_or_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "state"
    write_whole(path, [b"a", b"b"])
    assert path.read_bytes() == b"ab"

    def chunks() -> Iterator[bytes]:
        yield b"c"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, chunks())
    assert path.read_bytes() == b"ab"
    (tmp_path / "precious").write_text("kept")
    (tmp_path / ".state.part").symlink_to(tmp_path / "precious")
    write_whole(path, [b"new"])
    assert path.read_bytes() == b"new"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["precious", "state"]
    assert (tmp_path / "precious").read_text() == "kept"
    with create(tmp_path / "state") as file:
        file.write(b"x")
    assert path.read_bytes() == b"x"


def test_what_the_disk_refuses_keeps_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("newscrawl.archive.part_file.create", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "state", [b"a"])
    assert list(tmp_path.iterdir()) == []
