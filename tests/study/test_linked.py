"""Factors that carry others along, and factors whose levels are not numbers."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.discovery.cases import cases
from sim.errors import BadInput
from sim.study.drawn import draw
from sim.study.experiment import Experiment
from sim.study.study import Study

ENDS = {"low": 0.0, "high": 1.0}
TRUST, VOICE, DUTY = "public.trust.mean", "public.voice", "behaviour.duty"
DESIGNS = {
    "grid": {},
    "factorial": {},
    "fractional_factorial": {},
    "latin_hypercube": {"points": 12},
    "sobol_sequence": {"points": 8},
    "sobol": {"base": 4},
    "morris": {"trajectories": 4},
    "pawn": {"points": 20},
    "shapley": {"trajectories": 10},
}
BY_LEVEL = ("grid", "factorial", "fractional_factorial")


@pytest.fixture
def world(district):
    return district.replace({TRUST: 0.5, VOICE: 0.3, DUTY: 1.0})


def experiment(design, factor, scenario="district", **more):
    measures = ["execution_rate"] if scenario else ["y"]
    tree = {
        "title": "",
        "question": "",
        "replicates": 2,
        "measures": measures,
        "design": design,
        "factor": factor,
        **({"scenario": scenario} if scenario else {}),
        **more,
    }
    return Experiment.from_tree(tree, "own", "own")


def drawn(design, factor, world=None, **more):
    return draw(experiment(design, factor, world and "district", **more), world, "own")


# Linked factors.


@pytest.mark.parametrize("kind", DESIGNS)
def test_what_a_factor_carries_along_follows_it_at_every_point_of_every_design(kind, world):
    factor = {
        TRUST: {**ENDS, "with": {VOICE: {"times": -0.5, "plus": 0.9}, "culture": {}}},
        DUTY: {"low": 0.5, "high": 1.5},
    }
    found = drawn({"kind": kind, **DESIGNS[kind]}, factor, world)
    assert len({point.settings[TRUST] for point in found.points}) > 1
    for point in found.points:
        trust = point.settings[TRUST]
        assert point.settings[VOICE] == pytest.approx(0.9 - 0.5 * trust)
        assert point.levers == {"culture": trust}


def test_links_are_written_as_one_name_a_list_of_names_or_a_table(world):
    same = [{VOICE: trust, TRUST: trust} for trust in (0.2, 0.8)]
    nested = {"public": {"voice": [0.2, 0.8]}}
    for link in (VOICE, [VOICE], {VOICE: {}}, {VOICE: [0.2, 0.8]}, nested):
        found = drawn({"kind": "grid"}, {TRUST: {"values": [0.2, 0.8], "with": link}}, world)
        assert [dict(point.settings) for point in found.points] == same


def test_a_level_sets_several_settings_of_any_type_at_once(world):
    factor = {
        TRUST: {
            "values": [0.2, 0.8],
            "with": {"decide": ["logit", "imitation"], "clock.months": [48, 60], "culture": [0, 1]},
        }
    }
    found = drawn({"kind": "grid"}, factor, world)
    assert [dict(point.settings) for point in found.points] == [
        {TRUST: 0.2, "decide": "logit", "clock.months": 48},
        {TRUST: 0.8, "decide": "imitation", "clock.months": 60},
    ]
    assert [dict(point.levers) for point in found.points] == [{"culture": 0}, {"culture": 1}]
    assert found.experiment.rules(world) == ["logit", "imitation"]


def test_a_setting_of_whole_numbers_stays_one_where_it_is_carried_along(world):
    factor = {
        TRUST: {"values": [0.1, 0.2], "with": {"clock.months": {"times": 47.3, "plus": 35.0}}}
    }
    found = drawn({"kind": "grid"}, factor, world)
    months = [point.settings["clock.months"] for point in found.points]
    assert months == [40, 44]
    assert {type(one) for one in months} == {int}


def test_a_list_with_factors_carries_along_too(world):
    point = [{"name": "a"}, {"name": "b", "levers": {"supervision": 1.0}}]
    factor = {TRUST: {"values": [0.2, 0.8], "names": ["low", "high"], "with": [VOICE]}}
    found = drawn({"kind": "list"}, factor, world, point=point)
    assert [one.settings[VOICE] for one in found.points] == [0.2, 0.2, 0.8, 0.8]
    assert found.names[2] == f"a ({TRUST} = high)"


def test_one_at_a_time_carries_along_only_with_the_factor_that_is_moved(world):
    factor = {
        TRUST: {"values": [0.2, 0.5], "with": [VOICE]},
        DUTY: {"values": [0.8, 1.0]},
    }
    found = drawn({"kind": "one_at_a_time"}, factor, world)
    # Trust of 0.5 is the scenario's own, but not together with a voice of 0.5.
    assert [dict(point.settings) for point in found.points] == [
        {TRUST: 0.5, DUTY: 1.0},
        {TRUST: 0.2, VOICE: 0.2, DUTY: 1.0},
        {TRUST: 0.5, VOICE: 0.5, DUTY: 1.0},
        {TRUST: 0.5, DUTY: 0.8},
    ]


def test_constraints_name_what_is_carried_along(world):
    factor = {TRUST: {**ENDS, "levels": 5, "with": {VOICE: {"times": -1.0, "plus": 1.0}}}}
    found = drawn({"kind": "grid", "where": "voice < trust.mean"}, factor, world)
    assert [point.settings[TRUST] for point in found.points] == [0.75, 1.0]


BAD = {
    "no such setting": ({"with": ["public.voise"]}, "with.public.voise", "“voice”"),
    "no such lever": ({"with": ["cultur"]}, "with.cultur", "“culture”"),
    "itself": ({"with": [TRUST]}, f"“{TRUST}” is named twice"),
    "another factor": ({"with": [DUTY]}, f"“{DUTY}” is named twice"),
    "a table around it": ({"with": {"public.trust": [{}, {}]}}, "public.trust.mean: missing"),
    "given twice": ({"with": [VOICE, VOICE]}, "with", f"“{VOICE}” is given twice"),
    "too few": ({"with": {VOICE: [0.1]}}, f"with.{VOICE}: 1 for 2 values"),
    "out of range": ({"with": {VOICE: {"times": 9.0}}}, f"factor.{TRUST}", VOICE, "at most 1"),
    "no name": ({"with": [3]}, "with", "names of settings", "3"),
    "a number": ({"with": 3}, "with", "list of settings"),
    "a number in the table": ({"with": {VOICE: 3}}, f"{VOICE}", "list of values", "3"),
    "a word": ({"with": {VOICE: {"time": 3.0}}}, "time", "“times”"),
    "not finite": ({"with": {VOICE: {"times": float("inf")}}}, "times", "finite"),
    "both": ({"with": {VOICE: {"times": 2.0, "values": [1, 2]}}}, "either values, or times"),
    "names too few": ({"names": ["a"]}, "names: 1 for 2 values"),
    "names twice": ({"names": ["a", "a"]}, "names: “a” is given twice"),
    "names of none": ({"names": ["a b", "c"]}, "a b", "letters"),
    "titles too many": ({"titles": ["a", "b", "c"]}, "titles: 3 for 2 values"),
    "misspelt": ({"withh": [VOICE]}, "withh", "“with”"),
    "the field's own name": ({"links": {}}, "links", "no such setting"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_link_without_sense_gets_one_clear_line(case, world):
    entries, *expected = BAD[case]
    factor = {TRUST: {"values": [0.2, 0.8], **entries}, DUTY: {"values": [0.8, 1.0]}}
    with pytest.raises(BadInput) as told:
        drawn({"kind": "grid"}, factor, world)
    assert [part for part in (*expected, "own: factor.") if part not in str(told.value)] == []
    assert "\n" not in str(told.value)


def test_a_list_is_carried_along_only_by_a_factor_that_lists_values(world):
    with pytest.raises(BadInput, match="only where the factor lists values"):
        drawn({"kind": "grid"}, {TRUST: {**ENDS, "with": {VOICE: [0.1, 0.2]}}}, world)
    with pytest.raises(BadInput, match="not of a section"):
        drawn({"kind": "grid"}, {"behaviour.*": {"spread": 0.1, "with": [VOICE]}}, world)
    factor = {"decide": {"values": ["logit", "imitation"], "with": {VOICE: {"plus": 1.0}}}}
    with pytest.raises(BadInput, match="of numbers only, not “logit”"):
        drawn({"kind": "grid"}, factor, world)


def test_a_part_of_a_table_is_not_varied_beside_the_table(world):
    trust = world.model_dump()["public"]["trust"]
    tables = {"values": [trust, {**trust, "mean": 0.1}]}
    for one, other in ((TRUST, "public.trust"), ("public.trust", TRUST)):
        both = {TRUST: {"values": [0.2, 0.8]}, "public.trust": tables}
        with pytest.raises(BadInput, match=f"“{TRUST}” is a part of “public.trust”"):
            drawn({"kind": "grid"}, {key: both[key] for key in (one, other)}, world)


def test_an_experiment_with_links_can_be_changed_and_is_the_same_again(world):
    factor = {TRUST: {"values": [0.2, 0.8], "titles": ["Low", "High"], "with": {VOICE: [0.1, 0.2]}}}
    first = experiment({"kind": "grid"}, factor)
    assert first.replace(replicates=2) == first
    plain = experiment({"kind": "grid"}, {TRUST: {"values": [0.2, 0.8]}})
    assert first.identity() != plain.identity()
    told = experiment({"kind": "grid"}, {TRUST: {**factor[TRUST], "titles": ["L", "H"]}})
    assert told.identity() == first.identity()


# Levels of any type.


def by_words(values, seed, replicate):
    """Words, truth and a table count as numbers; chance is that of a replicate."""
    rule = {"logit": 0.0, "imitation": 1.0, "own.py:rule": 5.0}[values["rule"]]
    return [rule + 10.0 * values["open"] + values["trust"]["mean"] + 0.1 * replicate]


CATEGORIES = {
    "rule": {
        "title": "Rule",
        "values": ["logit", "imitation", "own.py:rule"],
        "titles": ["weighing", "imitating", "own"],
    },
    "open": {"values": [False, True]},
    "trust": {
        "values": [{"mean": 0.0, "sd": 0.1}, {"mean": 3.0, "sd": 0.1}],
        "names": ["calm", "storm"],
    },
}


def told(design, factor, tmp_path, function=by_words):
    return Study(experiment(design, factor, None), tmp_path, function).run(workers=1)


def value(table, kind, term):
    return float(table[(table["kind"] == kind) & (table["term"] == term)]["value"].iloc[0])


def test_a_grid_of_words_truth_and_tables_has_their_doses(tmp_path):
    study = told({"kind": "grid"}, CATEGORIES, tmp_path)
    found = study.effects()
    assert value(found, "dose", "rule = own.py:rule") == pytest.approx(5.0)
    assert value(found, "dose", "open = true") == pytest.approx(10.0)
    assert value(found, "dose", "trust = storm") == pytest.approx(3.0)
    assert value(found, "step", "rule from imitation to own.py:rule") == pytest.approx(4.0)
    drawn_ = study.drawn
    assert drawn_.called("rule = own.py:rule") == "Rule = own"
    assert drawn_.called("rule from logit to own.py:rule") == "Rule from weighing to own"
    assert drawn_.label(0) == 'rule = "logit", open = false, trust = calm'
    assert drawn_.called(drawn_.label(0)) == "Rule = weighing, open = false, trust = calm"


@pytest.mark.slow
def test_a_factorial_of_categories_says_between_which_levels_its_effects_are(tmp_path):
    factor = {**CATEGORIES, "rule": {"title": "Rule", "values": ["logit", "own.py:rule"]}}
    for kind in ("factorial", "fractional_factorial"):
        study = told({"kind": kind}, factor, tmp_path / kind)
        found = study.effects()
        assert value(found, "main", "rule") == pytest.approx(5.0)
        assert value(found, "main", "trust") == pytest.approx(3.0)
        assert study.drawn.called("rule") == "Rule (logit → own.py:rule)"
        assert "trust (calm → storm)" in study.drawn.called("open × trust")


def test_categories_have_no_slope_but_differences_from_the_first(tmp_path):
    factor = {**CATEGORIES, "x": ENDS}
    found = told({"kind": "latin_hypercube", "points": 48}, factor, tmp_path).effects()
    slopes = found[found["kind"] == "slope"]
    assert list(slopes["term"]) == ["x"]
    assert value(found, "dose", "rule = own.py:rule") == pytest.approx(5.0)
    assert value(found, "dose", "rule = imitation") == pytest.approx(1.0)
    assert value(found, "dose", "open = true") == pytest.approx(10.0)
    assert value(found, "dose", "trust = storm") == pytest.approx(3.0)


def test_a_slope_is_that_of_the_numbers_where_words_do_not_matter(tmp_path):
    factor = {**CATEGORIES, "x": {"low": 0.0, "high": 4.0}}
    found = told({"kind": "sobol_sequence", "points": 32}, factor, tmp_path, _of_x).effects()
    assert value(found, "slope", "x") == pytest.approx(4.0)


def _of_x(values, seed, replicate):
    return [values["x"]]


@pytest.mark.slow
def test_pawn_compares_a_category_with_a_dummy_of_as_many_levels(tmp_path):
    factor = {**CATEGORIES, "x": ENDS}
    study = told({"kind": "latin_hypercube", "points": 400}, factor, tmp_path)
    found = study.sensitivity().set_index("factor")["value"]
    assert found["open"] > 0.4
    for inert in ("dummy of rule", "dummy of open", "dummy of trust"):
        assert found[inert] < 0.12
    # A level of few is a large slice, so that chance moves it less than a slice of ten.
    assert found["dummy of open"] < found["dummy"]


def test_results_show_names_and_texts_in_place_of_tables_and_can_be_exported(tmp_path):
    factor = {
        **CATEGORIES,
        "list": {"values": [[1, 2], [3, 4]], "with": {"also": [{"a": 1}, {"a": 2}], "n": [5, 6]}},
    }
    found = told({"kind": "grid"}, factor, tmp_path).results()
    assert set(found["trust"]) == {"calm", "storm"}
    assert set(found["list"]) == {"[1, 2]", "[3, 4]"}
    assert set(found["also"]) == {'{"a": 1}', '{"a": 2}'}
    assert set(found["open"]) == {True, False}
    assert found["n"].dtype == np.int64
    found.to_parquet(tmp_path / "runs.parquet")
    again = pd.read_parquet(tmp_path / "runs.parquet")
    assert list(again["trust"]) == list(found["trust"])


def test_tables_that_begin_alike_are_told_apart():
    long = {"a": "x" * 50, "b": 1}
    factor = {"t": {"values": [long, {**long, "b": 2}]}, "u": {"values": [0, 1]}}
    found = drawn({"kind": "grid"}, factor)
    labels = [found.label(number) for number in range(4)]
    assert len(set(labels)) == 4
    assert labels[-1] == "t = level 2, u = 1"


def test_whole_tables_and_truth_are_levels_of_a_scenario(world):
    trust = world.model_dump()["public"]["trust"]
    factor = {
        "public.trust": {"values": [trust, {**trust, "mean": 0.1}], "names": ["own", "low"]},
        "conducts.idle.available": {"values": [True, False]},
    }
    found = drawn({"kind": "one_at_a_time"}, factor, world)
    # The first level of each is the scenario's own.
    assert len(found.points) == 3
    assert found.points[1].settings["public.trust"]["mean"] == 0.1
    assert json.loads(found.points[1].canonical())[1]["public.trust"]["mean"] == 0.1
    assert found.label(1) == "public.trust = low, conducts.idle.available = true"
    with pytest.raises(BadInput, match=r"factor.public.trust: .*public.trust.sd: missing"):
        drawn({"kind": "grid"}, {"public.trust": {"values": [{"mean": 0.2}]}}, world)


def test_one_and_true_are_two_levels_and_one_and_one_point_zero_are_one():
    assert len(drawn({"kind": "grid"}, {"a": {"values": [1, True]}}).points) == 2
    with pytest.raises(BadInput, match="is given twice"):
        drawn({"kind": "grid"}, {"a": {"values": [1, 1.0]}})
    with pytest.raises(BadInput, match="is given twice"):
        drawn({"kind": "grid"}, {"a": {"values": [{"x": 1, "y": 2}, {"y": 2.0, "x": 1}]}})


@pytest.mark.slow
def test_doses_of_a_linked_factor_one_at_a_time_are_told_from_the_scenario(district, tmp_path):
    """The scenario is on no level, so that no step leads to it or from it."""
    set_ = {TRUST: 0.5, VOICE: 0.3, "clock.months": 24, "clock.reform_starts": 6}
    factor = {TRUST: {"values": [0.2, 0.5, 0.8], "with": [VOICE]}}
    about = experiment({"kind": "one_at_a_time"}, factor, set=set_)
    study = Study(about, tmp_path).run(workers=1)
    found = study.effects()
    runs = study.results().groupby("point")["execution_rate"].mean()
    assert value(found, "dose", f"{TRUST} = 0.5") == pytest.approx(runs[2] - runs[0])
    assert value(found, "step", f"{TRUST} from 0.5 to 0.8") == pytest.approx(runs[3] - runs[2])
    assert len(found[found["kind"] == "step"]) == 2 * len(study.drawn.measures)


@pytest.mark.slow
def test_listed_points_at_the_points_of_a_constrained_design_are_within_and_carry_along(
    world, tmp_path
):
    point = [{"name": "status_quo"}, {"name": "culture", "levers": {"culture": 1.0}}]
    factor = {
        TRUST: {**ENDS, "with": {VOICE: {"times": 0.5}}},
        "decide": {"values": ["logit", "imitation"], "names": ["weighs", "imitates"]},
        DUTY: {"low": 0.5, "high": 1.5},
    }
    design = {"kind": "latin_hypercube", "points": 12, "where": "voice + 0.5 < duty"}
    set_ = {"clock.months": 24, "clock.reform_starts": 6}
    about = experiment(design, factor, point=point, set=set_)
    study = Study(about, tmp_path).run(workers=1)
    assert len(study.drawn.points) == 24
    for one in study.drawn.points:
        assert one.settings[VOICE] == 0.5 * one.settings[TRUST] < one.settings[DUTY] - 0.5
    found = study.results()
    assert (found[VOICE] == 0.5 * found[TRUST]).all()
    assert set(found["decide"]) == {"weighs", "imitates"}
    assert list(found["name"][:3]) == ["status_quo", "status_quo", "culture"]
    effects = study.effects()
    assert set(effects[effects["kind"] == "slope"]["term"]) == {
        f"{name} ({key})" for name in ("status_quo", "culture") for key in (TRUST, DUTY)
    }
    assert set(effects[effects["kind"] == "dose"]["term"]) <= {
        f"{name} (decide = {level})"
        for name in ("status_quo", "culture")
        for level in ("weighs", "imitates")
    }


@pytest.mark.slow
def test_discovery_knows_the_combinations_that_a_constrained_list_keeps(world, tmp_path):
    point = [{"name": "status_quo"}, {"name": "culture", "levers": {"culture": 1.0}}]
    factor = {
        TRUST: {"values": [0.2, 0.5, 0.8]},
        VOICE: {"values": [0.1, 0.3, 0.6]},
        "decide": {"values": ["logit", "imitation"], "names": ["weighs", "imitates"]},
    }
    design = {"kind": "list", "where": "voice < trust.mean"}
    set_ = {"clock.months": 24, "clock.reform_starts": 6}
    about = experiment(design, factor, point=point, set=set_)
    study = Study(about, tmp_path).run(workers=1)
    found = cases(study, ["execution_rate"])
    assert len(found.space) == len(study.drawn.points) // 2 == 12
    assert (found.space.columns[VOICE] < found.space.columns[TRUST]).all()
    assert set(found.space.columns["decide"]) == {"weighs", "imitates"}
