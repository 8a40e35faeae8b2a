"""Packages hold what they should; a release is refused from a tree that is not ready."""

import json
import os
import re
import subprocess
import sys
import tomllib

import pytest

from release import checklist, dist
from sim.version import __version__
from tests.conftest import ROOT

VERSION = "9.9.0"


@pytest.fixture
def checkout(tmp_path):
    """A small checkout that is ready to be released."""
    files = {
        "sim/version.py": f'__version__ = "{VERSION}"\n',
        "CHANGELOG.md": f"# Changelog\n\n## {VERSION} (1 May)\n\n- All.\n",
        "CITATION.cff": f'cff-version: 1.2.0\nversion: "{VERSION}"\n',
        "codemeta.json": json.dumps({"version": VERSION}),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    git(tmp_path, "init", "-q")
    commit(tmp_path)
    return tmp_path


def git(folder, *words):
    names = ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL")
    who = {f"GIT_{name}": "a@b.c" for name in names}
    subprocess.run(["git", *words], cwd=folder, check=True, env=os.environ | who)


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "All")


def test_a_tree_that_is_ready_has_no_faults(checkout):
    assert checklist.faults(checkout, VERSION) == []


def test_an_unclean_tree_is_refused_with_each_file(checkout):
    (checkout / "left.txt").write_text("", encoding="utf-8")
    (checkout / "CHANGELOG.md").write_text(f"## {VERSION}\n", encoding="utf-8")
    told = checklist.faults(checkout, VERSION)
    assert [one.split(":")[0] for one in told] == ["CHANGELOG.md", "left.txt"]


def test_names_of_the_version_must_agree_and_be_new(checkout):
    told = checklist.faults(checkout, "9.9.1")
    assert [one.split(":")[0] for one in told] == [
        "sim/version.py",
        "CHANGELOG.md",
        "CITATION.cff",
        "codemeta.json",
    ]
    git(checkout, "tag", f"v{VERSION}")
    assert "already" in checklist.faults(checkout, VERSION)[0]


def test_a_section_that_is_unreleased_is_no_release(checkout):
    (checkout / "CHANGELOG.md").write_text(f"## {VERSION} (unreleased)\n", encoding="utf-8")
    commit(checkout)
    (told,) = checklist.faults(checkout, VERSION)
    assert told.startswith("CHANGELOG.md")


def test_codemeta_says_what_the_package_says():
    told = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    about = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert told["version"] == __version__
    assert told["description"] == about["description"]
    assert told["keywords"] == about["keywords"]
    assert told["license"].endswith(about["license"])
    for name in ("readme", "buildInstructions", "continuousIntegration"):
        assert (ROOT / told[name]).is_file()


def test_the_paper_cites_what_its_bibliography_has():
    paper = (ROOT / "docs/joss/paper.md").read_text(encoding="utf-8")
    listed = re.findall(
        r"^@\w+\{(\w+),", (ROOT / "docs/joss/paper.bib").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert set(re.findall(r"@(\w+)[;\]]", paper)) == set(listed)
    assert len(listed) == len(set(listed))
    for part in ("# Summary", "# Statement of need", "# References"):
        assert f"\n{part}\n" in paper
    assert 250 < len(paper.split()) < 1000


@pytest.mark.long
def test_packages_hold_the_program_and_its_data_and_no_tests(tmp_path):
    """A wheel, installed alone, runs from any folder with what ships."""
    wheel, sdist = dist.build(tmp_path / "dist")
    assert dist.wheel_faults(wheel) == []
    assert dist.sdist_faults(sdist) == []
    place = tmp_path / "place"
    pip = [sys.executable, "-m", "pip", "-qq", "install", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(place), str(wheel)], check=True)
    done = subprocess.run(
        [sys.executable, "-m", "sim.cli", "check", "county_office"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (place / "sim" / "scenarios" / "establishment" / "template.csv").is_file()
