"""The loop over due rows."""

import logging

import pytest
from flask import Flask

from lotsen.core.errors import Conflict
from lotsen.core.rows import RowsFailed, rows_one_by_one

log = logging.getLogger(__name__)


def test_a_lost_race_is_no_failure_and_one_bad_row_does_not_stop_the_others(app: Flask) -> None:
    seen = []

    def step(row_id: int) -> None:
        seen.append(row_id)
        if row_id == 2:
            raise Conflict()
        if row_id == 3:
            raise RuntimeError("broken row")

    with pytest.raises(RowsFailed, match=r"1 of 3 rows failed: \[3\]"):
        rows_one_by_one([1, 2, 3, 4], step, log=log)
    assert seen == [1, 2, 3, 4]
    assert rows_one_by_one([1, 2, 4], step, log=log) == 2
