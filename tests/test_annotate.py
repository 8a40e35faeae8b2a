"""A scenario that explains itself: every number declared, and the text loads as the scenario."""

import tomllib

import pytest

from sim import shipped
from sim.annotate import annotated
from sim.declare import quantities
from sim.errors import BadInput
from sim.world.levers import Lever, flatten
from sim.world.scenario import Scenario
from sim.world.sections import Mechanisms

SHIPPED = sorted(shipped.scenarios())
DECLARED = {one.key: one for one in quantities(Scenario)}
IN_A_LEVER = {one.key: one for one in quantities(Lever)}


def is_number(value):
    if isinstance(value, list):
        return any(is_number(item) for item in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def numbers(tree):
    return [key for key, value in flatten(tree).items() if is_number(value)]


def assert_declared(one):
    assert one.unit, one
    assert one.meaning, one
    assert one.source, one
    # A list of numbers states the range of each in its unit.
    assert one.bounds != "any" or "each " in one.unit, one


@pytest.mark.parametrize("name", SHIPPED)
def test_every_number_of_a_scenario_is_declared_with_unit_range_meaning_and_source(name):
    tree = tomllib.loads(shipped.scenarios()[name].read_text(encoding="utf-8"))
    keys = [key for key in numbers(tree) if not key.startswith("levers.")]
    assert [key for key in keys if key not in DECLARED] == []
    for key in keys:
        assert_declared(DECLARED[key])


def test_every_number_of_a_lever_is_declared_and_every_target_is_a_mechanism(district):
    targets = {f"mechanisms.{one.key}" for one in quantities(Mechanisms)}
    sections = {key.rsplit(".", 1)[0] for key in targets}
    for lever in district.levers.values():
        about = lever.model_dump(exclude={"full"})
        for key in numbers(about):
            assert_declared(IN_A_LEVER[key])
        moved = {f"mechanisms.{key}" for key in flatten(lever.full)}
        assert moved <= targets | sections


def test_no_two_declared_numbers_have_one_key():
    keys = [one.key for one in quantities(Scenario)]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("name", SHIPPED)
def test_loading_the_annotated_text_gives_the_same_scenario(name, write):
    scenario = Scenario.load(name)
    assert Scenario.load(write(f"{name}.toml", annotated(scenario))) == scenario


def test_annotated_text_keeps_changes_and_reforms(small, write):
    reform = {"lever": "culture", "intensity": 0.1, "months": [3, 9], "departments": [1, 2]}
    changed = small.replace(
        {
            "reform": [reform],
            "behaviour.incident": 1e-7,
            "levers.culture.full": {"supervision": {"times": 1.5}, "posts": {"clarity": 1}},
        }
    )
    assert Scenario.load(write("small.toml", annotated(changed))) == changed


@pytest.mark.parametrize(
    "text",
    ['say "no"', "back\\slash", "two\nlines", "tab\t", "执行力 # 1", "[x] = 1"],
)
def test_annotated_text_keeps_any_text(text, small, write):
    changed = small.replace({"title": text, "story": text, "sources": [text, text]})
    assert Scenario.load(write("small.toml", annotated(changed))) == changed


@pytest.mark.parametrize("text", ["\x7f", "\x01", "\x1b[2J"])
def test_annotated_text_with_characters_that_cannot_be_seen_is_refused(text, small, write):
    path = write("small.toml", annotated(small.replace({"title": text})))
    with pytest.raises(BadInput, match="title"):
        Scenario.load(path)


def test_annotated_text_keeps_a_lever_named_in_chinese(small, write):
    own = small.replace({"levers": small.tree()["levers"] | {"文化": small.levers["culture"]}})
    assert Scenario.load(write("small.toml", annotated(own))) == own


def test_the_district_is_written_as_annotated_text(district):
    text = shipped.scenarios()["district"].read_text(encoding="utf-8")
    assert annotated(district) == text


def test_annotated_text_states_range_unit_and_source_of_a_number(district):
    lines = annotated(district).splitlines()
    (line,) = [line for line in lines if line.startswith("months = ")]
    setting, _, note = line.partition("  # ")
    assert setting == f"months = {district.clock.months}"
    assert note == "length of a run; 1 to 6,000 months; assumed"
