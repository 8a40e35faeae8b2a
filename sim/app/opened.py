"""An open view whose controls change a state, and which shows results for the latest state."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from sim.app.elements import notify
from sim.app.frame import Frame
from sim.app.latest import Latest
from sim.app.state import Pull, State
from sim.app.words import Words
from sim.errors import BadInput


class Opened:
    """Base of open views: their frame, their state, and its changes."""

    def __init__(self, frame: Frame, state: State, words: Words) -> None:
        self._frame, self._words, self._state = frame, words, state
        self._client = ui.context.client

    def _answer_by(self, answer: Callable[[State, bool], Awaitable[None]]) -> None:
        """Use ``answer`` for states as long as the page is open."""

        async def answered(state: State, full: bool) -> None:
            try:
                await answer(state, full)
            except BadInput as error:
                # A visitor's table may be forgotten while a page of it is open.
                if not self._client.is_deleted:
                    with self._client:
                        notify(error)

        self._latest: Latest[State] = Latest(answered)
        self._client.on_disconnect(self._latest.stop)
        self._client.on_delete(self._latest.stop)

    def _made(self, make: Callable[[], State]) -> State | None:
        """The state that ``make`` gives, or None after showing its error."""
        try:
            return make()
        except BadInput as error:
            notify(error)
            return None

    def _change(self, make: Callable[[], State]) -> bool:
        """Show another state if it is valid; returns whether it is."""
        state = self._made(make)
        if state is None:
            return False
        self._state = state
        self._latest.ask(state)
        return True

    def _pull(self, package: int, lever: str, pull: Pull) -> None:
        self._change(lambda: self._state.pull(package, lever, pull))
