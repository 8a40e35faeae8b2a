"""Two loops, and rules with and without compilation: the same bytes."""

import dis
import hashlib
from pathlib import Path

import mesa
import pytest
from sound import SCRATCH

from sim import BadInput, Citizen, Department, Government, Officer, Scenario, shipped, simulate
from sim import month as month_of_work
from sim.kinds import CONDUCTS
from sim.monthly_sums import add_up
from sim.world.plan import Plan
from sim.year_end import is_year_end
from tests.conftest import in_plain_python

MONTHS = 30
# Settings under which a year end has something to do.
LIVELY = {
    "behaviour.precision": 1.0,
    "behaviour.incident": 0.9,
    "careers.resignation": 0.1,
    "careers.transfer": 0.3,
    "careers.time_in_rank": 0,
    "careers.age_mean": 50.0,
    "careers.age_sd": 12.0,
    "grading.dismissal_years": 1,
    "grading.failing_below": 0.25,
    "grading.basic_below": 0.35,
    "grading.top_share": 0.5,
    "mechanisms.accountability.demotion": 0.5,
    "mechanisms.accountability.retraining": 0.8,
    "public.complaint_rate": 1.0,
    "public.exit_months": 3,
    "behaviour.guidance": 0.6,
    "structure.reports": "acted on",
    "reporting.acted_on": 0.7,
    "behaviour.petition_time": 0.3,
    "behaviour.enforcement_time": 0.3,
}
TINY = {
    "organisation.departments": 1,
    "organisation.ranks": [1, 1, 2],
    "public.citizens": 5,
    "clock.months": 26,
    "clock.reform_starts": 6,
}
TINY_RUNS = 9
# Mechanisms that are off unless a scenario turns them on.
TURNED_ON = {
    "structure.omission": "weighed",
    "behaviour.inflation": 0.2,
    "behaviour.collusion": 0.5,
    "public.need_spread": 0.5,
    "public.need_silences": 0.5,
    "public.news_reach": 0.5,
    "public.word_of_mouth": 0.5,
    "behaviour.omission_weight": 0.3,
    "behaviour.post_loss": 1.0,
    "behaviour.buck_passing": 5.0,
    "behaviour.residual": 0.5,
    "behaviour.in_working_hours": 0.8,
    "behaviour.margin": 30.0,
    "behaviour.taste": 0.3,
    "behaviour.fair_belief": 0.4,
    "behaviour.exit_of_able": 40.0,
    "behaviour.applicants": 1.0,
    "behaviour.case_time": 0.8,
    "behaviour.creaming": 0.7,
    "mechanisms.selection.pay_premium": 0.2,
    "behaviour.ties": 0.7,
    "behaviour.new_patron": 0.3,
    "behaviour.announced": 0.4,
}
# What the shipped scenarios leave off.
SEVERAL_DIRECTIVES = {
    "directives.at_once": 3,
    "directives.hard": 0.5,
    "directives.measurability": 0.5,
    "directives.workload": 0.4,
    "behaviour.switching": 0.03,
    "behaviour.meeting_pull": 4.0,
    "behaviour.tournament": 0.5,
    "behaviour.age_ceiling": 10.0,
    "mechanisms.appraisal.soft_veto": 0.3,
}
EVENTS = (
    "promotions",
    "demotions",
    "dismissals",
    "retirements",
    "recruits",
    "retrained",
    "upheld",
    "sanctions",
    "published",
)


def every_lever(scenario):
    return dict.fromkeys(scenario.levers, 1.0)


def reduced(name, levers=False):
    """A shipped scenario small enough for both loops, with those of its reforms that still fit."""
    scenario = Scenario.load(name)
    organisation = scenario.organisation
    departments = min(2, organisation.departments)
    above = [
        tier.model_dump()
        | {
            "units": min(2, tier.units),
            "departments": min(2, tier.departments),
            "ranks": [min(posts, 2) for posts in tier.ranks],
        }
        for tier in organisation.above
    ]
    starts = min(6, scenario.clock.reform_starts)
    reforms = [
        reform.model_dump()
        for reform in scenario.reform
        if max(reform.departments or (1,)) <= departments
        and (reform.months or (starts,))[0] < MONTHS
    ]
    small = {
        "organisation.units": min(2, organisation.units),
        "organisation.above": above,
        "organisation.departments": departments,
        "organisation.ranks": [min(posts, 6) for posts in scenario.organisation.ranks],
        "public.citizens": min(12, scenario.public.citizens),
        "clock.months": MONTHS,
        "clock.reform_starts": starts,
        "reform": reforms,
    }
    return scenario.replace(small | LIVELY, every_lever(scenario) if levers else {})


def digest(world):
    """A digest of the bytes of each array of a world that is not only scratch, by name."""
    return {
        name: hashlib.sha256(values.tobytes()).hexdigest()
        for name, values in world.parts().items()
        if hasattr(values, "tobytes") and name not in SCRATCH
    }


def tiny_worlds():
    district = Scenario.load("district")
    plan = Plan(district.replace(LIVELY | TINY, every_lever(district)))
    worlds = [simulate(plan, 11, replicate).world for replicate in range(TINY_RUNS)]
    further = LIVELY | TINY | SEVERAL_DIRECTIVES | TURNED_ON
    further = district.replace(further, every_lever(district))
    return [*worlds, simulate(plan, 11).world, simulate(further, 11).world]


@pytest.fixture(params=[False, True], ids=["status quo", "every lever"])
def levers(request):
    return request.param


@pytest.mark.slow
def test_plain_python_gives_the_bytes_of_the_compiled_loop():
    script = (
        "import test_loops; "
        "print(json.dumps([test_loops.digest(world) for world in test_loops.tiny_worlds()]))"
    )
    plain = in_plain_python(script, Path(__file__).parent)
    compiled = tiny_worlds()
    for event in EVENTS:
        assert sum(world.tallies[event].sum() for world in compiled) > 0, event
    assert plain == [digest(world) for world in compiled]


@pytest.mark.parametrize("name", shipped.scenarios())
def test_both_loops_give_the_same_bytes(name, levers):
    check_both_loops(reduced(name, levers))


def test_both_loops_give_the_same_bytes_with_what_is_off_turned_on(levers):
    check_both_loops(reduced("district", levers).replace(TURNED_ON))


def test_both_loops_give_the_same_bytes_with_several_directives(levers):
    check_both_loops(reduced("district", levers).replace(SEVERAL_DIRECTIVES))


def check_both_loops(scenario):
    """Run both loops, and compare all that they leave."""
    run = simulate(scenario, 7, 2)
    government = Government(scenario, 7, 2)
    government.run_for(MONTHS)
    assert run.world.tallies["recruits"].sum() > 0
    assert government.series.equals(run.series)
    assert government.summary.equals(run.summary)
    assert digest(government.world) == digest(run.world)


@pytest.mark.parametrize("name", ["district", "province", "county_office"])
def test_both_loops_give_the_same_bytes_with_every_mechanism_on(name):
    scenario = reduced(name, levers=True).replace(TURNED_ON)
    run = simulate(scenario, 7, 2)
    government = Government(scenario, 7, 2)
    government.run_for(MONTHS)
    assert government.series.equals(run.series)
    assert digest(government.world) == digest(run.world)


def called_in_order(function):
    """What a rule calls, in the order of its bytecode."""
    known = function.__globals__
    loads = (one.argval for one in dis.get_instructions(function) if "GLOBAL" in one.opname)
    return [known[name] for name in loads if name in known]


def noting(begun, phase, work):
    """Do the work of a phase, and note that the phase has begun."""

    def noted(agent):
        if begun[-1:] != [phase]:
            begun.append(phase)
        work(agent)

    return noted


def test_the_phases_of_the_mesa_loop_are_those_of_a_month_of_work(monkeypatch):
    work = getattr(month_of_work.work_month, "py_func", month_of_work.work_month)
    loading = month_of_work.load_next
    assert called_in_order(work) == [
        one for phase in month_of_work.PHASES for one in (phase, loading)
    ]
    phases = [phase.__name__ for phase in month_of_work.PHASES]
    government = Government(reduced("district"), 1)
    begun = []
    for kind in (Department, Officer, Citizen):
        for phase in {"exchange", *phases, "appraise_and_renew"} & set(vars(kind)):
            monkeypatch.setattr(kind, phase, noting(begun, phase, getattr(kind, phase)))
    government.run_for(12)
    assert begun == ["exchange", *phases] * 12 + ["appraise_and_renew"]


def one_by_one(government, months, shuffled=()):
    """Let every agent do every phase by its own method, in order or, in some phases, in any."""
    kinds = (government.departments, government.officers, government.citizens)
    for _ in range(months):
        phases = ["exchange", *(phase.__name__ for phase in month_of_work.PHASES)]
        if is_year_end(government.month):
            phases.append("appraise_and_renew")
        for phase in phases:
            (agents,) = (list(some) for some in kinds if hasattr(next(iter(some)), phase))
            if phase in shuffled:
                government.random.shuffle(agents)
            for agent in agents:
                getattr(agent, phase)()
        government.apply(add_up)
        government.month += 1


@pytest.mark.slow
def test_where_all_act_at_once_their_order_does_not_matter(levers):
    scenario = reduced("district", levers)
    orderly, shuffled = Government(scenario, 5), Government(scenario, 5)
    orderly.run_for(14)
    one_by_one(shuffled, 14, ("choose_conduct", "learn", "serve_citizens"))
    for name in ("officers", "departments", "citizens"):
        assert digest(shuffled.world)[name] == digest(orderly.world)[name], name
    for name in orderly.world.tallies.names:
        ours, theirs = orderly.world.tallies[name], shuffled.world.tallies[name]
        if name in ("hidden", "missing", "unheard", "experience", "experience_voiced"):
            # The only sums of fractions over citizens: they may differ in the last digit.
            assert theirs == pytest.approx(ours, rel=1e-12)
        else:
            assert theirs.tobytes() == ours.tobytes(), name


def test_the_government_is_a_mesa_model_of_mesa_agents():
    government = Government(reduced("district"), 1)
    assert isinstance(government, mesa.Model)
    for agents, kind in (("officers", Officer), ("departments", Department), ("citizens", Citizen)):
        assert issubclass(kind, mesa.Agent)
        assert len(getattr(government, agents)) == len(getattr(government.world, agents))
        assert set(getattr(government, agents)) == set(government.agents_by_type[kind])
    assert len(government.agents) == sum(len(kind) for kind in government.agents_by_type.values())
    for officer in government.officers:
        if officer.rank == 0:
            assert officer.superior is None
        else:
            assert officer.superior.rank == officer.rank - 1
            assert officer.superior.department is officer.department


def test_mesas_data_collector_reads_the_government():
    government = Government(reduced("district"), 1)
    collector = mesa.DataCollector(
        model_reporters={"month": "month"},
        agenttype_reporters={Citizen: {"trust": "trust"}, Officer: {"conduct": "conduct"}},
    )
    for _ in range(3):
        government.step()
        collector.collect(government)
    assert collector.get_model_vars_dataframe()["month"].tolist() == [1, 2, 3]
    trust = collector.get_agenttype_vars_dataframe(Citizen)["trust"]
    credibility = trust.groupby("Step").mean().to_numpy()
    assert credibility == pytest.approx(government.series["credibility"].to_numpy())
    conduct = collector.get_agenttype_vars_dataframe(Officer)["conduct"]
    faithful = (conduct == 0).groupby("Step").mean().to_numpy()
    assert faithful == pytest.approx(government.series["faithful"].to_numpy())


def test_a_step_is_a_month_and_a_run_ends_with_its_scenario():
    government = Government(reduced("district"), 1)
    government.run_for(MONTHS)
    assert government.month == MONTHS
    with pytest.raises(BadInput, match=f"ends after {MONTHS} months"):
        government.step()


@pytest.mark.parametrize("conduct", CONDUCTS)
def test_an_officer_who_decides_otherwise_is_heard(conduct):
    class Stubborn(Officer):
        def decide(self):
            return conduct if self.rank == 2 else super().decide()

    scenario = reduced("district")
    government = Government(scenario, 3, officer=Stubborn)
    government.run_for(5)
    chosen = government.world.officers["conduct"][government.world.officers["rank"] == 2]
    assert set(chosen) == {CONDUCTS.index(conduct)}


def test_deciding_as_usual_changes_nothing_and_an_unknown_conduct_is_refused():
    class Usual(Officer):
        def decide(self):
            return CONDUCTS[super().decide()]

    class Confused(Officer):
        def decide(self):
            return "faithfull"

    scenario = reduced("district")
    usual, government = Government(scenario, 3, officer=Usual), Government(scenario, 3)
    usual.run_for(13)
    government.run_for(13)
    assert digest(usual.world) == digest(government.world)
    with pytest.raises(BadInput, match="did you mean “faithful”"):
        Government(scenario, 3, officer=Confused).step()
