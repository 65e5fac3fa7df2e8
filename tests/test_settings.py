"""What a run does that is given no setting: it is polite."""

from newscrawl import settings


def test_by_default_the_site_is_asked_slowly_and_its_rules_are_kept() -> None:
    assert settings.DOWNLOAD_DELAY >= 1
    assert settings.CONCURRENT_REQUESTS_PER_DOMAIN <= 2
    assert settings.ROBOTSTXT_OBEY is True
