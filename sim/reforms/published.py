"""A published reform: what was changed, what was found, and how both are expressed in the model.

Each is a TOML file of its own, those that ship in ``experiments/reforms``. Its role says whether
the model was fitted to it, or whether it was held out and is predicted.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from sim import shipped
from sim.calibration.experiments import Arm, Experiments, Positive, Target
from sim.calibration.posterior import CREDIBLE
from sim.declare import Section
from sim.errors import BadInput, explain

FIT, HELD_OUT = "fit", "held out"
ROLES = (HELD_OUT, FIT)
# Half the width of the central interval that holds ``CREDIBLE``, in standard errors.
WITHIN = NormalDist().inv_cdf(0.5 + 0.5 * CREDIBLE)
# Between the name of a reform and that of a finding, in the name of a measure.
_OF = "."


class Change(Arm):
    """What the reform changed, in doses of its own (改革内容)."""

    reading: str = Field(description="why this change stands for that of the study")


class Finding(Section):
    """One finding on a reform (研究发现)."""

    title: str = Field(description="the finding")
    zh: str = Field(description="the finding, in Chinese")
    measure: str = Field(description="the measure of the model that stands for it")
    compare: Literal["difference", "ratio", "relative", "log_ratio", "faded"] = Field(
        description="how the measure is compared with the status quo"
    )
    kind: Literal["value", "sign", "none"] = Field(
        description="a number, a sign only, or no effect that could be told from zero"
    )
    value: float | None = Field(None, description="the number found")
    standard_error: Positive | None = Field(None, description="its standard error")
    sign: Literal[1, -1] | None = Field(None, description="the sign found")
    aim: Literal[1, 0, -1] | None = Field(
        None,
        description="the direction in which the reform was meant to move the measure; 0 where it "
        "was not meant to move it, so that an effect is a side effect",
    )
    unit: str = Field(description="unit")
    confidence: Literal["found", "recalled", "assumed"] = Field(
        description="found in the source, recalled from it, or assumed"
    )
    reading: str = Field(description="how the finding is translated into the model")
    missed: str | None = Field(None, description="the reason if the model misses it")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        needed = {
            "value": ("value", "standard_error"),
            "sign": ("sign",),
            "none": ("standard_error",),
        }[self.kind]
        for name in ("value", "standard_error", "sign"):
            given = getattr(self, name) is not None
            if given != (name in needed):
                what = "needed by" if name in needed else "not allowed in"
                raise ValueError(f"{name}: {what} a finding of kind “{self.kind}”")
        return self

    @property
    def found(self) -> float | None:
        """The number found; that of no effect if there was none; None if only a sign is known."""
        return self.nothing if self.kind == "none" else self.value

    @property
    def direction(self) -> int:
        """The sign of the effect, 1 or −1; 0 where no effect was found."""
        if self.kind == "none":
            return 0
        if self.value is None:
            return int(self.sign or 0)
        return 1 if self.value > self.nothing else -1

    @property
    def nothing(self) -> float:
        """The number that stands for no effect."""
        return 1.0 if self.compare == "ratio" else 0.0


class Reform(Section):
    """A published study of a reform (已发表的改革研究)."""

    name: str = Field(description="name of the file")
    title: str = Field(description="the reform")
    zh: str = Field(description="the reform, in Chinese")
    source: str = Field(description="authors and year")
    reference: str = Field(description="the full reference")
    lever: str = Field(description="the lever to which it belongs")
    clause: str = Field(description="the clause of the essay to which it belongs")
    pattern: str | None = Field(None, description="the pattern that it is in a calibration, if any")
    place: str = Field(description="where it took place")
    role: Literal["fit", "held out"] = Field(description="whether the model is fitted to it")
    differs: str = Field(description="what differs between the study and the model")
    arm: Change = Field(description="what was changed")
    finding: Annotated[dict[str, Finding], Field(min_length=1)] = Field(description="findings")

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Load a reform by shipped name or by path. Raises BadInput if it is not valid."""
        path = shipped.find(source, shipped.reforms(), "a reform")
        return cls.from_tree(shipped.read(path), path.stem, str(source))

    @classmethod
    def from_tree(cls, tree: Mapping[str, Any], name: str, where: str) -> Self:
        """Make a reform of nested tables, as read from a TOML file.

        ``where`` names the source in errors. Raises BadInput if the tables are not valid.
        """
        try:
            return cls.model_validate({"name": name, **tree})
        except ValidationError as error:
            raise explain(error, cls, where) from None

    def target(self, finding: str) -> Target:
        """A finding as a target of a calibration; reached in its 90 % interval."""
        one = self.finding[finding]
        about: dict[str, Any] = {
            **one.model_dump(include={"title", "zh", "confidence", "reading", "unit", "missed"}),
            **{"measure": one.measure, "compare": one.compare, "arm": self.name},
            **{"pattern": self.pattern or self.name, "source": self.source, "kind": one.kind},
        }
        if one.standard_error is not None:
            half = WITHIN * one.standard_error
            if one.kind == "none":
                about |= {"kind": "range", "low": one.nothing - half, "high": one.nothing + half}
            else:
                about |= {"value": one.value, "tolerance": half}
        else:
            about["sign"] = one.sign
        return Target.model_validate(about)


def reforms(sources: Sequence[str | Path] = ()) -> tuple[Reform, ...]:
    """Reforms by shipped name or by path, or all shipped ones; in the order given.

    Raises BadInput if one is not valid, or if two have the same name.
    """
    found = tuple(Reform.load(one) for one in sources or shipped.reforms())
    names = [one.name for one in found]
    for place, name in enumerate(names):
        if name in names[:place]:
            raise BadInput(f"{sources[place]}: a second reform “{name}”; rename the file")
    return found


def measure_of(reform: Reform, finding: str) -> str:
    """Name of a finding as a measure in results."""
    return f"{reform.name}{_OF}{finding}"


def arms(found: Sequence[Reform]) -> dict[str, Arm]:
    """What each reform changes, by its name."""
    return {one.name: Arm.model_validate(one.arm.model_dump(exclude={"reading"})) for one in found}


def targets(found: Sequence[Reform]) -> dict[str, Target]:
    """All findings as targets, by their names as measures."""
    return {measure_of(one, name): one.target(name) for one in found for name in one.finding}


def experiments(found: Sequence[Reform], burn_in: int, observed: int) -> Experiments:
    """The experiments that measure what was found, all after the same burn-in.

    Raises BadInput if one makes no sense.
    """
    about = {"name": "reforms", "burn_in": burn_in, "observed": observed}
    parts = {"arm": arms(found), "target": targets(found)}
    made = Experiments.model_validate({**about, **parts})
    made.check("reforms")
    return made
