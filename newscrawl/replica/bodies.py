"""The body of an article: its blocks and their texts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random

from newscrawl.replica.articles import Block, Picture, Piece
from newscrawl.replica.labels import CREDITS
from newscrawl.replica.prose import WORDS, paragraph, pick, sentence
from newscrawl.replica.sections import VIDEO_KINDS

MONTHS_OF_POSTS = "January February March April May June July August September October November December".split()
LinkTo = Callable[[int], tuple[str, str]]
"""Returns the title and the path of the article with a number."""


def blocks(
    rng: Random, *, kind: str, edition: str, number: int, published: datetime, link_to: LinkTo
) -> Iterator[Block]:
    """Yield the blocks of an article's body in reading order."""
    words = WORDS[edition]
    if kind in (*VIDEO_KINDS, "gallery", "infograph"):
        # Only videos, episodes, galleries and infographs may have no text at all.
        least = 1 if kind in ("report", "newscast") else 0
        yield from (Block("p", (Piece(paragraph(rng, edition)),)) for _ in range(max(least, rng.choice((0, 1, 2)))))
        pictures = {"gallery": rng.randint(3, 9), "infograph": 1}.get(kind, 0)
        yield from (Block("figure", picture=picture(rng, published, edition)) for _ in range(pictures))
        return
    length = pick(rng, (2, 3, 5, 8, 12, 12, 20, 35))
    middle = max(1, length // 2)
    for at in range(length):
        yield Block("p", tuple(_pieces(rng, edition, number, link_to)))
        if at == length - 1:
            break
        if at + 1 == middle and rng.random() < 0.7:
            yield Block("related", links=_others(rng, number, 2, link_to))
        elif rng.random() < 0.12:
            yield Block(
                "h3",
                lines=(pick(rng, words.subheads),),
                href=_others(rng, number, 1, link_to)[0][1] if rng.random() < 0.3 else "",
            )
        elif rng.random() < 0.08:
            yield Block("more", links=_others(rng, number, 1, link_to))
        elif rng.random() < 0.08:
            yield Block("ul", lines=tuple(sentence(rng, edition) for _ in range(rng.randint(2, 4))))
        elif rng.random() < 0.08:
            yield Block("quote", lines=tuple(sentence(rng, edition) for _ in range(rng.randint(1, 2))))
        elif rng.random() < 0.08:
            yield _post(rng, published, edition)
        elif rng.random() < 0.06:
            yield Block("figure", picture=picture(rng, published, edition))


def picture(rng: Random, published: datetime, edition: str) -> Picture:
    """Return a picture with a caption, and with a credit most of the time."""
    day = f"{published.year}/{published.month}/{published.day}"
    src = f"/media/image/{day}/{rng.getrandbits(64):016x}.jpg?v=3&width=1000"
    return Picture(src, sentence(rng, edition), pick(rng, ("", *CREDITS)))


def _pieces(rng: Random, edition: str, number: int, link_to: LinkTo) -> Iterator[Piece]:
    text = paragraph(rng, edition)
    if rng.random() < 0.5:
        yield Piece(text)
        return
    parts = text.split(" ")
    first, second = sorted(rng.sample(range(1, len(parts)), 2))
    yield Piece(" ".join(parts[:first]) + " ")
    tag = pick(rng, ("b", "i", "span", "a", "a"))
    if tag == "a":
        href = (
            link_to(number - 1)[1] + "?utm_source=inside"
            if number and rng.random() < 0.5
            else f"https://example.org/{rng.randint(1, 99)}"
        )
        yield Piece(" ".join(parts[first:second]), "a", href)
    else:
        yield Piece(" ".join(parts[first:second]), tag)
    yield Piece(" " + " ".join(parts[second:]))


def _post(rng: Random, published: datetime, edition: str) -> Block:
    handle = f"desk_{rng.randint(10, 99)}"
    date = f"{MONTHS_OF_POSTS[published.month - 1]} {published.day}, {published.year}"
    return Block(
        "post",
        lines=(sentence(rng, edition), f"{pick(rng, WORDS[edition].names)} (@{handle})", date),
        href=f"https://twitter.com/{handle}/status/{rng.randint(10**17, 10**18)}",
    )


def _others(rng: Random, number: int, count: int, link_to: LinkTo) -> tuple[tuple[str, str], ...]:
    # Older articles only: the title of a newer one is not known yet when this one is written.
    others = [max(0, number - rng.randint(1, 200)) for _ in range(count)]
    return tuple(link_to(other) for other in dict.fromkeys(others) if other != number) or (link_to(number + 1),)
