"""Pages of articles in shapes that cost more than linear time in careless readers."""

from collections.abc import Iterator

from tests.benchmarks.shapes import (
    CARD,
    DEEPEST,
    LABELS,
    NAMES,
    NESTED,
    SENTENCE,
    SENTENCE_LINE,
    STORY,
    Shape,
    article,
    bound,
    each,
    film,
    gallery,
    nested,
    page,
)


def article_shapes() -> Iterator[Shape]:
    """Yield pages of articles."""
    yield Shape("sentences in the body", article, lambda n: page(SENTENCE * n), 125)
    yield Shape("different sentences", article, lambda n: page(each(f"<p>Number # {SENTENCE_LINE}</p>", n)), 125)
    yield Shape("sentences in unknown markup", article, lambda n: f"<h1>A title</h1><div>{SENTENCE * n}</div>", 125)
    yield Shape("sentences, each in a box of its own", article, lambda n: page(f"<div>{SENTENCE}</div>" * n), 125)
    yield Shape("boxes of unknown markup", article, lambda n: f"<h1>A title</h1>{f'<div>{SENTENCE}</div>' * n}", 125)
    yield Shape("sentences and rows in turns", article, lambda n: page(f"{SENTENCE}<li>Item</li>" * n), 125)
    yield Shape("one line of one word", article, lambda n: page(f"<p>{'a' * n}</p>"), 65_536)
    yield Shape("one line of many words", article, lambda n: page(f"<p>{SENTENCE_LINE * n}</p>"), 250)
    yield Shape("one line of spaces", article, lambda n: page(f"<p>a{' ' * n}b</p>"), 65_536)
    yield Shape("one line of full stops", article, lambda n: page(f"<p>{'.' * n}</p>"), 65_536)
    yield Shape("one line of brackets", article, lambda n: page(f"<figure><img src=/a><p>{'(' * n}x)</figure>"), 16_384)
    yield Shape("br in one paragraph", article, lambda n: page(f"<p>{'Words of a line.<br>' * n}</p>"), 250)
    yield Shape("runs of br in a box", article, lambda n: page(f"<div>{f'{SENTENCE_LINE}<br><br>' * n}</div>"), 125)
    yield Shape("br alone", article, lambda n: page("<br>" * n), 1000)
    yield Shape("spans in one paragraph", article, lambda n: page(f"<p>{'<span>Word </span>' * n}</p>"), 250)
    yield Shape("bold, italic and plain in turns", article, lambda n: page(f"<p>{'<b>A</b> b <i>c</i> ' * n}</p>"), 125)
    yield Shape(
        "p-content parts",
        article,
        lambda n: "<h1>A title</h1>" + each(f'<div class="p-content">{SENTENCE}</div>', n),
        62,
    )
    yield Shape("h1 elements", article, lambda n: page(after=each("<h1>Another title #</h1>", n)), 125)
    yield Shape("h1 elements above", article, lambda n: each("<h1>Another title #</h1>", n) + page(), 125)
    yield Shape("h1 elements, each with a text", article, lambda n: each(f"<h1>Title #</h1>{SENTENCE}", n), 125)
    yield Shape("subheads", article, lambda n: page(each("<h2>Subhead #</h2>", n)), 125)
    yield Shape("subheads and sentences", article, lambda n: page(each(f"<h2>Subhead #</h2>{SENTENCE}", n)), 125)
    yield Shape(
        "distinct links", article, lambda n: page(each(f'<p><a href="//e.org/#">It #</a> {SENTENCE_LINE}</p>', n)), 125
    )
    yield Shape(
        "links in one paragraph", article, lambda n: page(f"<p>{each('<a href=//e.org/#>it #</a> and ', n)}.</p>"), 125
    )
    yield Shape("links to stories in the body", article, lambda n: page(each(f"<p>{STORY}</p>", n)), 62)
    yield Shape("lists of stories in the body", article, lambda n: page(each(f"<ul><li>{STORY}</ul>{SENTENCE}", n)), 62)
    yield Shape("headings that are links", article, lambda n: page(each(f"<h3>{STORY}</h3>", n)), 62)
    yield Shape("cards in the body", article, lambda n: page(each(CARD, n)), 31)
    yield Shape("cards of unknown markup", article, lambda n: "<h1>A title</h1>" + each(CARD, n), 31)
    yield Shape("labels of lists", article, lambda n: page("".join(f"<p>{label}</p>" for label in LABELS) * n), 25)
    yield Shape("quotes", article, lambda n: page(f"<blockquote class=x>{SENTENCE}</blockquote>{SENTENCE}" * n), 62)
    yield Shape(
        "quotes of all sentences",
        article,
        lambda n: page(
            each(
                f"<blockquote class=x>Quote # {SENTENCE_LINE}</blockquote><p>Quote # {SENTENCE_LINE} again.</p>",
                n,
            )
        ),
        62,
    )
    yield Shape("quotes in quotes", article, lambda n: page(nested("blockquote", f"<blockquote>{SENTENCE}", n)), NESTED)
    yield Shape(
        "signed quotes", article, lambda n: page("<blockquote><p>Words — A Name (@name)</p></blockquote>" * n), 62
    )
    yield Shape(
        "quotes full of links", article, lambda n: page(f"<blockquote>{'<a href=//x.com/a/status/1>x</a>— ' * n}"), 125
    )
    yield Shape(
        "posts",
        article,
        lambda n: page(each('<blockquote class=twitter-tweet><a href="//x.com/a/status/#">x</a></blockquote>', n)),
        62,
    )
    yield Shape("tables", article, lambda n: page(f"<table><tr><td>One<td>Two</table>{SENTENCE}" * n), 62)
    yield Shape("rows of a table", article, lambda n: page(f"<table>{'<tr><td>One<td>Two' * n}</table>"), 125)
    yield Shape("cells of a row", article, lambda n: page(f"<table><tr>{'<td>One' * n}</table>"), 125)
    yield Shape("tables in tables", article, lambda n: page(nested("table", "<table><tr><td>One", n)), NESTED)
    yield Shape("lists in lists", article, lambda n: page(nested("ul", "<ul><li>Item of a list", n)), NESTED)
    yield Shape(
        "figures in figures",
        article,
        lambda n: page(nested("figure", "<figure><img src=/a.jpg><figcaption>Words", n)),
        NESTED,
    )
    yield Shape(
        "time elements",
        article,
        lambda n: page(above=each("<time datetime=2024-08-22T10:00:#>22 Aug 2024</time>", n)),
        125,
    )
    yield Shape("dates in a line", article, lambda n: page(above=f"<div>{'22 Aug 2024 16:28 ' * n}</div>"), 125)
    yield Shape("authors in a line", article, lambda n: page(above=f"<div>By {'Jane Doe, ' * n}</div>"), 125)
    yield Shape("lines of authors", article, lambda n: page(above="<div class=author>By Jane Doe</div>" * n), 125)
    yield Shape("source, then digits", article, lambda n: page(above=f"<div>Source:</div><div>{'0' * n}</div>"), 2048)
    yield Shape("by, then digits", article, lambda n: page(above=f"<div>By:</div><div>{'1' * n}x</div>"), 2048)
    yield Shape(
        "source, then spaces and bars", article, lambda n: page(above=f"<div>Source: {'&#124; &nbsp;' * n}x</div>"), 256
    )
    yield Shape("nothing but a headline", article, lambda n: f"<h1>A title</h1>{'<div>Word</div>' * n}", 125)
    yield Shape("hidden boxes", article, lambda n: page(f"<div hidden>{SENTENCE}</div>" * n), 62)
    yield Shape(
        "hidden boxes in one another", article, lambda n: page(nested("div", f"<div hidden>{SENTENCE}", n)), NESTED
    )
    yield Shape("buttons in a paragraph", article, lambda n: page(f"<p>{'<button>a</button> b ' * n}</p>"), 125)
    yield Shape("forms", article, lambda n: page("<form><input><p>Words</form>" * n), 125)
    yield Shape("forms in boxes", article, lambda n: page(nested("div", "<div><form>", n) + "<input>"), NESTED)
    yield Shape("sources that are never closed", article, lambda n: page("<source>" * n), 125)
    yield Shape("deep spans", article, lambda n: page("<span>x" * n), 312)
    yield Shape("deep boxes", article, lambda n: page("<div>x" * n), 312)
    yield Shape(
        "deep boxes, and sentences at their end", article, lambda n: page("<div>" * DEEPEST + SENTENCE * n), NESTED
    )
    yield Shape(
        "deep boxes, and links at their end",
        article,
        lambda n: page("<div>" * DEEPEST + each(f"<p>{STORY}</p>", n)),
        NESTED,
    )
    yield Shape(
        "deep boxes, and pictures at their end",
        article,
        lambda n: page("<div>" * DEEPEST + each("<img src=/#.jpg alt=#>", n)),
        NESTED,
    )
    yield Shape(
        "deep boxes of unknown markup",
        article,
        lambda n: "<h1>A title</h1>" + nested("div", f"<div>{SENTENCE}", n),
        NESTED,
    )
    yield Shape("deep h1", article, lambda n: "<div>" * DEEPEST + "<h1>A title</h1>" + SENTENCE * n, NESTED)
    yield Shape("deep links", article, lambda n: page(nested("div", f"<div>{STORY}", n)), NESTED)
    for name in NAMES.split():
        yield Shape(
            f"boxes named {name}, one in the other",
            article,
            bound(name, lambda name, n: page(nested("div", f"<div class={name}>{SENTENCE}", n))),
            NESTED,
        )
        yield Shape(
            f"boxes named {name}",
            article,
            bound(name, lambda name, n: page(f"<div class={name}><p>Some words</div>" * n)),
            62,
        )


def media_shapes() -> Iterator[Shape]:
    """Yield pages with many pictures and players."""
    yield Shape("pictures in one box", article, lambda n: page(each("<img src=/i#.jpg>", n)), 125)
    yield Shape(
        "pictures above the body", article, lambda n: page(above=f"<div>{each('<img src=/i#.jpg>', n)}</div>"), 125
    )
    yield Shape(
        "boxes of pictures above the body", article, lambda n: page(above=each("<p><img src=/i#.jpg></p>", n)), 125
    )
    yield Shape(
        "pictures in one figure", article, lambda n: page(f"<figure>{each('<img src=/i#.jpg>', n)}</figure>"), 62
    )
    yield Shape(
        "pictures and captions in one figure",
        article,
        lambda n: page(f"<figure>{each('<img src=/i#.jpg><figcaption>Words #</figcaption>', n)}</figure>"),
        62,
    )
    yield Shape(
        "figures in one figure",
        article,
        lambda n: page(
            f"<figure>{each('<figure><img src=/i#.jpg><figcaption>Words #</figcaption></figure>', n)}</figure>"
        ),
        62,
    )
    yield Shape(
        "figures", article, lambda n: page(each("<figure><img src=/i#.jpg><figcaption>Words # (AFP)</figure>", n)), 62
    )
    yield Shape(
        "alternative texts, then lines",
        article,
        lambda n: page(each("<img src=/i#.jpg alt='Words # of it'>", n) + "<p>Words of it are here.</p>" * n),
        62,
    )
    yield Shape(
        "a picture and a line in turns",
        article,
        lambda n: page(each("<img src=/i#.jpg alt='Words #'><p>Words # are here.", n)),
        62,
    )
    yield Shape(
        "captions, each the start of another",
        article,
        lambda n: page(
            "".join(
                f"<figure><img src=/a><figcaption>{'a' * (k % 300 + 1)}</figure><p>{'a' * (k % 300 + 2)}"
                for k in range(n)
            )
        ),
        31,
    )
    yield Shape(
        "pictures for no script",
        article,
        lambda n: page(each("<img data-src=/i#.jpg><noscript><img src=/i#.jpg></noscript>", n)),
        62,
    )
    yield Shape(
        "pictures with sources",
        article,
        lambda n: page(f"<picture>{each('<source srcset=/i#.jpg>', n)}<img src=/a.jpg></picture>"),
        125,
    )
    yield Shape(
        "pictures in a picture", article, lambda n: page(f"<picture>{each('<img src=/i#.jpg>', n)}</picture>"), 62
    )
    yield Shape(
        "a set of sources", article, lambda n: page(f'<img src=/a.jpg srcset="{each("/i#.jpg #w, ", n)}">'), 125
    )
    yield Shape("a set of commas", article, lambda n: page(f'<img src=/a.jpg srcset="a {"," * n} b">'), 16_384)
    yield Shape("players", article, lambda n: page(each("<iframe src=//e.org/#></iframe>", n)), 125)
    yield Shape(
        "sources of a video", article, lambda n: page(f"<video>{each('<source src=//e.org/#.mp4>', n)}</video>"), 125
    )
    yield Shape("gallery: pictures in one box", gallery, lambda n: page(each("<img src=/i#.jpg>", n)), 125)
    yield Shape(
        "gallery: pictures in boxes",
        gallery,
        lambda n: page(each("<div class=slide><img src=/i#.jpg><p>Words #</div>", n)),
        62,
    )
    yield Shape(
        "gallery: pictures and links in one box", gallery, lambda n: page(each(f"<img src=/i#.jpg>{STORY}", n)), 62
    )
    yield Shape(
        "gallery: pictures and other links in one box",
        gallery,
        lambda n: page(each("<img src=/i#.jpg><a href=/other/#>x</a>", n)),
        62,
    )
    yield Shape("gallery: boxes in boxes", gallery, lambda n: page(nested("div", "<div><img src=/i#.jpg>", n)), NESTED)
    yield Shape(
        "gallery: deep boxes, pictures at their end",
        gallery,
        lambda n: page("<div>" * DEEPEST + each("<p><img src=/i#.jpg></p>", n)),
        NESTED,
    )
    yield Shape(
        "film: links to videos in a script", film, lambda n: page(after=f"<script>{'http://a' * n}</script>"), 375
    )
    yield Shape("film: escaped slashes in a script", film, lambda n: page(after="<script>" + r"http:\/\/a\/b" * n), 375)
    yield Shape("film: scripts", film, lambda n: page(after="<script>http://a.b/c</script>" * n), 125)
    yield Shape("film: players", film, lambda n: page(each("<iframe src=//youtube.com/embed/#></iframe>", n)), 125)
    yield Shape("film: videos", film, lambda n: page(each("<video src=/#.mp4></video>", n)), 125)
    yield Shape("film: data attributes", film, lambda n: page(each("<div data-a=/#>x</div>", n)), 125)
    yield Shape("film: attributes of one element", film, lambda n: page(f"<div {each('data-a#=/# ', n)}>x</div>"), 125)
    yield Shape("film: lines of text", film, lambda n: page(f"<div>{'<p>Words of a film' * n}</div>"), 125)
