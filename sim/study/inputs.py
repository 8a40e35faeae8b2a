"""What a study was made of, as files: its experiment, its scenarios, tables of posts, rules, draws.

They are stored in the folder ``inputs`` beside the runs. Scenarios are written out in full, so that
nothing else is needed: ``zhixing study FOLDER/inputs/experiment.toml`` runs the study again.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.annotate import annotated, toml_key, toml_value
from sim.decision_rule import DecisionRule
from sim.errors import BadInput
from sim.input_file import MOST_BYTES, read_bytes
from sim.study.experiment import Experiment
from sim.study.files import safe_name
from sim.study.measured_by_function import MeasureFunction
from sim.world.posterior import BESIDE, DRAWS, Posterior
from sim.world.scenario import Scenario
from sim.world.scenario_files import lineage

EXPERIMENT = "experiment.toml"
# Tables of an experiment's file that are written as tables of their own.
_TABLES = ("design", "factor", "measure")
_LISTS = ("point", "family")


def files_of(
    experiment: Experiment,
    draws: Posterior | None,
    rules: Iterable[DecisionRule | MeasureFunction],
    function: Callable[..., Any] | None,
) -> dict[str, bytes]:
    """The files of a study by name, the experiment's first.

    Raises BadInput if a scenario, or a table that one names, can no longer be read.
    """
    tree = experiment.model_dump(mode="json", exclude_none=True, by_alias=True)
    files: dict[str, bytes] = {}
    names: dict[str, str] = {}
    own = draws if draws is not None and draws.file is not None else None
    for source in dict.fromkeys(one for one in (experiment.scenario, *experiment.others) if one):
        names[source] = _add_scenario(files, source, own)
    if experiment.scenario is not None:
        tree["scenario"] = names[experiment.scenario]
    for point in tree.get("point", ()):
        if "scenario" in point:
            point["scenario"] = names[point["scenario"]]
    if own is not None:
        assert own.file is not None
        tree["posterior"] = Path(own.file).name
        for suffix in (DRAWS, BESIDE):
            path = Path(own.file).with_suffix(suffix)
            files[path.name] = read_bytes(path)
    for rule in rules:
        if rule.file is not None:
            files[rule.file.path.name] = rule.file.text
    files |= _program_of(function)
    return {EXPERIMENT: experiment_toml(tree).encode(), **files}


def experiment_toml(tree: Mapping[str, Any]) -> str:
    """An experiment, as nested plain values, as the text of a file."""
    apart = (*_TABLES, *_LISTS)
    lines = [
        f"{toml_key(key)} = {toml_value(value)}"
        for key, value in tree.items()
        if key not in apart and value not in ({}, [])
    ]
    lines += ["", "[design]", *_entries(tree["design"])]
    for kind in ("measure", "factor"):
        for name, one in tree.get(kind, {}).items():
            lines += ["", f"[{kind}.{toml_key(name)}]", *_entries(one)]
    for kind in _LISTS:
        for one in tree.get(kind, ()):
            lines += ["", f"[[{kind}]]", *_entries(one)]
    return "\n".join(lines) + "\n"


def _entries(table: Mapping[str, Any]) -> list[str]:
    return [
        f"{toml_key(key)} = {toml_value(value)}"
        for key, value in table.items()
        if value not in ({}, [], "")
    ]


def _add_scenario(files: dict[str, bytes], source: str, own: Posterior | None) -> str:
    """Add a scenario with its table of posts; returns the name of its file.

    Draws of one's own belong to a scenario, or to one that this one extends, which is added too.
    """
    scenario = Scenario.load(source)
    name = f"{safe_name(scenario.name)}.toml"
    text = _written(files, scenario)
    if own is not None and own.scenario != scenario.name:
        calibrated = [path for path in lineage(source) if path.stem == own.scenario]
        below = f"{safe_name(own.scenario)}.toml"
        if calibrated and below not in files:
            files[below] = _written(files, Scenario.load(calibrated[0])).encode()
        text = f"extends = {toml_value(below)}\n{text}"
    if files.get(name, text.encode()) != text.encode():
        raise BadInput(f"{source}: another scenario of this experiment has the name of its file")
    files[name] = text.encode()
    return name


def _written(files: dict[str, bytes], scenario: Scenario) -> str:
    """A scenario in full, beside the table of posts that it names."""
    posts = scenario.organisation.posts
    if posts is None:
        return annotated(scenario)
    table = Path(posts.path)
    content = read_bytes(table)
    name, number = table.name, 1
    # Tables of two scenarios may have one name.
    while files.get(name, content) != content:
        number += 1
        name = f"{table.stem}-{number}{table.suffix}"
    files[name] = content
    here = posts.model_copy(update={"path": name})
    organisation = scenario.organisation.model_copy(update={"posts": here})
    return annotated(scenario.model_copy(update={"organisation": organisation}))


def _program_of(function: Callable[..., Any] | None) -> dict[str, bytes]:
    """The file of a function that replaces the model, if it is in one; to read, not to run."""
    found = inspect.unwrap(getattr(function, "func", function)) if function is not None else None
    module = sys.modules.get(getattr(found, "__module__", None) or "")
    file = getattr(module, "__file__", None)
    if file is None:
        return {}
    try:
        return {Path(file).name: read_bytes(Path(file), MOST_BYTES)}
    except BadInput:
        return {}
