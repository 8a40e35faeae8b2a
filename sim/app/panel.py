"""The levers of one package as sliders."""

from collections.abc import Callable
from functools import partial

from sim.app import worlds
from sim.app.elements import Lever, text
from sim.app.state import Pull, State, during, whole
from sim.app.words import Words
from sim.world.doses import doses
from sim.world.scenario import Scenario

Changed = Callable[[int, str, Pull], None]


def told_moves(words: Words, world: Scenario, name: str) -> list[str]:
    """What a lever changes at full strength, one line for each setting."""
    lever = world.levers[name]
    lines = [dose.text(words.chinese) for dose in doses(world, name)]
    lines.append(words("lever_ramp", months=lever.ramp))
    fades = "lever_fades" if lever.half_life else "lever_gone"
    lines.append(words(fades, months=f"{lever.half_life:g}"))
    lines.append(words("lever_burden", burden=words.percent(lever.burden, 1)))
    lines.append(words("lever_cost", cost=f"{lever.cost:g}"))
    return lines


class Panel:
    """Sliders for the levers of a package."""

    def __init__(self, words: Words, state: State, package: int, changed: Changed) -> None:
        self._words = words
        self._package = package
        self._changed = changed
        self._world = worlds.scenario(state.scenario)
        if worlds.own(state.scenario):
            text("p", words("own_reform")).classes("dim")
        texts = {
            key: words.pattern(f"lever_{key}") for key in ("more", "first", "end", "when", "moves")
        }
        texts["percent"] = words.per_cent
        self._levers = {
            name: Lever(
                words.lever(self._world, name),
                words.lever_story(self._world, name),
                told_moves(words, self._world, name),
                self._world.clock.months,
                texts,
                self._now(state, name),
                partial(self._moved, name),
            )
            for name in self._world.levers
        }

    def _now(self, state: State, name: str) -> tuple[int, int, int]:
        pull = state.pulled(self._package, name)
        return (pull.percent, *during(pull, self._world))

    def _moved(self, name: str, sent: object) -> None:
        """Handle a move of a slider or month. Raises BadInput for values out of range."""
        parts = sent if isinstance(sent, dict) else {}
        world, months = self._world, self._world.clock.months
        title = self._words.lever(world, name)
        percent = whole(title, parts.get("percent"), 0, 100)
        first = whole(title, parts.get("first"), 0, months)
        end = whole(title, parts.get("end"), 0, months)
        usual = first == world.clock.reform_starts
        pull = Pull(percent, None if usual else first, None if end == months else end)
        self._changed(self._package, name, pull)

    def follow(self, state: State) -> None:
        """Set all sliders to the values of a state."""
        for name, lever in self._levers.items():
            lever.put(*self._now(state, name))
