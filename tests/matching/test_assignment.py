"""The share over all requests: known optima, capacities, unique pairs, honest refusals."""

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import LinearConstraint, linprog, milp

from matching import InputError
from matching.assignment import assign, assign_keys, worth


def optimum(values: np.ndarray, capacities: np.ndarray, demands: np.ndarray) -> float:
    table = sp.coo_matrix(values)
    if not table.nnz:
        return 0.0
    cells = np.arange(table.nnz)
    sums = sp.vstack(
        [
            sp.csr_matrix((np.ones(table.nnz), (table.row, cells)), (values.shape[0], table.nnz)),
            sp.csr_matrix((np.ones(table.nnz), (table.col, cells)), (values.shape[1], table.nnz)),
        ]
    )
    return -float(linprog(-table.data, A_ub=sums, b_ub=np.r_[demands, capacities], bounds=(0, 1)).fun)


@pytest.mark.parametrize("seed", range(40))
def test_the_value_equals_that_of_highs(seed: int) -> None:
    chance = np.random.default_rng(seed)
    rows, columns = chance.integers(1, 9, 2)
    values = chance.random((rows, columns)) * (chance.random((rows, columns)) < 0.7)
    capacities, demands = chance.integers(0, 4, columns), chance.integers(0, 4, rows)
    found = assign(values, capacities, demands)
    assert found.value == pytest.approx(optimum(values, capacities, demands))
    assert len(set(found.pairs)) == len(found.pairs)
    assert all(values[pair] > 0 for pair in found.pairs)
    assert (np.bincount([c for _, c in found.pairs], minlength=columns) <= capacities).all()
    assert (np.bincount([r for r, _ in found.pairs], minlength=rows) <= demands).all()


def test_a_large_sparse_share_equals_the_dense_one() -> None:
    chance = np.random.default_rng(1)
    values = chance.random((60, 900)) * (chance.random((60, 900)) < 0.01)
    wide = np.hstack([values, np.zeros((60, 200_000 // 60))])
    assert assign(sp.csr_matrix(wide)).value == pytest.approx(assign(values).value)


def test_nobody_is_chosen_below_the_worth_of_nobody() -> None:
    found = assign([[0.2], [0.9]], unassigned=0.3)
    assert found.pairs == ((1, 0),)
    assert found.value == pytest.approx(1.2)
    assert found.unassigned == (0,)


def test_forced_and_forbidden_pairs_are_kept() -> None:
    values = [[0.9, 0.1], [0.8, 0.7]]
    assert assign(values, forced=[(0, 1)]).pairs == ((0, 1), (1, 0))
    assert assign(values, forbidden=[(0, 0)]).pairs == ((0, 1), (1, 0))


@pytest.mark.parametrize(
    "arguments",
    [
        {"forced": [(0, 0)], "forbidden": [(0, 0)]},
        {"forced": [(0, 0), (1, 0)]},
        {"forced": [(5, 0)]},
        {"capacities": [1]},
        {"capacities": [1, -1]},
    ],
)
def test_what_cannot_be_kept_is_reported(arguments: dict) -> None:
    with pytest.raises(InputError):
        assign([[0.9, 0.1], [0.8, 0.7]], **arguments)


def test_a_nan_is_refused() -> None:
    with pytest.raises(InputError, match="finite"):
        assign([[float("nan")]])


def test_a_fair_share_raises_the_worst_first() -> None:
    values = [[1.0, 0.5], [0.9, 0.1]]
    assert assign(values).pairs == ((0, 1), (1, 0))
    unfair = [[1.0, 0.6], [0.6, 0.1]]
    assert assign(unfair, fair=True).floor == pytest.approx(0.6)


def test_keys_in_any_order_give_the_same_share() -> None:
    candidates = {"r1": {"a": 0.5, "b": 0.5}, "r2": {"a": 0.5, "b": 0.5}}
    turned = {"r2": {"b": 0.5, "a": 0.5}, "r1": {"b": 0.5, "a": 0.5}}
    assert assign_keys(candidates, {"a": 1, "b": 1}) == assign_keys(turned, {"b": 1, "a": 1})


def test_waiting_and_exposure_move_the_share_but_never_make_a_pair() -> None:
    raised = worth(np.array([[0.5, 0.0], [0.5, 0.5]]), [30, 0], [4, 0])
    assert raised[0, 1] == 0
    assert raised[0, 0] > raised[1, 0]
    assert raised[1, 0] < raised[1, 1]


def test_two_persons_behind_several_rows_meet_once() -> None:
    chance = np.random.default_rng(4)
    values = np.round(chance.random((60, 70)), 1) * (chance.random((60, 70)) < 0.3)
    rows, columns = chance.integers(0, 12, 60).tolist(), chance.integers(0, 14, 70).tolist()
    found = assign(values, people=(rows, columns))
    met = [(rows[r], columns[c]) for r, c in found.pairs]
    assert len(set(met)) == len(met)
    assert len({r for r, _ in found.pairs}) == len({c for _, c in found.pairs}) == len(met)
    assert all(values[pair] > 0 for pair in found.pairs)
    assert found.value >= 0.98 * milp_apart(values, rows, columns)


def milp_apart(values: np.ndarray, rows: list[int], columns: list[int]) -> float:
    """The true optimum, by HiGHS."""
    table = sp.coo_matrix(values)
    cells = np.arange(table.nnz)
    meets = np.unique(np.array(rows)[table.row] * 100 + np.array(columns)[table.col], return_inverse=True)[1]
    groups = (table.row, table.col, meets)
    sums = sp.vstack([sp.csr_matrix((np.ones(table.nnz), (k, cells))) for k in groups])
    found = milp(-table.data, integrality=np.ones(table.nnz), bounds=(0, 1), constraints=LinearConstraint(sums, ub=1))
    return -float(found.fun)


def test_who_has_one_row_each_gets_the_true_optimum() -> None:
    chance = np.random.default_rng(5)
    values = chance.random((20, 25))
    found = assign(values, people=(list(range(20)), list(range(25))))
    assert found.value == pytest.approx(assign(values).value)
