"""A figure read from its file: a Python program that names an experiment and draws its results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from matplotlib.figure import Figure as Sheet

from sim import own_file
from sim.drawing.language import LANGUAGES, Speaker, Texts
from sim.drawing.picture import Picture
from sim.errors import BadInput
from sim.input_file import read_bytes

# What a file must hold, and what it is.
CONTRACT = {
    "EXPERIMENT": "the experiment it is drawn from: a name, or a TOML file beside it",
    "COLUMNS": "columns of a page it takes: 1 or 2",
    "TEXT": f"its words by language ({', '.join(LANGUAGES)}), “question” among them",
    "draw": "a function of the study and the speaker of its words that gives a Picture",
}


@dataclass(frozen=True)
class Figure:
    """A figure: the experiment it rests on, its words, and how it is drawn."""

    # What its files are called.
    name: str
    path: Path
    experiment: str
    columns: int
    text: Texts
    _draw: Callable[[Any, Speaker], Picture]

    def speaker(self, lang: str) -> Speaker:
        """Speaks its words in a language. Raises BadInput where it has none in it."""
        if lang not in self.text:
            raise BadInput(f"{self.path}: no words in {lang}; TEXT has {', '.join(self.text)}")
        return Speaker(lang, self.text)

    def draw(self, source: Any, say: Speaker) -> Picture:
        """The picture from stored results. Raises BadInput that names the line where it fails."""
        with own_file.located(self.path):
            drawn = self._draw(source, say)
        if not _is_picture(drawn):
            kind = type(drawn).__name__
            raise BadInput(f"{self.path}: draw gave {kind}; expected sim.drawing.picture.Picture")
        return drawn


def load(path: Path) -> Figure:
    """Run the file of a figure and take what it holds.

    Raises BadInput, in one line, where it is not a figure or fails.
    """
    module = own_file.run(read_bytes(path), path, f"figure {path.resolve()}")
    lacking = [f"{name} ({CONTRACT[name]})" for name in CONTRACT if not _holds(module, name)]
    if lacking:
        raise BadInput(f"{path}: not a figure; it lacks {'; '.join(lacking)}")
    experiment = module.EXPERIMENT
    if experiment.endswith(".toml"):
        experiment = (path.parent / experiment).as_posix()
    return Figure(path.stem, path, experiment, module.COLUMNS, module.TEXT, module.draw)


def _holds(module: ModuleType, name: str) -> bool:
    found = getattr(module, name, None)
    match name:
        case "EXPERIMENT":
            return isinstance(found, str)
        case "COLUMNS":
            return found in (1, 2)
        case "TEXT":
            return isinstance(found, Mapping) and _speaks(found)
    return callable(found)


def _speaks(text: Mapping[Any, Any]) -> bool:
    """Whether there are words, in known languages, with the question of the figure in each."""
    known = all(lang in LANGUAGES for lang in text)
    asked = all(isinstance(one, Mapping) and "question" in one for one in text.values())
    return bool(text) and known and asked


def _is_picture(drawn: object) -> bool:
    return (
        isinstance(drawn, Picture)
        and isinstance(drawn.figure, Sheet)
        and isinstance(drawn.message, str)
        and isinstance(drawn.note, str)
    )
