"""The basis of a calibration: patterns, experiments that measure them in the model, and priors.

They are loaded from a TOML file and checked before a run.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, ValidationError

from sim import shipped
from sim.calibration.experiments import STATUS_QUO, Arm, Experiments, Target
from sim.calibration.lever_doubt import LeverPriors
from sim.errors import BadInput, Problems, explain_each, nearest
from sim.measures import MEASURES
from sim.reforms.published import FIT, arms, reforms, targets
from sim.study.applied_factors import varied
from sim.study.factors import Factor
from sim.world.levers import flatten
from sim.world.naming import has_names, with_numbers
from sim.world.scenario import Scenario
from sim.world.scenario_files import MOST_EXTENDED

# Pattern of the targets that describe the status quo; fitted settings must reach these first.
BASELINE = "Baseline"
# Pattern of targets that name none.
OWN = "Own"
# What a target has by which its kind is known.
_KINDS = {"value": "value", "tolerance": "value", "low": "range", "high": "range", "sign": "sign"}


class Patterns(Experiments):
    """The patterns, experiments and priors of a calibration (校准依据)."""

    title: str = Field(description="title of the calibration")
    scenario: str = Field(description="the scenario that is fitted")
    start: dict[str, Any] = Field(
        {}, description="settings that replace the scenario's own in every candidate"
    )
    reforms: str | Annotated[tuple[str, ...], Field(strict=False)] = Field(
        (),
        description="published reforms that are fitted as well: names or paths, or “fit” for all "
        "shipped ones with that role",
    )
    prior: Annotated[dict[str, Factor], Field(min_length=1)] = Field(
        description="fitted settings, and the ranges from which they are drawn"
    )
    doubt: LeverPriors | None = Field(
        None,
        description="priors of levers; by default those of the file of the same name in the folder "
        "“levers” beside the patterns, if there is one",
    )

    @classmethod
    def load(cls, source: str | Path = "district") -> Self:
        """Load patterns by shipped name or by path.

        Raises BadInput with a message for each thing that is wrong, also if the scenario does not
        allow it.
        """
        path = _found(source)
        where, problems = str(source), Problems()
        with problems.noted():
            tree = _with_numbers(_tree(path, ()), where)
        problems.refuse()
        found = cls._read(tree, path.stem, where, problems)
        if found is None:
            problems.refuse()
            raise AssertionError("patterns that cannot be read have no problem")
        with problems.noted():
            found.check_fits(where)
        problems.refuse()
        if found.doubt is None:
            found = found.model_copy(update={"doubt": LeverPriors.beside(path)})
        return found

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Make patterns of nested tables, as read from a TOML file.

        Texts that are missing are filled in. ``where`` names the source in errors. Raises BadInput,
        with a message for each thing that is wrong, if the tables are not valid.
        """
        problems = Problems()
        found = cls._read(tree, name, where, problems)
        problems.refuse()
        assert found is not None
        return found

    @classmethod
    def _read(
        cls, tree: Mapping[str, Any], name: str, where: str, problems: Problems
    ) -> Self | None:
        """Patterns without the entries that are not valid; None if nothing is left to check."""
        whole = with_texts(tree, name)
        lost: set[str] = set()
        for table, kind in _PARTS.items():
            parts = whole.get(table)
            if isinstance(parts, Mapping):
                valid = _valid(parts, kind, where, table, problems)
                lost |= {f"{table}.{one}" for one in parts if one not in valid}
                whole[table] = valid
        try:
            found = cls.model_validate({"name": name, **whole})
        except ValidationError as error:
            # A table of which no entry is valid is not empty in the file.
            emptied = tuple(f"{where}: {one.partition('.')[0]}: " for one in lost)
            told = explain_each(error, cls, where).each
            problems += [text for text in told if not text.startswith(emptied)]
            return None
        with problems.noted():
            found = found._with_reforms(where)
        known = {name: one for name, one in found.target.items() if f"arm.{one.arm}" not in lost}
        with problems.noted():
            found.model_copy(update={"target": known}).check(where)
        if not lost and all(target.kind == "sign" for target in found.target.values()):
            problems.append(f"{where}: target: expected at least one that is no sign")
        return found

    def check_fits(self, where: str) -> None:
        """Raise BadInput, with a message for each thing that the scenario does not allow."""
        problems = Problems()
        scenario = None
        with problems.noted():
            scenario = Scenario.load(self.scenario)
        if scenario is not None:
            with problems.noted():
                self.check_within(scenario, where)
            known = flatten(scenario.model_dump())
            for name, target in self.target.items():
                if target.held is not None and target.held not in known:
                    problems.append(
                        f"{where}: target.{name}.held: no setting “{target.held}”"
                        f"{nearest(target.held, known)}"
                    )
            for key, value in self.start.items():
                try:
                    scenario.replace({key: value})
                except BadInput as error:
                    problems.append(f"{where}: start.{key}: {error}")
            for key, factor in self.prior.items():
                at = f"{where}: prior.{key}: "
                try:
                    ready = varied({key: factor}, scenario, where)
                except BadInput as error:
                    problems.append(at + str(error).removeprefix(f"{where}: factor.{key}: "))
                    continue
                if not all(one.is_range for one in ready):
                    problems.append(f"{at}is a list of values; expected a range")
                if any(one.carried for one in ready):
                    problems.append(f"{at}with: of factors of an experiment only")
        problems.refuse()

    def _with_reforms(self, where: str) -> Self:
        """These patterns with the arms and findings of the reforms that they name.

        Raises BadInput if a reform is not valid, or held out, or has the name of an arm.
        """
        if self.reforms == FIT:
            chosen = tuple(one for one in reforms() if one.role == FIT)
        elif isinstance(self.reforms, str):
            raise BadInput(f"{where}: reforms: expected a list of reforms, or “{FIT}”")
        else:
            chosen = reforms(self.reforms) if self.reforms else ()
        for one in chosen:
            if one.role != FIT:
                raise BadInput(f"{where}: reforms: “{one.name}” is held out, so no fit may use it")
            if one.name in self.arm:
                raise BadInput(f"{where}: arm.{one.name}: also the name of a reform; use another")
        update = {"arm": {**self.arm, **arms(chosen)}, "target": {**self.target, **targets(chosen)}}
        return self.model_copy(update=update)


# Tables of a file whose entries are checked one by one, and what each entry is.
_PARTS: dict[str, type[BaseModel]] = {"arm": Arm, "target": Target, "prior": Factor}


def _with_numbers(tree: dict[str, Any], where: str) -> dict[str, Any]:
    """Patterns whose arms have departments by number, as the table of posts has them.

    Raises BadInput for a name that is not known.
    """
    arms, scenario = tree.get("arm"), tree.get("scenario")
    named = isinstance(arms, dict) and any(map(has_names, arms.values()))
    if not named or not isinstance(arms, dict) or not isinstance(scenario, str):
        return tree
    names = Scenario.load(scenario).layout.department_names
    return {
        **tree,
        "arm": {
            name: with_numbers(arm, names, f"{where}: arm.{name}") for name, arm in arms.items()
        },
    }


def _valid(
    parts: Mapping[str, Any], kind: type[BaseModel], where: str, table: str, problems: Problems
) -> dict[str, Any]:
    """The entries of a table that are valid."""
    found = {}
    for name, about in parts.items():
        try:
            found[name] = kind.model_validate(about)
        except ValidationError as error:
            problems += explain_each(error, kind, where, f"{table}.{name}").each
    return found


def with_texts(tree: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The tables of a file with the texts, units, kinds and comparisons that it leaves out."""
    found = {"title": name, **tree}
    for table, complete in (("arm", _with_title), ("target", _complete)):
        parts = tree.get(table)
        if isinstance(parts, Mapping):
            found[table] = {
                one: complete(one, about) if isinstance(about, Mapping) else about
                for one, about in parts.items()
            }
    return found


def _with_title(name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": name.replace("_", " "), **about}


def _complete(name: str, about: Mapping[str, Any]) -> dict[str, Any]:
    title = about.get("title", name.replace("_", " "))
    kind = next((kind for entry, kind in _KINDS.items() if entry in about), None)
    alone = about.get("arm", STATUS_QUO) == STATUS_QUO
    measure = MEASURES.get(str(about.get("measure")))
    compare = about.get("compare", "level" if alone else "difference")
    plain = compare in ("level", "difference") and measure is not None
    texts = {
        "pattern": OWN,
        "title": title,
        "zh": title,
        "source": "own evidence",
        "confidence": "found",
        "reading": "as it is",
        "unit": measure.unit if plain and measure is not None else "ratio",
        "compare": compare,
        **({} if kind is None else {"kind": kind}),
    }
    return {**texts, **about}


def _found(source: str | Path) -> Path:
    return shipped.find(source, shipped.patterns(), "calibration patterns")


def _tree(path: Path, below: tuple[Path, ...]) -> dict[str, Any]:
    """The tables of a file, laid over those of the file that it extends.

    Raises BadInput if a file cannot be read, or if files form a circle.
    """
    here = path.resolve()
    if here in below:
        raise BadInput(f"{path}: the “extends” of these patterns form a circle")
    if len(below) >= MOST_EXTENDED:
        raise BadInput(f"{below[0]}: extends more than {MOST_EXTENDED} patterns, one by another")
    tree = shipped.read(path)
    asked = tree.get("scenario")
    if isinstance(asked, str) and asked not in shipped.scenarios():
        beside = path.parent / asked
        if os.path.isfile(beside):
            tree["scenario"] = str(beside)
    parent, removed = tree.pop("extends", None), tree.pop("remove", [])
    if not isinstance(parent, str | None):
        raise BadInput(f"{path}: extends: expected the name or path of patterns, got {parent!r}")
    if not isinstance(removed, list) or not all(isinstance(one, str) for one in removed):
        raise BadInput(f"{path}: remove: expected a list of texts, as in “target.NAME”")
    if parent is None:
        if removed:
            raise BadInput(f"{path}: remove: expected only in a file with “extends”")
        return tree
    beside = path.parent / parent
    base = _tree(beside if os.path.isfile(beside) else _found(parent), (*below, here))
    return _laid_over(base, tree, removed, str(path))


def _laid_over(
    base: dict[str, Any], tree: dict[str, Any], removed: list[str], where: str
) -> dict[str, Any]:
    """Tables over those that they extend: arms, targets and priors are replaced one by one."""
    problems = Problems()
    merged = {**base, **tree}
    for table in (*_PARTS, "start"):
        if _is_table(tree, table) and _is_table(base, table):
            merged[table] = {**base.get(table, {}), **tree.get(table, {})}
    known = [
        f"{table}.{name}"
        for table in _PARTS
        if _is_table(base, table)
        for name in base.get(table, {})
    ]
    for one in removed:
        table, _, name = one.partition(".")
        if one not in known:
            problems.append(f"{where}: remove: nothing there named “{one}”{nearest(one, known)}")
        elif _is_table(tree, table) and name not in tree.get(table, {}):
            merged[table].pop(name, None)
    problems.refuse()
    if _is_table(merged, "target") and _is_table(merged, "arm") and _is_table(tree, "arm"):
        # Arms that no target asks for any more would only take time.
        targets = merged.get("target", {}).values()
        asked = [about.get("arm") for about in targets if isinstance(about, Mapping)]
        arms, own = merged.get("arm", {}), tree.get("arm", {})
        merged["arm"] = {name: arm for name, arm in arms.items() if name in asked or name in own}
    return merged


def _is_table(tree: Mapping[str, Any], name: str) -> bool:
    """Whether an entry is a table, or missing."""
    return isinstance(tree.get(name, {}), Mapping)
