"""A Python file of a user's own, such as a figure: run by its path, with the line of each error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from types import ModuleType

from sim.errors import BadInput


def run(text: bytes, path: Path, name: str) -> ModuleType:
    """The module that the text of a file makes, kept as ``name``.

    No import statement can reach a name with a space. Raises BadInput, in one line, where the text
    fails.
    """
    module = ModuleType(name)
    module.__file__ = str(path)
    # Data classes look up the module that they are in, and so does compiled code that is kept.
    sys.modules[name] = module
    with located(path):
        exec(compile(text, str(path), "exec"), module.__dict__)
    return module


@contextmanager
def located(path: Path) -> Iterator[None]:
    """Turn an error in a file into one line that says where: BadInput."""
    try:
        yield
    except (BadInput, MemoryError):
        raise
    except (Exception, SystemExit) as error:
        line, what = _told(path, error)
        where = f"{path}, line {line}" if line else f"{path}"
        said = " ".join(f"{type(error).__name__}: {what}".split())
        raise BadInput(f"{where}: {said}") from error


def _told(path: Path, error: BaseException) -> tuple[int | None, str]:
    """The line of a file that an error came from, if known, and what it says."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno, error.msg
    frames = walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == str(path)]
    return lines[-1] if lines else None, str(error)
