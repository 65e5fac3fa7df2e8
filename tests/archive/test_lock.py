"""The lock: one writer at a time, several with a shared lock."""

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from newscrawl.archive.lock import Lock
from newscrawl.errors import LockedError, OutputError
from tests.crawling import ROOT


def test_the_lock_dies_with_its_holder_and_names_it(tmp_path: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from newscrawl.archive.lock import Lock;"
        f" lock = Lock(Path({str(tmp_path)!r})); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LockedError, match=f"process {process.pid} on "):
            Lock(tmp_path)
        process.kill()
        process.wait()
    Lock(tmp_path).release()


def test_a_shared_lock_keeps_out_writers_alone_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("an earlier holder\n")
    with Lock(tmp_path, shared=True), Lock(tmp_path, shared=True):
        with pytest.raises(LockedError):
            Lock(tmp_path)
        assert (tmp_path / ".lock").read_text() == "an earlier holder\n"
    with Lock(tmp_path), pytest.raises(LockedError):
        Lock(tmp_path, shared=True)


def refusing(number: int, *, only: int | None = None) -> Any:
    """Return an `os.open` that refuses, every time or for these flags alone."""
    real = os.open

    def refuse(path: Any, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".lock") and (only is None or flags & only):
            raise OSError(number, os.strerror(number), str(path))
        return real(path, flags, mode)

    return refuse


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT])
def test_where_no_crawl_can_write_a_reader_needs_no_lock(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "open", refusing(number, only=os.O_CREAT))
    with Lock(tmp_path, shared=True) as lock:
        assert lock.descriptor == -1
    assert list(tmp_path.iterdir()) == []


def test_a_reader_makes_the_lock_that_is_missing_and_holds_it(tmp_path: Path) -> None:
    with Lock(tmp_path, shared=True):
        assert (tmp_path / ".lock").read_bytes() == b""
        with pytest.raises(LockedError, match="it does not say who"):
            Lock(tmp_path)


@pytest.mark.parametrize("shared", [True, False])
def test_other_refusals_and_missing_folders_are_errors(
    shared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(FileNotFoundError):
        Lock(tmp_path / "none", shared=shared)
    monkeypatch.setattr(os, "open", refusing(errno.EIO, only=os.O_CREAT))
    with pytest.raises(OSError, match="Input/output"):
        Lock(tmp_path, shared=shared)


def test_no_link_is_followed_to_a_lock(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / ".lock").symlink_to(tmp_path / "precious")
    for shared in (True, False):
        with pytest.raises(OutputError, match=f"a symbolic link is not followed: {tmp_path}/.lock") as error:
            Lock(tmp_path, shared=shared)
        assert error.value.errno == errno.ELOOP
    assert (tmp_path / "precious").read_text() == "kept"


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.EWOULDBLOCK, LockedError), (errno.EACCES, LockedError), (errno.ENOLCK, OSError)],
)
def test_a_disk_without_locks_is_no_other_crawl(
    number: int, kind: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    real = os.close

    def close(descriptor: int) -> None:
        closed.append(descriptor)
        real(descriptor)

    (tmp_path / ".lock").write_bytes(b"process 7 on \xff, since yesterday\n" + b"x" * 600)

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    monkeypatch.setattr(os, "close", close)
    with pytest.raises(kind) as error:
        Lock(tmp_path)
    assert type(error.value) is kind
    assert len(closed) == 1
    if kind is LockedError:
        assert f"another crawl holds {tmp_path}: process 7 on \ufffd, since yesterday" in str(error.value)
        assert len(str(error.value)) < 600


def test_the_holder_is_written_anew_and_by_its_number(tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("x" * 1000)
    with Lock(tmp_path):
        assert (tmp_path / ".lock").read_text().startswith(f"process {os.getpid()} on ")
        assert (tmp_path / ".lock").read_text().endswith("Z\n")
        assert (tmp_path / ".lock").stat().st_size < 200


def test_a_lock_whose_holder_cannot_be_written_is_released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as context:
        context.setattr(os, "ftruncate", full)
        with pytest.raises(OSError, match="No space"):
            Lock(tmp_path)
    Lock(tmp_path).release()


def test_a_lock_is_released_once(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    lock.release()
    assert lock.descriptor == -1
    other = os.open(tmp_path, os.O_RDONLY)
    # The number of a descriptor is used again: a second release must not close what is another's.
    lock.release()
    os.close(other)


def test_a_folder_that_is_gone_or_another_one_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    with Lock(folder) as lock:
        lock.check()
        folder.rename(tmp_path / "away")
        with pytest.raises(OutputError, match=r"the folder is no longer there \(No such file") as error:
            lock.check()
        assert error.value.errno == errno.ENOENT
        folder.mkdir()
        (folder / ".lock").touch()
        with pytest.raises(OutputError, match="another folder is in its place") as error:
            lock.check()
        assert error.value.errno == errno.ESTALE
        (folder / ".lock").unlink()
        os.link(tmp_path / "away" / ".lock", folder / ".lock")
        lock.check()
        (folder / ".lock").unlink()
        (folder / ".lock").symlink_to(tmp_path / "away" / ".lock")
        with pytest.raises(OutputError, match="another folder"):
            lock.check()
