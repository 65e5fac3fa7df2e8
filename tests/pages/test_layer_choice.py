"""Which layer's title and authors win."""

import pytest

from newscrawl.pages.byline import Byline
from newscrawl.pages.headline import Pick, pick_title, without_site_name
from newscrawl.pages.layer_choice import choose_authors
from newscrawl.pages.metadata import Layer, Metadata


@pytest.mark.parametrize(
    ("title", "without"),
    [
        ("Canal plan postponed | Al Mayadeen Media Network", "Canal plan postponed"),
        ("Canal plan postponed - AlMayadeen", "Canal plan postponed"),
        ("Canal plan postponed|Al Mayadeen English", "Canal plan postponed"),
        ("Al Mayadeen English | Canal plan postponed", "Canal plan postponed"),
        ("Canal plan postponed - Politics | Al Mayadeen English", "Canal plan postponed"),
        ("Se aplaza el plan | Política | Al Mayadeen Español", "Se aplaza el plan"),
        ("تأجيل خطة القناة - سياسة - الميادين نت", "تأجيل خطة القناة"),
        ("تأجيل خطة القناة | شبكة الميادين الإعلامية", "تأجيل خطة القناة"),
        ("Al Mayadeen reporter wounded - Gaza", "Al Mayadeen reporter wounded - Gaza"),
        ("Oil prices - Politics", "Oil prices - Politics"),
        ("Al Mayadeen", "Al Mayadeen"),
    ],
)
def test_a_title_has_no_section_and_no_site_behind_it(title: str, without: str) -> None:
    assert without_site_name(title) == without


@pytest.mark.parametrize(
    ("shown", "stated", "title"),
    [
        # More behind a bar or a dash, in words that nobody listed.
        ("Canal plan postponed", ["Canal plan postponed - National | The Gazette"], "Canal plan postponed"),
        ("", ["Canal plan postponed", "Canal plan postponed * The Gazette * by Jane Doe"], "Canal plan postponed"),
        ("", ["Canal plan postponed * The Gazette", "Canal plan postponed"], "Canal plan postponed"),
        ("Canal plan – a history", ["Canal plan"], "Canal plan – a history"),
        # Cut short.
        ("", ["Canal plan is postponed once more and…", "Canal plan is postponed once more and more"], None),
        ("Canal plan is postponed once more…", ["Canal plan is postponed once more and more"], None),
        # The headline that readers see goes before a longer one.
        (
            "Canal plan is postponed again",
            ["Canal plan is postponed again as money runs out"],
            "Canal plan is postponed again",
        ),
        # A word above the headline in the same element.
        ("Politics Canal plan postponed", ["Canal plan postponed", "Canal plan postponed"], "Canal plan postponed"),
    ],
)
def test_the_title_is_the_plain_one(shown: str, stated: list[str], title: str | None) -> None:
    found = pick_title(shown, [Pick(text, "meta") for text in stated])
    assert found is not None
    assert found.value == (title or stated[-1])


@pytest.mark.parametrize(
    ("shown", "linked", "meta", "authors"),
    [
        # The whole list.
        (("Jane Doe",), ("Jane Doe", "Al Bee"), (), ("Jane Doe", "Al Bee")),
        (("Jane Doe", "Al Bee"), ("Jane Doe",), (), ("Jane Doe", "Al Bee")),
        # Two are stated: what else is shown is not another author.
        (("Jane Doe", "Al Bee", "Old Quay"), ("Jane Doe", "Al Bee"), (), ("Jane Doe", "Al Bee")),
        # The outlet in the metadata says less than a person.
        ((), ("The Gazette",), ("Jane Doe",), ("Jane Doe",)),
        ((), ("The Gazette",), (), ("The Gazette",)),
        (("Al Mayadeen English",), ("Jane Doe",), (), ("Al Mayadeen English",)),
        ((), ("Jane Doe", "JANE DOE", "Reuters"), (), ("Jane Doe",)),
        ((), (), ("/authors/jane-doe", "https://example.org/jane"), None),
        ((), ("Doe, Jane and Al Bee Partners",), (), ("Doe, Jane and Al Bee Partners",)),
    ],
)
def test_authors_of_layers(
    shown: tuple[str, ...], linked: tuple[str, ...], meta: tuple[str, ...], authors: tuple[str, ...] | None
) -> None:
    metadata = Metadata(
        json_ld=Layer(name="json-ld", authors=linked, authors_are_listed=True),
        meta=Layer(name="meta", authors=meta, authors_are_listed=True),
        document_title="Canal plan postponed - The Gazette",
    )
    found = choose_authors(metadata, Byline(authors=shown))
    assert (found and found[0]) == authors
