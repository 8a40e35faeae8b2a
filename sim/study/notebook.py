"""Progress in a notebook: one line that is rewritten in the cell that runs a study."""

import sys
import time
from collections.abc import Callable
from typing import Any

from sim.machine.loop import Progress, quiet

_WIDE = 30
# Seconds between one line and the next, so that a notebook is not flooded.
_APART = 0.2


def progress_of(title: str) -> Progress:
    """Shows the progress of a study in a notebook's cell; anywhere else it shows nothing."""
    display = _display()
    return quiet if display is None else _Line(title, display)


def _display() -> Callable[..., Any] | None:
    """What shows something in a cell; None unless a notebook's kernel runs this."""
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return None
    from IPython import get_ipython
    from IPython.display import display

    shell: Any = get_ipython()
    return display if shell is not None and hasattr(shell, "kernel") else None


class _Text(str):
    """A text that a notebook shows as it is, without quotes."""

    def __repr__(self) -> str:
        return str(self)


class _Line:
    """One line that is rewritten; called with the number of runs done, and of all."""

    def __init__(self, title: str, display: Callable[..., Any]) -> None:
        self._title = title
        self._handle = display(_Text(f"{title}: …"), display_id=True)
        self._shown = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - self._shown < _APART:
            return
        self._shown = now
        full = _WIDE * done // max(1, total)
        bar = "█" * full + "░" * (_WIDE - full)
        self._handle.update(_Text(f"{self._title} {bar} {done:,} of {total:,} runs"))
