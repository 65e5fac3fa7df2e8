"""What the extensions' tests have in the place of Scrapy's engine."""


class Engine:
    """Remembers why it was asked to close the spider."""

    running = True

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def close_spider_async(self, *, reason: str) -> None:
        """Remember the reason."""
        self.reasons.append(reason)
