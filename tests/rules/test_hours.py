"""Hours as people type them; too many are told the limit, not that they are no number."""

import pytest

from lotsen.engagements.forms.case import read_hours


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("1,5", 90), ("1:30", 90), ("2 Std", 120), ("200", 12_000), ("100:00", 6_000), ("viel", None), ("1,555", None)],
)
def test_hours_are_read_also_where_they_are_too_many(typed: str, minutes: int | None) -> None:
    assert read_hours(typed) == minutes
