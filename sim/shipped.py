"""Where the files that ship with the project are: beside ``sim`` in a checkout, inside it in an
install."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.errors import BadInput, nearest
from sim.input_file import MOST_BYTES, parsed_toml, read_bytes

_HERE = Path(__file__).parent
SUFFIXES = {"TOML": ".toml", "Python": ".py"}


def folder(name: str) -> Path:
    """The folder ``scenarios``, ``experiments`` or ``figures``."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


def root_file(name: str) -> Path:
    """A file of the project by its path in a checkout, such as ``CITATION.cff``."""
    inside = _HERE / name
    return inside if inside.is_file() else _HERE.parent / name


def scenarios() -> dict[str, Path]:
    """Shipped scenarios by name."""
    return {path.stem: path for path in sorted(folder("scenarios").glob("*.toml"))}


def experiments() -> dict[str, Path]:
    """Shipped experiments by name."""
    return {path.stem: path for path in sorted(folder("experiments").glob("*.toml"))}


def patterns() -> dict[str, Path]:
    """Shipped patterns for calibration, by the name of what they calibrate."""
    return {path.stem: path for path in sorted(folder("experiments").glob("calibration/*.toml"))}


def plans() -> dict[str, Path]:
    """Shipped plans by name."""
    return {path.stem: path for path in sorted(folder("experiments").glob("plans/*.toml"))}


def reforms() -> dict[str, Path]:
    """Published reforms that ship, by name."""
    return {path.stem: path for path in sorted(folder("experiments").glob("reforms/*.toml"))}


def figures() -> dict[str, Path]:
    """Shipped figures by name."""
    return {path.stem: path for path in sorted(folder("figures").glob("[!_]*.py"))}


def find(
    source: str | Path, names: Mapping[str, Path], what: str, written_in: str = "TOML"
) -> Path:
    """The file that ships by a name, or that a path leads to.

    Raises BadInput where there is none; ``what`` says what was looked for, as in “a scenario”.
    """
    if str(source) in names:
        return names[str(source)]
    path = Path(source)
    if path.suffix == SUFFIXES[written_in] or len(path.parts) > 1 or os.path.exists(path):
        if not os.path.isfile(path):
            found = "is no ordinary file" if os.path.exists(path) else "no such file"
            found = "is a folder" if os.path.isdir(path) else found
            raise BadInput(f"{path}: {found}; expected {what} in {written_in}")
        return path
    kind = what.split(" ", 1)[1]
    file = f"{source}{SUFFIXES[written_in]}"
    near = f"; did you mean “{file}”?" if os.path.isfile(file) else nearest(str(source), names)
    raise BadInput(f"no {kind} “{source}”{near}")


def read(path: Path) -> dict[str, Any]:
    """The nested tables of a TOML file. Raises BadInput, in one line, where it cannot be read."""
    try:
        text = read_bytes(path, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: not text in UTF-8; save it as UTF-8 in your editor") from None
    return parsed_toml(text.replace("\r\n", "\n").replace("\r", "\n"), str(path))
