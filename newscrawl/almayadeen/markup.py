"""Every class, id, attribute and selector of the site's pages that the code looks for.

`BODY` and `TICKER_ITEM` are certain. The others are words that many news sites use. Patterns find whole words only, so
that "shared" is not taken for "share".
"""

import re
from collections.abc import Iterable

# -- The site's own -----------------------------------------------------------------------------------------------
BODY = "p-content"
"""A word in the class of the element that holds the body."""
TICKER = "ticker"
"""A word in the class of elements of the ticker."""
TICKER_ITEM = "ticker__item"
"""The class of one line of the ticker."""
TICKER_BOX = "//@class[contains(., 'ticker') or contains(., 'breaking')]/.. | //@id[contains(., 'ticker')]/.."
"""XPath of the elements that may be the ticker, by class or id."""
TAWSIYAT_ID, TAWSIYAT_TYPE = "tawsiyat-metadata", "text/tawsiyat"
"""Id and type of the script that holds the site's own metadata."""
NAMED_SUMMARY = "//p[contains(@class, 'summary')]"
"""XPath of an element whose class calls it the standfirst."""

# -- Article pages ---------------------------------------------------------------------------------------------------
HIDDEN_CLASSES = frozenset(
    "sr-only visually-hidden visuallyhidden u-visually-hidden u-visuallyhidden assistive-text screen-reader"
    " screen-reader-text screen-reader-only screen-readers d-none is-hidden u-hidden hidden hide print-only"
    " d-print-block show-for-sr a11y-hidden accessible-hidden accessibly-hidden offscreen element-invisible".split()
)
"""Words of a class that hide an element from readers, in lower case."""
SHOWN_AGAIN_CLASS = re.compile(
    r"(?:^|\s)(?:d-(?:sm|md|lg|xl|xxl)-|(?:sm|md|lg|xl|2xl):|not-sr-only|hidden-(?:xs|sm|md|lg))"
)
"""A word of a class that shows an element again, on wider screens."""
# Words of a class or id that name furniture: parts of the page around the article's text. Whole words only, so that
# "shared" is not taken for "share", nor the hash in "css-ad0a2" for "ad". A hyphen may be missing.
_PEOPLE = [f"{who}{number}" for who in ("author", "writer", "contributor") for number in ("", "s")]
_ABOUT = ("box", "bio", "card", "info", "profile", "about", "detail", "details")
_FURNITURE = (
    *"share shares sharing sharethis addthis addtoany a2a social socials ticker breaking newsletter subscribe".split(),
    *"subscription advert advertisement advertising ad ads adslot adsbygoogle adunit banner sponsor sponsored".split(),
    *"promo promoted taboola outbrain comment comments disqus listen breadcrumb breadcrumbs tag tags taglist".split(),
    *"hashtags most-read most-viewed read-next trending toolbar follow follow-us min-read reading-time".split(),
    *"cookie cookies consent gdpr onetrust privacy popup modal tooltip pagination copyright skip-link login".split(),
    *"sign-up sign-in about-author about-authors about-the-author about-the-authors about-box bio-box".split(),
    *"up-next sidebar side-bar footer navbar nav menu mega-menu topbar offcanvas".split(),
    *(f"{who}-{what}" for who in _PEOPLE for what in _ABOUT),
)
_SURELY_FURNITURE = "footer navbar nav mega-menu cookie cookies consent gdpr onetrust privacy comments disqus".split()
_SUMMARY = "summary standfirst lg_para lg-para dek excerpt subheadline sub-title lead-text intro-text".split()
_CAPTION = (
    *"caption captions figcaption credit credits photo-credit".split(),
    *(f"{what}-{name}" for what in ("img", "image", "photo") for name in ("caption", "desc", "description", "text")),
    *"img-title image-title".split(),
)
_SLIDES = "carousel slide-show slider swiper flickity slick photo-gallery".split()


def _whole_words(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(word.replace('-', '-?') for word in words)})(?![a-z0-9])")


FURNITURE = _whole_words(_FURNITURE)
SURELY_FURNITURE = _whole_words(_SURELY_FURNITURE)
"""Words that mean furniture even for an element that holds most of the page's text, if there is other text."""
TEXT_SECTION = _whole_words("section chapter paragraph paragraphs text copy prose story".split())
"""Words of the class of a part of a text, such as a subhead and its paragraphs."""
NEVER_TEXT = _whole_words((TICKER,))
"""Words that mean furniture even if the page has no other text."""
SUMMARY = _whole_words(_SUMMARY)
CAPTION = _whole_words(_CAPTION)
SLIDES = _whole_words(_SLIDES)
"""Words that name a row of pictures, in which the texts are captions."""
NAMED = frozenset(
    part
    for word in (
        *_FURNITURE,
        *_SUMMARY,
        *_CAPTION,
        *_SLIDES,
        "twitter-",
        "instagram-",
        "tiktok-",
        "telegram-",
        "fb-",
        "bluesky-",
    )
    for part in (re.split("[-_]", word)[0], word.replace("-", ""))
)
"""Letters and digits, at least one group of which is in a name that any of these patterns or `POST` finds."""
# Words beside which a name speaks of the page's layout or of a state, not of what is in the element: `has-nav`,
# `layout-with-sidebar`, `footer-fixed`, `cookie-ok`, `tag-style`.
LAYOUT = _whole_words(
    "has with without no non not is ok fixed open opened closed free enabled disabled accepted visible active layout"
    " row rows col cols column columns grid style styles styled font color colour theme page main width".split()
)
BREAK = re.compile(r"(?:^|\s)(?:br|break|line-?break|new-?line)(?=\s|$)")
"""A whole word of the class of an empty inline element that stands for a `br`."""
AUTHOR = re.compile(r"(?<![a-z])(?:author|byline|writer)(?:s|-name|_name|name)?(?![a-z])")
PUBLISHED_TIME = re.compile(r"(?<![a-z])(?:(?:date)?-?_?published|pub-?_?date)(?![a-z])")
MODIFIED_TIME = re.compile(
    r"(?<![a-z])(?:(?:date)?-?_?(?:modified|updated)|mod-?_?date|last-?_?(?:update|modified)|update-?_?(?:date|time))(?![a-z])"
)
"""Words of the class or `itemprop` of an element with the time of publication, or of the last change."""
RELATED_NAMES = ("related", "Related", "read-also", "read-more", "readmore", "also-read")
TAG_BOX = re.compile(r"(?<![a-z])(?:tags?|tag-?list|keywords|hashtags|etiquetas)(?![a-z])")
POST = re.compile(
    r"(?i)twitter-(?:tweet|video)|instagram-media|tiktok-embed|telegram-post|fb-(?:post|video)|bluesky-embed"
    r"|reddit-(?:embed|card)|text-post-media|truthsocial-embed|mastodon-embed"
)
POST_URL = re.compile(
    r"(?i)^(?:https?:)?//(?:(?:www|mobile|m|old|web|[a-z]{2}(?:-[a-z]{2})?)\.)?"
    r"(?:(?:twitter|x)\.com/(?:i/web|i|[^/\s]+)/status(?:es)?/\d+|t(?:elegram)?\.me/(?:s/)?[^/\s]+/\d+"
    r"|instagram\.com/(?:[\w.]+/)?(?:p|reels?|tv)/[\w-]+|tiktok\.com/@[^/\s]+/(?:video|photo)/\d+|vm\.tiktok\.com/\w+"
    r"|facebook\.com/(?:[^/\s]+/(?:posts|videos|photos)/[\w./-]+|reel/\d+|watch/?\?(?:[^#\s]*&)?v=\d+|share/[prv]/\w+"
    r"|(?:permalink|story|photo|video)\.php\?[^#\s]*(?:story_fbid|fbid|v)=\w+)|fb\.watch/[\w-]+"
    r"|truthsocial\.com/@[^/\s]+/(?:posts/)?\d+|threads\.(?:net|com)/@[^/\s]+/post/[\w-]+"
    r"|bsky\.app/profile/[^/\s]+/post/\w+|reddit\.com/(?:r|user|u)/[^/\s]+/comments/\w+|redd\.it/\w+"
    r"|linkedin\.com/(?:posts/[\w%.-]+|feed/update/urn:li:\w+:\d+|embed/feed/update/urn:li:\w+:\d+)"
    r"|vk\.com/(?:wall-?\d+_\d+|video-?\d+_\d+)|mastodon\.\w+/@[^/\s]+/\d+)"
)

# -- Pictures and links ----------------------------------------------------------------------------------------------
DEFAULT_PICTURE = re.compile(
    r"(?i)(?:logo|default|placeholder|share|social|opengraph|og)[^/]*\.(?:png|jpe?g|webp|svg|gif)$"
)
AD_FRAME = re.compile(
    r"(?i)(?:(?://|\.)ads?\d*\.|doubleclick|googlesyndication|googletagmanager|googleads|adservice|taboola|outbrain|amazon-adsystem|recaptcha"
    r"|/ads?/|facebook\.com/plugins/(?:like|share)|platform\.twitter\.com/widgets)"
)
SHARE_LINK = re.compile(r"(?i)sharer?(?:\.php|/|\?|Article)|/share(?:/|\?|$)|wa\.me/|/intent/|api\.whatsapp|^mailto:\?")

# -- Listings --------------------------------------------------------------------------------------------------------
ASIDE = re.compile(
    r"(?<![a-z0-9])(?:ticker|breaking|most-?read|most-?viewed|read-?next|trending|sidebar|side-?bar|footer|related|coverage"
    r"|mega-?menu|navbar|nav|menu)(?![a-z0-9])"
)
SURELY_ASIDE = re.compile(
    r"(?<![a-z0-9])(?:ticker|breaking|most-?read|most-?viewed|read-?next|footer|navbar)(?![a-z0-9])"
)
MORE_NAME = re.compile(
    r"(?i)load[-_]?more|show[-_]?more|view[-_]?more|more[-_]?(?:btn|button|link|posts|news|articles)|next[-_]?page"
    r"|btn[-_]?more|see[-_]?more|infinite|pagination[-_]?next|older"
)
