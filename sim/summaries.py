"""Summaries of a run: measures by month, over its last months, and by group."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.declare import leaves
from sim.kinds import CONDUCTS, PROFILES
from sim.machine.rows import Rows
from sim.measures import AT, MEASURES, SERIES, whole_of
from sim.mechanisms.chain import content_lost
from sim.mechanisms.measuring import (
    ALL,
    LAYERS,
    MONTHS,
    PER_HUNDRED_YEARS,
    REFORMS,
    TREATED,
    UNTREATED,
    Measure,
    Sums,
    ratio,
)
from sim.world.state import TallyRecord

if TYPE_CHECKING:
    import pandas as pd

# Sums of measures of one's own by name, (months,); see ``sim.world.own_measures``.
Own = Mapping[str, NDArray[np.float64]]
TALLIED = tuple(name for name, _ in leaves(TallyRecord))


class _Trailing(dict[str, NDArray[np.float64]]):
    """Sums over groups and over the last ``window`` months (fewer at the start), (months,).

    A sum is added up when it is first read: most measures read few of them.
    """

    def __init__(self, tallies: Rows, own: Own, window: int) -> None:
        super().__init__()
        self._tallies, self._own, self._window = tallies, own, window

    def __missing__(self, name: str) -> NDArray[np.float64]:
        own = self._own.get(name)
        values = self._tallies[name].sum(axis=1) if own is None else own
        if self._window > 1:
            padded = np.concatenate([np.zeros(self._window - 1), values])
            values = np.lib.stride_tricks.sliding_window_view(padded, self._window).sum(axis=1)
        self[name] = values
        return values


def series(tallies: Rows, own: Own = MappingProxyType({})) -> "pd.DataFrame":
    """Every monthly measure, a row a month, from tallies of shape (months, groups).

    ``own`` has the sums of measures of one's own, (months,), which follow the others. A ratio whose
    denominator is still zero (follow-through before any directive has aged) is NaN.
    """
    import pandas as pd

    names = (*SERIES, *names_of_own(own))
    columns = dict(zip(names, monthly(tallies, names, own), strict=True))
    return pd.DataFrame(columns, index=pd.RangeIndex(len(tallies), name="month"))


def names_of_own(own: Own) -> tuple[str, ...]:
    """Names of the measures of one's own whose sums are there."""
    return tuple(dict.fromkeys(key.rpartition("/")[0] for key in own))


def monthly(
    tallies: Rows, measures: Sequence[str], own: Own = MappingProxyType({})
) -> NDArray[np.float64]:
    """Some monthly measures, shape (measures, months), from tallies of shape (months, groups)."""
    windows = {MEASURES[name].window for name in measures}
    trailing = {window: _Trailing(tallies, own, window) for window in windows}
    found = np.empty((len(measures), len(tallies)))
    for row, name in enumerate(measures):
        measure = MEASURES[name]
        found[row] = measure.read(trailing[measure.window])
    return found


class Observed:
    """The months observed of several runs of one world, added up, from which measures are read."""

    def __init__(self, measures: Sequence[str], treated: NDArray[np.bool_], observed: int) -> None:
        self.measures = tuple(measures)
        self._treated = treated
        self._observed = observed
        self._partial = bool(treated.any() and not treated.all())
        self._reads = {MEASURES[whole_of(name)].reads for name in measures}
        self._tallies: list[NDArray[np.float64]] = []
        self._layers: list[NDArray[Any]] = []
        self._silent: list[NDArray[np.float64]] = []
        self._in_force: list[NDArray[np.bool_]] = []
        self._own: list[dict[str, float]] = []

    @property
    def reads_reforms(self) -> bool:
        """Whether any of its measures is read off the months in which reforms are in force."""
        return REFORMS in self._reads

    @property
    def reads_layers(self) -> bool:
        """Whether any of its measures is read off the sums of layers."""
        return LAYERS in self._reads

    def add(
        self,
        tallies: Rows,
        layers: Rows | None,
        in_force: NDArray[np.bool_] | None = None,
        own: Own = MappingProxyType({}),
    ) -> None:
        """Add a run: tallies of shape (months, groups), layers (months, tiers, ranks).

        ``layers`` may be missing where no measure reads them (``reads_layers``). ``in_force``
        says in which months each reform is in force, (reforms, months); without it, measures of
        reforms are NaN. ``own`` has the sums of measures of one's own, (months,).
        """
        if own:
            observed = {key: column[-self._observed :] for key, column in own.items()}
            self._own.append({key: float(column.sum()) for key, column in observed.items()})
        if in_force is not None:
            self._in_force.append(in_force)
        groups = tallies.shape[1]
        rows = tallies.numbers()[-self._observed :]
        self._tallies.append(rows.sum(axis=0).reshape(groups, -1))
        if layers is not None and self.reads_layers:
            rows = layers.numbers()[-self._observed :]
            summed = rows.sum(axis=0).view(layers.kind.dtype).reshape(layers.shape[1:])
            self._layers.append(summed)
        if MONTHS in self._reads:
            sums = [tallies[name].sum(axis=1) for name in ("silent", "citizens")]
            self._silent.append(ratio(*sums))

    def table(self) -> NDArray[np.float64]:
        """Measures of every run, shape (runs, measures).

        Those of treated and untreated departments are NaN unless reforms cover some departments
        only.
        """
        found = np.full((len(self._tallies), len(self.measures)), np.nan)
        if not self._tallies:
            return found
        sums = self._summed()
        for column, name in enumerate(self.measures):
            whole, _, number = name.partition(AT)
            measure = MEASURES[whole]
            if measure.reads == REFORMS:
                found[:, column] = self._of_reforms(measure, number)
            elif measure.among in sums:
                found[:, column] = measure.read(sums[measure.among])
        return found

    def _of_reforms(self, measure: Measure, number: str) -> NDArray[np.float64]:
        """A measure of all reforms, or of the one with a number; NaN if there is no such reform."""
        found = np.full(len(self._tallies), np.nan)
        for run, months in enumerate(self._in_force):
            if number and int(number) > len(months):
                continue
            own = months[int(number) - 1] if number else months.any(axis=0)
            found[run] = measure.read({"in_force": own})
        return found

    def parts(self, name: str) -> NDArray[np.float64]:
        """Numerator and denominator, in every run, of a measure that can be pooled; (runs, 2)."""
        parts = MEASURES[name].parts
        assert parts is not None
        return np.column_stack(parts(self._summed()[ALL]))

    def _summed(self) -> dict[str, dict[str, Any]]:
        """Sums of every run, arrays whose first dimension is runs, by the group of departments."""
        tallies = np.stack(self._tallies)
        chosen = {ALL: tallies}
        if self._partial:
            chosen |= {
                TREATED: tallies[:, self._treated],
                UNTREATED: tallies[:, ~self._treated],
            }
        sums: dict[str, dict[str, Any]] = {}
        for among, rows in chosen.items():
            added = rows.sum(axis=1)
            sums[among] = {name: added[:, k] for k, name in enumerate(TALLIED)}
        if self._layers:
            layers = np.stack(self._layers)
            sums[ALL]["layers"] = {name: layers[name] for name in layers.dtype.names or ()}
        if self._silent:
            sums[ALL]["silent_by_month"] = np.stack(self._silent)
        for key in self._own[0] if self._own else ():
            sums[ALL][key] = np.array([run[key] for run in self._own])
        return sums


def summary(
    tallies: Rows,
    layers: Rows,
    treated: NDArray[np.bool_],
    observed: int,
    own: Own = MappingProxyType({}),
) -> "pd.Series":
    """Every measure of tallies over the last ``observed`` months (all where there are fewer).

    Shapes: tallies (months, groups), layers (months, tiers, ranks), treated (groups,). ``own`` has
    the sums of measures of one's own, (months,).
    """
    import pandas as pd

    read = [name for name, measure in MEASURES.items() if measure.reads != REFORMS]
    read += names_of_own(own)
    window = Observed(read, treated, observed)
    window.add(tallies, layers, own=own)
    return pd.Series(window.table()[0], index=read, name="summary")


def by_layer(layers: Rows, tier_names: tuple[str, ...], observed: int) -> "pd.DataFrame":
    """The chain of command layer by layer, from the top, over the last ``observed`` months.

    Content passed on, what is lost there, reports and their inflation, execution (real work of an
    officer, micro), blame per 100 officer-years, and the shares of conducts and profiles.
    """
    import pandas as pd

    sums = {name: layers[name][-observed:].sum(axis=0) for name in layers.names}
    ranks = layers.shape[2]
    there = np.flatnonzero(sums["officers"])
    lost = content_lost({"layers": sums})[there]
    sums = {name: values.ravel() for name, values in sums.items()}
    officers = sums["officers"][there]
    content = sums["content"][there] / officers
    report = sums["report"][there] / officers
    return pd.DataFrame(
        {
            "tier": [tier_names[layer // ranks] for layer in there],
            "rank": there % ranks + 1,
            "officers": officers / min(observed, len(layers)),
            "content": content,
            "lost": lost,
            "report": report,
            "inflation": report - sums["substance"][there] / officers,
            "execution": sums["substance"][there] / officers,
            **_work(sums, there),
            **{name: sums[name][there] / officers for name in (*CONDUCTS, *PROFILES)},
        },
        index=pd.RangeIndex(1, there.size + 1, name="layer"),
    )


def _work(sums: Sums, chosen: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    officers = sums["officers"][chosen]
    return {
        "engagement": sums["engaged"][chosen] / officers,
        "sanctions": PER_HUNDRED_YEARS * sums["sanctions"][chosen] / officers,
        "unjust_sanctions": PER_HUNDRED_YEARS * sums["unjust_sanctions"][chosen] / officers,
    }


def by_profile(profiles: Rows, observed: int) -> "pd.DataFrame":
    """Officers by profile of the third state over the last ``observed`` months.

    Their share, their execution (real work, micro), show, engagement, and blame per 100
    officer-years. ``profiles`` has shape (months, 6).
    """
    import pandas as pd

    sums = {name: profiles[name][-observed:].sum(axis=0) for name in profiles.names}
    there = np.flatnonzero(sums["officers"])
    officers = sums["officers"][there]
    return pd.DataFrame(
        {
            "share": officers / officers.sum(),
            "execution": sums["substance"][there] / officers,
            "show": sums["show"][there] / officers,
            **_work(sums, there),
        },
        index=pd.Index([PROFILES[p] for p in there], name="profile"),
    )


def movement(moves: NDArray[np.float64], years: int) -> "pd.DataFrame":
    """How officers move between profiles from one year's end to the next, by share of a row.

    Rows: the profile a year before, or ``newcomer``. Columns: the profile now, or ``left`` the
    post. ``moves`` has shape (years, 7, 7); the last ``years`` of it count. A row that nobody was
    in is NaN.
    """
    import pandas as pd

    counted = moves[-years:].sum(axis=0) if years else np.zeros(moves.shape[1:])
    return pd.DataFrame(
        ratio(counted, counted.sum(axis=1, keepdims=True) + np.zeros_like(counted)),
        index=pd.Index([*PROFILES, "newcomer"], name="profile a year before"),
        columns=pd.Index([*PROFILES, "left"], name="profile now"),
    )
