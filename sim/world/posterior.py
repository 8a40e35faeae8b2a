"""Draws from the posterior of the calibration, one for each replicate.

The shipped draws are in ``scenarios/posterior/district.parquet``; ``zhixing calibrate`` writes a
user's own, a table and a JSON file of the same name, which says to which scenario they belong. A
draw replaces only settings in which a scenario does not differ from the calibrated one. Settings
that a scenario or a user has changed stay.
"""

import hashlib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from sim import shipped
from sim.declare import Section
from sim.errors import BadInput, explain, shown
from sim.input_file import read_bytes, read_json
from sim.world.scenario import Scenario
from sim.world.scenario_files import lineage

if TYPE_CHECKING:
    import pandas as pd

# The scenario that was calibrated; other scenarios extend it.
CALIBRATED = "district"
# Prefix of columns with the value of a target under a draw; they are not settings.
TARGET = "target."
# Endings of the two files of a calibration: its draws, and their description.
DRAWS, BESIDE = ".parquet", ".json"
# Sections of a scenario that may differ from that calibrated: how long runs are.
_FREE = ("clock",)
# Most settings that are named in a message.
_NAMED = 5


class _Fitted(Section):
    """The posterior of one parameter (参数后验)."""

    parameter: str
    low: float
    median: float
    high: float
    adjusted_low: float
    adjusted_high: float
    prior_low: float
    prior_high: float
    width: float
    # The end of the prior, “low” or “high”, that its interval lies against.
    edge: str = ""
    # Split R̂ and effective sample size of its chains; None in files of earlier versions.
    rhat: float | None = None
    ess: float | None = None


class _Recovered(Section):
    """How often intervals of a parameter held the truth (参数恢复)."""

    parameter: str
    coverage: float
    trials: int
    adjusted: float


class _Narrowed(Section):
    """An interval that a pattern narrows (证据所识别的参数)."""

    pattern: str
    parameter: str
    width: float
    without: float


class _Shown(Section):
    """What the fitted settings show of a target (目标拟合)."""

    target: str
    value: float
    error: float
    reached: bool


class _Doubted(Section):
    """Doubt about one value of a lever, or about where levers start (举措的不确定性)."""

    parameter: str
    low: float
    median: float
    high: float
    prior_low: float
    prior_high: float
    # Width of the interval over draws divided by that of the prior.
    width: float
    basis: str
    source: str
    reading: str
    coverage: float
    trials: int


class Calibrated(Section):
    """What was calibrated: patterns, and the scenario as it was before the fit (校准对象)."""

    patterns: str
    scenario: str
    burn_in: int
    observed: int
    # All of the scenario that determines results, as nested tables.
    settings: dict[str, Any]
    # Digest of the draws that belong to it.
    draws: str


class Told(Section):
    """Description of a calibration beside its draws (校准说明)."""

    # None in files of earlier versions.
    calibrated: Calibrated | None = None
    command: str
    seed: int
    version: str
    commit: str
    size: dict[str, float]
    settings: dict[str, float]
    parameters: list[_Fitted]
    recovery: Annotated[list[_Recovered], Field(min_length=1)]
    # None in files of earlier versions.
    evidence: list[_Narrowed] = Field(default_factory=list)
    point: list[_Shown]
    search: dict[str, float]
    misfit: float
    # Values of levers that are drawn with behaviour; none in files of earlier versions.
    levers: list[_Doubted] = Field([])


@dataclass(frozen=True)
class Posterior:
    """Draws of settings: their keys, and ``values`` of shape (draws, settings).

    >>> drawn = posterior()
    >>> drawn.values.shape == (len(drawn), len(drawn.settings))
    True
    """

    settings: tuple[str, ...]
    values: NDArray[np.float64]
    # Those of the settings that carry doubt about levers and about where levers start.
    of_levers: frozenset[str] = frozenset()
    # The scenario to which they were fitted, and the file in which they are; none if they ship.
    scenario: str = CALIBRATED
    file: str | None = None
    # Values of each setting that count as not changed: before the fit, and fitted. If empty, the
    # value that the shipped scenario has now.
    known: tuple[tuple[Any, ...], ...] = ()

    def __len__(self) -> int:
        """Number of draws."""
        return len(self.values)

    def at(self, replicate: int, settings: Collection[str]) -> dict[str, float]:
        """Values of ``settings`` in the draw of a replicate; draws are reused in turn."""
        row = self.values[replicate % len(self)].tolist()
        drawn = zip(self.settings, row, self._known(), strict=True)
        # Whole numbers are stored like the others.
        return {
            key: round(value) if isinstance(known[0], int) else value
            for key, value, known in drawn
            if key in settings
        }

    def of_behaviour(self) -> "Posterior":
        """The same draws without the doubt about levers."""
        if not self.of_levers:
            return self
        kept = [k for k, key in enumerate(self.settings) if key not in self.of_levers]
        return replace(
            self,
            settings=tuple(self.settings[k] for k in kept),
            values=self.values[:, kept],
            of_levers=frozenset(),
            known=tuple(self.known[k] for k in kept) if self.known else (),
        )

    def doubts_levers_of(self, scenario: Scenario) -> bool:
        """Whether any value of a lever of the scenario is drawn."""
        return any(key in self.of_levers for key in self.left_as_calibrated(scenario))

    def left_as_calibrated(self, scenario: Scenario) -> tuple[str, ...]:
        """Settings in which a scenario does not differ from the calibrated one.

        Raises BadInput if there are none, since draws would then have no effect.
        """
        own = scenario.model_dump()
        found = tuple(
            key
            for key, known in zip(self.settings, self._known(), strict=True)
            if _is_setting(own, key) and value_at(own, key) in known
        )
        if not found:
            raise BadInput(
                f"{scenario.name}: --posterior: differs from “{self.scenario}” in every setting "
                "that was calibrated; there is nothing to draw"
            )
        return found

    def _known(self) -> tuple[tuple[Any, ...], ...]:
        if self.known:
            return self.known
        calibrated = _tree(CALIBRATED)
        return tuple((value_at(calibrated, key),) for key in self.settings)

    def not_drawn(self, scenario: Scenario) -> tuple[str, ...]:
        """Settings that were calibrated and that a scenario sets itself, so that they stay."""
        free = set(self.left_as_calibrated(scenario))
        return tuple(key for key in self.settings if key not in free)

    def about(self, *scenarios: Scenario) -> dict[str, Any]:
        """What results record of the draws that these scenarios used, as plain values."""
        return {
            "scenario": self.scenario,
            "file": self.file,
            "draws": len(self),
            "digest": self.identity,
            "not_drawn": {one.name: list(self.not_drawn(one)) for one in scenarios},
        }

    @cached_property
    def identity(self) -> str:
        """A digest of all draws, in their order, and of their settings; 16 hexadecimal digits."""
        import pandas as pd

        return digest_of(pd.DataFrame(self.values, columns=list(self.settings)))


def digest_of(draws: "pd.DataFrame") -> str:
    """A digest of a table of draws without its targets; 16 hexadecimal digits."""
    kept = draws[[name for name in draws.columns if not name.startswith(TARGET)]]
    values = np.ascontiguousarray(kept.to_numpy("<f8"))
    whole = hashlib.sha256("\n".join(kept.columns).encode())
    whole.update(repr(values.shape).encode() + values.tobytes())
    return whole.hexdigest()[:16]


def value_at(tree: Mapping[str, Any], key: str) -> Any:
    """What stands under a dotted key in nested tables. Raises KeyError if nothing does."""
    branch: Any = tree
    for part in key.split("."):
        branch = branch[part]
    return branch


def _is_setting(tree: Mapping[str, Any], key: str) -> bool:
    try:
        return isinstance(value_at(tree, key), float | int)
    except (KeyError, TypeError):
        return False


@lru_cache(maxsize=1)
def _tree(name: str) -> dict[str, Any]:
    return Scenario.load(name).model_dump()


def path() -> Path:
    """Path of the shipped draws."""
    return shipped.folder("scenarios") / "posterior" / f"{CALIBRATED}.parquet"


@lru_cache(maxsize=1)
def table() -> "pd.DataFrame":
    """The shipped draws, one row for each: settings, then the value of each target.

    Raises BadInput if the file is missing or damaged.
    """
    return _table(path())


def _table(file: Path) -> "pd.DataFrame":
    # Imported here, since every worker of a sweep imports this module.
    import pandas as pd
    import pyarrow as pa

    content = io.BytesIO(read_bytes(file))
    try:
        found = pd.read_parquet(content)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise BadInput(f"{file}: cannot be read: {error}") from None
    for name, kind in found.dtypes.items():
        if kind != np.float64 or not np.isfinite(found[name]).all():
            raise BadInput(f"{file}: column “{name}” holds something else than finite numbers")
    if found.empty:
        raise BadInput(f"{file}: no draws")
    return found


@lru_cache(maxsize=1)
def told() -> dict[str, Any]:
    """Results of the calibration that are not in its draws. Raises BadInput if unreadable."""
    return _told(path().with_suffix(BESIDE))


def _told(beside: Path) -> dict[str, Any]:
    found: dict[str, Any] = read_json(beside)
    try:
        Told.model_validate(found)
    except ValidationError as error:
        raise explain(error, Told, str(beside)) from None
    return found


def fitted(scenario: Scenario) -> dict[str, str]:
    """Text on the fit of each setting that has the calibrated value, by dotted key."""
    found = {}
    own = scenario.model_dump()
    for row in told()["parameters"]:
        key = row["parameter"]
        if key not in told()["settings"] or not _is_setting(own, key):
            raise BadInput(f"{path().with_suffix('.json')}: parameters: no setting {shown(key)}")
        if value_at(own, key) == told()["settings"][key]:
            low, high = (f"{row[end]:.2g}" for end in ("low", "high"))
            found[key] = f"fitted, 90 % interval {low} to {high}"
    return found


@lru_cache(maxsize=1)
def posterior() -> Posterior:
    """The shipped draws. Raises BadInput if they cannot be read."""
    found = table()
    settings = tuple(name for name in found.columns if not name.startswith(TARGET))
    for name in settings:
        if not _is_setting(_tree(CALIBRATED), name):
            raise BadInput(f"{path()}: no setting {shown(name)}")
    doubted = frozenset(one["parameter"] for one in told().get("levers", ()))
    values = found[list(settings)].to_numpy(float)
    return Posterior(settings, values, doubted & frozenset(settings))


def shipped_elsewhere(file: Path) -> Posterior:
    """Shipped draws as another copy of the program has them, such as one that made an archive.

    Raises BadInput if they cannot be read, or are not those that the JSON file beside them is of.
    """
    found, about, origin = _read_pair(file)
    settings = tuple(name for name in found.columns if not name.startswith(TARGET))
    fitted = about["settings"]
    known = tuple((fitted.get(name, value_at(origin.settings, name)),) for name in settings)
    doubted = frozenset(one["parameter"] for one in about.get("levers", ()))
    values = found[list(settings)].to_numpy(float)
    return Posterior(settings, values, doubted & frozenset(settings), origin.scenario, None, known)


def asked_for(asked: bool | str, *scenarios: str | Path) -> Posterior | None:
    """The draws that a command or an experiment asks for; None if it asks for none.

    ``asked`` is True for the shipped draws, or the path of a file that ``zhixing calibrate`` wrote.
    ``scenarios`` are names or paths of the scenarios that will use them. Raises BadInput if the
    file cannot be read, or was fitted to another scenario than one of these or one it extends.
    """
    if not asked:
        return None
    if asked is True:
        return posterior()
    file = Path(asked)
    if file.suffix not in (DRAWS, BESIDE):
        raise BadInput(
            f"--posterior {asked}: expected a file that zhixing calibrate wrote, its name ends in "
            f"{DRAWS} or {BESIDE}"
        )
    if file.with_suffix(DRAWS).resolve() == path().resolve():
        return posterior()
    draws, about = _own(str(file.with_suffix(DRAWS)), *map(_stamp, _files(file)))
    for one in scenarios:
        _check_calibrated(draws, about, one)
    return draws


def calibrated_in(file: str) -> Calibrated:
    """What was calibrated, according to a file of draws. Raises BadInput if it cannot be read."""
    draws = Path(file).with_suffix(DRAWS)
    if draws.resolve() == path().resolve():
        return _calibrated(told(), path().with_suffix(BESIDE))
    return _own(str(draws), *map(_stamp, _files(draws)))[1]


def _files(file: Path) -> tuple[Path, Path]:
    return file.with_suffix(DRAWS), file.with_suffix(BESIDE)


def _stamp(file: Path) -> tuple[int, int]:
    """Size and time of a file, by which a changed file is recognised.

    Raises BadInput if it is missing.
    """
    try:
        found = file.stat()
    except OSError:
        raise BadInput(
            f"--posterior: {file}: no such file; expected the draws and the JSON file that "
            "zhixing calibrate wrote, side by side"
        ) from None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _own(file: str, *stamps: tuple[int, int]) -> tuple[Posterior, Calibrated]:
    """Draws of a user's own, and what was calibrated, read anew if one of its files changes."""
    found, about, origin = _read_pair(Path(file))
    settings = tuple(name for name in found.columns if not name.startswith(TARGET))
    before = (value_at(origin.settings, name) for name in settings)
    fitted = about["settings"]
    known = tuple(
        (value, fitted.get(name, value)) for name, value in zip(settings, before, strict=True)
    )
    doubted = frozenset(one["parameter"] for one in about.get("levers", ()))
    values = found[list(settings)].to_numpy(float)
    made = Posterior(settings, values, doubted & frozenset(settings), origin.scenario, file, known)
    return made, origin


def _read_pair(file: Path) -> tuple["pd.DataFrame", dict[str, Any], Calibrated]:
    """Draws, what is told of them, and what was calibrated. Raises BadInput if they differ."""
    draws, beside = _files(file)
    about, found = _told(beside), _table(draws)
    origin = _calibrated(about, beside)
    if digest_of(found) != origin.draws:
        raise BadInput(
            f"{draws}: these are not the draws that {beside.name} describes; keep both files of a "
            "calibration together"
        )
    for name in found.columns:
        if not name.startswith(TARGET) and not _is_setting(origin.settings, name):
            raise BadInput(f"{draws}: no setting {shown(name)}")
    return found, about, origin


def _calibrated(about: Mapping[str, Any], beside: Path) -> Calibrated:
    if about.get("calibrated") is None:
        raise BadInput(
            f"{beside}: does not say which scenario was calibrated; it was written by an earlier "
            "version. Calibrate again"
        )
    return Calibrated.model_validate(about["calibrated"])


def _check_calibrated(draws: Posterior, about: Calibrated, scenario: str | Path) -> None:
    """Raise BadInput unless a scenario is the one that was calibrated, or extends it."""
    chain = lineage(scenario)
    for one in chain:
        if one.stem == about.scenario:
            _check_unchanged(draws, about, one)
            return
    name = chain[0].stem
    raise BadInput(
        f"--posterior {draws.file}: these draws were fitted to “{about.scenario}”, and “{name}” is "
        f"another scenario that does not extend it. Calibrate “{name}”, or let it extend "
        f"“{about.scenario}”"
    )


def _check_unchanged(draws: Posterior, about: Calibrated, file: Path) -> None:
    """Raise BadInput if the calibrated scenario is no longer what was calibrated.

    Fitted settings may have been written into it.
    """
    now = _leaves(Scenario.load(file).identity())
    then = _leaves(about.settings)
    changed = [
        key
        for key in dict.fromkeys([*then, *now])
        if key not in draws.settings and now.get(key) != then.get(key)
    ]
    if changed:
        more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
        raise BadInput(
            f"--posterior {draws.file}: {file} is not as it was when it was calibrated: "
            f"{', '.join(changed[:_NAMED])}{more}. Calibrate it again, or leave it as it was and "
            "make these changes in a scenario that extends it"
        )


def _leaves(tree: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Values of nested tables by dotted key, without those that may differ."""
    found: dict[str, Any] = {}
    for name, value in tree.items():
        key = f"{above}{name}"
        if key in _FREE:
            continue
        if isinstance(value, Mapping) and value:
            found |= _leaves(value, f"{key}.")
        else:
            found[key] = value
    return found
