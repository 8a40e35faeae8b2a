"""Tables of docs/rat-rs.md and docs/trace.md: what the model rests on, and how it was checked.

They are made from the declarations of settings, targets, reforms and experiments, and from two
stored results: the calibration that ships, and the predictions in ``docs/reforms.md``. No model is
run.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from docs.pages import between, code, codes, table
from sim import Scenario, mechanisms, shipped
from sim.calibration.experiments import Target
from sim.calibration.patterns import BASELINE, Patterns
from sim.decision_rule import SHIPPED
from sim.declare import ASSUMED, Quantity, heading, quantities
from sim.reforms.published import FIT, HELD_OUT, Finding, measure_of, reforms
from sim.study.designs import List
from sim.study.experiment import Experiment
from sim.theory.verify.rows import ROWS
from sim.world import posterior
from sim.world.levers import Lever, flatten

HERE = Path(__file__).parent
TESTS = HERE.parent / "tests"
RAT_RS, TRACE = HERE / "rat-rs.md", HERE / "trace.md"
REFORMS = HERE / "reforms.md"
# On what the value of a setting rests, from most to least, and the words for it.
FITTED, TAKEN, RECALLED, NAMED = "fitted", "taken", "recalled", "named"
GROUNDS = {
    FITTED: "Fitted",
    TAKEN: "Found in a source",
    RECALLED: "Recalled",
    NAMED: "Assumed, for a mechanism with a source",
    ASSUMED: "Assumed",
}
CONFIDENCE = ("found", "recalled", "assumed")
# Columns of docs/reforms.md that judge a prediction, in words, and what they say of a right one.
_JUDGED = {"Inside": "Numbers in the predictive interval", "Sign": "Signs right"}
_RIGHT = "yes"
_MANY_LINES = re.MULTILINE | re.DOTALL
_KINDS = {"value": "number", "range": "range", "sign": "sign", "none": "no effect"}


def ground(one: Quantity, fitted: Iterable[str]) -> str:
    """On what the value of a setting in the district rests: one of ``GROUNDS``.

    ``fitted`` has the keys of those that were fitted; of others, the source of the declaration
    says it.
    """
    if one.key in fitted:
        return FITTED
    if one.source == ASSUMED:
        return ASSUMED
    if one.source.endswith(("assumed value", "assumed values")):
        return NAMED
    return RECALLED if "(recalled)" in one.source else TAKEN


def _value(world: Scenario, key: str) -> str:
    value: Any = world
    for part in key.split("."):
        value = getattr(value, part)
    return f"{value:g}".replace("-", "−")


# Tables of docs/rat-rs.md.


def sources(world: Scenario) -> str:
    """How many numbers of each section rest on what."""
    fitted = posterior.fitted(world)
    counted: dict[str, Counter[str]] = {}
    for one in quantities(Scenario):
        counted.setdefault(one.key.split(".")[0], Counter())[ground(one, fitted)] += 1
    # Strength, burden, cost and pace of a lever are not declared one by one. Counted are the values
    # that ship; their ranges have sources of their own (docs/levers.md).
    for lever in world.levers.values():
        own = Counter(ground(one, ()) for one in quantities(Lever))
        counted.setdefault("levers", Counter()).update(own)
        counted["levers"][ASSUMED] += len(flatten(lever.full))
    titles = {
        name: heading(field.annotation)[0]
        for name, field in Scenario.model_fields.items()
        if name in counted and isinstance(field.annotation, type)
    }
    rows = [
        [code(name), titles.get(name, "Full strength, burden, cost and pace of levers")]
        + [str(number[kind] or "") for kind in GROUNDS]
        + [str(number.total())]
        for name, number in counted.items()
    ]
    whole = sum(counted.values(), Counter())
    rows.append(["All", "", *(str(whole[kind]) for kind in GROUNDS), str(whole.total())])
    return table(["Section", "What it holds", *GROUNDS.values(), "All"], rows)


def values(world: Scenario) -> str:
    """Numbers that were taken from a source as they are."""
    fitted = posterior.fitted(world)
    rows = (
        [code(one.key), one.meaning, _value(world, one.key), one.unit, one.source]
        for one in quantities(Scenario)
        if ground(one, fitted) in (TAKEN, RECALLED)
    )
    return table(["Setting", "Meaning", "Value", "Unit", "Source"], rows)


def _patterns() -> dict[str, Target]:
    """Targets of the shipped calibration that are no findings on reforms."""
    on_reforms = {measure_of(one, name) for one in reforms() for name in one.finding}
    every = Patterns.load(posterior.CALIBRATED).target
    return {name: target for name, target in every.items() if name not in on_reforms}


def targets() -> str:
    """Targets of the calibration beside the findings on reforms: source and confidence."""
    rows = (
        [one.pattern, one.title, one.source, one.confidence, _KINDS[one.kind], one.reading]
        for one in _patterns().values()
    )
    heads = ["", "Pattern", "Source", "Confidence", "Kind", "How it is read in the model"]
    return table(heads, rows)


def studies() -> str:
    """Published reforms: role, lever, and the confidence of what was found."""
    return "\n\n".join(
        f"**{role.capitalize()}**\n\n{table(_STUDY, _studies(role))}" for role in (FIT, HELD_OUT)
    )


_STUDY = ["File", "Study", "Reform", "Place", "Lever", "Clause", "Found"]


def _studies(role: str) -> Iterator[list[str]]:
    for one in reforms():
        if one.role == role:
            found = (
                f"{found.title} ({_KINDS[found.kind]}, {found.confidence})"
                for found in one.finding.values()
            )
            about = [one.source, one.title, one.place, code(one.lever), one.clause]
            yield [code(one.name), *about, "; ".join(found)]


def confidence() -> str:
    """How many findings of each use were found, recalled or assumed, and of what kind they are."""
    patterns = _patterns().values()
    uses: dict[str, list[Target | Finding]] = {
        "Fitted: patterns": [one for one in patterns if one.pattern != BASELINE],
        "Fitted: levels of the status quo": [one for one in patterns if one.pattern == BASELINE],
    }
    for role, use in (
        (FIT, "Fitted: published reforms"),
        (HELD_OUT, "Held out: published reforms"),
    ):
        uses[use] = [
            found for one in reforms() if one.role == role for found in one.finding.values()
        ]
    rows = [
        [use]
        + [str(sum(one.confidence == word for one in found) or "") for word in CONFIDENCE]
        + [str(sum(one.kind == kind for one in found) or "") for kind in _KINDS]
        + [str(len(found))]
        for use, found in uses.items()
    ]
    kinds = ("A number", "A range", "A sign", "No effect")
    return table(["Use", *(word.capitalize() for word in CONFIDENCE), *kinds, "All"], rows)


# Tables of docs/trace.md.


def forms(world: Scenario) -> str:
    """Contested rules that have several forms, and the one that ships."""
    rows = []
    for name, field in type(world.structure).model_fields.items():
        about: Any = field.json_schema_extra
        told = str(field.description).split(":")[0]
        ships = str(getattr(world.structure, name))
        rows.append([code(f"structure.{name}"), told, ", ".join(about["names"]), ships])
    told = str(Scenario.model_fields["decide"].description).split(":")[0]
    rows.append([code("decide"), told, ", ".join(SHIPPED), world.decide])
    return table(["Setting", "What is contested", "Forms", "District"], rows)


def tests_of(chapter: str) -> list[str]:
    """Names of the files in ``tests`` that call rules of a chapter or bear its name.

    Cases for the equations, which call the rules of every chapter, are in no such file.
    """
    calls = re.compile(
        rf"^from sim\.mechanisms(?:\.{chapter} import| import [^(\n]*\b{chapter}\b)", re.MULTILINE
    )
    found = (
        path
        for path in sorted(TESTS.rglob("test_*.py"))
        if path.stem == f"test_{chapter}" or calls.search(path.read_text(encoding="utf-8"))
    )
    return [path.relative_to(TESTS.parent).as_posix() for path in found]


class Described(NamedTuple):
    """A section of docs/odd.md on one or several chapters."""

    number: str
    title: str
    chapters: tuple[str, ...]
    text: str


def described() -> list[Described]:
    """The sections of docs/odd.md on mechanisms, in their order.

    Raises SystemExit if a chapter has none.
    """
    odd = (HERE / "odd.md").read_text(encoding="utf-8")
    headed = re.findall(
        r"^### (7\.\d+) ([^\n]+) \((`sim/mechanisms/[^\n]+)\)\n(.*?)(?=^##)", odd, _MANY_LINES
    )
    found = [
        Described(number, title, tuple(re.findall(r"mechanisms/(\w+)\.py", named)), text)
        for number, title, named, text in headed
    ]
    lacking = set(mechanisms.CHAPTERS).difference(*(one.chapters for one in found))
    if lacking:
        raise SystemExit(f"docs/odd.md: no section on {', '.join(sorted(lacking))}")
    return found


def chapters() -> str:
    """Each mechanism: its section in docs/odd.md, its blocks of equations, its tests."""
    rows = []
    for one in described():
        tests = sorted({test for name in one.chapters for test in tests_of(name)})
        blocks = one.text.count("```text")
        rows.append([one.number, one.title, str(blocks), codes(tests) or "through others"])
    return table(["Section", "Mechanism", "Equations, blocks", "Tests"], rows)


def limits() -> str:
    """Exact and published results that the program is compared with."""
    rows = (
        [
            code(name),
            row.TITLE,
            row.WORK,
            str(len(list(row.cases()))),
            code(f"zhixing verify {name}"),
        ]
        for name, row in ROWS.items()
    )
    return table(["Row", "What", "Compared with", "Cases", "Command"], rows)


def reached(world: Scenario) -> str:
    """How many targets the shipped values reach, of the fit that ships, and which they miss."""
    shown = {one["target"]: one["value"] for one in posterior.told()["point"]}
    groups: dict[str, list[str]] = {}
    every = Patterns.load(world.name).target
    own = _patterns()
    for name, target in every.items():
        use = "Published reforms" if name not in own else "Patterns"
        use = "Levels of the status quo" if target.pattern == BASELINE else use
        groups.setdefault(use, []).append(name)
    rows, missed = [], []
    for use, names in groups.items():
        fitted = [name for name in names if name in shown]
        lost = [every[name] for name in fitted if not every[name].reached(shown[name])]
        counts = (len(names), len(fitted), len(fitted) - len(lost))
        rows.append([use, *(str(count) for count in counts)])
        missed += lost
    told = [
        f"- Missed: {one.title}. {one.missed or 'No reason is recorded.'}" for one in missed
    ] or ["None is missed."]
    heads = ["Targets", "Asked for", "In the fit that ships", "Reached by what ships"]
    return "\n\n".join([table(heads, rows), "\n".join(told)])


def experiments() -> str:
    """Experiments that ship: question, design and what is varied."""
    rows = []
    for name in shipped.experiments():
        one = Experiment.load(name)
        varied = [codes(one.factor)] if one.factor else []
        if isinstance(one.design, List):
            varied.append(f"{len(one.point)} listed points")
        kind = one.design.kind
        rows.append([code(name), one.question, code(kind), "; ".join(varied)])
    return table(["Experiment", "Question", "Design", "What is varied"], rows)


def predictions(page: Path = REFORMS) -> str:
    """Held-out findings that are predicted, lever by lever; where to get them without the page.

    They are counted in the table of docs/reforms.md, which ``python -m docs.reforms`` writes.
    """
    if not page.is_file():
        return (
            "`zhixing reforms` computes the predictions over the draws that ship, and prints "
            "findings held out and fitted apart. `python -m docs.reforms` writes them as a page."
        )
    part = re.search(r"^## Held out$(.*?)^## ", page.read_text(encoding="utf-8"), _MANY_LINES)
    lines = [] if part is None else re.findall(r"^\| (.*) \|$", part[1], re.MULTILINE)
    heads, _, *rows = ([cell.strip() for cell in line.split(" | ")] for line in lines)
    by_lever: dict[str, Counter[tuple[str, str]]] = {}
    for row in rows:
        told = dict(zip(heads, row, strict=True))
        counted = by_lever.setdefault(told["Lever"], Counter())
        counted.update((what, told[what]) for what in _JUDGED if told[what])
    whole = sum(by_lever.values(), Counter())
    lines = [
        [name, *(_of(counted, what) for what in _JUDGED)]
        for name, counted in [
            *((code(name), by_lever[name]) for name in sorted(by_lever)),
            ("All", whole),
        ]
    ]
    link = (
        f"[{page.name}]({page.name}) has each finding, its prediction and a reason for each miss."
    )
    return f"{table(['Lever', *_JUDGED.values()], lines)}\n\n{link}"


def _of(counted: Mapping[tuple[str, str], int], what: str) -> str:
    """How many are right, of those that can be judged."""
    right = counted[what, _RIGHT]
    judged = sum(number for (one, _), number in counted.items() if one == what)
    return f"{right} of {judged}" if judged else ""


# Pages.


def _filled(path: Path, blocks: Mapping[str, Callable[[], str]]) -> str:
    text = path.read_text(encoding="utf-8")
    for name, write in blocks.items():
        text = between(text, name, write())
    return text


def pages(world: Scenario) -> dict[Path, str]:
    """Both pages with current tables."""
    return {
        RAT_RS: _filled(
            RAT_RS,
            {
                "sources": lambda: sources(world),
                "values": lambda: values(world),
                "confidence": confidence,
                "targets": targets,
                "studies": studies,
            },
        ),
        TRACE: _filled(
            TRACE,
            {
                "forms": lambda: forms(world),
                "chapters": chapters,
                "limits": limits,
                "reached": lambda: reached(world),
                "experiments": experiments,
                "predictions": predictions,
            },
        ),
    }
