"""Signatures of texts that are nearly the same, and of others."""

import random

from newscrawl.archive.near_duplicates import NearDuplicates, signature, similarity


def test_near_texts_are_near_and_others_are_not() -> None:
    rng = random.Random(1)
    words = [rng.choice("abcdefghij") * rng.randint(1, 9) for _ in range(600)]
    text = signature(" ".join(words))
    assert text is not None
    for changed, least, most in ((6, 0.85, 1.0), (300, 0.0, 0.35)):
        other = words[:]
        for at in rng.sample(range(600), changed):
            other[at] = f"new{at}"
        sketch = signature(" ".join(other))
        assert sketch is not None
        assert least <= similarity(text, sketch) <= most


def test_records_of_a_run_are_near_until_the_ledger_knows_them() -> None:
    sketch = signature(" ".join(f"word{number}" for number in range(60)))
    assert sketch is not None
    run = NearDuplicates()
    run.add("en", "1", sketch)
    assert run.near("en", sketch, 0.7) == "1"
    assert run.near("es", sketch, 0.7) is None
    run.forget(lambda _edition, _post_id: False)
    assert run.near("en", sketch, 0.7) == "1"
    run.forget(lambda edition, post_id: (edition, post_id) == ("en", "1"))
    assert run.near("en", sketch, 0.7) is None
