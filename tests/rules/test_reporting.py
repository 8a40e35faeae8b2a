import numpy as np
import pytest

from sim import simulate
from sim.declare import quantities
from sim.kinds import CONDUCTS
from sim.machine.loop import run_months
from sim.mechanisms import appraisal
from sim.phases import weigh_conducts
from sim.world.plan import Plan
from sim.world.sections import Mechanisms

OFF = {f"mechanisms.{one.key}": 0.0 for one in quantities(Mechanisms)}
# Nobody works, everybody shows .5, and a chain of five passes reports up.
CHAIN = OFF | {
    "mechanisms.appraisal.weights.superior": 1.0,
    **{f"conducts.{name}.available": name == "literal" for name in CONDUCTS},
    "conducts.literal.show": 0.5,
    "conducts.literal.substance": 0.0,
    "organisation.departments": 1,
    "organisation.ranks": [1, 1, 1, 1, 1],
    "reporting.gloss": 0.4,
    "clock.months": 1,
}


def reports(district, **changes):
    """What each layer reports, from the front line up."""
    scenario = district.replace(CHAIN | changes.pop("settings", {}))
    return simulate(scenario, 1).world.officers["report"][::-1]


def test_every_layer_makes_what_it_hears_look_better(district):
    # Each fills gloss · show = .2 of what is missing: 1 − .8ⁿ.
    assert reports(district) == pytest.approx(1 - 0.8 ** np.arange(1, 6))


def test_without_gloss_a_report_tells_the_work_that_was_done(district):
    assert reports(district, settings={"reporting.gloss": 0.0}) == pytest.approx(0.0)
    working = {"conducts.literal.substance": 1.0, "conducts.literal.local_loss": 0.0}
    scenario = district.replace(CHAIN | working | {"reporting.gloss": 0.0})
    officers = simulate(scenario, 1).world.officers
    assert officers["substance"][-1] > 0.3
    assert officers["report"] == pytest.approx(officers["substance"][-1])


def test_those_who_work_report_more_than_those_who_only_show(district):
    """A report tells of work; without audit, show nearly makes up for what was not done."""
    one = {f"conducts.{name}.available": True for name in CONDUCTS} | {
        "organisation.ranks": [1, 30],
        "behaviour.precision": 0.0,
        "reporting.gloss": 0.9,
    }
    gaps = []
    for audit in (0.0, 1.0):
        scenario = district.replace(CHAIN | one | {"mechanisms.appraisal.record_audit": audit})
        officers = simulate(scenario, 1).world.officers[1:]
        faithful = officers["conduct"] == CONDUCTS.index("faithful")
        symbolic = officers["conduct"] == CONDUCTS.index("symbolic")
        gaps.append(officers["report"][faithful].mean() - officers["report"][symbolic].mean())
    assert 0.0 < gaps[0] < 0.5 * gaps[1]


@pytest.mark.parametrize("audit", [0.0, 0.5, 1.0])
def test_audited_records_leave_less_room(district, audit):
    found = reports(district, settings={"mechanisms.appraisal.record_audit": audit})
    assert found == pytest.approx(1 - (1 - 0.2 * (1 - audit)) ** np.arange(1, 6))


def test_those_who_live_by_show_embellish_most(district):
    plain, vain = (
        reports(district, settings={"conducts.literal.show": show})[-1] for show in (0.3, 0.9)
    )
    assert plain == pytest.approx(1 - (1 - 0.4 * 0.3) ** 5)
    assert vain == pytest.approx(1 - (1 - 0.4 * 0.9) ** 5)


def test_a_superior_hears_the_mean_of_those_below(district):
    scenario = district.replace(
        CHAIN
        | {f"conducts.{name}.available": True for name in CONDUCTS}
        | {"organisation.ranks": [1, 8], "reporting.gloss": 0.0, "behaviour.precision": 0.0}
    )
    officers = simulate(scenario, 1).world.officers
    assert len(set(officers["report"][1:])) > 1
    assert officers["report"][0] == pytest.approx(officers["substance"][1:].mean())


def test_what_a_head_reported_is_heard_above_even_if_another_has_taken_the_post(district):
    top = {"tier": "top", "units": 1, "departments": 1, "ranks": [1, 2]}
    settings = OFF | {
        "mechanisms.appraisal.weights.superior": 1.0,
        "mechanisms.selection.merit": 1.0,
        "organisation.above": [top],
        "organisation.units": 8,
        "organisation.departments": 1,
        "organisation.ranks": [1, 3, 6],
        "careers.transfer": 0.5,
        "careers.time_in_rank": 0,
        "grading.failing_below": 0.0,
        "grading.basic_below": 0.0,
        "clock.months": 13,
    }
    world = Plan(district.replace(settings)).begin(1)
    run_months(world, 0, 12)
    heads = world.departments["first_officer"][world.departments["tier"] == 1]
    moved = world.officers["time_in_post"][heads] == 0
    grown = world.officers["age"][heads] > 12 * 30
    assert np.any(moved & grown)
    run_months(world, 12, 13)
    layer = world.layers[11, 1, 0]
    assert world.departments["reports_below"][0] == pytest.approx(
        layer["report"] / layer["officers"]
    )


def test_reports_run_ahead_of_execution_and_audit_holds_them_back(district):
    ranks = {"organisation.ranks": [1, 2, 6], "clock.months": 12}
    inflation = [
        simulate(district.replace(ranks | {"mechanisms.appraisal.record_audit": audit}), 1).summary[
            "inflation"
        ]
        for audit in (0.0, 1.0)
    ]
    assert inflation[0] > inflation[1] + 0.05


# Reports that are acted on.

ACTED_ON = {"structure.reports": "acted on", "reporting.acted_on": 1.0}
AUDIT = "mechanisms.appraisal.record_audit"
# Nothing else that records tell is appraised.
NO_RECORD = {"mechanisms.appraisal.weights.record": 0.0}


def scored(district, report, front=0, **changes):
    """Score of a year of equal work by someone with this report."""
    plan = Plan(district.replace({"clock.months": 12} | changes))
    world = plan.begin(1)
    officer = world.officers[1]
    officer.front = front
    officer.report = report
    officer.work = officer.displayed = 6.0
    return appraisal.score(officer, world.mechanisms[0, 0], 0.0)


def test_whoever_reports_more_scores_better_for_the_same_work(district):
    assert scored(district, 0.9, **ACTED_ON) > scored(district, 0.5, **ACTED_ON) + 0.1
    half = ACTED_ON | {"reporting.acted_on": 0.5}
    gain = scored(district, 0.9, **ACTED_ON) - scored(district, 0.5, **ACTED_ON)
    assert scored(district, 0.9, **half) - scored(district, 0.5, **half) == pytest.approx(gain / 2)


@pytest.mark.parametrize(
    "without",
    [
        {"structure.reports": "ignored"},
        {"reporting.acted_on": 0.0},
        {AUDIT: 1.0},
        {"mechanisms.appraisal.weights.superior": 0.0},
    ],
)
def test_a_report_scores_nothing_where_superiors_do_not_go_by_it(district, without):
    changes = ACTED_ON | without
    assert scored(district, 0.9, **changes) == scored(district, 0.5, **changes)


def test_the_front_line_is_appraised_by_what_is_seen(district):
    assert scored(district, 0.9, 1, **ACTED_ON) == scored(district, 0.5, 1, **ACTED_ON)


def heads(district, **changes):
    """Grades of heads, 0 the top, and the bytes of all scores, over the years of a run."""
    years = 4
    plan = Plan(district.replace({"clock.months": 12 * years} | changes))
    grades = []
    scores = b""
    for replicate in range(3):
        world = plan.begin(1, replicate)
        for year in range(years):
            run_months(world, 12 * year, 12 * year + 12)
            grades.append(world.officers["grade"][world.departments["first_officer"]].mean())
            scores += world.officers["performance"].tobytes()
    return np.mean(grades), scores


def test_heads_with_embellished_reports_are_graded_better(district):
    plain, _ = heads(district, **ACTED_ON, **{"reporting.gloss": 0.0})
    embellished, _ = heads(district, **ACTED_ON, **{"reporting.gloss": 0.94})
    assert embellished < plain - 0.1


def test_where_reports_are_ignored_embellishment_changes_nobodys_score(district):
    _, plain = heads(district, **{"reporting.gloss": 0.0})
    _, embellished = heads(district, **{"reporting.gloss": 0.94})
    assert plain == embellished


def audited(district, **changes):
    """Execution and reported rate, with audit less without: four runs on common draws."""
    changes = NO_RECORD | {"clock.observed": 96, "reporting.gloss": 0.94} | changes
    found = []
    for audit in (0.0, 1.0):
        plan = Plan(district.replace(changes | {AUDIT: audit}))
        runs = [simulate(plan, 1, replicate).summary for replicate in range(4)]
        found.append([[run["execution_rate"], run["reported_rate"]] for run in runs])
    return np.mean(np.array(found[1]) - found[0], axis=0)


def test_record_audit_moves_execution_and_not_reports_alone(district):
    """Heads whose work is seen do more of it, and their example and directives reach those below.

    Where reports are ignored, and records are not appraised, audit changes reports alone.
    """
    execution, reported = audited(district, **ACTED_ON)
    assert execution > 0.005
    assert reported < -0.2
    execution, reported = audited(district)
    assert execution == 0.0
    assert reported < -0.2


def test_those_who_report_gain_by_show_as_far_as_it_embellishes(district):
    """What is still missing in a report is what show can add to it."""
    plan = Plan(district.replace(ACTED_ON | {AUDIT: 0.0, "clock.months": 12}))
    world = plan.begin(1)
    department = world.departments[0]
    gains = []
    for department.reports_heard in (0.2, 0.6):
        weigh_conducts(world, 0, 0)
        by_name = dict(zip(CONDUCTS, world.outlooks[0], strict=True))
        gains.append(by_name["symbolic"].report - by_name["faithful"].report)
    shows = plan.scenario.conducts.symbolic.show - plan.scenario.conducts.faithful.show
    gloss = plan.scenario.reporting.gloss
    assert gains == pytest.approx([gloss * shows * 0.8, gloss * shows * 0.4])


def test_how_far_superiors_go_by_ignored_reports_leaves_no_trace(district):
    small = {"organisation.departments": 3, "clock.months": 24, "structure.reports": "ignored"}
    runs = [
        simulate(district.replace(small | {"reporting.acted_on": share}), 1).world
        for share in (0.0, 1.0)
    ]
    for name in ("officers", "departments", "citizens"):
        first, second = (getattr(world, name) for world in runs)
        for field in first.names:
            assert first[field].tobytes() == second[field].tobytes(), field
