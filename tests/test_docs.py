"""The docs say everything there is, name nothing that is not there, and their examples run."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from docs.standards import described
from sim import Run, Scenario, mechanisms, month, shipped
from sim.calibration.patterns import Patterns
from sim.declare import Section, quantities
from sim.kinds import APPRAISERS, CATEGORIES, CHANNELS, CONDUCTS, EYES, GRADES, PROFILES
from sim.measures import MEASURES
from sim.mechanisms.appraisal import AppraiserTable
from sim.mechanisms.channels import ChannelTable, Eyes
from sim.mechanisms.conduct import Conducts
from sim.study.designs import KINDS
from sim.study.experiment import Experiment
from sim.study.factors import Factor
from sim.world import state
from sim.world.headings import CHINESE, COLUMNS
from sim.world.levers import Lever, Reform, Variant
from sim.world.organisation import PostsReading

ROOT = Path(__file__).parent.parent
ROWS = [
    f"{part}{row}" for part, last in (("A", 3), ("B", 11), ("C", 8)) for row in range(1, last + 1)
]
RECORDS = [
    kind
    for kind in vars(state).values()
    if isinstance(kind, type) and issubclass(kind, Section) and kind.__module__ == state.__name__
]
NAMED = {
    "conducts": (CONDUCTS, Conducts),
    "channels": (CHANNELS, ChannelTable),
    "profiles": (PROFILES, None),
    "appraisers": (APPRAISERS, AppraiserTable),
    "eyes": (EYES, Eyes),
    "grades": (GRADES, None),
    "categories": (CATEGORIES, None),
}


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def district():
    return Scenario.load("district")


def run(*command, cwd):
    """Run this Python, with the packages of this checkout."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def declared(section):
    """Every field declared in a section and those inside it: its owner and name."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from declared(kind)
        elif isinstance(field.json_schema_extra, dict):
            yield f"{section.__name__}.{name}", field


def written(key, text):
    """Whether a table has a row for a key, itself or with a star for the name in its middle."""
    parts = key.split(".")
    starred = ".".join([*parts[:-2], "*", parts[-1]])
    return f"\n| `{key}` | " in text or f"\n| `{starred}` | " in text


@pytest.mark.parametrize("name", ["docs/odd.md", "docs/glossary.md"])
def test_every_setting_is_explained(name):
    text = page(name)
    keys = [one.key for one in quantities(Scenario)]
    assert len(keys) > 200
    assert [key for key in keys if not written(key, text)] == []


def test_every_field_of_the_state_is_explained():
    odd, glossary = page("docs/odd.md"), page("docs/glossary.md")
    fields = [(kind, name) for kind in RECORDS for name in kind.model_fields]
    assert len(fields) > 100
    for kind, name in fields:
        assert re.search(
            rf"^\| `{name}` \| .*{kind.model_fields[name].description}", odd, re.MULTILINE
        )
        assert f".{name}`" in glossary, (kind, name)


def test_every_declared_quantity_has_a_chinese_term_and_a_source():
    for section in (Scenario, Lever, Reform, Variant, *RECORDS):
        for name, field in declared(section):
            about = field.json_schema_extra
            assert re.search(r"[\u4e00-\u9fff]", about["zh"]), name
            assert about.get("source", "assumed"), name


@pytest.mark.parametrize("kind", NAMED)
def test_every_name_has_a_chinese_term_in_the_glossary(kind):
    names, section = NAMED[kind]
    if section is not None:
        assert tuple(section.model_fields) == names
    glossary = page("docs/glossary.md")
    for name in names:
        assert re.search(r"[\u4e00-\u9fff]", names.of[name].zh), name
        assert f"| `{name}` | {names.of[name].zh} |" in glossary


def test_levers_and_measures_are_in_the_glossary(district):
    glossary = page("docs/glossary.md")
    for name, one in (*district.levers.items(), *MEASURES.items()):
        assert f"| `{name}` | {one.title} | {one.zh} |" in glossary
    for name in MEASURES:
        assert f"`{name}`" in page("docs/odd.md")


def test_every_mechanism_has_a_section_and_every_phase_is_described_in_order():
    odd = page("docs/odd.md")
    named = [name for section in described() for name in section.chapters]
    assert tuple(named) == mechanisms.CHAPTERS
    phases = ["exchange", *(phase.__name__ for phase in month.PHASES), "appraise_and_renew"]
    places = [odd.index(f"`{phase}`") for phase in phases]
    assert places == sorted(places)


def clauses():
    """The rows of docs/source.md: what stands under each."""
    parts = re.split(r"^### ([ABC]\d+) ", page("docs/source.md"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def listed(text, what):
    """Names in backticks in the line of a list that begins with ``what``."""
    line = re.search(rf"^- {what}: (.*)$", text, re.MULTILINE)
    return re.findall(r"`([^`]+)`", line[1]) if line else []


def test_every_row_of_the_source_is_there_with_its_terms():
    found = clauses()
    glossary = page("docs/glossary.md")
    assert list(found) == ROWS
    for row, text in found.items():
        assert listed(text, "Rules"), row
        assert listed(text, "Settings"), row
        assert listed(text, "Measures"), row
        assert listed(text, "Tests"), row
        assert re.search(rf"^\| {row} \| [^|]+ \| [^|]*[\u4e00-\u9fff]", glossary, re.MULTILINE), (
            row
        )


def known_settings(scenario):
    """Every dotted key of a scenario, and the groups they stand in."""
    yield from ("reform", "variant")
    for kind, prefix in ((Reform, "reform.1"), (Variant, "variant.1")):
        yield from (f"{prefix}.{name}" for name in kind.model_fields)
    yield from branches(scenario.tree())


def branches(tree, prefix=""):
    for key, value in tree.items():
        yield prefix + key
        if isinstance(value, dict):
            yield from branches(value, f"{prefix}{key}.")


def test_what_the_rows_name_exists(district):
    settings = list(known_settings(district))
    for row, text in clauses().items():
        for path in listed(text, "Rules"):
            assert (ROOT / path).is_file(), (row, path)
        for key in listed(text, "Settings"):
            assert any(fnmatch(setting, key) for setting in settings), (row, key)
        for name in listed(text, "Measures"):
            assert name in MEASURES, (row, name)
        for name in listed(text, "Also read off"):
            owner, _, attribute = name.partition(".")
            known = {"run": vars(Run), "officer": state.OfficerRecord.model_fields}[owner]
            assert attribute in known, (row, name)
        for name in listed(text, "Scenarios"):
            assert name in shipped.scenarios(), (row, name)


def test_tests_that_the_rows_name_are_there():
    named = {test for text in clauses().values() for test in listed(text, "Tests")}
    for test in sorted(named):
        path, _, name = test.partition("::")
        assert f"\ndef {name}(" in page(path), test


def test_docs_name_no_file_that_is_not_there():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 15
    for file in pages:
        text = file.read_text(encoding="utf-8")
        for path in re.findall(r"`((?:sim|docs|tests|figures|scenarios)/[\w/]+\.\w+)`", text):
            assert (ROOT / path).is_file(), (file.name, path)
        for path in re.findall(r"`((?:sim|docs|tests|figures|scenarios)/[\w/]+/)`", text):
            assert (ROOT / path).is_dir(), (file.name, path)


@pytest.mark.slow
def test_every_dependency_is_told_with_its_reason():
    declared = tomllib.loads(page("pyproject.toml"))["project"]
    groups = [declared["dependencies"], *declared["optional-dependencies"].values()]
    needed = {re.match(r"[\w-]+", one)[0] for group in groups for one in group} - {"zhixing"}
    section = page("docs/decisions.md").partition("### Dependencies")[2].partition("\n### ")[0]
    told = [row.split(" | ")[0] for row in section.splitlines() if row.startswith("| `")]
    named = [name for cell in told for name in re.findall(r"`([\w-]+)`", cell.split(" (")[0])]
    assert sorted(named) == sorted(needed)


@pytest.mark.slow
def test_written_pages_are_up_to_date():
    done = run("-m", "docs.build", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
@pytest.mark.parametrize(
    "name", ["README.md", "docs/extending.md", "docs/your_measures.md", "docs/your_organisation.md"]
)
def test_examples_run(name, tmp_path):
    text = page(name)
    save_files(text, tmp_path)
    examples = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert examples
    done = run("-c", "\n".join(examples), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") >= len(examples)


def save_files(text, folder):
    """Write the files that a page tells to save."""
    for file, body in re.findall(
        r"`([\w.]+)`:\n\n```(?:toml|csv|python)\n(.*?)```", text, re.DOTALL
    ):
        (folder / file).write_text(body, encoding="utf-8")


@pytest.mark.long
def test_commands_of_the_page_on_ones_own_measures_run(tmp_path):
    text = page("docs/your_measures.md")
    save_files(text, tmp_path)
    commands = re.findall(r"^    zhixing (.*)$", text, re.MULTILINE)
    assert len(commands) > 6
    for words in commands:
        done = run("-m", "sim.cli", *shlex.split(words), cwd=tmp_path)
        assert done.returncode == 0, (words, done.stderr)


@pytest.mark.long
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not installed")
def test_what_the_page_on_ones_own_measures_says_of_r_runs(tmp_path):
    text = page("docs/your_measures.md")
    save_files(text, tmp_path)
    (command,) = re.findall(r"^    zhixing (.*--to panel\.csv)$", text, re.MULTILINE)
    assert run("-m", "sim.cli", *shlex.split(command), cwd=tmp_path).returncode == 0
    (body,) = re.findall(r"```r\n(.*?)```", text, re.DOTALL)
    (tmp_path / "panel.R").write_text(body, encoding="utf-8")
    done = subprocess.run(
        ["Rscript", "--vanilla", "panel.R"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "capability" in done.stdout


@pytest.mark.long
def test_the_commands_of_the_page_on_ones_own_organisation_run(tmp_path):
    text = page("docs/your_organisation.md")
    save_files(text, tmp_path)
    commands = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL)).splitlines()
    assert len([one for one in commands if one.startswith("zhixing ")]) >= 4
    said = {}
    for command in filter(None, commands):
        done = run("-m", "sim.cli", *shlex.split(command)[1:], cwd=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
        said[command] = " ".join(done.stdout.split())
    checked = said["zhixing check our_bureau.toml"]
    for told in (
        "岗位 = post (10)",
        "not read 备注",
        "书记 heads the department together with 局长",
        "一科科长 also answers to 市局业务科, who is outside the table",
        "2 一科 3 posts, tier 2, under 副局长甲",
        "departments 一科",
    ):
        assert told in checked
    assert "二科" in said["zhixing run our_bureau.toml --replicates 2 --by department"]
    assert "二科科员乙" in said["zhixing run our_bureau.toml --replicates 2 --by post"]
    known = Scenario.load(tmp_path / "our_bureau.toml").establishment.known
    assert sorted(known["capability"][~np.isnan(known["capability"])]) == [
        0.44, 0.52, 0.55, 0.58, 0.6, 0.62, 0.71,
    ]  # fmt: skip


def test_the_page_on_ones_own_organisation_has_every_column_and_way_to_read_one():
    text = page("docs/your_organisation.md")
    for column in COLUMNS:
        assert f"`{column}`" in text
        assert CHINESE[column] in text
    for name in PostsReading.model_fields:
        assert re.search(rf"`?{name}\b", text), name


@pytest.mark.long
def test_what_the_tutorial_prints_is_what_it_says():
    done = run("-m", "docs.tutorial", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_what_the_page_on_ones_own_evidence_prints_is_what_it_says():
    done = run("-m", "docs.executed", "your_evidence", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_what_the_paper_prints_is_what_it_says():
    done = run("-m", "docs.executed", "paper", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_paper_concludes_is_in_its_tables():
    """Signs and sizes of its effects: execution, credibility, unjust sanctions."""
    text = page("docs/paper.md")
    number = r"([+−][\d.]+)(\*?)"
    effects = {}
    for title, below in (
        ("Main effects", r"Post responsibility|Accountability"),
        ("Interactions", "Post"),
    ):
        table = text[text.index(f"{title}: ") :].partition("\n\n")[0]
        for line in re.findall(rf"(?m)^(?:{below}).*$", table):
            values = [
                (float(value.replace("−", "-")), bool(star))
                for value, star in re.findall(number, line)
            ]
            effects[title, line.split()[0]] = values
    clear, strict = effects["Main effects", "Post"], effects["Main effects", "Accountability"]
    both = effects["Interactions", "Post"]
    assert clear[0][1]
    assert clear[1][1]
    assert clear[1][0] > 0
    for place in (0, 1):
        assert strict[place][1]
        # Of the two ends of responsibility, accountability costs more where it is not clear.
        without, with_ = (strict[place][0] + sign * both[place][0] / 2 for sign in (-1, 1))
        assert without < with_ <= 0
        assert abs(without) < clear[place][0] / 4
        assert both[place] > (0, True)
        assert both[place][0] < clear[place][0] / 4
    assert not strict[2][1]
    assert "bundle --check" in text
    assert "all numbers are the same" in text


def test_the_entries_of_an_experiment_and_every_design_are_explained():
    text = page("docs/studies.md")
    for name in set(Experiment.model_fields) - {"name"}:
        assert re.search(rf"`\[*{name}\b", text), name
    for kind, design in KINDS.items():
        assert f"| `{kind}` |" in text
        for name in set(design.model_fields) - {"kind"}:
            assert f"`{name}" in text, (kind, name)
    for name, field in Factor.model_fields.items():
        assert f"`{field.alias or name}`" in text, name


def test_a_lever_written_in_the_docs_is_sound(tmp_path):
    saved = re.findall(
        r"`(hotline\.toml)`:\n\n```toml\n(.*?)```", page("docs/extending.md"), re.DOTALL
    )
    reform = re.search(r"```toml\n(\[\[reform\]\].*?)```", page("docs/extending.md"), re.DOTALL)
    path = tmp_path / saved[0][0]
    path.write_text(f"{saved[0][1]}\n{reform[1]}", encoding="utf-8")
    scenario = Scenario.load(path)
    assert len(scenario.levers) == 9
    assert scenario.reform[0].lever == "hotline"


@pytest.mark.long
def test_what_is_said_of_the_calibration_is_what_it_gives():
    """Numbers of the calibration in README and docs, computed again: half a minute."""
    done = run("-m", "docs.calibration", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stderr


@pytest.mark.long
def test_what_is_said_of_assumed_tables_is_what_drawing_them_gives():
    """The ranking of levers over draws of the assumed tables, computed again: three minutes."""
    done = run("-m", "docs.assumed", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_what_is_said_of_stories_is_what_the_scenarios_show():
    """The page of stories, computed again: some ten seconds."""
    done = run("-m", "docs.stories", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_what_is_said_of_published_reforms_is_what_is_predicted():
    """The page of published reforms, predicted again: some two minutes."""
    done = run("-m", "docs.reforms", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_what_is_said_of_clauses_is_what_they_do():
    """The table of clauses, computed again: about a minute."""
    done = run("-m", "docs.clauses", "--check", cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_files_of_the_page_on_ones_own_evidence_are_an_ordinary_office(tmp_path):
    """Sixty posts, five targets and six parameters, with one arm in one of the departments."""
    text = page("docs/your_evidence.md")
    for file, body in re.findall(r"`([\w.]+)`:\n\n```toml\n(.*?)```", text, re.DOTALL):
        (tmp_path / file).write_text(body, encoding="utf-8")
    patterns = Patterns.load(tmp_path / "my_evidence.toml")
    assert (len(patterns.target), len(patterns.prior)) == (5, 6)
    assert Scenario.load(patterns.scenario).total_posts == 60
    assert [arm.departments for arm in patterns.arm.values()] == [(2,)]
