"""The reports by RAT-RS and TRACE: every row names something that is there; counts are right."""

import re
from collections import Counter
from pathlib import Path

import pytest

from docs import standards
from sim import Scenario, shipped
from sim.calibration.experiments import Target
from sim.calibration.patterns import Patterns
from sim.declare import Quantity, quantities
from sim.reforms.published import ROLES, reforms
from sim.study.experiment import Experiment
from sim.theory.verify.rows import ROWS
from sim.world import posterior
from sim.world.levers import Lever, flatten

ROOT = Path(__file__).parent.parent
# Pages that a command writes, and that are linked before it has been run.
WRITTEN = {ROOT / "docs" / "reforms.md"}


@pytest.fixture(scope="module")
def district():
    return Scenario.load("district")


def rows(text):
    """Cells of each row of the tables in a text, without heads."""
    lines = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    heads = {number for number, cells in enumerate(lines[1:]) if set(cells) == {"---"}}
    return [
        cells for number, cells in enumerate(lines) if number not in heads and set(cells) != {"---"}
    ]


def named(cell):
    return re.findall(r"`([^`]+)`", cell)


def declared(source, key="behaviour.fear"):
    return Quantity(key, "utility", 0, 1, "fear", "避责", source)


@pytest.mark.parametrize(
    ("source", "ground"),
    [
        ("assumed", standards.ASSUMED),
        ("Hood 2011; assumed value", standards.NAMED),
        ("Downs 1967; assumed values", standards.NAMED),
        ("about .2 % in China (recalled)", standards.RECALLED),
        ("Civil Servant Law of China 2005, 2018", standards.TAKEN),
    ],
)
def test_a_number_rests_on_what_its_declaration_says_unless_it_was_fitted(source, ground):
    one = declared(source)
    assert standards.ground(one, ()) == ground
    assert standards.ground(one, {"behaviour.fear"}) == standards.FITTED


def test_every_number_of_the_district_is_counted_once(district):
    *sections, whole = rows(standards.sources(district))
    settings = list(quantities(Scenario))
    levers = sum(
        len(flatten(one.full)) + len(list(quantities(Lever))) for one in district.levers.values()
    )
    assert int(whole[-1]) == len(settings) + levers
    assert int(whole[2]) == len(posterior.fitted(district))
    by_section = Counter(one.key.split(".")[0] for one in settings)
    for name, _, *counts in sections:
        assert int(counts[-1]) == sum(int(count or 0) for count in counts[:-1])
        assert int(counts[-1]) == by_section.get(*named(name), levers)
    for column in range(2, len(whole)):
        assert int(whole[column]) == sum(int(cells[column] or 0) for cells in sections)


def test_numbers_taken_from_a_source_say_which(district):
    keys = {one.key: one for one in quantities(Scenario)}
    found = rows(standards.values(district))
    assert found
    for key, meaning, _, _, source in found:
        assert (keys[named(key)[0]].meaning, keys[named(key)[0]].source) == (meaning, source)
        assert "assumed" not in source


@pytest.mark.slow
def test_every_finding_stands_in_one_table_with_its_role():
    text = standards.studies()
    for role, part in zip(("fit", "held out"), text.split("**Held out**"), strict=True):
        names = [named(cells[0])[0] for cells in rows(part)]
        assert names == [one.name for one in reforms() if one.role == role]
    patterns = {one.title for one in Patterns.load().target.values()}
    titles = [cells[1] for cells in rows(standards.targets())]
    on_reforms = sum(len(one.finding) for one in reforms() if one.role == "fit")
    assert set(titles) <= patterns
    assert len(titles) + on_reforms == len(Patterns.load().target)


@pytest.mark.slow
def test_findings_are_counted_by_confidence_and_by_kind():
    found = {cells[0]: cells[1:] for cells in rows(standards.confidence())}
    findings = [one for reform in reforms() for one in reform.finding.values()]
    assert sum(int(cells[-1]) for cells in found.values()) == len(findings) + len(
        rows(standards.targets())
    )
    for cells in found.values():
        numbers = [int(cell or 0) for cell in cells]
        assert sum(numbers[:3]) == sum(numbers[3:7]) == numbers[7]
    held_out = [one for reform in reforms() if reform.role == ROLES[0] for one in reform.finding]
    assert int(found["Held out: published reforms"][-1]) == len(held_out)


@pytest.mark.slow
def test_every_mechanism_has_its_section_its_equations_and_tests_that_exist():
    found = rows(standards.chapters())
    assert len(found) == len(standards.described())
    for section, _, blocks, tests in found:
        assert re.fullmatch(r"7\.\d+", section)
        assert int(blocks) > 0
        for path in named(tests):
            assert (ROOT / path).is_file()
        assert named(tests) or tests == "through others"


def test_tests_of_a_mechanism_are_those_that_call_its_rules():
    found = standards.tests_of("caseload")
    assert "tests/rules/test_caseload.py" in found
    assert "tests/rules/test_morale.py" in standards.tests_of("recruitment")
    assert "tests/rules/test_imitation.py" in standards.tests_of("conduct")
    assert standards.tests_of("no_such_chapter") == []


def test_every_experiment_and_every_row_of_theory_is_listed():
    names = {named(cells[0])[0]: cells for cells in rows(standards.experiments())}
    assert set(names) == set(shipped.experiments())
    for name, (_, question, kind, _) in names.items():
        one = Experiment.load(name)
        assert (question, named(kind)[0]) == (one.question, one.design.kind)
    assert [named(cells[0])[0] for cells in rows(standards.limits())] == list(ROWS)


def test_contested_rules_show_the_form_that_ships(district):
    found = {named(cells[0])[0]: cells for cells in rows(standards.forms(district))}
    assert set(found) == {
        "decide",
        *(f"structure.{name}" for name in type(district.structure).model_fields),
    }
    for key, (_, _, forms, ships) in found.items():
        assert ships in forms.split(", ")
        value = district
        for part in key.split("."):
            value = getattr(value, part)
        assert ships == value


def target(name, low, high, pattern="P1", **about):
    return Target(
        pattern=pattern,
        title=name,
        zh="目标",
        source="Nobody 2000",
        confidence="assumed",
        reading="as it is",
        unit="share",
        measure="substance",
        kind="range",
        low=low,
        high=high,
        **about,
    )


@pytest.mark.slow
def test_targets_are_reached_or_missed_with_a_reason_and_new_ones_are_not_in_the_fit(
    district, monkeypatch
):
    every = {
        "one": target("One", 0.0, 1.0),
        "two": target("Two", 0.0, 1.0, missed="The rule is too simple."),
        "three": target("Three", 0.0, 1.0, pattern="Baseline"),
        "four": target("Four", 0.0, 1.0),
    }
    basis = Patterns.load().model_copy(update={"target": every})
    monkeypatch.setattr(standards.Patterns, "load", lambda *_: basis)
    point = [
        {"target": name, "value": value}
        for name, value in (("one", 0.5), ("two", 2.0), ("three", -1.0))
    ]
    monkeypatch.setattr(standards.posterior, "told", lambda: {"point": point})
    text = standards.reached(district)
    assert rows(text) == [["Patterns", "3", "2", "1"], ["Levels of the status quo", "1", "1", "0"]]
    assert "- Missed: Two. The rule is too simple." in text
    assert "- Missed: Three. No reason is recorded." in text


MADE_UP = """# Published reforms

## Held out

| Study | Finding | Lever | Found | Predicted | Interval | Inside | Sign |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Nobody 2000 | Work grows | appraisal | 10.0 ± 5.0 | 8.0 | 1.0 to 15.0 | yes | yes |
| Nobody 2001 | Work grows | appraisal | above 0 | −1.0 | −2.0 to 1.0 |  | **no** |
| Nobody 2002 | Nothing | culture | 0.0 ± 5.0 | 30.0 | 20.0 to 40.0 | **no** |  |

Missed:

- Nobody 2001, Work grows: too simple.

## Fitted

| Study | Finding | Lever | Found | Predicted | Interval | Inside | Sign |
| --- | --- | --- | --- | --- | --- | --- | --- |
| Nobody 2003 | Work grows | culture | 10.0 ± 5.0 | 8.0 | 1.0 to 15.0 | yes | yes |

## What was done, and how it differs
"""


def test_predictions_held_out_are_counted_lever_by_lever(tmp_path):
    page = tmp_path / "reforms.md"
    page.write_text(MADE_UP, encoding="utf-8")
    text = standards.predictions(page)
    assert rows(text) == [
        ["`appraisal`", "1 of 1", "1 of 2"],
        ["`culture`", "0 of 1", ""],
        ["All", "1 of 2", "1 of 2"],
    ]
    assert "[reforms.md](reforms.md)" in text


def test_without_predictions_the_page_says_which_command_gives_them(tmp_path):
    assert "`zhixing reforms`" in standards.predictions(tmp_path / "reforms.md")


@pytest.mark.slow
def test_both_reports_are_current(district):
    for path, text in standards.pages(district).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python -m docs.build"


def test_links_between_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in link:
                aim = (page.parent / link).resolve()
                assert aim.exists() or aim in WRITTEN, (page.name, link)


def test_both_reports_are_listed_where_readers_look():
    assert {"`docs/rat-rs.md`", "`docs/trace.md`"} <= set(
        re.findall(r"`docs/[\w-]+\.md`", (ROOT / "README.md").read_text(encoding="utf-8"))
    )
    odd = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    assert "(rat-rs.md)" in odd
    assert "(trace.md)" in odd
