"""The basis of a calibration: patterns, experiments that measure them in the model, and priors.

They are loaded from a TOML file and checked before a run.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError

from sim import shipped
from sim.calibration.experiments import Experiments
from sim.calibration.lever_doubt import LeverPriors
from sim.errors import BadInput, explain
from sim.reforms.published import FIT, arms, reforms, targets
from sim.study.factors import Factor

# Pattern of the targets that describe the status quo; fitted settings must reach these first.
BASELINE = "Baseline"


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
        """Load patterns by shipped name or by path. Raises BadInput if they are not valid."""
        path = shipped.find(source, shipped.patterns(), "calibration patterns")
        tree = shipped.read(path)
        asked = tree.get("scenario")
        if isinstance(asked, str) and asked not in shipped.scenarios():
            beside = path.parent / asked
            if os.path.isfile(beside):
                tree["scenario"] = str(beside)
        found = cls.from_tree(tree, path.stem, str(source))
        if found.doubt is None:
            found = found.model_copy(update={"doubt": LeverPriors.beside(path)})
        return found

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Make patterns of nested tables, as read from a TOML file.

        ``where`` names the source in errors. Raises BadInput if the tables are not valid.
        """
        try:
            patterns = cls.model_validate({"name": name, **tree})
        except ValidationError as error:
            raise explain(error, cls, where) from None
        patterns = patterns._with_reforms(where)
        patterns._check(where)
        return patterns

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

    def _check(self, where: str) -> None:
        if all(target.kind == "sign" for target in self.target.values()):
            raise BadInput(f"{where}: target: expected at least one that is no sign")
        self.check(where)
