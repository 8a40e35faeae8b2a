"""The experiment on levers is run under each doubt, and the figure rests on all three."""

import pytest

from sim.drawing import stored
from sim.study.doubt import BEHAVIOUR, CHANCE, DOUBTS, LEVERS
from sim.study.study import Study
from sim.study.under_doubts import EXPERIMENT, NAME, UnderDoubts
from tests.figures.conftest import small


@pytest.mark.slow
def test_levers_are_run_under_each_doubt(tmp_path):
    under = UnderDoubts(tmp_path, small(EXPERIMENT), 2)
    assert tuple(under.studies) == DOUBTS
    assert under.standing().kind == "missing"
    told = []
    under.run(1, progress=lambda done, total: told.append((done, total)))
    assert under.standing().kind == "complete"
    assert told[-1][0] == told[-1][1] == sum(one.size() for one in under.studies.values())
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    # Other figures rest on the same runs with chance alone.
    assert under.studies[CHANCE].folder == Study(small(EXPERIMENT), tmp_path).folder
    assert under.studies[CHANCE].draws is None
    assert not under.studies[BEHAVIOUR].draws.of_levers
    assert under.studies[LEVERS].draws.of_levers
    about = stored.about(NAME, under)
    assert about["hash"] != stored.about(EXPERIMENT, under.studies[CHANCE])["hash"]
    # With runs of one doubt missing, the whole is.
    under.studies[BEHAVIOUR].discard()
    assert under.standing().kind == "missing"
