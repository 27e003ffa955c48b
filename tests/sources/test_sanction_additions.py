"""The operator's own list on disk."""

from pathlib import Path

import pytest

from tmwatch.errors import TmwatchError, UsageError
from tmwatch.sanctions import Additions
from tmwatch.sources.sanction_additions import load_additions

HEADER = "kind,value,order_id,role,source,note\n"


def test_no_file_means_no_additions(tmp_path: Path) -> None:
    assert load_additions(tmp_path / "sanctions.csv") == Additions()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_rows_are_read_in_the_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "sanctions.csv"
    path.write_text(HEADER + "firm,深圳市海棠科技有限公司,NEW-1,,,\n", encoding)
    assert [one.value for one in load_additions(path).identities] == ["深圳市海棠科技有限公司"]


def test_the_file_is_named_with_the_row(tmp_path: Path) -> None:
    path = tmp_path / "sanctions.csv"
    path.write_text(HEADER + "firm,Larkwing,,,,\n")
    with pytest.raises(UsageError, match=r"sanctions\.csv: row 2: order_id is empty"):
        load_additions(path)


def test_a_folder_or_a_picture_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_additions(tmp_path)
    picture = tmp_path / "sanctions.csv"
    picture.write_bytes(b"\x89PNG\x00\x00")
    with pytest.raises(TmwatchError, match="neither a PDF"):
        load_additions(picture)
