"""Names and times beside the headline."""

import pytest

from newscrawl.pages.authors import split_authors
from tests.pages.samples import read

NAMES = "وليد وائل وسام وفاء وديع وجيه وضاح وهيب وجدي وصال وداد ورد وردة واصف وحيد وهبة وهبي ونوس"


@pytest.mark.parametrize("name", NAMES.split())
def test_a_name_that_begins_with_waw_joins_no_two_authors(name: str) -> None:
    # Two names on both sides, so that both halves could be an author's.
    assert split_authors(f"نزار علي {name} شرف") == (f"نزار علي {name} شرف",)


def test_waw_joins_two_authors_before_every_other_name() -> None:
    assert split_authors("نزار علي وكريم شرف") == ("نزار علي", "كريم شرف")
    # A name that only begins like one of the list.
    assert split_authors("نزار علي وردان شرف") == ("نزار علي", "ردان شرف")


@pytest.mark.parametrize("suffix", ["Jr.", "Sr", "Ph.D.", "MD", "Esq.", "II", "III", "iv"])
def test_a_suffix_is_a_part_of_the_name(suffix: str) -> None:
    assert split_authors(f"Martin King, {suffix}, Jane Doe") == (f"Martin King, {suffix}", "Jane Doe")


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("2024-08-22T13:28:00Z", "2024-08-22T13:28:00Z"),
        ("2024-08-22T16:28:00+03:00", "2024-08-22T13:28:00Z"),
        ("2024-08-22T16:28:00+0300", "2024-08-22T13:28:00Z"),
        # Without a zone it may be a server's clock; what is shown is Beirut's.
        ("2024-08-22T09:00:00", "2024-08-22T13:28:00Z"),
    ],
)
def test_a_time_element_counts_where_it_states_its_zone(stated: str, published: str) -> None:
    article = read(above=f'<ul><li>By Jane Doe</li><li><time datetime="{stated}">22 Aug 2024 16:28</time></li></ul>')
    assert article.date_published == published
