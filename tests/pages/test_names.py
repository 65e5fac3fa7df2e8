"""The names in a byline."""

import pytest

from newscrawl.pages.authors import (
    names_after_label,
    names_in_line,
    split_authors,
    unique_names,
    until_next,
    without_label,
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane Doe", "Jane Doe"),
        ("Jane Doe, Omar Haddad", "Jane Doe|Omar Haddad"),
        ("Jane Doe and Omar Haddad", "Jane Doe|Omar Haddad"),
        ("Jane Doe & Omar Haddad", "Jane Doe|Omar Haddad"),
        ("Doe & Haddad", "Doe & Haddad"),
        ("Jane Doe & Haddad", "Jane Doe|Haddad"),
        ("Jane Doe, Beirut", "Jane Doe"),
        ("Jane Doe, Tripolis", "Jane Doe"),
        ("Jane Doe and Tripolis", "Jane Doe|Tripolis"),
        ("Tripolis, Jane Doe", "Jane Doe"),
        ("Tripolis and Jane Doe", "Tripolis|Jane Doe"),
        ("Jane Doe, Reuters", "Jane Doe"),
        ("Reuters", "Reuters"),
        ("Reuters, AFP", "Reuters|AFP"),
        ("Al Mayadeen English, Jane Doe", "Al Mayadeen English|Jane Doe"),
        ("Jane Doe, Al Mayadeen English", "Jane Doe"),
        ("Jane Doe and Al Mayadeen English", "Jane Doe|Al Mayadeen English"),
        ("Al Mayadeen English, Reuters", "Al Mayadeen English"),
        ("Jane Doe, Editor", "Jane Doe"),
        ("Editor Jane Doe", "Jane Doe"),
        ("Jane Doe (Reuters)", "Jane Doe"),
        ("jane@example.org (Jane Doe)", "Jane Doe"),
        ("Jane Doe https://example.org/jane", "Jane Doe"),
        ("Martin King, Jr.", "Martin King, Jr."),
        ("Jane Doe, Martin King, Jr.", "Jane Doe|Martin King, Jr."),
        ("Jane Doe and Centre for Studies", "Jane Doe|Centre for Studies"),
        ("Ana Ruiz y Luis Mora", "Ana Ruiz|Luis Mora"),
        ("José Ortega y Gasset", "José Ortega y Gasset"),
        ("Ana Ruiz y Luis Mora y Eva Paz", "Ana Ruiz|Luis Mora|Eva Paz"),
        ("Ana Ruiz y EFE", "Ana Ruiz"),
        ("Jane Doe 12", ""),
        ("example.org", ""),
        ("", ""),
        (" ".join(["Jane"] * 9), " ".join(["Jane"] * 9)),
        (" ".join(["Jane"] * 10), ""),
        ("o" * 120, "o" * 120),
        ("o" * 121, ""),
    ],
)
def test_a_byline_is_split_into_names(text: str, names: str) -> None:
    assert "|".join(split_authors(text)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane Doe", ("Jane Doe",)),
        ("jane doe", None),
        ("Jane doe", None),
        ("Jane de Doe", ("Jane de Doe",)),
        ("Jane xx Doe", None),
        ("Jane x Doe", ("Jane x Doe",)),
        ("x Doe", None),
        ("Jane Doe?", None),
        ("Jane went.", None),
        ("Jane Doe “x”", None),
        ("Editor", ()),
        ("Chief World Editor", ()),
        ("Senior Chief World Editor", None),
        ("Senior Chief World Editor, Jane Doe", None),
        ("Jane Doe, Senior Chief World Editor", ("Jane Doe",)),
        ("Jane " * 7, ("Jane " * 6 + "Jane",)),
        ("Jane " * 8, None),
        ("", None),
        ("Jane Doe, " + "o" * 241, None),
    ],
)
def test_a_line_that_may_be_a_byline(text: str, names: tuple[str, ...] | None) -> None:
    assert names_in_line(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("By: jane doe", ("jane doe",)),
        ("By jane doe", None),
        ("By", ()),
        ("By |", ()),
        ("By: a b c d", ("a b c d",)),
        ("By: aa bb cc dd ee", None),
        ("Jane Doe", None),
        ("كتب الوزير", None),
        ("كتب: الوزير سمير", ("الوزير سمير",)),
    ],
)
def test_the_names_behind_by(text: str, names: tuple[str, ...] | None) -> None:
    assert names_after_label(text) == names


def test_names_labels_and_what_follows() -> None:
    assert unique_names(["Jane Doe", "JANE DOE", "Reuters"]) == ("Jane Doe",)
    assert unique_names(["Reuters", "AFP"]) == ("Reuters", "AFP")
    assert without_label("By: By: By: Jane") == "Jane"
    assert without_label("  By   Jane ") == "Jane"
    assert until_next("Jane Doe | Politics") == "Jane Doe"
    assert until_next(" | Jane Doe") == "| Jane Doe"
    assert until_next("Jane Doe 22 Aug 2024") == "Jane Doe"
    assert until_next("Jane Doe Source: Agencies") == "Jane Doe"
