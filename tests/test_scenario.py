"""Scenarios: found by name and by path, laid over one another, changed without being altered."""

import pytest
from pydantic import ValidationError

from sim import shipped
from sim.errors import BadInput
from sim.world.plan import Plan
from sim.world.scenario import Scenario


def test_every_shipped_scenario_loads_by_name():
    names = list(shipped.scenarios())
    assert "district" in names
    for name in names:
        assert Scenario.load(name).name == name


def test_a_file_needs_only_what_differs(write, district):
    own = Scenario.load(write("own.toml", 'extends = "district"\n[public.trust]\nmean = 0.25\n'))
    assert own.name == "own"
    assert own.public.trust.mean == 0.25
    assert own.tree() == district.replace({"public.trust.mean": 0.25}).tree() | {"name": "own"}


def test_a_file_named_as_a_shipped_scenario_may_extend_it(write, district):
    own = Scenario.load(write("district.toml", 'extends = "district"\ntitle = "Mine"\n'))
    assert own.title == "Mine"
    assert own.traits == district.traits


def test_a_path_needs_no_ending(write, monkeypatch, tmp_path):
    write("own", 'extends = "district"\ntitle = "Mine"\n')
    monkeypatch.chdir(tmp_path)
    assert Scenario.load("own").title == "Mine"


def test_a_path_finds_its_base_beside_itself_from_anywhere(write, monkeypatch, tmp_path):
    write("base/base.toml", 'extends = "district"\ntitle = "Base"\n')
    own = write("own/own.toml", 'extends = "../base/base.toml"\n')
    elsewhere = tmp_path / "some" / "where" / "else"
    elsewhere.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    assert Scenario.load(own).title == "Base"


def test_extends_may_be_nested_and_the_nearest_wins(write, district):
    write("first.toml", 'extends = "district"\ntitle = "First"\n[clock]\nmonths = 50\nobserved = 6')
    write("second.toml", 'extends = "first.toml"\n[clock]\nmonths = 40\n')
    own = Scenario.load(write("own.toml", 'extends = "second.toml"\n[clock]\nreform_starts = 3\n'))
    assert own.title == "First"
    assert (own.clock.months, own.clock.reform_starts, own.clock.observed) == (40, 3, 6)
    assert own.behaviour == district.behaviour


def test_a_target_of_a_lever_may_be_changed_in_kind(write):
    """From { times = x } for a group to a value for one of it, and back."""
    text = 'extends = "district"\n[levers.supervision.full]\nsupervision.coverage = { audit = 0.5 }'
    assert Scenario.load(write("value.toml", text)).levers["supervision"].full["supervision"][
        "coverage"
    ] == {"audit": 0.5}
    text = 'extends = "district"\n[levers.appraisal.full]\nappraisal.weights = { times = 2.0 }\n'
    assert Scenario.load(write("times.toml", text)).levers["appraisal"].full["appraisal"][
        "weights"
    ] == {"times": 2.0}


def test_a_reform_in_a_file_is_in_force(write, small_file):
    text = '[[reform]]\nlever = "culture"\nintensity = 0.5\nmonths = [6, 12]\ndepartments = [2]\n'
    own = Scenario.load(write("own.toml", f'extends = "{small_file}"\n{text}'))
    culture = Plan(own).mechanisms["culture"]
    status_quo = own.mechanisms.culture.culture
    untouched, reformed = Plan(own).groups
    assert (culture[:, untouched] == status_quo).all()
    assert (culture[6:12, reformed] > status_quo).all()


def test_replace_changes_settings_by_dotted_key(small):
    other = small.replace({"public.trust.mean": 0.25, "organisation.ranks": [1, 3]})
    assert other.public.trust.mean == 0.25
    assert other.organisation.ranks == (1, 3)
    assert other.name == small.name


def test_replace_changes_a_number_of_a_lever(small):
    other = small.replace({"levers.culture.full.culture.culture": 0.9, "levers.culture.ramp": 3})
    assert other.levers["culture"].full["culture"]["culture"] == 0.9
    assert other.levers["culture"].ramp == 3


def test_levers_pulled_add_to_the_reforms_there_are(small):
    once = small.replace(levers={"culture": 0.5})
    twice = once.replace(levers={"supervision": 1.0, "culture": 0.25})
    pulled = [(reform.lever, reform.intensity) for reform in twice.reform]
    assert pulled == [("culture", 0.5), ("supervision", 1.0), ("culture", 0.25)]


def test_replace_leaves_the_original_as_it_was(small):
    before = small.tree()
    other = small.replace(
        {"public.trust.mean": 0.25, "levers.culture.full.culture.culture": 0.9}, {"culture": 1.0}
    )
    assert other.tree() != before
    assert small.tree() == before


def test_nothing_changed_gives_an_equal_scenario(small):
    assert small.replace() == small


@pytest.mark.parametrize(
    ("settings", "levers", "expected"),
    [
        ({"public.trst.mean": 0.2}, {}, "“trust”"),
        ({"public.trust.mean": 1.2}, {}, "1.2 is too large; expected at most 1"),
        ({"public.trust": 0.2}, {}, "table of settings"),
        ({"clock.months": True}, {}, "whole number"),
        ({}, {"cultur": 1.0}, "“culture”"),
        ({}, {"culture": 1.2}, "1.2; expected 0 to 1"),
        ({}, {"culture": float("nan")}, "nan; expected 0 to 1"),
        ({}, {"culture": "high"}, "culture"),
    ],
)
def test_replace_refuses_what_a_file_may_not_hold(settings, levers, expected, small):
    with pytest.raises(BadInput, match=expected):
        small.replace(settings, levers)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"organisation.departments": 1_000_000}, "posts"),
        ({"public.citizens": 10_000_000, "organisation.departments": 1000}, "citizens"),
        ({"directives.interest_low": 0.5, "directives.interest_high": 0.1}, "interest_low"),
        ({"public.exit_below": 0.5, "public.return_above": 0.1}, "return_above"),
        ({"careers.entry_age": 40, "careers.retirement_age": 40}, "entry_age"),
        (
            {f"mechanisms.appraisal.weights.{w}": 0.0 for w in ("superior", "peers", "record")},
            "weights",
        ),
        (
            {
                f"conducts.{conduct}.available": False
                for conduct in ("faithful", "literal", "selective", "symbolic", "idle")
            },
            "conduct",
        ),
    ],
)
def test_settings_that_make_no_sense_together_are_refused(settings, expected, district):
    with pytest.raises(BadInput, match=expected):
        district.replace({"mechanisms.appraisal.weights.users": 0.0} | settings)


def test_nothing_in_a_scenario_can_be_changed(small):
    with pytest.raises(ValidationError):
        small.title = "Other"
    with pytest.raises(ValidationError):
        small.public.trust.mean = 0.9


def test_no_lever_in_a_scenario_can_be_changed(write):
    own = Scenario.load(write("own.toml", 'extends = "district"\n'))
    with pytest.raises((TypeError, ValidationError)):
        own.levers["other"] = own.levers["culture"]
    with pytest.raises((TypeError, ValidationError)):
        own.levers["culture"].full["culture"] = {}


def test_a_lever_may_be_called_times(write):
    """In a target “times” is a multiple; among levers it is a name, and the shipped ones stay."""
    text = (
        'extends = "district"\n[levers.times]\ntitle = ""\nzh = ""\nstory = ""\nburden = 0.0\n'
        "cost = 0.0\nramp = 0\nhalf_life = 0.0\nfull.posts.clarity = { times = 1.5 }\n"
    )
    shipped = Scenario.load("district").levers
    first = Scenario.load(write("first.toml", text))
    assert set(first.levers) == {*shipped, "times"}
    assert first.levers["culture"] == shipped["culture"]
    below = 'extends = "first.toml"\n[levers.times]\nramp = 4\n'
    second = Scenario.load(write("second.toml", below))
    assert second.levers["times"].ramp == 4
    assert second.levers["times"].full == first.levers["times"].full
    pulled = second.replace(levers={"times": 1.0})
    assert pulled.reform[-1].lever == "times"
