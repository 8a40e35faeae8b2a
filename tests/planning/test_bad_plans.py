"""What is wrong in a question is told in one line, before anything runs; the exit code is 2."""

import pytest

from sim.errors import BadInput
from sim.planning.question import Question
from sim.planning.wishes import Aim, Limit, known
from tests.conftest import called

WRONG = (
    (["--limit", "burden <= 0.1", "--limit", "burden >= 0.2"], "contradict each other"),
    (["--cost", "1", "--limit", "burden >= 0.2"], "cost contains burden"),
    (["--limit", "execution_rate >= 1.5"], "can never hold"),
    (["--limit", "sanctions < -1"], "can never hold"),
    (["--limit", "unjust_sanction < 0.5"], "did you mean “unjust_sanctions”?"),
    (["--limit", "burden"], "expected a measure and a number"),
    (["--limit", "cost <= status_quo 0.3"], "expected + or − after status_quo"),
    (["--aim", "execution_rat"], "did you mean “execution_rate”?"),
    (["--aim", "arrivals"], "say whether most or least"),
    (["--aim", "credibility", "--aim", "least credibility"], "the same measure is given twice"),
    (["--use", "supervison"], "did you mean “supervision”?"),
    (["--use", "culture=0.8..0.2"], "is above high"),
    (["--use", "culture=strong"], "as in culture=0.2..0.8"),
    (["--use", "culture", "--use", "culture=0.5"], "is given twice"),
    (["--start", "soon"], "expected months as FIRST..LAST"),
    (["--start", "40..20"], "in order"),
    (["--end", "6..12"], "expected months"),
    (["--over", "always"], "over"),
    (["--robust", "hope"], "robust"),
    (["--workers", "0"], "expected at least 1"),
    (["--posterior", "none.parquet"], "no such file"),
)


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_a_wrong_question_is_refused_at_once(words, said, tmp_path):
    done = called("plan", "district", *words, "--out", str(tmp_path))
    assert done.code == 2
    assert said in done.err
    assert not list(tmp_path.iterdir())


def test_all_that_is_wrong_in_a_plan_is_told_at_once():
    with pytest.raises(BadInput) as found:
        Question.from_tree(
            {"scenario": "district", "aims": ["speed"], "limits": ["burden < x"]}, "own", "own"
        )
    assert len(found.value.each) == 2


def test_aims_and_limits_are_written_as_they_are_read():
    for text in ("most execution_rate over course", "least inflation at end"):
        assert str(Aim.parse(text, "course", known())) == text
    for text in (
        "burden <= 0.14 over course",
        "cost <= status_quo + 0.3 at end",
        "credibility >= status_quo in worst year",
        "cost <= status_quo - 0.1 at end",
    ):
        assert str(Limit.parse(text, "course", known())) == text
