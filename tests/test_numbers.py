"""Every number in README and docs stands in docs/numbers.toml, and is computed or printed."""

import importlib
import importlib.util
import math
import re
import shlex
import tomllib
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import typer
from scipy import stats

from sim import Scenario
from sim.cli import command_line
from sim.study.estimate import CONFIDENCE, mean_intervals

ROOT = Path(__file__).parents[1]
LIST = tomllib.loads((ROOT / "docs" / "numbers.toml").read_text(encoding="utf-8"))
ENTRIES = LIST["number"]
# Written whole by ``python -m docs.build``, ``docs.gallery``, ``docs.clauses``, ``docs.stories``.
GENERATED = {
    "docs/clauses.md",
    "docs/levers.md",
    "docs/gallery.md",
    "docs/glossary.md",
    "docs/source.md",
    "docs/stories.md",
    "docs/reforms.md",
}
PAGES = sorted(
    {"README.md", *(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))} - GENERATED
)
# Commands that take a second: what they print is looked at.
QUICK = ("zhixing check", "zhixing calibrate --show", "zhixing study interactions --plan")
# What a slow command prints, where a page keeps it and another test compares the two.
KEPT = {"zhixing verify --seed 1": "docs/verification.md"}
BASES = ("by", "cited", "defines")


@cache
def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


# What expressions may use.


def short(value):
    """A number as the docs write it, without a nought before the point."""
    return f"{value:g}".removeprefix("0") if value else "0"


def per_cent(share):
    return f"{100 * share:.0f} %"


def quoted(text, source):
    """Words that must stand in a source."""
    assert text in source, f"“{text}” is not in “{source}”"
    return text


def first_after(words, text):
    return re.search(rf"{re.escape(words)}(\d+)", text)[1]


def covered(n, confidence):
    """How often in a hundred normal samples of ``n`` the bootstrap's interval holds the mean."""
    reach = stats.norm.ppf(0.5 + 0.5 * confidence) * math.sqrt((n - 1) / n)
    return round(100 * (2 * stats.t.cdf(reach, n - 1) - 1))


HELPERS = (short, per_cent, quoted, first_after, covered)


def imported(what):
    """A name and its value, from ``module:NAME`` or ``file.toml:key``, perhaps ``… as name``."""
    what, _, name = what.partition(" as ")
    source, key = what.split(":")
    if not source.endswith(".toml"):
        return name or key, getattr(importlib.import_module(source), key)
    value = tomllib.loads(page(source))
    for part in key.split("."):
        value = value[part]
    return name or key, value


def names(entry):
    found = {"math": math, "np": np, "stats": stats, "page": page(entry["page"])}
    found |= {helper.__name__: helper for helper in HELPERS}
    found |= dict(imported(what) for what in entry.get("from", ()))
    for name, value in entry.get("where", {}).items():
        scenario = isinstance(value, str) and value.startswith("scenario ")
        found[name] = Scenario.load(value.split()[1]) if scenario else value
    return found


def rendered(entry, what="says"):
    """A template with its expressions worked out."""
    return eval(f'f"""{entry[what]} """', names(entry)).strip()


def pattern(text):
    """The phrase, wherever its lines are broken."""
    return re.compile(r"\s+".join(map(re.escape, text.split())))


# What is left of a page.

WORKS = {
    (name, year)
    for line, year in re.findall(r"^- (.+?) \((\d{4})\)\.", page("docs/odd.md"), re.MULTILINE)
    for name in re.findall(r"[^\W\d_][\w’-]+", line)
} | {tuple(work.split()) for work in LIST["works"]}
SECTIONS = set(re.findall(r"^#+ (\d+(?:\.\d+)?)\.? ", page("docs/odd.md"), re.MULTILINE))
ROWS = set(re.findall(r"^### ([ABC]\d+) ", page("docs/source.md"), re.MULTILINE))
CITATION = re.compile(r"([^\W\d_][\w’-]+)(?:\s+et\s+al\.)?\s+\(?(\d{4})\b")


def emptied(found):
    return re.sub(r"[^\n]", " ", found[0])


def comments(found):
    """What comments in code say."""
    return re.sub(r"^(?:[^#\n]|#(?! ))*#?", emptied, found[0], flags=re.MULTILINE)


def known(group, among):
    """Empty what is among these; leave the rest to be found."""
    return lambda found: emptied(found) if found.group(*group) in among else found[0]


OUTSIDE = (
    (r"<!-- begin (\w+) -->.*?<!-- end \1 -->", emptied),
    (r"<!-- (\w+) -->.*?<!-- /\1 -->", emptied),
    (r"^## References$.*", emptied),
    (r"^```[^\n]*$.*?^```$|^    [^\n]*$", comments),
    (r"`[^`]*`", emptied),
    (r"\]\([^)]*\)", emptied),
    (r"^#+ \d[\d.]* |^\d+\. ", emptied),
    (r"[Ss]ection (\d+(?:\.\d+)?)\b", known((1,), SECTIONS)),
    (r"\((\d+\.\d+)\)", known((1,), SECTIONS)),
    (r"\b([ABC]\d+)\b", known((1,), ROWS)),
    (CITATION.pattern, known((1, 2), WORKS)),
)


def strays(text, phrases):
    """Lines with numbers that are in no phrase, generated block, code, heading or citation."""
    for phrase in phrases:
        text = pattern(phrase).sub(lambda found: re.sub(r"\S", " ", found[0]), text)
    for what, how in OUTSIDE:
        text = re.sub(what, how, text, flags=re.MULTILINE | re.DOTALL)
    return [
        (number, " ".join(line.split()))
        for number, line in enumerate(text.splitlines(), 1)
        if any(unicodedata.category(letter) in ("Nd", "No") for letter in line)
    ]


# The tests.


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["says"][:40])
def test_the_page_says_what_is_computed(entry):
    text = rendered(entry)
    assert pattern(text).search(page(entry["page"])), (
        f"{entry['page']} does not say “{text}”: correct the page, or drop the entry from "
        "docs/numbers.toml"
    )


@pytest.mark.parametrize("name", PAGES)
def test_no_number_is_without_an_entry(name):
    found = strays(page(name), [rendered(one) for one in ENTRIES if one["page"] == name])
    assert not found, "\n".join(
        f"{name}:{line}: “{text}”: say it without the number, or add the phrase to "
        "docs/numbers.toml with the command that prints it"
        for line, text in found
    )


def test_entries_say_where_their_number_is_from():
    for entry in ENTRIES:
        assert entry["page"] in PAGES
        assert sum(basis in entry for basis in BASES) == 1, entry["says"]
        quick = entry.get("by", "").startswith(QUICK) or entry.get("by") in KEPT
        assert ("prints" in entry) == quick, entry["says"]
        if "cited" in entry:
            assert tuple(entry["cited"].split()) in WORKS, entry["cited"]
    cited = {found for name in PAGES for found in CITATION.findall(page(name))}
    assert {tuple(work.split()) for work in LIST["works"]} <= cited


PRINTED = defaultdict(list)
for _entry in ENTRIES:
    if "prints" in _entry:
        PRINTED[_entry["by"]].append(_entry)


@pytest.mark.slow
@pytest.mark.parametrize("command", PRINTED)
def test_the_command_prints_it(command, zhixing, tmp_path, monkeypatch):
    wanted = [rendered(entry, "prints") for entry in PRINTED[command]]
    if command in KEPT:
        printed = page(KEPT[command])
    else:
        monkeypatch.chdir(tmp_path)
        said = zhixing(*shlex.split(command)[1:])
        assert said.code == 0, said.err
        printed = said.out
    for text in wanted:
        assert pattern(text).search(printed), f"{command} does not print “{text}”"


def missing(command):
    """What of a command is not there; nothing if all is."""
    program, *words = shlex.split(command)
    if program == "make":
        return not re.search(rf"^{words[0]}:", page("Makefile"), re.MULTILINE)
    if program == "pytest":
        path, test = words[0].split("::")
        return not re.search(rf"^def {test}\(", page(path), re.MULTILINE)
    if program == "python":
        return words[0] != "-m" or importlib.util.find_spec(words[1]) is None
    if program != "zhixing":
        return program
    # ``zhixing study EXPERIMENT`` means ``zhixing study run EXPERIMENT``.
    if words[0] == "study" and words[1] not in ("run", "status", "export"):
        words.insert(1, "run")
    called = typer.main.get_command(command_line)
    while hasattr(called, "commands"):
        if words[0] not in called.commands:
            return words[0]
        called = called.commands[words.pop(0)]
    options = {option for parameter in called.params for option in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in options]


def test_the_commands_exist():
    for command in {entry["by"] for entry in ENTRIES if "by" in entry}:
        assert not missing(command), (command, missing(command))


@pytest.mark.parametrize(
    "command",
    [
        "zhixing verify --sed 1",
        "zhixing guess",
        "make guesses",
        "python -m docs.guesses",
        "pytest tests/test_numbers.py::test_guesses",
        "guess",
    ],
)
def test_a_command_that_is_not_there_is_seen(command):
    assert missing(command)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A run takes\n1,286 ms.", 2),
        ("Up to 10⁶ runs.", 1),
        ("A slope of −½.", 1),
        ("Below .6.", 1),
        ("See section 42.", 1),
        ("As Nobody (1999) found.", 1),
        ("In 2000 runs.", 1),
        ("<!-- begin one -->\n\n7\n\n<!-- end one -->\n\nand 8", 7),
        ("    zhixing run --seed 1    # all 256 of them", 1),
        ("```toml\nx = 1\n# 2 of them\n```", 3),
    ],
)
def test_a_number_without_an_entry_is_seen(text, line):
    assert [number for number, _ in strays(text, [])] == [line]


@pytest.mark.parametrize(
    "text",
    [
        "Set `x = 1`; see section 9 of [odd.md](odd.md), row C2, and Weaver (1986; it is clear).",
        "## 1. One\n\n1. First.\n\n    zhixing run --seed 1\n\n```sh\n#SBATCH --array=1-20\n```",
        "<!-- sizes -->\n| 1 |\n<!-- /sizes -->",
    ],
)
def test_what_is_no_number_of_the_text_is_left_alone(text):
    assert strays(text, []) == []


def test_a_phrase_accounts_for_its_number_across_lines():
    assert strays("columns of\n  64 rows", ["columns of 64 rows"]) == []
    assert strays("columns of 65 rows", ["columns of 64 rows"])


@pytest.mark.slow
def test_the_bootstrap_covers_what_the_docs_say():
    samples = 1000
    values = np.random.default_rng(1).normal(size=(20, samples))
    low, high = mean_intervals(values, 1)
    held = 100 * np.mean((low <= 0) & (high >= 0))
    error = 100 * math.sqrt(0.93 * 0.07 / samples)
    assert held == pytest.approx(covered(20, CONFIDENCE), abs=2.5 * error)
