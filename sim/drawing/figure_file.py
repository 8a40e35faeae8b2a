"""Figures loaded from files: Python programs that name an experiment and draw its results."""

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

# Names that the file of a figure must define, and their meaning.
CONTRACT = {
    "EXPERIMENT": "the experiment it is drawn from: a name, or a TOML file in the same folder",
    "COLUMNS": "its width in columns of a page: 1 or 2",
    "TEXT": f"its texts by language ({', '.join(LANGUAGES)}), including “question”",
    "draw": "a function of the study and the speaker of its texts that returns a Picture",
}


@dataclass(frozen=True)
class Figure:
    """A figure: its experiment, its texts, and the function that draws it."""

    # Name of its files, without ending.
    name: str
    path: Path
    experiment: str
    columns: int
    text: Texts
    _draw: Callable[[Any, Speaker], Picture]

    def speaker(self, lang: str) -> Speaker:
        """The speaker of its texts in a language. Raises BadInput if it has none in it."""
        if lang not in self.text:
            raise BadInput(f"{self.path}: no words in {lang}; TEXT has {', '.join(self.text)}")
        return Speaker(lang, self.text)

    def draw(self, source: Any, say: Speaker) -> Picture:
        """The picture from stored results. Raises BadInput, with the line, if this fails."""
        with own_file.located(self.path):
            drawn = self._draw(source, say)
        if not _is_picture(drawn):
            kind = type(drawn).__name__
            raise BadInput(f"{self.path}: draw gave {kind}; expected sim.drawing.picture.Picture")
        return drawn


def load(path: Path) -> Figure:
    """Execute the file of a figure and return the figure.

    Raises BadInput, in one line, if the file fails or does not define a figure.
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
    """Whether there are texts, in known languages only, each with the question of the figure."""
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
