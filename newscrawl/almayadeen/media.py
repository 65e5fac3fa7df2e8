"""The tags, attributes and words of pictures, captions, players and embedded posts.

The site's own are not known. These are what news sites use.
"""

import re

# -- Pictures --------------------------------------------------------------------------------------------------------
PICTURE_TAGS = frozenset(("img", "picture", "amp-img", "amp-anim"))
SOURCES = (
    "data-src", "data-lazy-src", "data-original", "data-lazy", "data-orig-file", "data-large-file", "data-full-src",
    "data-hi-res-src", "data-lazyload", "data-echo", "data-actualsrc", "data-src-large", "data-image", "data-url",
    "src",
)  # fmt: skip
"""Attributes with the URL of a picture, the ones of scripts that load it later first."""
SOURCE_SETS = ("data-srcset", "data-lazy-srcset", "lazy-srcset", "srcset")
NOT_A_PICTURE = re.compile(
    r"(?i)(?<![a-z])(?:icon|icons|logo|avatar|emoji|wp-smiley|pixel|spinner|loader|flag)(?![a-z])"
)
"""Words in the class or id of a picture that is no news picture."""
NOT_A_PICTURE_URL = re.compile(
    r"(?i)\.svg(?:$|[?#])|//(?:[\w-]+\.)?gravatar\.com/|/emoji/"
    r"|/(?:blank|spacer|placeholder|transparent|pixel|clear|loading|lazy|grey|gray|1x1|0)(?:[-_.]?\d{1,4}(?:x\d{1,4})?)?"
    r"\.(?:gif|png|jpe?g|webp)(?:$|[?#])"
)
"""URLs of drawings, of writers' faces, and of files that hold a picture's place until it is loaded."""
COUNTER_URL = re.compile(
    r"(?i)//(?:[\w-]{1,60}\.){0,4}(?:scorecardresearch|quantserve|google-analytics|chartbeat|hotjar|mixpanel|yadro|statcounter"
    r"|histats|imrworldwide|krxd|demdex|omtrdc|webtrends|comscore|parsely|pixel\.wp)\.\w{2,4}/"
    r"|facebook\.com/tr(?:/|\?|$)|mc\.yandex\.\w+/watch|feedburner\.com/~|/(?:pixel|beacon|counter|tracker|track)\.(?:gif|png|php)"
)
"""URLs of pictures that only count visits."""
FILE_NAME = re.compile(
    r"(?i)[\w()-]{1,100}\.(?:jpe?g|png|gif|webp|avif)|(?:IMG|DSC|DSCN|image|screenshot)[-_ ]?\d{2,20}"
)
"""An alternative text that is a file's name, not a caption."""

# -- Captions --------------------------------------------------------------------------------------------------------
CREDIT_TAG = "figcredit"
CREDIT_NAME = re.compile(
    r"(?i)(?:^|[\s_-])(?:credits?|copyright|photographer|photo-?by|attribution|(?:photo|image|img|picture|media|caption)[_-]+"
    r"(?:source|author|by|agency))(?:[_-]+(?:text|name|line|label))?(?=\s|$)"
)
"""The class of an element that has only the credit of a picture."""
PICTURE_BOX = re.compile(
    r"(?i)(?:^|[\s_-])(?:image|img|photo|picture|figure|pic|thumbnail|wp-caption|mainimage|leadimage)"
    r"(?:[_-]*(?:box|wrap|wrapper|container|holder|block|frame|left|right|center|full|item|with-?caption))*(?=\s|$)"
)
"""The class of a plain box that has a picture and its caption."""
CREDIT_LABEL = re.compile(
    r"(?:(?:photo(?:graph|graphy)?|image|picture|file photo|courtesy|crédit[os]?|credits?|foto(?:graf[ií]a)?|imagen"
    r"|fuente|source|image source|photo credits?|image credits?|photo by|image by|foto de"
    r"|تصوير|الصورة|صورة|مصدر الصورة|المصدر|عدسة|حقوق الصورة)\s{0,3}[:：]|[©ⓒ]|\(c\))\s{0,3}",
    re.IGNORECASE,
)
"""The words right before the name of a photographer or an agency."""

# -- Players and posts -----------------------------------------------------------------------------------------------
FRAME_TAGS = frozenset(("iframe", "oembed", "object", "embed", "amp-iframe", "amp-video-iframe"))
FRAME_SOURCES = ("data-src", "src", "url", "data-lazy-src", "data-url", "data-embed-src", "data-iframe-src", "data")
PLAYERS = {
    "amp-youtube": {"data-videoid": "https://www.youtube.com/watch?v={}"},
    "lite-youtube": {"videoid": "https://www.youtube.com/watch?v={}", "video-id": "https://www.youtube.com/watch?v={}"},
    "amp-vimeo": {"data-videoid": "https://vimeo.com/{}"},
    "lite-vimeo": {"videoid": "https://vimeo.com/{}", "video-id": "https://vimeo.com/{}"},
    "amp-dailymotion": {"data-videoid": "https://www.dailymotion.com/video/{}"},
    "amp-twitter": {"data-tweetid": "https://twitter.com/i/status/{}"},
    "twitter-widget": {"data-tweet-id": "https://twitter.com/i/status/{}"},
    "amp-instagram": {"data-shortcode": "https://www.instagram.com/p/{}/"},
    "amp-facebook": {"data-href": ""},
    "amp-tiktok": {"data-src": ""},
    "amp-reddit": {"data-src": ""},
    "amp-pinterest": {"data-url": ""},
    "amp-embedly-card": {"data-url": ""},
    "amp-soundcloud": {
        "data-trackid": "https://api.soundcloud.com/tracks/{}",
        "data-playlistid": "https://api.soundcloud.com/playlists/{}",
    },
    "amp-imgur": {"data-imgur-id": "https://imgur.com/{}"},
    "amp-vine": {"data-vineid": "https://vine.co/v/{}"},
    "amp-gist": {"data-gistid": "https://gist.github.com/{}"},
    "amp-wistia-player": {"data-media-hashed-id": "https://fast.wistia.net/embed/iframe/{}"},
    "amp-google-document-embed": {"src": ""},
}
"""Tag → attribute → URL of what a player or post with that value in the attribute shows; "" where the value is it."""
VIDEO_TAGS = frozenset(("video", "amp-video"))
