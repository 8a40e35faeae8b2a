"""Agents are views of the state: whoever overrides a method is asked, all others are compiled.

Whatever is overridden, and by whom, a month gives the bytes of asking every agent, one by one.
"""

from pathlib import Path

import mesa
import numpy as np
import pytest
from test_loops import LIVELY, MONTHS, TINY, digest, every_lever, one_by_one, reduced

from sim import BadInput, Citizen, Department, Government, Officer, Scenario, shipped, simulate
from sim.kinds import CONDUCTS, IDLE
from tests.conftest import in_plain_python


class Wilful(Officer):
    """Sets fields of its own row before the rule goes on, in every phase of officers."""

    def decide(self):
        self.inertia = 0.5 * self.inertia
        if self.perceived_risk > 0.6:
            return "idle"
        return super().decide()

    def carry_out(self):
        self.owned = 1
        super().carry_out()
        self.show = min(1.0, self.show + 0.1)

    def learn(self):
        if self.superior is not None:
            self.capability = 0.9 * self.capability + 0.1 * self.superior.capability
        super().learn()


class Follower(Officer):
    """Does what it did last month, or its superior, and looks at what is there this month."""

    def decide(self):
        above = self.superior
        if above is None or above.previous_conduct == self.conduct:
            return self.conduct
        # Within a phase, those before it have chosen, and those after it have not.
        return int(above.conduct if self.ease > above.ease else self.previous_conduct)


class Grumbler(Citizen):
    """Trusts less before it is served."""

    def serve_citizens(self):
        self.trust_before = 0.95 * self.trust_before
        super().serve_citizens()


class Patient(Department):
    """Takes stock of trust, and is a little less moved by it."""

    def take_stock_of_trust(self):
        before = self.credibility
        super().take_stock_of_trust()
        self.credibility = 0.5 * (before + self.credibility)


def some(kinds, one_in):
    """Make agents of these kinds in turn, the first for all but one in so many."""

    def make(government, row, index):
        other = kinds[1 + index // one_in % (len(kinds) - 1)]
        return (other if index % one_in == 0 else kinds[0])(government, row, index)

    return make


def mixed(scenario, seed=7):
    return Government(
        scenario,
        seed,
        2,
        officer=some((Officer, Wilful, Follower), 3),
        department=some((Department, Patient), 2),
        citizen=some((Citizen, Grumbler), 4),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", shipped.scenarios())
def test_some_who_are_asked_give_the_bytes_of_asking_everybody(name):
    scenario = reduced(name)
    government, asked = mixed(scenario), mixed(scenario)
    government.run_for(MONTHS)
    one_by_one(asked, MONTHS)
    assert digest(government.world) == digest(asked.world)
    usual = simulate(scenario, 7, 2).world
    assert digest(government.world)["officers"] != digest(usual)["officers"]


def tiny_mixed(run):
    district = Scenario.load("district")
    government = mixed(district.replace(LIVELY | TINY, every_lever(district)), 11)
    run(government, TINY["clock.months"])
    return digest(government.world)


@pytest.mark.long
def test_plain_python_asks_the_same_with_the_same_bytes():
    script = (
        "import test_agents; "
        "step = lambda government, months: government.run_for(months); "
        "print(json.dumps(test_agents.tiny_mixed(step)))"
    )
    plain = in_plain_python(script, Path(__file__).parent)
    assert plain == tiny_mixed(one_by_one)


def counting(asked):
    """An officer that notes when it is asked to learn."""

    class Counting(Officer):
        def learn(self):
            asked.append(self.index)
            super().learn()

    return Counting


def test_only_officers_of_a_class_that_overrides_a_method_are_asked():
    asked = []
    scenario = reduced("district")
    government = Government(scenario, 3, officer=some((Officer, counting(asked)), 5))
    government.run_for(2)
    assert asked == 2 * list(range(0, len(government.officers), 5))


def test_an_officer_can_get_a_method_or_a_class_of_its_own_between_months():
    scenario = reduced("district")
    government, usual = Government(scenario, 3), Government(scenario, 3)
    government.run_for(3)
    usual.run_for(3)
    first, second, third = (government.officer_at(post) for post in (2, 3, 4))
    first.decide = lambda: "idle"
    second.__class__ = type("Idler", (Officer,), {"decide": lambda self: IDLE})
    government.step()
    assert [one.conduct for one in (first, second)] == [IDLE, IDLE]
    third.decide = lambda: CONDUCTS[third.previous_conduct]
    government.step()
    assert third.conduct == third.previous_conduct
    usual.run_for(2)
    assert digest(usual.world)["officers"] != digest(government.world)["officers"]


def test_a_method_put_into_a_class_later_is_heard(monkeypatch):
    class Wavering(Officer):
        pass

    government = Government(reduced("district"), 3, officer=Wavering)
    government.step()
    monkeypatch.setattr(Wavering, "decide", lambda self: "symbolic", raising=False)
    government.step()
    assert set(government.world.officers["conduct"]) == {CONDUCTS.index("symbolic")}


def test_fields_of_agents_are_the_columns_of_the_state():
    government = Government(reduced("district"), 1)
    government.run_for(2)
    officers = government.world.officers
    for agents, table in (
        (government.officers, officers),
        (government.departments, government.world.departments),
        (government.citizens, government.world.citizens),
    ):
        for name in set(table.names) - {"superior", "department"}:
            told = [np.asarray(getattr(agent, name)).tolist() for agent in agents]
            assert told == table[name].tolist(), name
    officer = government.officer_at(4)
    officer.capability = 0.25
    assert officers["capability"][4] == officer.record.capability == 0.25
    with pytest.raises(AttributeError, match="did you mean “capability”"):
        _ = officer.capabilty


def test_what_is_set_through_a_set_of_agents_counts_in_the_run():
    scenario = reduced("district")
    by_set, by_column = Government(scenario, 4), Government(scenario, 4)
    heads = by_set.officers.select(lambda officer: officer.rank == 0)
    heads.set("responsibility", 0.1)
    ranks = by_column.world.officers["rank"]
    by_column.world.officers["responsibility"][ranks == 0] = 0.1
    by_set.run_for(13)
    by_column.run_for(13)
    assert digest(by_set.world) == digest(by_column.world)
    assert by_set.officers.get("responsibility") == by_set.world.officers["responsibility"].tolist()
    by_set.officers.shuffle_do("learn")
    for officer in list(by_column.officers):
        officer.learn()
    assert digest(by_set.world) == digest(by_column.world)


def test_mesas_data_collector_reads_agents_that_are_asked():
    government = mixed(reduced("district"))
    collector = mesa.DataCollector(agenttype_reporters={Wilful: {"inertia": "inertia"}})
    for _ in range(2):
        government.step()
        collector.collect(government)
    kept = collector.get_agenttype_vars_dataframe(Wilful)
    wilful = [officer for officer in government.officers if type(officer) is Wilful]
    assert kept.loc[2, "inertia"].tolist() == [officer.inertia for officer in wilful]


def test_an_agent_stays_with_its_post_when_the_holder_changes():
    government = Government(reduced("district", levers=True), 7, 2)
    before = np.array([officer.time_in_post for officer in government.officers])
    government.run_for(MONTHS)
    after = np.array([officer.time_in_post for officer in government.officers])
    newcomers = after < before + MONTHS
    assert newcomers.any()
    for post, officer in enumerate(government.officers):
        assert government.officer_at(post) is officer
        assert (
            officer.number_in_department == government.world.officers["number_in_department"][post]
        )


@pytest.mark.parametrize("given", [None, 2.0, "faithfull", 7, -1])
def test_what_is_no_conduct_is_refused(given):
    class Confused(Officer):
        def decide(self):
            return given

    with pytest.raises(BadInput, match=r"expected|did you mean"):
        Government(reduced("district"), 3, officer=Confused).step()
