"""Where the files that ship with the project are: beside ``sim`` in a checkout, inside it in an
install."""

from pathlib import Path

_HERE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder ``scenarios``, ``experiments`` or ``figures``."""
    inside = _HERE / name
    return inside if inside.is_dir() else _HERE.parent / name


def scenarios() -> dict[str, Path]:
    """Shipped scenarios by name."""
    return {path.stem: path for path in sorted(folder("scenarios").glob("*.toml"))}


def experiments() -> dict[str, Path]:
    """Shipped experiments by name."""
    return {path.stem: path for path in sorted(folder("experiments").glob("*.toml"))}
