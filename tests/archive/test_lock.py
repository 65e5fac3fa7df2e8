"""The lock: one writer at a time, several with a shared lock."""

import subprocess
import sys
from pathlib import Path

import pytest

from newscrawl.archive.lock import Lock
from newscrawl.errors import LockedError
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
