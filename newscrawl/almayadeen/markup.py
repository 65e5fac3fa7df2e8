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
# Words of a class or id that name furniture: parts of the page around the article's text. Whole words only, so that
# "shared" is not taken for "share", nor the hash in "css-ad0a2" for "ad".
FURNITURE = re.compile(
    r"(?<![a-z0-9])(?:share|shares|sharing|sharethis|addthis|addtoany|a2a|social|socials|ticker|breaking|newsletter"
    r"|subscribe|subscription|advert|advertisement|advertising|ad|ads|adslot|adsbygoogle|adunit|banner|sponsor|sponsored"
    r"|promo|promoted|taboola|outbrain|comment|comments|disqus|listen|breadcrumb|breadcrumbs|tag|tags|taglist|hashtags"
    r"|most-?read|most-?viewed|read-?next|trending|toolbar|follow|follow-?us|min-?read|reading-?time|cookie|cookies"
    r"|popup|modal|pagination|copyright|sr-only|visually-hidden|screen-reader-text|skip-link|print-only|paywall|login"
    r"|author-?box|about-?author|author-?bio|sidebar|side-?bar|footer|navbar|nav|menu|mega-?menu|topbar|offcanvas)(?![a-z0-9])"
)
# Words that mean furniture even for an element that holds most of the page's text.
SURELY_FURNITURE = re.compile(r"(?<![a-z0-9])(?:footer|navbar|nav|mega-?menu|cookie|cookies|comments)(?![a-z0-9])")
SUMMARY = re.compile(r"(?<![a-z0-9])(?:summary|standfirst|lg_para|lg-para|dek|excerpt|subheadline)(?![a-z0-9])")
CAPTION = re.compile(
    r"(?<![a-z0-9])(?:caption|captions|figcaption|img-?caption|photo-?caption|image-?caption|credit|credits|photo-?credit"
    r"|img-?(?:desc|description|text|title)|image-?(?:desc|description|text|title)|photo-?(?:desc|description|text))(?![a-z0-9])"
)
AUTHOR = re.compile(r"(?<![a-z])(?:author|byline|writer)(?:s|-name|_name|name)?(?![a-z])")
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
