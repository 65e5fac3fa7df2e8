"""Every class, id, attribute and selector of the site's pages that the code looks for.

`BODY` and `TICKER_ITEM` are certain. The others are words that many news sites use. Patterns find whole words only, so
that "shared" is not taken for "share".
"""

import re

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
HIDDEN_CLASS = re.compile(
    r"(?i)(?:^|\s)(?:sr-only|(?:u-)?visually-?hidden|assistive-text|screen-reader(?:-text|-only|s)?|d-none|is-hidden|u-hidden|hidden|hide"
    r"|print-only|d-print-block|show-for-sr|a11y-hidden|accessibly?-hidden|offscreen|element-invisible)(?=\s|$)"
)
"""A whole word of a class that hides an element from readers."""
SHOWN_AGAIN_CLASS = re.compile(
    r"(?:^|\s)(?:d-(?:sm|md|lg|xl|xxl)-|(?:sm|md|lg|xl|2xl):|not-sr-only|hidden-(?:xs|sm|md|lg))"
)
"""A word of a class that shows an element again, on wider screens."""
# Words of a class or id that name furniture: parts of the page around the article's text. Whole words only, so that
# "shared" is not taken for "share", nor the hash in "css-ad0a2" for "ad".
FURNITURE = re.compile(
    r"(?<![a-z0-9])(?:share|shares|sharing|sharethis|addthis|addtoany|a2a|social|socials|ticker|breaking|newsletter"
    r"|subscribe|subscription|advert|advertisement|advertising|ad|ads|adslot|adsbygoogle|adunit|banner|sponsor|sponsored"
    r"|promo|promoted|taboola|outbrain|comment|comments|disqus|listen|breadcrumb|breadcrumbs|tag|tags|taglist|hashtags"
    r"|most-?read|most-?viewed|read-?next|trending|toolbar|follow|follow-?us|min-?read|reading-?time|cookie|cookies"
    r"|consent|gdpr|onetrust|privacy|popup|modal|tooltip|pagination|copyright|skip-link|login|sign-?up|sign-?in"
    r"|(?:author|writer|contributor)s?-?(?:box|bio|card|info|profile|about|details?)|about-?(?:the-?)?authors?"
    r"|(?:about|bio)-?box|up-?next|sidebar|side-?bar|footer|navbar|nav|menu|mega-?menu|topbar|offcanvas)(?![a-z0-9])"
)
# Words that mean furniture even for an element that holds most of the page's text, if there is other text.
SURELY_FURNITURE = re.compile(
    r"(?<![a-z0-9])(?:footer|navbar|nav|mega-?menu|cookie|cookies|consent|gdpr|onetrust|privacy|comments|disqus)(?![a-z0-9])"
)
# Words beside which a name speaks of the page's layout or of a state, not of what is in the element: `has-nav`,
# `layout-with-sidebar`, `footer-fixed`, `cookie-ok`, `tag-style`.
LAYOUT = re.compile(
    r"(?<![a-z0-9])(?:has|with|without|no|non|not|is|ok|fixed|open|opened|closed|free|enabled|disabled|accepted|visible"
    r"|active|layout|row|rows|col|cols|column|columns|grid|style|styles|styled|font|color|colour|theme|page|main|width)"
    r"(?![a-z0-9])"
)
SUMMARY = re.compile(
    r"(?<![a-z0-9])(?:summary|standfirst|lg_para|lg-para|dek|excerpt|subheadline|sub-?title|lead-?text|intro-?text)(?![a-z0-9])"
)
CAPTION = re.compile(
    r"(?<![a-z0-9])(?:caption|captions|figcaption|img-?caption|photo-?caption|image-?caption|credit|credits|photo-?credit"
    r"|img-?(?:desc|description|text|title)|image-?(?:desc|description|text|title)|photo-?(?:desc|description|text))(?![a-z0-9])"
)
SLIDES = re.compile(r"(?<![a-z0-9])(?:carousel|slide-?show|slider|swiper|flickity|slick|photo-?gallery)(?![a-z0-9])")
"""Words that name a row of pictures, in which the texts are captions."""
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
)
POST_URL = re.compile(
    r"(?i)^(?:https?:)?//(?:www\.|mobile\.|m\.)?(?:(?:twitter|x)\.com/[^/\s]+/status(?:es)?/\d+|t\.me/[^/\s]+/\d+"
    r"|instagram\.com/(?:p|reel|tv)/[\w-]+|tiktok\.com/@[^/\s]+/video/\d+|facebook\.com/[^/\s]+/(?:posts|videos)/[\w.-]+"
    r"|truthsocial\.com/@[^/\s]+/(?:posts/)?\d+|threads\.(?:net|com)/@[^/\s]+/post/[\w-]+)"
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
