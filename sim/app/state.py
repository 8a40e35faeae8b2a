"""The state of a page as one value: read from a link, changed by controls, written to a link.

All values from outside are checked here, with limits that keep computations small.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from sim.app import worlds
from sim.app.own_tables import linked
from sim.app.refusals import Refusal, Unknown
from sim.app.table_reading import MOST_POSTS
from sim.calendar import MONTHS_A_YEAR
from sim.machine.draws import SEED_LIMIT
from sim.world.levers import Reform
from sim.world.scenario import Scenario

MOST_PACKAGES = 4
# Answers that a lesson offers to predict.
ANSWERS = 3
# Fewest and most replicates of a full answer; with more, a class would have to wait.
FEWEST_RUNS, MOST_RUNS = 4, 24
LONGEST_LINK = 2_000
_FULL = 100
# Watch colours posts by what officers do, or by the state they are in.
CONDUCT, PROFILE = "conduct", "profile"
# Parts of a link that a state is read from; others, such as those that mail programs add, are
# ignored.
KNOWN = ("s", "p", "seed", "n", "cut", "shock", "month", "who", "by", "both", "a", "ran")


@dataclass(frozen=True)
class Pull:
    """The use of a lever: per cent of full strength, first month, and the month after the last."""

    percent: int
    first: int | None = None
    end: int | None = None

    def written(self) -> str:
        """Text for a link: ``80``, ``80:12:60``, ``80::60``."""
        months = ["" if month is None else str(month) for month in (self.first, self.end)]
        return ":".join([str(self.percent), *months]).rstrip(":")


Pulls = tuple[tuple[str, Pull], ...]


@dataclass(frozen=True)
class State:
    """Everything that a link restores, in any view."""

    scenario: str = "district"
    # Levers of each package; views of one package show the first.
    packages: tuple[Pulls, ...] = ((),)
    seed: int = 1
    runs: int = 8
    # Spiral: cut of trust in percentage points, and the month before which it happens.
    cut: int = 20
    shock: int = 60
    # Watch: months done, and the officer whose reasons are shown.
    month: int = 0
    who: int = 0
    # Watch: what posts are coloured by.
    by: str = CONDUCT
    # Watch: 1 if the department without the reform is shown as well.
    both: int = 0
    # Lessons: the number of the prediction, −1 before it is made, and whether the experiment ran.
    predicted: int = -1
    ran: int = 0

    @classmethod
    def start(cls, name: str, seed: int = 1, runs: int = 8) -> Self:
        """The state in which a scenario is first shown: with its own reform, if it has one."""
        months = worlds.scenario(name).clock.months
        return cls(name, (own(name),), seed, runs, shock=usual_shock(months))

    @classmethod
    def read(cls, query: Mapping[str, str], packages: list[str] | None = None) -> Self:
        """The state given by a link; ``packages`` are its values of ``p``. Raises BadInput."""
        query = {key: query[key] for key in KNOWN if key in query}
        texts = packages if packages is not None else [query["p"]] if "p" in query else []
        if sum(map(len, (*query.values(), *texts))) > LONGEST_LINK:
            raise Refusal("too_long", most=LONGEST_LINK)
        if len(texts) > MOST_PACKAGES:
            raise Refusal("many_packages", number=len(texts), most=MOST_PACKAGES)
        name = query.get("s", cls.scenario)
        world = worlds.scenario(name)
        months = world.clock.months
        state = cls(
            name,
            tuple(read_pulls(text, world) for text in texts) or (own(name),),
            _whole("seed", query.get("seed"), 0, SEED_LIMIT - 1, cls.seed),
            _whole("n", query.get("n"), FEWEST_RUNS, MOST_RUNS, cls.runs),
            _whole("cut", query.get("cut"), 1, _FULL, cls.cut),
            _whole("shock", query.get("shock"), 0, months - 1, usual_shock(months)),
            _whole("month", query.get("month"), 0, months, cls.month),
            _whole("who", query.get("who"), 0, MOST_POSTS, cls.who),
            PROFILE if query.get("by") == PROFILE else CONDUCT,
            _whole("both", query.get("both"), 0, 1, cls.both),
            _whole("a", query.get("a"), 0, ANSWERS - 1, cls.predicted),
            _whole("ran", query.get("ran"), 0, 1, cls.ran),
        )
        return state

    def query(self, **more: str) -> str:
        """The part of a link after “?”, with only what differs from the first state."""
        start = State()
        parts = [("s", linked(self.scenario))] if self.scenario != start.scenario else []
        if self.packages != (own(self.scenario),):
            parts += [("p", written(pulls)) for pulls in self.packages]
        names = ("seed", "runs", "cut", "shock", "month", "who", "by", "both", "predicted", "ran")
        short = {"runs": "n", "predicted": "a"}
        for name in names:
            if getattr(self, name) != getattr(start, name):
                parts.append((short.get(name, name), str(getattr(self, name))))
        parts += [(key, value) for key, value in more.items() if value]
        return urlencode(parts, safe=":,")

    def pulled(self, package: int, lever: str) -> Pull:
        """The use of a lever in a package, with 0 per cent if it is not used."""
        return dict(self.packages[package]).get(lever, Pull(0))

    def pull(self, package: int, lever: str, pull: Pull) -> Self:
        """The state with another use of one lever. Raises BadInput if it is not valid."""
        world = worlds.scenario(self.scenario)
        if not 0 <= package < len(self.packages):
            raise Refusal("no_package", number=package + 1, most=len(self.packages))
        _check_pull(lever, pull, world)
        pulls = dict(self.packages[package])
        pulls[lever] = pull
        kept = tuple((name, pulls[name]) for name in world.levers if _counts(pulls.get(name)))
        packages = list(self.packages)
        packages[package] = kept
        return replace(self, packages=tuple(packages))

    def moved_to(self, name: str) -> Self:
        """The state for another scenario, with the levers and months that it allows.

        If only the own reform of this scenario is in use, the own one of the other takes its place.
        """
        world = worlds.scenario(name)
        months = world.clock.months
        packages = []
        for pulls in self.packages:
            kept = [(lever, pull) for lever, pull in pulls if lever in world.levers]
            packages.append(
                tuple(
                    (lever, pull if (pull.end or pull.first or 0) < months else Pull(pull.percent))
                    for lever, pull in kept
                )
            )
        if self.packages == (own(self.scenario),):
            packages = [own(name)]
        shock = self.shock if self.shock < months - MONTHS_A_YEAR else usual_shock(months)
        return replace(self, scenario=name, packages=tuple(packages), month=0, who=0, shock=shock)

    def outside(self) -> Self:
        """The state without what was done in a lesson."""
        return replace(self, predicted=-1, ran=0)

    def alone(self, package: int = 0) -> Self:
        """The state with only one package."""
        return replace(self, packages=(self.packages[package],))


def usual_shock(months: int) -> int:
    """The month of the shock in a run of so many: it leaves a year at least to recover."""
    return State.shock if State.shock < months - MONTHS_A_YEAR else months // 2


def _counts(pull: Pull | None) -> bool:
    return pull is not None and pull != Pull(0)


def read_pulls(text: str, world: Scenario) -> Pulls:
    """Levers from a link, such as ``supervision:80:12:60,culture:50``. Raises BadInput."""
    found: dict[str, Pull] = {}
    for part in text.split(",") if text else []:
        lever, *numbers = part.split(":")
        if not 1 <= len(numbers) <= 3:
            raise Refusal("lever_form", lever=lever[:40])
        if lever in found:
            raise Refusal("lever_twice", lever=lever[:40])
        most = world.clock.months
        percent = _whole(f"“{lever[:40]}”", numbers[0], 0, _FULL, 0)
        first, end = (
            _whole(f"“{lever[:40]}”", number, 0, most, 0) if number else None
            for number in (*numbers[1:], "", "")[:2]
        )
        pull = Pull(percent, first, end)
        _check_pull(lever, pull, world)
        found[lever] = pull
    return tuple((name, found[name]) for name in world.levers if _counts(found.get(name)))


def _check_pull(lever: str, pull: Pull, world: Scenario) -> None:
    if lever not in world.levers:
        raise Unknown("lever_unknown", lever, world.levers)
    if not 0 <= pull.percent <= _FULL:
        raise Refusal("lever_percent", lever=world.levers[lever], percent=pull.percent, most=_FULL)
    months = world.clock.months
    first, end = during(pull, world)
    if not 0 <= first < end <= months:
        raise Refusal("lever_months", lever=world.levers[lever], first=first, end=end, most=months)


def during(pull: Pull, world: Scenario) -> tuple[int, int]:
    """First month of the use of a lever, and the month after its last."""
    first = world.clock.reform_starts if pull.first is None else pull.first
    return first, world.clock.months if pull.end is None else pull.end


def own(name: str) -> Pulls:
    """The reform that belongs to an offered scenario, as levers."""
    pulls = {
        one.lever: Pull(round(_FULL * one.intensity), *(one.months or ()))
        for one in worlds.own(name)
    }
    levers = worlds.scenario(name).levers if pulls else ()
    return tuple((lever, pulls[lever]) for lever in levers if lever in pulls)


def spans(pulls: Pulls, world: Scenario) -> list[tuple[int, int]]:
    """When levers are in use: first months, and the months after their last."""
    return [during(pull, world) for _, pull in pulls if pull.percent]


def written(pulls: Pulls) -> str:
    """Levers as text for a link."""
    return ",".join(f"{name}:{pull.written()}" for name, pull in pulls)


def reforms(pulls: Pulls, world: Scenario) -> tuple[Reform, ...]:
    """The reforms of a scenario that correspond to levers.

    A lever of a reform that belongs to the scenario acts on the departments that this reform names.
    """
    where = {one.lever: one.departments for one in worlds.own(world.name)}
    return tuple(
        Reform(
            lever=name,
            intensity=pull.percent / _FULL,
            months=None if pull.first is None and pull.end is None else during(pull, world),
            departments=where.get(name),
        )
        for name, pull in pulls
        if pull.percent
    )


def whole(name: str, value: object, low: int, high: int) -> int:
    """A whole number sent by a control. Raises BadInput unless it is from ``low`` to ``high``."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Refusal("no_number", name=name)
    if isinstance(value, float):
        if not value.is_integer():
            raise Refusal("no_number", name=name)
        value = int(value)
    return _whole(name, str(value)[:40], low, high, low)


def _whole(name: str, text: str | None, low: int, high: int, default: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not low <= int(text) <= high:
        raise Refusal("out_of_range", name=name, text=text[:20], low=low, high=high)
    return int(text)
