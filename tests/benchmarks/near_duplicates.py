"""`python -m tests.benchmarks.near_duplicates`: how many changed articles are recognised, by share of changed words."""

import random

from newscrawl.archive.near_duplicates import NearDuplicates, signature
from newscrawl.replica import Options
from newscrawl.replica.newsroom import Newsroom
from newscrawl.replica.truth import truth

SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)


def main(articles: int = 1000) -> None:
    """Change words at random places; print how many changed articles are recognised as the unchanged one."""
    rng = random.Random(1)
    options = Options(articles=3000, seed=3)
    newsroom = Newsroom(options)
    texts: list[str] = []
    for number in range(options.articles):
        text = "\n\n".join(truth(newsroom.article(number), options, "https://x")["paragraphs"])
        if len(text.split()) >= 150 and len(texts) < articles:
            texts.append(text)
    known = NearDuplicates()
    found = 0
    for number, text in enumerate(texts):
        sketch = signature(text)
        assert sketch is not None
        found += known.near("en", sketch, 0.7) is not None
        known.add("en", str(number), sketch)
    print(f"{len(texts)} articles of 150 words and more; {found} of them taken for near duplicates of another")
    for share in SHARES:
        hits = 0
        for number, text in enumerate(texts):
            words = text.split()
            for at in rng.sample(range(len(words)), round(share * len(words))):
                words[at] = f"changed{rng.randrange(10**6)}"
            sketch = signature(" ".join(words))
            assert sketch is not None
            hits += known.near("en", sketch, 0.7) == str(number)
        print(f"{share:4.0%} of the words changed: {hits / len(texts):6.1%} recognised")


if __name__ == "__main__":
    main()
