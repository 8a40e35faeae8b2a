"""``levers --clauses``: every clause is treated by itself, and says what it is meant to move."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim import shipped
from sim.cli.terminal import PAGE
from sim.declare import leaves
from sim.errors import BadInput
from sim.measures import MEASURES
from sim.mechanisms import rows
from sim.study.clauses import (
    ADDS,
    AGAINST,
    ALONE,
    AS_ARGUED,
    BURDEN,
    DEAD,
    OTHERS,
    OUTCOMES,
    WHOLE,
    WITHOUT,
    ClauseEffects,
    Treatments,
    clauses_of,
    run_clauses,
)
from sim.study.compare import Comparison
from sim.study.package import Package
from sim.world.levers import flatten, record_name
from sim.world.plan import Plan
from sim.world.scenario import STATUS_QUO, Scenario

ROOT = Path(__file__).parents[2]
MOST_INERT = 5


def settings_of(clause, scenario):
    """Names of the settings that a clause moves."""
    return {
        record_name(key)
        for key in flatten(scenario.mechanisms.model_dump())
        if key == clause.key or key.startswith(f"{clause.key}.")
    }


def clause_of(scenario, key, lever=None):
    (found,) = [
        one for one in clauses_of(scenario) if one.key == key and lever in (None, one.lever)
    ]
    return found


def at_full_strength(scenario, point):
    """Settings of the last month at a point, by name."""
    made = Treatments.of(scenario)
    treated = scenario.replace({"levers": scenario.model_dump()["levers"] | made.levers})
    (asked,) = [one for one in made.points if one.name == point]
    mechanisms = Plan(treated.replace(levers=asked.levers)).mechanisms
    row = mechanisms[-1, 0]
    worked_out = {name for one in rows("mechanisms") for name, _ in leaves(one)}
    return {name: row[name] for name in mechanisms.names if name not in worked_out}


@pytest.mark.parametrize("name", shipped.scenarios())
def test_the_clauses_of_a_lever_are_all_that_it_changes(name):
    scenario = Scenario.load(name)
    for lever, about in scenario.levers.items():
        mine = [one for one in clauses_of(scenario) if one.lever == lever]
        moved = [setting for one in mine for setting in settings_of(one, scenario)]
        assert sorted(moved) == sorted(about.moves.names)


def test_every_clause_of_the_district_says_what_it_is_meant_to_move(district):
    for clause in clauses_of(district):
        assert clause.intended, clause.name
        assert set(clause.intended) <= set(MEASURES), clause.name
        assert set(clause.intended.values()) <= {1, -1}, clause.name
        assert clause.zh, clause.name


def test_at_most_five_clauses_of_the_district_move_nothing_for_a_reason(district):
    reasons = {one.key: one.inert for one in clauses_of(district) if one.inert}
    assert len(reasons) <= MOST_INERT
    assert all(" " in reason for reason in reasons.values())
    assert all(one.inert_zh.endswith("。") for one in clauses_of(district) if one.inert)


def test_no_clause_is_dead_or_against_what_was_argued_without_a_reason(district):
    """As the table in docs says, which is computed again in ``tests/test_docs.py``."""
    text = (ROOT / "docs" / "clauses.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([\w.]+)` \| (\S+) \|.*\| ([\w ]*) \|$", text, re.MULTILINE)
    clauses = clauses_of(district)
    assert sorted((label, zh) for label, zh, _ in table) == sorted(
        (one.label, one.zh) for one in clauses
    )
    verdict = {(label, zh): found.strip() for label, zh, found in table if found.strip()}
    assert set(verdict.values()) <= {OTHERS, DEAD}
    reasons = {(one.label, one.zh) for one in clauses if one.inert}
    assert set(verdict) <= reasons


def test_a_multiple_of_a_group_is_one_clause_and_each_weight_is_one(district):
    keys = [one.key for one in clauses_of(district)]
    assert "supervision.coverage" in keys
    assert not any(key.startswith("supervision.coverage.") for key in keys)
    assert {f"selection.say.{who}" for who in ("deputies", "staff", "public")} <= set(keys)
    weights = [key for key in keys if key.startswith("appraisal.weights.")]
    assert len(weights) == 4
    assert len(keys) == 68


def test_the_direction_turns_where_a_lever_lowers_a_setting(district):
    """Less of a vacuum is meant to raise execution, as more of it is meant to lower it."""
    vacuum = clause_of(district, "posts.vacuum")
    assert vacuum.rise == -1
    assert vacuum.intended == {"execution_rate": 1}
    fuller = district.replace({"levers.responsibility.full": {"posts": {"vacuum": 0.9}}})
    assert clause_of(fuller, "posts.vacuum").intended == {"execution_rate": -1}


def test_alone_moves_one_clause_without_burden_and_cost(district):
    clause = clause_of(district, "posts.clarity")
    own, alone = (at_full_strength(district, at) for at in (STATUS_QUO, clause.point(ALONE)))
    changed = {name for name in own if not np.array_equal(own[name], alone[name])}
    assert changed == {"clarity"}
    assert alone["clarity"] == pytest.approx(0.95)
    assert alone["lever_burden"] == 0.0
    assert alone["lever_cost"] == 0.0


def test_without_moves_all_other_clauses_with_burden(district):
    clause = clause_of(district, "posts.clarity")
    own, whole, without = (
        at_full_strength(district, at)
        for at in (STATUS_QUO, "responsibility", clause.point(WITHOUT))
    )
    assert without["clarity"] == own["clarity"]
    others = set(own) - {"clarity"}
    assert all(np.array_equal(without[name], whole[name]) for name in others)
    assert without["lever_burden"] == pytest.approx(0.03)


def test_burden_alone_moves_no_clause(district):
    own, burden = (at_full_strength(district, at) for at in (STATUS_QUO, f"appraisal.{BURDEN}"))
    changed = {name for name in own if not np.array_equal(own[name], burden[name])}
    assert changed == {"lever_burden", "lever_cost"}


def test_a_group_alone_is_multiplied_as_in_its_lever(district):
    clause = clause_of(district, "supervision.coverage")
    own, alone = (at_full_strength(district, at) for at in (STATUS_QUO, clause.point(ALONE)))
    # The masses' coverage is .5, so that five times as much stops at 1.
    assert alone["coverage"] == pytest.approx(np.minimum(5.0 * np.array(own["coverage"]), 1.0))


@pytest.fixture(scope="module")
def two(district):
    """A world with one lever of two clauses; its runs are made by hand."""
    about = district.levers["responsibility"].model_dump()
    about["full"] = {"posts": {"clarity": 0.9, "vacuum": 0.1}}
    return district.replace({"levers": {"responsibility": about}})


def by_hand(two, effects, replicates=8, noise=1e-3):
    """Effects of clauses whose runs move as ``effects`` say, by point and measure."""
    rng = np.random.default_rng(1)
    packages, runs = [], []
    base = {name: rng.uniform(0.3, 0.6, replicates) for name in MEASURES}
    luck = noise * rng.normal(size=replicates)
    for point in Treatments.of(two).points:
        packages.append(Package(point.name, point.name, two))
        moved = effects.get(point.name, {})
        values = {
            name: base[name] + (moved[name] + luck if name in moved else 0.0) for name in MEASURES
        }
        runs.append(pd.DataFrame({"package": point.name, "replicate": range(replicates), **values}))
    comparison = Comparison(tuple(packages), 1, replicates, pd.concat(runs), pd.DataFrame())
    return ClauseEffects(comparison, clauses_of(two))


@pytest.mark.parametrize(
    ("effects", "verdict"),
    [
        ({}, DEAD),
        ({"execution_rate": 0.1}, AS_ARGUED),
        ({"execution_rate": -0.1}, AGAINST),
        ({"credibility": -0.1}, OTHERS),
        ({"execution_rate": 1e-5}, DEAD),
    ],
)
def test_a_clause_is_judged_by_what_it_moves_alone(two, effects, verdict):
    clarity = clause_of(two, "posts.clarity")
    same = {"responsibility": {}, clarity.point(WITHOUT): {}}
    found = by_hand(two, {clarity.point(ALONE): effects, **same})
    assert found.verdict(clarity) == verdict
    assert found.verdict(clause_of(two, "posts.vacuum")) == DEAD


def test_a_clause_that_works_only_with_others_is_seen_by_what_it_adds(two):
    clarity, vacuum = (clause_of(two, f"posts.{name}") for name in ("clarity", "vacuum"))
    both = {"execution_rate": 0.1}
    found = by_hand(two, {"responsibility": both, vacuum.point(WITHOUT): both})
    assert found.verdict(clarity) == AS_ARGUED
    assert found.verdict(vacuum) == DEAD
    added = found.effect(clarity, ADDS, "execution_rate").estimate
    assert added.value == pytest.approx(0.1, abs=0.01)
    assert added.low < added.value < added.high


def test_one_clause_among_many_needs_more_evidence_than_alone(two):
    """Of many comparisons some pass 5 % by chance; Holm's p-values allow for their number."""
    clarity = clause_of(two, "posts.clarity")
    found = by_hand(two, {clarity.point(ALONE): {"credibility": 0.1}}, noise=0.1)
    effect = found.effect(clarity, ALONE, "credibility")
    values = found.comparison.values(clarity.point(ALONE))["credibility"]
    own = values - found.comparison.values(STATUS_QUO)["credibility"]
    t = own.mean() / (own.std(ddof=1) / np.sqrt(len(own)))
    assert effect.p == pytest.approx(2 * (2 * stats.t.sf(t, len(own) - 1)))


def test_replicates_without_a_value_are_left_out(two):
    found = by_hand(two, {})
    clarity = clause_of(two, "posts.clarity")
    runs = found.comparison.runs
    first = (runs["replicate"] == 0) & (runs["package"] == STATUS_QUO)
    runs.loc[first, "credibility"] = np.nan
    effect = found.effect(clarity, ALONE, "credibility")
    assert effect.estimate.replicates == 7
    assert effect.estimate.value == 0.0
    runs["reported_rate"] = np.nan
    none = ClauseEffects(found.comparison, found.clauses)
    nothing = none.effect(clarity, ALONE, "reported_rate")
    assert np.isnan(nothing.estimate.value)
    assert not nothing.beyond_chance
    assert none.verdict(clarity) == DEAD


def test_a_scenario_without_clauses_is_refused(district):
    with pytest.raises(BadInput, match="--clauses: district has no lever that changes a setting"):
        Treatments.of(district.replace({"levers": {}}))


def test_a_lever_whose_name_is_needed_is_refused(district):
    levers = district.model_dump()["levers"]
    taken = district.replace({"levers": {**levers, "treatment-3": levers["culture"]}})
    with pytest.raises(BadInput, match=r"lever “treatment-3”: this name is needed"):
        Treatments.of(taken)


@pytest.mark.slow
def test_pinning_a_task_on_a_person_raises_execution_alone(two):
    """On runs: closing the vacuum, or making posts clear, each raises execution (source C2)."""
    small = two.replace({"clock.months": 36, "organisation.departments": 4})
    found = run_clauses(small, 4)
    for clause in found.clauses:
        assert found.verdict(clause) == AS_ARGUED
    burden = found.effects["responsibility", BURDEN, OUTCOMES[0]]
    assert burden.direction == -1
    whole = found.effects["responsibility", WHOLE, OUTCOMES[0]].estimate.value
    assert whole > 0.0


# The command.

WORDS = ("levers", "bureau", "--clauses", "--months", "18", "--replicates", "2", "--workers", "1")


@pytest.mark.long
def test_the_command_gives_every_clause_of_every_lever(zhixing, tmp_path, few_resamples):
    said = zhixing(*WORDS, "--json", "--out", tmp_path)
    assert said.code == 0, said.err
    bureau = Scenario.load("bureau")
    levers = said.json["levers"]
    assert set(levers) == set(bureau.levers)
    for clause in clauses_of(bureau):
        found = levers[clause.lever]["clauses"][clause.key]
        assert found["verdict"] in (AS_ARGUED, AGAINST, OTHERS, DEAD)
        assert found["intended"] == clause.intended
        for how in (ALONE, WITHOUT, ADDS):
            assert set(found[how]) == {*OUTCOMES, *clause.intended}
            execution = found[how]["execution_rate"]
            assert execution["low"] <= execution["effect"] <= execution["high"]
            assert isinstance(execution["beyond_chance"], bool)
    for about in levers.values():
        for how in (WHOLE, BURDEN):
            assert set(about[how]) == set(OUTCOMES)
    assert sum(said.json["verdicts"].values()) == len(clauses_of(bureau))
    assert "--clauses" in said.json["command"]
    (folder,) = tmp_path.iterdir()
    assert folder.name.startswith("levers-clauses-bureau-")
    kept = {path.name for path in folder.iterdir() if path.is_file()} - {".lock"}
    pictures = {f"levers-clauses.{kind}" for kind in ("png", "svg", "pdf", "caption.txt")}
    tables = {"levers-clauses.json", "levers-clauses.csv", "manifest.json", "runs.parquet"}
    assert kept == pictures | tables
    assert (folder / "levers-clauses.json").read_text() == said.out
    table = pd.read_csv(folder / "levers-clauses.csv")
    assert set(table["treatment"]) == {WHOLE, BURDEN, ALONE, WITHOUT, ADDS}
    png = (folder / "levers-clauses.png").read_bytes()
    assert png.startswith(b"\x89PNG")
    # What is done is not done again, and the table says the same in both languages.
    again = zhixing(*WORDS, "--lang", "zh", "--out", tmp_path)
    assert again.code == 0
    assert again.err == "levers-clauses bureau: 306 of 306 runs, 0 s\n"
    assert "岗位责任制" in again.out
    assert "条款中" in again.out
    assert (folder / "levers-clauses.zh.png").is_file()
    assert "按预期" in (folder / "levers-clauses.zh.caption.txt").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_command_prints_a_table_by_lever(zhixing, tmp_path, no_pictures):
    said = zhixing(*WORDS, "--out", tmp_path)
    assert said.code == 0, said.err
    for lever in Scenario.load("bureau").levers.values():
        assert f"\n{lever.title}\n" in f"\n{said.out}"
    for text in ("whole lever", "burden alone", "clarity", "Beyond chance", "Of 68 clauses"):
        assert text in said.out
    assert max(map(len, said.out.splitlines()[:-1])) <= PAGE


@pytest.mark.long
def test_effects_of_whole_levers_are_those_of_levers_alone(zhixing, tmp_path, no_pictures):
    words = [word for word in WORDS if word != "--clauses"]
    plain = zhixing(*words, "--json", "--out", tmp_path).json["levers"]
    found = zhixing(*WORDS, "--json", "--out", tmp_path).json["levers"]
    for lever, about in found.items():
        for measure in OUTCOMES:
            assert about[WHOLE][measure]["effect"] == plain[lever][measure]["effect"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--replicates", "1"), "--replicates 1: expected at least 2 with --clauses"),
        (("--set", "levers={}"), "--clauses: bureau has no lever that changes a setting"),
        (("--workers", "0"), "--workers 0: expected at least 1"),
        (("--lang", "fr"), "fr"),
    ],
)
def test_what_makes_no_sense_with_clauses_is_refused(zhixing, tmp_path, words, said):
    found = zhixing("levers", "bureau", "--clauses", *words, "--out", tmp_path)
    assert found.code == 2
    assert said in found.err
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_settings_and_levers_given_hold_at_every_point(zhixing, tmp_path, no_pictures):
    """A reform under way stays, and a changed lever is the one that is treated."""
    given = ("--set", "levers.culture.burden=0.3", "--lever", "leadership=0.5")
    said = zhixing(*WORDS, *given, "--json", "--out", tmp_path)
    assert said.code == 0, said.err
    plain = zhixing(*WORDS, "--json", "--out", tmp_path).json
    heavy = said.json["levers"]["culture"][BURDEN]["execution_rate"]["effect"]
    light = plain["levers"]["culture"][BURDEN]["execution_rate"]["effect"]
    assert heavy < light < 0.0
    levels = [one["status_quo"]["execution_rate"]["mean"] for one in (said.json, plain)]
    assert levels[0] > levels[1]
