"""Saved runs: a government in some month, in a file of numbers and texts, to be continued later.

The file is a zip of NumPy arrays, of which one holds texts as JSON. Nothing in it is code, and
nothing is unpickled, so a file from somebody else can be opened. What a subclass adds is saved if
it is a number, a text, a truth value, nothing, or a list or table of these; anything else is
refused by name.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import BadInput, nearest
from sim.machine.frames import Plain, Table
from sim.study.files import whole
from sim.study.fingerprint import fingerprint, function_name
from sim.study.sources import sources_digest
from sim.version import __version__
from sim.world.scenario import Scenario

if TYPE_CHECKING:
    from sim.government import Government

_FORMAT = 1
_ABOUT = "about"
# Texts of a saved run are a scenario and what subclasses add.
MOST_TEXT = 50_000_000
# Bytes that an array has in a file beside its numbers.
_HEAD = 10_000
_CLASSES = ("officer", "department", "citizen")
# Attributes that every agent has.
_OF_AGENTS = {"model", "unique_id", "pos", "record", "index", "_columns", "_department"}


def save(government: "Government", path: Path) -> None:
    """Save a run. Raises BadInput if something of it cannot be saved, or the file be written."""
    about = {
        "format": _FORMAT,
        "version": __version__,
        "code": sources_digest(),
        "scenario": government.plan.scenario.from_anywhere().model_dump(mode="json"),
        "decide": _rule_of(government),
        "seed": int(government.world.seed),
        "replicate": int(government.world.replicate),
        "month": government.month,
        "classes": {name: _kinds(agents) for name, agents in _agents(government).items()},
        "government": _added(government, _known_of(government), type(government).__name__),
        "agents": {name: _of_agents(agents) for name, agents in _agents(government).items()},
        "random": government.random.getstate(),
        "rng": government.rng.bit_generator.state,
    }
    text = json.dumps(about, ensure_ascii=False, allow_nan=True).encode()
    arrays = {name: array for name, array in _arrays(government.world)}
    try:
        with whole(path) as file:
            np.savez_compressed(
                file, allow_pickle=False, about=np.frombuffer(text, np.uint8), **arrays
            )
    except OSError as error:
        raise BadInput(f"{path}: cannot be written: {error.strerror}") from None


def load[G: "Government"](kind: type[G], path: Path, given: Mapping[str, Any]) -> G:
    """A saved run. Raises BadInput if the file is not one, or if it cannot be continued exactly."""
    unknown = [name for name in given if name not in (*_CLASSES, "decide")]
    if unknown:
        raise BadInput(f"load: no argument “{unknown[0]}”{nearest(unknown[0], _CLASSES)}")
    with _opened(path) as held:
        about = _read_about(held, path)
        if about["code"] != sources_digest():
            raise BadInput(
                f"{path}: saved by version {about['version']} with other code than this; it would "
                "go on otherwise than it began"
            )
        government = _begun(kind, about, given, path)
        _fill(government.world, held, path)
    government.month = government.steps = about["month"]
    government.time = float(about["month"])
    _restart_clock(government)
    _give(government, about, path)
    government.bind()
    return government


# Reading.


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except (OSError, zipfile.BadZipFile) as error:
        why = getattr(error, "strerror", None) or "no saved run"
        raise BadInput(f"{path}: {why}") from None


def _array(held: zipfile.ZipFile, name: str, most: int, path: Path) -> Any:
    """An array of a file. Raises BadInput if it is missing, damaged or larger than ``most``."""
    try:
        info = held.getinfo(f"{name}.npy")
        if info.file_size > most + _HEAD:
            raise BadInput(f"{path}: no saved run, since {name} has {info.file_size:,} bytes")
        with held.open(info) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except BadInput:
        raise
    except (KeyError, ValueError, EOFError, OSError, zipfile.BadZipFile, NotImplementedError):
        raise BadInput(f"{path}: no saved run, or damaged: {name}") from None
    except Exception as error:
        # Damaged compressed data raise errors of the compression's own.
        raise BadInput(f"{path}: damaged: {name}") from error


def _read_about(held: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    text = _array(held, _ABOUT, MOST_TEXT, path)
    try:
        about = json.loads(np.asarray(text, np.uint8).tobytes())
        if about["format"] != _FORMAT:
            raise BadInput(f"{path}: a saved run of another form, {about['format']!r:.20}")
        month, _ = int(about["month"]), about["code"] + about["version"]
        if month < 0:
            raise ValueError
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError, RecursionError):
        raise BadInput(f"{path}: no saved run, or damaged: {_ABOUT}") from None
    return dict(about)


def _begun[G: "Government"](
    kind: type[G], about: dict[str, Any], given: Mapping[str, Any], path: Path
) -> G:
    """A government in its first month, made as the saved one was."""
    try:
        tree = dict(about["scenario"])
        scenario = Scenario.from_tree(tree, str(tree.pop("name")), str(path))
        if about["month"] > scenario.clock.months:
            raise BadInput(f"{path}: no saved run, or damaged: month")
    except BadInput as error:
        if str(path) in str(error):
            raise
        # Its table of posts is a file of its own.
        raise BadInput(f"{path}: cannot go on without what it was begun with: {error}") from None
    except (KeyError, TypeError, ValueError):
        raise BadInput(f"{path}: no saved run, or damaged: scenario") from None
    arguments = {name: one for name, one in given.items() if one is not None}
    rule = about.get("decide")
    if rule is not None and "decide" not in arguments:
        if rule.get("code") is not None:
            raise BadInput(
                f"{path}: officers decide by {rule['name']}; give it: Government.load(…, "
                "decide=FUNCTION)"
            )
        arguments["decide"] = rule["name"]
    try:
        made = kind(scenario, int(about["seed"]), int(about["replicate"]), **arguments)
    except TypeError as error:
        raise BadInput(
            f"{path}: {kind.__name__} cannot be made of scenario, seed and replicate: {error}"
        ) from None
    except KeyError:
        raise BadInput(f"{path}: no saved run, or damaged: seed") from None
    found = _rule_of(made)
    if rule is not None and (found or {}).get("code") != rule.get("code"):
        raise BadInput(f"{path}: was saved with another rule of decision, {rule['name']}")
    return made


def _fill(world: Any, held: zipfile.ZipFile, path: Path) -> None:
    for name, array in _arrays(world):
        found = _array(held, name, array.nbytes, path)
        if found.dtype != array.dtype or found.shape != array.shape:
            raise BadInput(f"{path}: no saved run, or damaged: {name}")
        array[...] = found


def _restart_clock(government: "Government") -> None:
    """Let Mesa's schedule begin after the months that are over."""
    month = government.month
    government._default_schedule.stop()
    government._event_list.clear()
    from mesa.time import Schedule

    schedule = Schedule(interval=1.0, start=float(month + 1))
    government._default_schedule.schedule = schedule
    government._default_schedule.start()


def _give(government: "Government", about: dict[str, Any], path: Path) -> None:
    """Give agents and the government what subclasses had added."""
    try:
        for name, agents in _agents(government).items():
            if _kinds(agents) != about["classes"][name]:
                needed = ", ".join(sorted({text for text, _, _ in about["classes"][name]}))
                raise BadInput(
                    f"{path}: saved with {name}s of the class {needed}; give the same: "
                    f"Government.load(…, {name}=CLASS)"
                )
            for index, added in about["agents"][name].items():
                agents[int(index)].__dict__.update(added)
        government.__dict__.update(about["government"])
        version, state, gauss = about["random"]
        government.random.setstate((version, tuple(state), gauss))
        government.rng.bit_generator.state = about["rng"]
    except BadInput:
        raise
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise BadInput(f"{path}: no saved run, or damaged: {_ABOUT}") from None


# What there is to save.


def _arrays(world: Any) -> list[tuple[str, Any]]:
    """The arrays of a state, by a name each, as they lie in memory."""
    found = []
    for name, member in type(world).members.items():
        if isinstance(member, Plain):
            found.append((name, getattr(world, name)))
        elif isinstance(member, Table):
            rows = getattr(world, name)
            if member.kind.columns:
                found += [(f"{name}.{field}", column) for field, column in rows.data.items()]
            else:
                found.append((name, rows.data.view(np.uint8)))
    return found


def _agents(government: "Government") -> dict[str, list[Any]]:
    return {
        "officer": government._officers,
        "department": government._departments,
        "citizen": government._citizens,
    }


def _kinds(agents: list[Any]) -> list[list[Any]]:
    """The classes of agents in a row: name, a hash of the code of one's own, and how many."""
    found: list[list[Any]] = []
    codes: dict[type, str] = {}
    for agent in agents:
        kind = type(agent)
        if kind not in codes:
            own = not kind.__module__.startswith("sim.")
            codes[kind] = fingerprint(kind) if own else ""
        if found and found[-1][:2] == [kind.__qualname__, codes[kind]]:
            found[-1][2] += 1
        else:
            found.append([kind.__qualname__, codes[kind], 1])
    return found


def _rule_of(government: "Government") -> dict[str, Any] | None:
    """The rule of decision that the government was given, if any."""
    rule = government.plan.rule
    if rule is None:
        return None
    return {"name": rule.name, "code": rule.mark if rule.mark.startswith("own_") else None}


def _known_of(government: "Government") -> set[str]:
    """Attributes that every government has, of Mesa's and its own."""
    base = next(kind for kind in type(government).__mro__ if kind.__module__ == "sim.government")
    return set(vars(base(government.plan.scenario, 1))) | {"_run_months"}


def _added(thing: Any, known: set[str], told: str) -> dict[str, Any]:
    """Attributes that a subclass added to an agent or a government.

    Raises BadInput if one cannot be saved.
    """
    found = {}
    for name, value in vars(thing).items():
        if name in known:
            continue
        if not _is_plain(value):
            raise BadInput(
                f"save: “{name}” of {told} is a {function_name(type(value))}; only numbers, texts, "
                "and lists or tables of them can be saved"
            )
        found[name] = value
    return found


def _of_agents(agents: list[Any]) -> dict[str, dict[str, Any]]:
    """What is added to agents, by place; those without anything are left out."""
    found = {}
    for place, agent in enumerate(agents):
        if len(vars(agent)) > len(_OF_AGENTS) or not _OF_AGENTS.issuperset(vars(agent)):
            added = _added(agent, _OF_AGENTS, f"{type(agent).__name__} {place}")
            if added:
                found[str(place)] = added
    return found


def _is_plain(value: Any, deep: int = 0) -> bool:
    """Whether JSON gives a value back as it was."""
    if value is None or type(value) in (bool, int, float, str):
        return True
    if deep > 50:
        return False
    if type(value) is list:
        return all(_is_plain(one, deep + 1) for one in value)
    if type(value) is dict:
        return all(type(key) is str for key in value) and all(
            _is_plain(one, deep + 1) for one in value.values()
        )
    return False
