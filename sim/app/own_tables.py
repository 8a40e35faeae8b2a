"""Organisations of visitors: tables of posts that they pasted, each for its own visitor alone.

A table is in memory alone, for hours at most. Its visitor is known by a cookie with a secret. A
link names a table, but shows it only to its visitor; inside the server it goes by a name that no
link has.
"""

import secrets
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property

from fastapi import Request

from sim.app.refusals import Refusal
from sim.world import establishment
from sim.world.establishment import Establishment
from sim.world.front_line import citizens_as_in
from sim.world.plan import Plan
from sim.world.scenario import Scenario

COOKIE = "zhixing-own"
_PREFIX = "own-"
# Tables that the server keeps, and seconds for which one is kept that nobody looks at: a lesson
# and its break.
MOST_TABLES, IDLE_SECONDS = 100, 3 * 3600.0
# Departments of a table: citizens are counted by department.
MOST_DEPARTMENTS = 100
# Posts that Watch draws: their months take as long as those of the largest shipped scenario there.
MOST_WATCHED = 120
_NAME, SECRET = 4, 24


@dataclass(frozen=True)
class OwnTable:
    """A visitor's table and the scenario made of it, without any reform."""

    # Its name in the server, which is secret, and in links.
    key: str
    link: str
    scenario: Scenario
    table: Establishment

    @cached_property
    def plan(self) -> Plan:
        """The plan of the scenario without any reform."""
        return Plan(self.scenario).whole()

    @property
    def watched(self) -> bool:
        """Whether Watch can draw its posts."""
        return self.scenario.total_posts <= MOST_WATCHED


@dataclass
class _Kept:
    """A table with its visitor's secret and address, and when it was last looked at."""

    one: OwnTable
    visitor: str
    address: str
    seen: float


class OwnTables:
    """The tables of all visitors, one for each."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._by_key: dict[str, _Kept] = {}
        # Called with the name of a table that is forgotten.
        self._told: list[Callable[[str], None]] = []

    def __len__(self) -> int:
        """Number of tables kept."""
        return len(self._by_key)

    def when_forgotten(self, forget: Callable[[str], None]) -> None:
        """Call ``forget`` with the name of each table that is forgotten, to drop its results."""
        self._told.append(forget)

    def keep(self, content: bytes, table: Establishment, visitor: str, address: str) -> OwnTable:
        """Keep a visitor's table in place of the one before.

        Raises Refusal if it has more departments than the page can run.
        """
        departments = int(table.layout.tier.size)
        if departments > MOST_DEPARTMENTS:
            raise Refusal("many_departments", number=departments, most=MOST_DEPARTMENTS)
        posts, table = establishment.kept(content, table)
        link = _PREFIX + secrets.token_hex(_NAME)
        # Of a scenario no name but that in links is ever told.
        scenario = base().replace({"organisation.posts": posts.model_dump()})
        scenario = scenario.replace({"public.citizens": citizens_as_in(base(), scenario)})
        scenario = scenario.model_copy(update={"name": link, "reform": ()})
        key = f"{link}.{secrets.token_urlsafe(SECRET)}"
        one = OwnTable(key, link, scenario, table)
        self.forget(visitor)
        self.sweep()
        while len(self._by_key) >= MOST_TABLES:
            self._drop(self._first_to_go())
        self._by_key[key] = _Kept(one, visitor, address, self._clock())
        return one

    def of(self, visitor: str | None) -> OwnTable | None:
        """The table of a visitor, if there is one."""
        self.sweep()
        for kept in self._by_key.values():
            if visitor is not None and secrets.compare_digest(
                kept.visitor.encode(), visitor.encode()
            ):
                kept.seen = self._clock()
                return kept.one
        return None

    def get(self, key: str) -> OwnTable:
        """A table by its secret name. Raises Refusal if it is forgotten."""
        kept = self._by_key.get(key)
        if kept is None:
            raise Refusal("own_gone")
        kept.seen = self._clock()
        return kept.one

    def forget(self, visitor: str) -> None:
        """Forget a visitor's table, and all that was computed from it."""
        for kept in [one for one in self._by_key.values() if one.visitor == visitor]:
            self._drop(kept)

    def sweep(self) -> None:
        """Forget the tables that nobody looks at any more."""
        before = self._clock() - IDLE_SECONDS
        for kept in [one for one in self._by_key.values() if one.seen < before]:
            self._drop(kept)

    def _first_to_go(self) -> _Kept:
        """The table unseen longest of the address with most, so that excess harms no others."""
        tables = Counter(one.address for one in self._by_key.values())
        return max(self._by_key.values(), key=lambda one: (tables[one.address], -one.seen))

    def _drop(self, kept: _Kept) -> None:
        del self._by_key[kept.one.key]
        for forget in self._told:
            forget(kept.one.key)


@cache
def base() -> Scenario:
    """The shipped scenario whose levers, months and settings a table takes: a small office."""
    return Scenario.load("bureau")


def is_own(name: str) -> bool:
    """Whether a scenario is a visitor's table, by its name in the server or in links."""
    return name.startswith(_PREFIX)


def linked(name: str) -> str:
    """The name of a scenario in links; a secret name is never told."""
    return name.partition(".")[0]


def visitor_of(request: Request) -> str | None:
    """The secret of a request's visitor; None without one."""
    return request.cookies.get(COOKIE)


def named(own: OwnTable | None, name: str) -> str:
    """The name in the server of a scenario that a link or a control names.

    Raises Refusal for a table that is not the visitor's ``own``.
    """
    if not is_own(name):
        return name
    if own is None or name != own.link:
        raise Refusal("own_elsewhere")
    return own.key


own_tables = OwnTables()
