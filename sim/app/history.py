"""Previous states of a page for undo; all moves of one slider in a short time are one step."""

import time

from sim.app.state import State

# Most steps kept, and seconds within which moves of one control are one step.
MOST_STEPS = 100
ONE_MOVE = 1.0


class History:
    """The previous states of a page."""

    def __init__(self) -> None:
        self._before: list[State] = []
        self._last: tuple[str, float] = ("", 0.0)

    def note(self, state: State, control: str) -> None:
        """Record a state that ``control`` is about to change."""
        now = time.monotonic()
        same = control == self._last[0] and now - self._last[1] < ONE_MOVE
        self._last = (control, now)
        if not same and (not self._before or self._before[-1] != state):
            self._before.append(state)
            del self._before[:-MOST_STEPS]

    def back(self) -> State | None:
        """Remove and return the previous state, or None."""
        self._last = ("", 0.0)
        return self._before.pop() if self._before else None
