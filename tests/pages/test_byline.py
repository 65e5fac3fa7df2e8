"""Times beside the headline."""

import pytest

from tests.pages.samples import read


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
