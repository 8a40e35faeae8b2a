"""Ranking of packages of reforms by effect over draws of a posterior."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from sim.calibration.candidates import RESTING
from sim.study.compare import Comparison
from sim.study.doubt import BEHAVIOUR, Doubted
from sim.study.estimate import CONFIDENCE, draw_means
from sim.study.package import ALL_LEVERS
from sim.world.posterior import Posterior

Values = NDArray[np.float64]
EXECUTION = "execution_rate"


@dataclass(frozen=True)
class Ranking:
    """Effects of packages in each draw of a posterior, the package with the largest mean first.

    The package of all levers is left out.
    """

    names: tuple[str, ...]
    titles: tuple[str, ...]
    # In the measure's unit, shape (draws, packages).
    effects: Values
    # Names of the fitted settings, and their values in each draw, shape (draws, settings).
    settings: tuple[str, ...]
    drawn: Values
    # The ranking of the same packages with levers as they ship, where ``effects`` vary them too.
    within: "Ranking | None" = None

    @classmethod
    def over(cls, doubted: Doubted, posterior: Posterior) -> "Ranking":
        """Rank packages under the most doubt, beside the ranking with doubt about behaviour."""
        behaviour = doubted.within.get(BEHAVIOUR)
        within = None if behaviour is None else cls.of(behaviour, posterior.of_behaviour())
        return replace(cls.of(doubted.whole, posterior), within=within)

    @classmethod
    def of(
        cls, comparison: Comparison, posterior: Posterior, measure: str = EXECUTION
    ) -> "Ranking":
        """Rank the packages of a comparison that was run over ``posterior``.

        The first package of the comparison is the reference.
        """
        reference = comparison.values(comparison.packages[0].name)[measure]
        packages = [one for one in comparison.packages[1:] if one.name != ALL_LEVERS]
        columns = [comparison.values(one.name)[measure] - reference for one in packages]
        effects = draw_means(np.column_stack(columns), comparison.draws)
        order = np.argsort(-effects.mean(axis=0), kind="stable")
        # Trust and norm at the start follow from the fitted settings, so they are left out.
        fitted = [k for k, key in enumerate(posterior.settings) if key not in RESTING.values()]
        return cls(
            tuple(packages[k].name for k in order),
            tuple(packages[k].title for k in order),
            effects[:, order],
            tuple(posterior.settings[k] for k in fitted),
            posterior.values[: len(effects), fitted],
        )

    def table(self) -> pd.DataFrame:
        """Effect and rank of each package; one row for each.

        ``effect`` is the mean over draws, ``low`` to ``high`` the central 95 % of draws. ``raises``
        is the share of draws in which the package raises the measure, ``first`` the share in which
        its effect is the largest, ``low_rank`` to ``high_rank`` the central 95 % of its ranks.
        ``driver`` is the setting with the largest rank correlation (Spearman) with the effect over
        draws, and ``correlation`` that correlation, −1 to 1.
        """
        ranks = (-self.effects).argsort(axis=1).argsort(axis=1) + 1
        ends = [0.5 - 0.5 * CONFIDENCE, 0.5 + 0.5 * CONFIDENCE]
        rows = []
        for k, name in enumerate(self.names):
            driver, correlation = self._driver(k)
            low, high = np.quantile(self.effects[:, k], ends)
            low_rank, high_rank = np.quantile(ranks[:, k], ends)
            rows.append(
                {
                    "package": name,
                    "effect": self.effects[:, k].mean(),
                    "low": low,
                    "high": high,
                    "raises": float((self.effects[:, k] > 0.0).mean()),
                    "first": float((ranks[:, k] == 1).mean()),
                    "low_rank": round(float(low_rank)),
                    "high_rank": round(float(high_rank)),
                    "driver": driver,
                    "correlation": correlation,
                }
            )
        return pd.DataFrame(rows)

    def _driver(self, package: int) -> tuple[str, float]:
        effect = self.effects[:, package]
        found = [
            float(scipy.stats.spearmanr(column, effect).statistic)
            if np.ptp(column) and np.ptp(effect)
            else 0.0
            for column in self.drawn.T
        ]
        most = int(np.argmax(np.abs(found)))
        return self.settings[most], found[most]

    def ahead(self) -> list[tuple[str, str, float]]:
        """Titles of neighbours in the ranking, and the share of draws in which the first leads."""
        return [
            (self.titles[k], self.titles[k + 1], self._ahead(k, k + 1))
            for k in range(len(self.titles) - 1)
        ]

    def _ahead(self, one: int, other: int) -> float:
        return float((self.effects[:, one] > self.effects[:, other]).mean())

    def statements(self, chinese: bool = False) -> list[str]:
        """Sentences on what holds in at least 95 % of draws, and on what does not.

        That a package raises or lowers the measure must hold with levers drawn and as they ship:
        else it could follow from the priors of what levers are at full strength.
        """
        table = self.table()
        shares = [self._raising()]
        if self.within is not None:
            shares.append(self.within._raising())
        always = [t for t in self.titles if min(one[t] for one in shares) >= CONFIDENCE]
        never = [t for t in self.titles if max(one[t] for one in shares) <= 1 - CONFIDENCE]
        open_ = [t for t in self.titles if t not in always and t not in never]
        say = _STATEMENTS[chinese]
        said = [
            say[key](titles)
            for key, titles in (("raise", always), ("lower", never), ("open", open_))
            if titles
        ]
        group = self._leading()
        share = f"{100 * float(table['first'].iloc[:group].sum()):.0f}"
        said.append(say["most"](list(self.titles[:group]), share))
        parted = self._parted()
        if parted is not None:
            said.append(say["parted"](list(self.titles[:parted]), list(self.titles[parted:])))
        return said

    def _raising(self) -> dict[str, float]:
        """Share of draws in which each package raises the measure, by title."""
        return dict(zip(self.titles, (self.effects > 0.0).mean(axis=0).tolist(), strict=True))

    def _leading(self) -> int:
        """The smallest number of leading packages one of which is first in 95 % of draws."""
        upto = self.table()["first"].cumsum().to_numpy()
        return int(np.argmax(upto >= CONFIDENCE)) + 1

    def _parted(self) -> int | None:
        """The first place at which all packages before it do more than all after it.

        This must hold in 95 % of draws; None if there is no such place.
        """
        for place in range(1, len(self.titles)):
            worst = self.effects[:, :place].min(axis=1)
            best = self.effects[:, place:].max(axis=1)
            if (worst > best).mean() >= CONFIDENCE:
                return place
        return None


def _all(titles: list[str], word: str = "and") -> str:
    quoted = [f"“{title}”" for title in titles]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} {word} {quoted[-1]}"


def _verb(titles: list[str], verb: str) -> str:
    return verb if len(titles) > 1 else f"{verb}s"


# Sentences about titles of packages, in English and, under True, in Chinese.
_STATEMENTS: dict[bool, dict[str, Callable[..., str]]] = {
    False: {
        "raise": lambda titles: f"{_all(titles)} {_verb(titles, 'raise')} execution.",
        "lower": lambda titles: f"{_all(titles)} {_verb(titles, 'lower')} execution.",
        "open": lambda titles: (
            f"Whether {_all(titles)} {_verb(titles, 'help')} depends on the parameters."
        ),
        "most": lambda titles, share: f"{_all(titles, 'or')} does most, in {share} % of draws.",
        "parted": lambda above, below: (
            f"{'Each of ' if len(above) > 1 else ''}{_all(above)} does more than any of "
            f"{_all(below)}."
        ),
    },
    True: {
        "raise": lambda titles: f"{'、'.join(titles)}提高执行率。",
        "lower": lambda titles: f"{'、'.join(titles)}降低执行率。",
        "open": lambda titles: f"{'、'.join(titles)}是否有帮助，取决于参数。",
        "most": lambda titles, share: f"在{share}%的抽样中，{'或'.join(titles)}作用最大。",
        "parted": lambda above, below: (
            f"{'、'.join(above)}的作用都大于{'、'.join(below)}中的任何一项。"
        ),
    },
}
