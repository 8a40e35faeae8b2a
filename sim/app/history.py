"""What undo goes back to: states, a drag of one slider being one step."""

import time

from sim.app.state import State

# Steps kept, and seconds in which moves of one control are one step.
MOST_STEPS = 100
ONE_MOVE = 1.0


class History:
    """States before the present one."""

    def __init__(self) -> None:
        self._before: list[State] = []
        self._last: tuple[str, float] = ("", 0.0)

    def note(self, state: State, control: str) -> None:
        """Remember a state that ``control`` is about to change."""
        now = time.monotonic()
        same = control == self._last[0] and now - self._last[1] < ONE_MOVE
        self._last = (control, now)
        if not same and (not self._before or self._before[-1] != state):
            self._before.append(state)
            del self._before[:-MOST_STEPS]

    def back(self) -> State | None:
        """The state before, if there is one."""
        self._last = ("", 0.0)
        return self._before.pop() if self._before else None
