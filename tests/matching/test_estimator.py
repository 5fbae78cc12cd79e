"""scikit-learn's common checks, as far as they apply to an estimator that takes profiles instead of a table.

Not applied are the checks that hand ``fit`` an array of numbers (``check_estimator``): a profile is a record with words
and places, and there is no ``predict`` or ``transform``. Text space, vocabulary and splitter of compounds are plain
objects, no estimators.
"""

import pickle

import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils import estimator_checks as checks

from matching import Matcher, Need, Profile

APPLY = (
    checks.check_estimator_cloneable,
    checks.check_estimator_repr,
    checks.check_no_attributes_set_in_init,
    checks.check_parameters_default_constructible,
    checks.check_get_params_invariance,
    checks.check_set_params,
    checks.check_valid_tag_types,
)


@pytest.mark.parametrize("check", APPLY, ids=lambda check: check.__name__)
def test_common_checks_that_need_no_table(check) -> None:
    check("Matcher", Matcher())


def test_fit_changes_no_setting_and_learns_into_names_with_an_underscore(people: list[Profile]) -> None:
    matcher = Matcher(possible_from=0.3)
    before = dict(vars(matcher))
    matcher.fit(people)
    assert {name: vars(matcher)[name] for name in before} == before
    assert all(name.endswith("_") for name in vars(matcher).keys() - before.keys())


def test_fitting_takes_the_people_it_is_given_and_leaves_them_as_they_are(people: list[Profile]) -> None:
    kept = list(people)
    matcher = Matcher().fit(iter(people))
    assert people == kept
    assert matcher.version_ == Matcher().fit(people).version_, "the same people, the same model"


def test_every_question_before_fit_is_refused(people: list[Profile]) -> None:
    matcher, need = clone(Matcher()), Need("n", "Homepage")
    questions = (
        lambda: matcher.rank(need),
        lambda: matcher.explain(need, "ada"),
        lambda: matcher.why_not(need, "ada"),
        lambda: matcher.what_if(need, "time"),
        lambda: matcher.what_ifs(need),
        lambda: matcher.sheet(need),
        lambda: matcher.update(people[0]),
        lambda: matcher.remove("ada"),
        lambda: matcher.reweighted(None),
    )
    for ask in questions:
        with pytest.raises(NotFittedError):
            ask()


def test_the_settings_survive_pickle() -> None:
    assert pickle.loads(pickle.dumps(Matcher(possible_from=0.3))).get_params()["possible_from"] == 0.3
