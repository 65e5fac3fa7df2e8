"""Scrapy's storage of feeds in the archive."""

from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from newscrawl.extensions.feed_storage import ArchiveStorage


@pytest.mark.parametrize("uri", ["archive:../x.jsonl", "archive:en/../../x.jsonl", "archive:/etc/x.jsonl"])
def test_no_feed_leads_out_of_the_data_folder(uri: str, tmp_path: Path) -> None:
    crawler = get_crawler(settings_dict={"DATA_DIR": str(tmp_path)})
    with pytest.raises(ValueError, match="out of the data folder"):
        ArchiveStorage.from_crawler(crawler, uri)
