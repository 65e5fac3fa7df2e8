"""Only the kinds of articles asked for (`kinds`), where the page and not its URL says the kind."""

from newscrawl.items import FetchedArticle
from newscrawl.pipelines.pipeline import Pipeline


class KindsPipeline(Pipeline):
    """Drops articles of other kinds, and counts them."""

    def process_article(self, fetched: FetchedArticle) -> FetchedArticle:
        arguments = getattr(self.crawler.spider, "arguments", None)
        kind = fetched.article.kind
        if arguments is not None and arguments.kinds and kind not in arguments.kinds:
            self.drop("outside/kind", f"of kind {kind}, which was not asked for")
        return fetched
