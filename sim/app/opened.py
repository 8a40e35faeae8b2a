"""One open view whose controls change a state, and which answers the latest state asked for."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sim.app.elements import notify
from sim.app.frame import Frame
from sim.app.latest import Latest
from sim.app.state import Pull, State
from sim.app.words import Words
from sim.errors import BadInput


class Opened:
    """What open views share: their surroundings, their state, and how it changes."""

    def __init__(self, frame: Frame, state: State, words: Words) -> None:
        self._frame, self._words, self._state = frame, words, state
        self._client = ui.context.client

    def _answer_by(self, answer: Callable[[State, bool], Awaitable[None]]) -> None:
        """Answer questions by this, for as long as the page is open."""
        self._latest: Latest[State] = Latest(answer)
        self._client.on_disconnect(self._latest.stop)
        self._client.on_delete(self._latest.stop)

    def _made(self, make: Callable[[], State]) -> State | None:
        """A state; the visitor is told where there can be none."""
        try:
            return make()
        except BadInput as error:
            notify(error)
            return None

    def _change(self, make: Callable[[], State]) -> bool:
        """Show another state, if there can be one."""
        state = self._made(make)
        if state is None:
            return False
        self._state = state
        self._latest.ask(state)
        return True

    def _pull(self, package: int, lever: str, pull: Pull) -> None:
        self._change(lambda: self._state.pull(package, lever, pull))
