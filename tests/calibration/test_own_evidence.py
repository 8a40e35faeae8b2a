"""Evidence of one's own: few words are needed, all errors are told, and doubt is not hidden."""

import re
import tomllib
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import typer

from sim import shipped
from sim.calibration.calibration import Calibration
from sim.calibration.candidates import Candidates
from sim.calibration.first_round import check_varies
from sim.calibration.fit import _edge
from sim.calibration.patterns import Patterns
from sim.calibration.results import Results
from sim.calibration.sampler import Sampling
from sim.calibration.size import Size
from sim.cli.calibrate import _exit_if_unsettled
from sim.errors import BadInput
from sim.measures import MEASURES
from sim.study.points import Point
from sim.world.scenario import Scenario
from tests.conftest import TOWN

FEW_WORDS = """
scenario = "town.toml"
burn_in = 12
observed = 6

[target.execution]
measure = "execution_rate"
value = 0.4
tolerance = 0.1

[prior]
"behaviour.duty" = { low = 1.0, high = 4.0 }
"""
ARM = """
[arm.campaign]
set = { "supervision.coverage" = { times = 3.0 } }
months = 2

[target.campaign]
arm = "campaign"
measure = "idle"
low = -0.1
high = 0.0
"""


@pytest.fixture
def town(write):
    return write("town.toml", TOWN.replace("departments = 1", "departments = 3"))


@pytest.fixture
def own(write, town):
    """Writes a file of patterns for the town, and loads it."""

    def load(text, name="own.toml"):
        return Patterns.load(write(name, text))

    return load


def test_a_file_of_ones_own_needs_few_words(own):
    found = own(FEW_WORDS + ARM)
    about = found.target["execution"]
    assert (found.title, about.title, about.zh) == ("own", "execution", "execution")
    assert (about.kind, about.compare, about.unit) == (
        "value",
        "level",
        MEASURES["execution_rate"].unit,
    )
    campaign = found.target["campaign"]
    assert (campaign.kind, campaign.compare) == ("range", "difference")
    assert found.arm["campaign"].title == "campaign"


def test_what_ships_is_told_in_chinese_too():
    """A user's file may leave it out, so nothing else would miss it."""
    tree = tomllib.loads(shipped.patterns()["district"].read_text(encoding="utf-8"))
    for name, target in tree["target"].items():
        assert {"title", "zh", "source", "reading", "unit"} <= set(target), name
        assert re.search("[\u4e00-\u9fff]", target["zh"]), name


def test_a_file_takes_over_what_it_extends_and_replaces_or_removes_by_name(own):
    own(FEW_WORDS + ARM, "base.toml")
    text = """
    extends = "base.toml"
    observed = 3

    [target.execution]
    measure = "execution_rate"
    low = 0.2
    high = 0.3

    [prior]
    "behaviour.rent" = { low = 0.1, high = 0.5 }
    """
    found = own(text)
    assert set(found.target) == {"execution", "campaign"}
    assert (found.burn_in, found.observed) == (12, 3)
    assert found.target["execution"].kind == "range"
    assert set(found.prior) == {"behaviour.duty", "behaviour.rent"}
    removed = 'remove = ["target.campaign", "prior.behaviour.duty"]\n'
    less = own(removed + text, "less.toml")
    assert set(less.target) == {"execution"}
    assert set(less.prior) == {"behaviour.rent"}
    # Nobody asks for it any more.
    assert not less.arm


@pytest.mark.slow
def test_the_shipped_patterns_can_be_extended(own):
    ours, district = own('extends = "district"\nscenario = "town.toml"\n'), Patterns.load()
    assert set(ours.target) == set(district.target)
    assert set(ours.prior) == set(district.prior)
    assert ours.scenario != district.scenario


def test_extending_fails_in_words(own):
    own(FEW_WORDS, "base.toml")
    with pytest.raises(BadInput, match=r"nothing there named “target\.executon”; did you mean"):
        own('extends = "base.toml"\nremove = ["target.executon"]')
    with pytest.raises(BadInput, match="form a circle"):
        own('extends = "own.toml"')
    with pytest.raises(BadInput, match="expected only in a file with “extends”"):
        own(f'remove = ["target.execution"]\n{FEW_WORDS}')


WRONG = """
scenario = "town.toml"
burn_in = 12
observed = 6
start = { "public.trust.meen" = 0.5 }

[arm.campaign]
set = { "supervision.covrage" = { times = 3.0 }, "posts.clarity" = "much" }
levers = { supervison = 0.5, culture = 2.0 }
departments = [1, 9]
months = 2

[target.execution]
measure = "execution_rat"
value = 0.4
tolerance = 0.1

[target.trust]
measure = "credibility"
value = 0.4

[target.campaign]
arm = "campain"
measure = "idle"
low = -0.1
high = 0.0

[prior]
"behaviour.dty" = { low = 1.0, high = 4.0 }
"behaviour.rent" = { low = 1.0, high = 0.5 }
"behaviour.fear" = { values = [1.0, 2.0] }
"behaviour.duty" = { low = 1.0, high = 2.0, with = ["behaviour.career"] }
"""


def test_all_that_is_wrong_is_told_at_once_each_with_the_nearest_name(zhixing, write, town):
    done = zhixing("calibrate", write("wrong.toml", WRONG))
    assert (done.code, done.out) == (2, "")
    told = done.err.splitlines()
    expected = (
        "start.public.trust.meen: .*“mean”",
        "arm.campaign.set.supervision.covrage: no such mechanism setting.*coverage",
        "arm.campaign.set.posts.clarity: expected a number",
        "arm.campaign.levers.supervison: no such lever.*“supervision”",
        "arm.campaign.levers.culture: 2; expected an intensity from 0 to 1",
        "arm.campaign.departments: no department 9; there are 3",
        "target.execution.measure: no measure “execution_rat”.*“execution_rate”",
        "target.trust: tolerance: needed by a target of kind “value”",
        "target.campaign.arm: no arm “campain”.*“campaign”",
        "prior.behaviour.dty: .*“duty”",
        "prior.behaviour.rent: low 1 and high 0.5: the wrong way round",
        "prior.behaviour.fear: is a list of values; expected a range",
        "prior.behaviour.duty: with: of factors of an experiment only",
    )
    for one in expected:
        assert sum(bool(re.search(one, line)) for line in told) == 1, one
    assert len(told) == len(expected)
    assert all("wrong.toml: " in line for line in told)


def test_missing_entries_do_not_hide_other_errors(zhixing, write, town):
    text = FEW_WORDS.replace("burn_in = 12\n", "").replace("tolerance = 0.1", "tolerance = -1.0")
    done = zhixing("calibrate", write("wrong.toml", text))
    assert done.code == 2
    assert "burn_in: missing" in done.err
    assert "target.execution.tolerance" in done.err
    assert done.err.count("\n") == 2


def shows(patterns, scenario, replicates=2):
    """What a scenario shows of each target, by its name."""
    values, _ = Candidates(scenario, patterns).runs(Point(), 1, range(replicates))
    return {name: values[:, place] for place, name in enumerate(patterns.target)}


def of_arm(arm, measure="execution_rate"):
    text = f'[arm.it]\n{arm}\nmonths = 6\n[target.it]\narm = "it"\nmeasure = "{measure}"\n'
    return f"{FEW_WORDS}{text}low = -0.1\nhigh = 0.1\n"


def test_an_arm_that_pulls_a_lever_is_that_reform(own, town):
    """At once and without a burden of its own, a lever is the settings that it moves."""
    changes = {"levers.culture.ramp": 0, "levers.culture.burden": 0.0}
    scenario = Scenario.load(town).replace(changes)
    full = scenario.levers["culture"].full
    values = {
        f"{section}.{name}": value for section, one in full.items() for name, value in one.items()
    }
    moved = ", ".join(f'"{key}" = {value}' for key, value in values.items())
    by_lever = shows(own(of_arm("levers = { culture = 1.0 }")), scenario)
    by_settings = shows(own(of_arm(f"set = {{ {moved} }}")), scenario)
    assert by_lever["it"] == pytest.approx(by_settings["it"], abs=1e-12)
    assert (by_lever["it"] != 0.0).all()
    half = shows(own(of_arm("levers = { culture = 0.5 }")), scenario)
    assert (half["it"] != by_lever["it"]).all()


@pytest.mark.slow
def test_an_arm_treats_the_departments_that_it_names_and_no_others(own, town):
    scenario = Scenario.load(town)
    strong = 'set = { "leadership.autonomy" = 1.0, "leadership.drive" = 1.0 }'
    everywhere = shows(own(of_arm(strong)), scenario)["it"]
    by_number = shows(own(of_arm(f"{strong}\ndepartments = [1, 2, 3]")), scenario)["it"]
    assert by_number == pytest.approx(everywhere, abs=1e-12)
    for arm in (strong, "levers = { leadership = 1.0 }"):
        second = f"{arm}\ndepartments = [2]"
        treated = shows(own(of_arm(second, "execution_rate_treated")), scenario)["it"]
        others = shows(own(of_arm(second, "execution_rate_untreated")), scenario)["it"]
        assert (np.abs(treated) > 3.0 * np.abs(others)).all(), (treated, others)
    nothing = 'set = { "supervision.coverage" = { times = 1.0 } }\ndepartments = [2]'
    assert (shows(own(of_arm(nothing, "execution_rate_treated")), scenario)["it"] == 0.0).all()


def test_an_arm_must_change_something(own):
    with pytest.raises(BadInput, match=r"arm\.it: changes nothing"):
        own(of_arm(""))


def test_what_is_measured_before_stays_the_same_study(own):
    """Entries that an arm leaves out do not count among what identifies it."""
    about = own(FEW_WORDS + ARM).identity()["arm"]["campaign"]
    assert set(about) == {"set", "months", "observed", "after"}


def test_a_target_that_hardly_ever_happens_is_refused():
    rare = np.zeros(1_000)
    rare[:50] = 0.5
    with pytest.raises(BadInput, match=r"hardly varies; it is 0 for 95 %.*Observe for longer"):
        check_varies(rare, "own: target.dismissals")
    rare[:400] = 0.5
    check_varies(rare, "own: target.dismissals")


@pytest.mark.slow
def test_all_targets_that_cannot_be_fitted_are_told_at_once(zhixing, write, town, tmp_path):
    """In a small office nobody is dismissed within half a year, whatever the settings."""
    never = "".join(
        f'[target.{measure}]\nmeasure = "{measure}"\nvalue = 0.1\ntolerance = 0.1\n\n'
        for measure in ("dismissals", "demotions")
    )
    path = write("rare.toml", FEW_WORDS.replace("[prior]", f"{never}[prior]"))
    out = tmp_path / "out"
    done = zhixing("calibrate", path, "--candidates", 32, "--workers", 1, "--out", out)
    assert (done.code, done.out) == (2, "")
    for measure in ("dismissals", "demotions"):
        assert re.search(rf"target\.{measure}: (never|hardly) varies; it is 0 for", done.err)
    assert "leave it out" in done.err


def results(*rows):
    """Results of a fit with these parameters."""
    about = {"rhat": 1.0, "ess": 1e4, "width": 0.3, "edge": ""}
    parameters = [{"parameter": f"p{k}", **about, **row} for k, row in enumerate(rows)]
    recovery = [
        {"parameter": one["parameter"], "coverage": 0.9, "adjusted": 0.9} for one in parameters
    ]
    told = {"parameters": parameters, "recovery": recovery}
    return Results(SimpleNamespace(), pd.DataFrame(), told)


def test_parameters_that_no_evidence_informs_are_named():
    found = results({"width": 0.97}, {}, {"edge": "high"})
    assert found.uninformed() == ["p0"]
    assert found.at_edges() == ["p2 (high)"]
    assert [_edge(*ends) for ends in ((0.0, 0.2), (0.6, 0.995), (0.4, 0.6), (0.01, 0.9))] == [
        "low",
        "high",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (({"rhat": 1.2}, {}), "the chains have not converged"),
        (({"width": 0.95}, {"width": 1.0}), "the fit never left its priors"),
        (({"width": 0.95}, {}), None),
    ],
)
def test_a_fit_that_tells_nothing_ends_as_a_failure(rows, said, capsys):
    if said is None:
        _exit_if_unsettled(results(*rows))
        return
    with pytest.raises(typer.Exit) as end:
        _exit_if_unsettled(results(*rows))
    assert end.value.exit_code == 1
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_few_parameters_are_fitted_with_fewer_runs(own):
    few, many = Size.of(own(FEW_WORDS)), Size.of(Patterns.load())
    assert few.candidates < many.candidates
    assert many == Size()


@pytest.mark.long
def test_a_fit_of_ones_own_is_used_by_levers(own, zhixing, write, town, tmp_path, monkeypatch):
    for name in ("sampling", "trial_sampling"):
        monkeypatch.setattr(Calibration, name, Sampling(chains=2, warm_up=40))
    path = write("own.toml", FEW_WORDS)
    size = ("--candidates", 64, "--draws", 6, "--trials", 4, "--generations", 1, "--workers", 1)
    done = zhixing("calibrate", path, *size, "--out", tmp_path / "out")
    assert done.code in (0, 1), done.err
    (draws,) = (tmp_path / "out").glob("calibration-own-*/own.parquet")
    words = ("--posterior", draws, "--replicates", 2, "--workers", 1, "--out", tmp_path / "out")
    told = zhixing("levers", town, *words, "--json")
    assert told.code == 0, told.err
    assert told.json["posterior"]["scenario"] == "town"
    assert told.json["posterior"]["not_drawn"] == {"town": []}
