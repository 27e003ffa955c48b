"""The outbox folder: whole files, private, the same again for the same message."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.digest.examples import DANGER, NOW, QUIET, SENDER, finding, item
from tmwatch.channels import channel_for
from tmwatch.channels.file import FileChannel
from tmwatch.digest.compose import compose
from tmwatch.digest.model import Digest, Message
from tmwatch.errors import SettingsError, TransientDelivery
from tmwatch.findings import Severity


def made(digest: Digest = DANGER) -> Message:
    return compose(digest, sender=SENDER, date=NOW)


def test_each_message_lies_there_in_three_forms(tmp_path: Path) -> None:
    message = made()
    receipt = FileChannel(tmp_path).deliver(message.raw, "Nordlicht Trading")
    assert receipt == str(tmp_path / f"{message.id}.eml")
    assert {path.name for path in tmp_path.iterdir()} == {f"{message.id}.{kind}" for kind in ("eml", "html", "txt")}
    assert (tmp_path / f"{message.id}.eml").read_bytes() == message.raw
    assert (tmp_path / f"{message.id}.txt").read_text("utf-8") == message.text
    assert (tmp_path / f"{message.id}.html").read_text("utf-8").strip() == message.html.strip()


def test_the_text_is_the_whole_one_when_the_mail_had_to_be_cut(tmp_path: Path) -> None:
    news = tuple(item(finding("R02", Severity.HIGH, f"97{n:06}"), mark=f"MARK {n}") for n in range(300))
    message = made(replace(QUIET, news=news))
    FileChannel(tmp_path).deliver(message.raw, "x")
    assert (tmp_path / f"{message.id}.txt").read_text("utf-8") == message.text
    assert "MARK 299:" in message.text


def test_a_repeat_replaces_the_files_by_the_same_bytes(tmp_path: Path) -> None:
    for recipient in ("a", "b"):
        FileChannel(tmp_path).deliver(made().raw, recipient)
    assert len(list(tmp_path.iterdir())) == 3


def test_the_folder_is_made_and_only_its_owner_can_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        FileChannel(tmp_path / "deep" / "outbox").deliver(made().raw, "a")
    finally:
        os.umask(before)
    folder = tmp_path / "deep" / "outbox"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_draft_left_by_a_killed_process_is_no_obstacle_and_does_not_stay(tmp_path: Path) -> None:
    message = made()
    (tmp_path / f".{message.id}.eml.tmp").write_bytes(b"half")
    FileChannel(tmp_path).deliver(message.raw, "a")
    assert len(list(tmp_path.iterdir())) == 3
    assert stat.S_IMODE((tmp_path / f"{message.id}.eml").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", [b"../../etc/passwd", b"a/b", b".hidden", b"", b"x" * 300, b"con\x00"])
def test_a_digest_id_that_is_no_file_name_stays_inside_the_folder(tmp_path: Path, name: bytes) -> None:
    folder = tmp_path / "outbox"
    raw = b"X-Tmwatch-Digest-Id: " + name + b"\r\nSubject: x\r\n\r\nbody\r\n"
    receipt = Path(FileChannel(folder).deliver(raw, "a"))
    assert receipt.parent == folder
    assert receipt.name.startswith("message-")
    assert [path.name for path in tmp_path.iterdir()] == ["outbox"]


def test_a_path_that_is_a_file_is_come_back_later_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("in the way")
    with pytest.raises(TransientDelivery, match=r"outbox cannot be written: .*set mail\.url to another folder"):
        FileChannel(tmp_path / "outbox").deliver(made().raw, "a")
    with pytest.raises(TransientDelivery, match="a part of the path is a file"):
        FileChannel(tmp_path / "outbox" / "below").deliver(made().raw, "a")


def test_something_else_of_that_name_is_come_back_later(tmp_path: Path) -> None:
    message = made()
    (tmp_path / f"{message.id}.txt").mkdir()
    with pytest.raises(TransientDelivery, match="The message waits in the outbox"):
        FileChannel(tmp_path).deliver(message.raw, "a")
    assert not list(tmp_path.glob("*.eml"))


def test_a_full_disk_is_come_back_later_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(tmp_path)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        with pytest.raises(TransientDelivery, match="the disk is full; free some space"):
            FileChannel(tmp_path).deliver(made().raw, "a")
        assert not list(tmp_path.glob("*.eml")) + list(tmp_path.glob(".*.tmp"))
        subprocess.run(["mount", "-o", "remount,ro", str(tmp_path)], check=True)
        with pytest.raises(TransientDelivery, match="the disk is read-only"):
            FileChannel(tmp_path).deliver(made().raw, "a")
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="file size limits are a POSIX matter")
def test_a_write_that_breaks_off_leaves_the_older_file_whole(tmp_path: Path) -> None:
    import resource

    message = made()
    FileChannel(tmp_path).deliver(message.raw, "a")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(TransientDelivery, match="cannot be written"):
            FileChannel(tmp_path).deliver(message.raw, "a")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (tmp_path / f"{message.id}.eml").read_bytes() == message.raw
    assert len(list(tmp_path.iterdir())) == 3


def test_reading_file_urls(tmp_path: Path) -> None:
    for url in (f"file:{tmp_path}/outbox", f"file://{tmp_path}/outbox", f"FILE:{tmp_path}/outbox"):
        assert channel_for(url) == FileChannel(tmp_path / "outbox")
    assert channel_for("file:outbox with blanks") == FileChannel(Path("outbox with blanks"))
    assert channel_for(f"file://{tmp_path}/a%20b") == FileChannel(tmp_path / "a b")


@pytest.mark.parametrize("url", ["file:", "file:///", "file://otherhost/outbox"])
def test_a_file_url_without_a_folder_of_this_machine_is_a_setting_to_mend(url: str) -> None:
    with pytest.raises(SettingsError, match=r"mail\.url names no folder"):
        channel_for(url)
