"""Lines of a body, each in three kinds of markup: which stay, word for word, and which belong to the page."""

import pytest

from newscrawl.pages import parse_article
from tests.pages.samples import FIRST, SECOND, URL

THIRD = "Two ferry companies promised to keep their boats running while the work goes on at the old quay."
BYLINE = "<div class=info><span>By Al Mayadeen English</span><span>Source: Agencies</span></div>"
MENU = "<ul><li><a href=/news/politics>Politics</a></li><li><a href=/news/economics>Economy</a></li></ul>"
STORY = "/news/politics/another-story-here"
MARKUPS = {
    "known": f"<nav>{MENU}</nav><main><h1>Canal plan is postponed</h1>{BYLINE}<div class=p-content>{{}}</div></main>",
    "unknown": f"<nav>{MENU}</nav><main><h1>Canal plan is postponed</h1>{BYLINE}<div class=zone>{{}}</div></main>",
    "among boxes": (
        f"<div class=hd>{MENU}</div><div class=wrap><div class=left><div class=hdr><h1>Canal plan is postponed</h1>"
        f"{BYLINE}</div><div class=x7><div class=in2>{{}}</div></div><div class=cm><h3>Comments</h3><div><b>Omar</b>"
        "<div>I agree.</div></div></div></div><div class=right><h4>Most Read</h4>"
        f"<div><a href={STORY}-2>Two</a></div></div></div>"
    ),
}

STAYS = [
    # An inline element neither cuts nor parts a sentence, whatever its class.
    ('<p>The port of <a class="tag" href="/tags/tripoli">Tripoli</a> opened.</p>', "The port of Tripoli opened."),
    ('<p>The <a class="menu-link" href="/tags/x">first ship</a> left.</p>', "The first ship left."),
    ('<p>The <a class="tags__link" href="/tags/x">first ship</a> left.</p>', "The first ship left."),
    ('<p>The <a class="comment-link" href="/tags/x">first ship</a> left.</p>', "The first ship left."),
    ('<p>He wrote on <a class="social" href="https://x.com/a">his page</a> of it.</p>', "He wrote on his page of it."),
    ('<p>The <span class="tag">first ship</span> left.</p>', "The first ship left."),
    ('<p>The <span class="follow">first ship</span> left.</p>', "The first ship left."),
    ('<p>The <span class="listen">first ship</span> left.</p>', "The first ship left."),
    ('<p>He gave <span class="credit">the men</span> the praise for it.</p>', "He gave the men the praise for it."),
    ('<p>The <em class="credit">first ship</em> left.</p>', "The first ship left."),
    ('<p>The <mark class="ad">first ship</mark> left.</p>', "The first ship left."),
    ('<p>The <strong class="promo">first ship</strong> left.</p>', "The first ship left."),
    ("<p>The <label>first ship</label> left.</p>", "The first ship left."),
    ('<p>The <button class="glossary">first ship</button> left.</p>', "The first ship left."),
    ('<p><span class="drop-cap menu-font">T</span>he first ship left.</p>', "The first ship left."),
    ("<p>The super<wbr>port of the <b>U</b>.S. coast shut.</p>", "The superport of the U.S. coast shut."),
    ("<p>أعلن ال<b>مرفأ</b> أن «<i>نور</i>» غادرت صباح الخميس.</p>", "أعلن المرفأ أن «نور» غادرت صباح الخميس."),
    ("<div>The <div style='display:inline'>first ship</div> left the quay.</div>", "The first ship left the quay."),
    # What is hidden inside a sentence goes without a trace.
    ('<p>The first <span style="display:none"></span>ship left.</p>', "The first ship left."),
    ('<p>The first <span style="display:none">HIDDEN</span>ship left.</p>', "The first ship left."),
    ("<p>The first <i hidden>HIDDEN</i>ship left.</p>", "The first ship left."),
    ('<p>The <span class="visually-hidden">very </span>first ship left.</p>', "The first ship left."),
    ('<p>The <span class="u-visually-hidden">very </span>first ship left.</p>', "The first ship left."),
    ('<p>The <span class="sr-only sr-only-focusable">very </span>first ship left.</p>', "The first ship left."),
    (
        '<p>He said <a href="/x">in a letter<i class="visually-hidden"> (new window)</i></a> so.</p>',
        "He said in a letter so.",
    ),
    ("<p>The <span class=tip>ship<span role=tooltip hidden>a boat</span></span> left.</p>", "The ship left."),
    # A date is a line of the text as a subhead, an item, or a sentence.
    ("<h3>After October 7</h3>", "After October 7"),
    ("<h3>The May 25 victory</h3>", "The May 25 victory"),
    ("<h3>The 4 August blast</h3>", "The 4 August blast"),
    ("<h3>22 August: Tripoli</h3>", "22 August: Tripoli"),
    ("<h3>7 October 2023</h3>", "7 October 2023"),
    ("<h3>Today</h3>", "Today"),
    ("<h3>ما بعد 7 أكتوبر</h3>", "ما بعد 7 أكتوبر"),
    ("<h3>El 26 de julio</h3>", "El 26 de julio"),
    ("<p><strong>Before October 7</strong></p>", "Before October 7"),
    ("<p><strong>August 22, 2024</strong></p>", "August 22, 2024"),
    ("<p>They land on:</p><ul><li>22 August</li><li>29 August</li></ul>", "They land on:|22 August|29 August"),
    ("<p>كان ذلك في 25 أيار 2000.</p>", "كان ذلك في 25 أيار 2000."),
    ("<p>That was yesterday.</p>", "That was yesterday."),
    ("<p>Eso fue ayer.</p>", "Eso fue ayer."),
    # A sentence that begins like a call to readers, and a subhead that is a label elsewhere.
    ("<p>Join us, he wrote on Facebook, and the port will live.</p>",) * 2,
    ("<p>Siga o no en el canal, dijo en Facebook, volverá al puerto.</p>",) * 2,
    ("<p>انضم آلاف من العمال إلى المسيرة عبر فيسبوك أمس.</p>",) * 2,
    ("<p>Sign up for the army or leave, the posters said.</p>",) * 2,
    ("<p>The story continues after the war, he wrote on Thursday.</p>",) * 2,
    ("<p>Sigue leyendo la carta, pidió el juez.</p>",) * 2,
    ("<h3>Join the dots between Telegram and the port's closure</h3>",) * 2,
    ("<h3>Download the report on the port's WhatsApp channel</h3>",) * 2,
    ("<h2>Coverage</h2>", "Coverage"),
    ("<h2>Topics</h2>", "Topics"),
    ("<h2>Tags</h2>", "Tags"),
    ("<h2>Share</h2>", "Share"),
    ("<h2>التغطية</h2>", "التغطية"),
    ("<h2>Cobertura</h2>", "Cobertura"),
    # A line with the words of a picture beside it.
    ("<h3>Lina Haddad</h3><img src=/l.jpg alt='Lina Haddad'>", "Lina Haddad"),
    ("<p><img src=/l.jpg alt='Lina Haddad'></p><p><strong>Lina Haddad</strong></p>", "Lina Haddad"),
    (
        "<h2>The quay</h2><figure><img src=/q.jpg alt='The quay'><figcaption>Dawn</figcaption></figure>",
        "The quay",
    ),
    # Quotations, sections, and markup that is out of order.
    (
        "<figure><blockquote><p>The gates are old.</p></blockquote><figcaption>— Omar Nasser</figcaption></figure>",
        "The gates are old.|— Omar Nasser",
    ),
    ("<section><header><h3>A wait</h3></header><p>The gates are old.</p></section>", "A wait|The gates are old."),
    (
        "<div class=section><h2>A wait</h2><p>The gates are old and shut.</p><p>Nobody has the keys to it.</p></div>",
        "A wait|The gates are old and shut.|Nobody has the keys to it.",
    ),
    ("<h1><strong>A long wait</strong></h1>", "A long wait"),
    ("<form><form><p>The gates are old and shut.</p></form></form>", "The gates are old and shut."),
    ("<center>The gates are old and shut.</center>", "The gates are old and shut."),
    ("<pre>The gates are old and shut.</pre>", "The gates are old and shut."),
    ("<a name=x><p>The gates are old and shut.</p></a>", "The gates are old and shut."),
    ("<p id=x-breaking class=breaking>The gates are old and shut.</p>", "The gates are old and shut."),
    # The cells of a row are one paragraph.
    (
        "<table><tr><th><p>Port</p></th><th>Ships</th></tr><tr><td><a class=tag href=/tags/x>Sidon</a></td>"
        "<td><span class=sr-only>about </span>7</td></tr></table>",
        "Port | Ships|Sidon | 7".replace(" | ", " ¦ "),
    ),
    ("<p>The gas rose, as reported<a href='#n1'>[1]</a> before.</p>", "The gas rose, as reported[1] before."),
]

GOES = [
    # Lines that lead to other articles, under any label.
    f"<p>طالع أيضاً: <a href={STORY}>قصة أخرى هنا</a></p>",
    f"<p>Don’t miss: <a href={STORY}>Another story here</a></p>",
    f"<p>See more: <a href={STORY}>Another story here</a></p>",
    "<p>Watch: <a href=/videos/another-story-here>Another story here</a></p>",
    f"<p>También lea: <a href={STORY}>Otra historia aquí</a></p>",
    f"<p>• <a href={STORY}>Another story here</a></p>",
    f"<p>&gt;&gt; <a href={STORY}>Another story here</a></p>",
    f"<p>Other stories</p><ul><li><a href={STORY}>Another story</a></li><li><a href={STORY}-2>One more</a></li></ul>",
    f"<p>قد يعجبك أيضاً</p><ul><li><a href={STORY}>قصة أخرى هنا</a></li><li><a href={STORY}-2>قصة ثانية</a></li></ul>",
    f"<h2>More of it</h2><h3><a href={STORY}>Another story here</a></h3><h3><a href={STORY}-2>One more story</a></h3>",
    f"<div class=most><h4>Most Read</h4><ol><li><a href={STORY}>Another story here</a></li></ol></div>",
    f"<div class=more><h4>You might like</h4><div><a href={STORY}><img src=/r.jpg><h5>Another story here</h5></a>"
    "<p>The story of another port, once more in brief.</p></div></div>",
    # Calls to readers.
    "<p>Síguenos en Telegram</p>",
    "<p>Suscríbete a nuestro boletín</p>",
    "<p>Get the latest news in your inbox</p>",
    "<p>Send us your tips: tips@example.org</p>",
    "<p>لمتابعة آخر الأخبار اشتركوا في قناتنا على تلغرام</p>",
    "<p>نسخ الرابط</p>",
    "<p>Copiar enlace</p>",
    "<p>Image 1 of 2</p>",
    "<p>Back to gallery</p>",
]

LEADS = [
    "Author Lina Haddad called to the crowd: “We return to the port”",
    "By noon the master had one thing to say to the men of the port:",
    'كتب الوزير على منصة "إكس" أن المرفأ "سيفتح أبوابه غداً"',
    "كتب الوزير على منصة إكس: «المرفأ يفتح أبوابه غداً»",
    "Por primera vez en dos años, dijo el alcalde, “el puerto vive.”",
    'Por primera vez en dos años el puerto recibió un barco, dijo "el capitán"',
    "By order of the ministry, the gates open at dawn",
    "Source of the smoke was a boiler, the master said to the men.",
    "Fuente de vida para el barrio, el puerto reabrió el jueves.",
    "المصدر الأول للدخان كان مرجلاً قديماً، بحسب مدير المرفأ.",
    "حدث ذلك أمس.",
]


def body_of(markup: str, inner: str) -> tuple[list[str], tuple[str, ...]]:
    """Return the paragraphs and the authors of a page with that markup."""
    head = "<title>Canal plan is postponed</title><meta property=article:published_time content=2024-08-22T13:28:00Z>"
    page = f"<html lang=en><head>{head}</head><body>{MARKUPS[markup].format(inner)}</body></html>"
    article = parse_article(page, URL)
    return article.body.split("\n\n"), article.authors


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize(("html", "lines"), STAYS)
def test_a_line_of_the_text_stays(html: str, lines: str, markup: str) -> None:
    if lines == html:
        lines = html[html.index(">") + 1 : html.rindex("<")]
    body, _ = body_of(markup, f"<p>{FIRST}</p>{html}<p>{SECOND}</p><p>{THIRD}</p>")
    assert body == [FIRST, *(line.replace(" ¦ ", " | ") for line in lines.split("|")), SECOND, THIRD]


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("html", GOES)
def test_a_line_of_the_page_goes(html: str, markup: str) -> None:
    body, _ = body_of(markup, f"<p>{FIRST}</p>{html}<p>{SECOND}</p><p>{THIRD}</p>")
    assert body == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("lead", LEADS)
def test_a_first_sentence_that_begins_like_a_byline_stays(lead: str, markup: str) -> None:
    body, authors = body_of(markup, f"<p>{lead}</p><p>{SECOND}</p><p>{THIRD}</p>")
    assert body == [lead, SECOND, THIRD]
    assert authors == ("Al Mayadeen English",)


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_first_subhead_that_is_a_date_stays(markup: str) -> None:
    body, _ = body_of(markup, f"<h3>October 7, 2023</h3><p>{FIRST}</p><p>{SECOND}</p>")
    assert body == ["October 7, 2023", FIRST, SECOND]
