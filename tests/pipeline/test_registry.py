"""The operator's own list of orders and names beside the configuration file, as every command reads it."""

from pathlib import Path

import pytest

from tmwatch.errors import UsageError
from tmwatch.pipeline.registry import read_registry
from tmwatch.sanctions import load_registry
from tmwatch.settings import Settings, load

ROW = "kind,value,order_id,role,source,note\nfirm,深圳市海棠科技有限公司,NEW-1,,,\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    config = tmp_path / "tmwatch.toml"
    config.write_text("")
    return load(config, {}, tmp_path)


def test_without_a_list_of_ones_own_the_package_is_all_there_is(settings: Settings) -> None:
    assert read_registry(settings) == load_registry()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_list_is_read_as_a_spreadsheet_program_wrote_it(settings: Settings, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "sanctions.csv").write_text(ROW, encoding)
    added = {one.value for one in read_registry(settings).identities} - {
        one.value for one in load_registry().identities
    }
    assert added == {"深圳市海棠科技有限公司"}


def test_a_file_far_too_large_for_a_list_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "sanctions.csv").write_bytes(b"x" * 5_000_001)
    with pytest.raises(UsageError, match="larger than 5 MB"):
        read_registry(settings)
