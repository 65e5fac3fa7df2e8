"""The order of system calls: what a power cut may take at any moment, and what it must not."""

import asyncio
import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newscrawl.archive.archive import Archive
from newscrawl.archive.old_layout import _commit as commit_takeover
from newscrawl.archive.part_file import PartFile, write_whole
from newscrawl.archive.recovery import repair
from tests.archive.samples import record, write_file, write_part

NAME = "20240823T100000Z-1-00001.jsonl"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is done to files from here on: `write x`, `fsync x`, `rename x y`, `unlink x`, `mkdir x`.

    A file that is synced before anything has reached it is `fsync x (empty)`.
    """
    calls: list[str] = []
    real = {name: getattr(os, name) for name in ("write", "fsync", "replace", "rename", "unlink", "mkdir")}

    def shown(descriptor: int) -> str:
        return Path(f"/proc/self/fd/{descriptor}").readlink().name

    def on_descriptor(name: str) -> None:
        def called(descriptor: int, *rest: object) -> object:
            if descriptor > 2:
                is_empty = name == "fsync" and os.fstat(descriptor).st_size == 0
                calls.append(f"{name} {shown(descriptor)}" + (" (empty)" if is_empty else ""))
            return real[name](descriptor, *rest)

        monkeypatch.setattr(os, name, called)

    def on_paths(name: str, word: str) -> None:
        def called(*paths: object, **options: object) -> object:
            done = real[name](*paths, **options)
            calls.append(" ".join([word, *(Path(path).name for path in paths if isinstance(path, str | Path))]))
            return done

        monkeypatch.setattr(os, name, called)

    for name in ("write", "fsync"):
        on_descriptor(name)
    for name, word in (("replace", "rename"), ("rename", "rename"), ("unlink", "unlink"), ("mkdir", "mkdir")):
        on_paths(name, word)
    yield calls
    monkeypatch.undo()


def test_a_commit_syncs_the_file_renames_it_and_syncs_the_folder(tmp_path: Path, calls: list[str]) -> None:
    file = PartFile(tmp_path / "en" / "articles" / NAME)
    assert calls == ["mkdir en", f"fsync {tmp_path.name}", "mkdir articles", "fsync en"]
    calls.clear()
    file.write(b"{}\n")
    file.commit()
    part = f".{NAME}.part"
    assert calls == [f"write {part}", f"fsync {part}", f"rename {part} {NAME}", "fsync articles"]


def test_lines_are_synced_after_their_time(tmp_path: Path, calls: list[str]) -> None:
    async def write() -> PartFile:
        file = PartFile(tmp_path / NAME, 0.001)
        file.write(b"{}\n")
        while file.timer is not None:
            await asyncio.sleep(0.001)
        return file

    file = asyncio.run(write())
    assert calls[-2:] == [f"write .{NAME}.part", f"fsync .{NAME}.part"]
    assert file.synced == 3


def test_a_small_file_is_replaced_whole(tmp_path: Path, calls: list[str]) -> None:
    write_whole(tmp_path / "x", [b"new"])
    assert calls == ["fsync .x.part", "rename .x.part x", f"fsync {tmp_path.name}"]


def test_compression_removes_the_plain_file_last(tmp_path: Path, calls: list[str]) -> None:
    folder = tmp_path / "en"
    target = write_file(folder, [record(1)])
    with Archive(folder) as archive:
        calls.clear()
        archive.compress(target)
        assert calls == [
            f"fsync .{NAME}.gz.part",
            f"rename .{NAME}.gz.part {NAME}.gz",
            "fsync articles",
            "fsync .manifest-sha256.txt.part",
            "rename .manifest-sha256.txt.part manifest-sha256.txt",
            "fsync en",
            f"unlink {NAME}",
            "fsync articles",
        ]


def test_a_repair_removes_the_hidden_file_last(tmp_path: Path, calls: list[str]) -> None:
    write_part(tmp_path, [record(1)], end=b"torn")
    calls.clear()
    repair(tmp_path)
    part = f".{NAME}.part"
    assert calls == [
        f"fsync {part}.repaired",
        f"rename {part}.repaired {NAME}",
        "fsync articles",
        f"unlink {part}",
        "fsync articles",
    ]


def test_a_hidden_file_without_a_record_is_removed_with_a_sync(tmp_path: Path, calls: list[str]) -> None:
    write_part(tmp_path, end=b"torn")
    calls.clear()
    repair(tmp_path)
    assert calls == [f"unlink .{NAME}.part", "fsync articles"]


def test_rejected_lines_are_kept_before_the_hidden_file_goes(tmp_path: Path, calls: list[str]) -> None:
    target = write_part(tmp_path, [record(1)], end=b"no record\n")
    calls.clear()
    repair(tmp_path)
    rejected = target.with_name(f".{NAME}.rejected")
    assert rejected.read_bytes() == b"no record\n"
    assert calls[:3] == [
        f"fsync .{rejected.name}.part",
        f"rename .{rejected.name}.part {rejected.name}",
        "fsync articles",
    ]


def test_a_file_that_was_compressed_is_removed_with_a_sync(tmp_path: Path, calls: list[str]) -> None:
    target = write_file(tmp_path, [record(1)])
    target.with_name(f"{NAME}.gz").write_bytes(gzip.compress(target.read_bytes()))
    calls.clear()
    repair(tmp_path)
    assert calls == [f"unlink {NAME}", "fsync articles"]


def test_a_takeover_is_committed_by_a_synced_rename(tmp_path: Path, calls: list[str]) -> None:
    (tmp_path / "a").write_bytes(b"x")
    commit_takeover(tmp_path / "a", tmp_path / "b")
    assert calls == ["fsync a", "rename a b", f"fsync {tmp_path.name}"]


def test_the_mark_of_damage_stays_until_the_ledger_is_set_aside_with_a_sync(tmp_path: Path, calls: list[str]) -> None:
    folder = tmp_path / "en"
    Archive(folder).close()
    calls.clear()
    with Archive(folder, rebuild="it was asked for"):
        (aside,) = folder.glob("ledger.sqlite.damaged-*")
        moved = f"rename ledger.sqlite {aside.name}"
        assert calls[calls.index(moved) :] == [moved, "fsync en", "unlink .ledger-damaged"]


def test_the_manifest_follows_the_ledger_and_the_seal_comes_last(tmp_path: Path, calls: list[str]) -> None:
    folder = tmp_path / "en"
    with Archive(folder) as archive:
        target = write_file(folder, [record(1)])
        calls.clear()
        archive.index(target)
        assert calls == [
            "fsync .manifest-sha256.txt.part",
            "rename .manifest-sha256.txt.part manifest-sha256.txt",
            "fsync en",
        ]
        calls.clear()
    renames = [call for call in calls if call.startswith("rename")]
    assert renames == [
        "rename .state.jsonl.part state.jsonl",
        "rename ..ledger.sqlite.sha256.part .ledger.sqlite.sha256",
    ]
    calls.clear()
    with Archive(folder):
        # The checksum is gone before anything is written.
        assert calls[:2] == ["unlink .ledger.sqlite.sha256", "fsync en"]
