"""Forecasts that need no model, by which predictions for published reforms are judged.

For signs: every reform does what it aims at, and has no side effects. For numbers: no reform has
any effect; the model's interval, moved to no effect; and what other studies found.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy

from sim.calibration.posterior import CREDIBLE
from sim.reforms.published import Finding, Reform
from sim.study.estimate import estimates

# Comparisons that can be told as one change relative to the status quo, and its name.
_RELATIVE = ("relative", "ratio", "log_ratio")
# Fewest numbers of other studies from which their spread is taken.
_FEWEST = 3
_MISSED = 1.0 - CREDIBLE
# Forecasts of numbers: the model, no effect, the model moved to no effect, what others found.
FORECASTS = ("model", "nothing", "centred", "others")


def change(finding: Finding, value: float) -> float:
    """A number of a finding as a change: 0 is no effect, and −.5 half as much.

    Comparisons by difference, and what has faded, stay as they are.
    """
    if finding.compare == "ratio":
        return value - 1.0
    return float(np.expm1(value)) if finding.compare == "log_ratio" else value


def _number(finding: Finding, of_change: float) -> float:
    """The number of a finding that a change stands for; the inverse of ``change``."""
    if finding.compare == "ratio":
        return of_change + 1.0
    if finding.compare == "log_ratio":
        return float(np.log1p(of_change)) if of_change > -1.0 else -np.inf
    return of_change


def _scale(finding: Finding) -> str:
    return _RELATIVE[0] if finding.compare in _RELATIVE else finding.compare


def of_others(
    reforms: Sequence[Reform], reform: Reform, finding: Finding
) -> tuple[float, float] | None:
    """The interval in which the number of a finding lies, by what other studies found.

    It is the 90 % prediction interval of Student's distribution. Numbers of other sources on the
    same scale are taken in the direction at which each reform aimed, and those that found nothing
    as 0. None where the finding has no aim, or fewer than three others have a number.
    """
    if not finding.aim or finding.found is None:
        return None
    others = np.array(
        [
            one.aim * change(one, one.found)
            for other in reforms
            if other.source != reform.source
            for one in other.finding.values()
            if one.aim and one.found is not None and _scale(one) == _scale(finding)
        ]
    )
    number = len(others)
    if number < _FEWEST:
        return None
    half = scipy.stats.t.ppf(1.0 - 0.5 * _MISSED, number - 1) * others.std(ddof=1)
    half *= np.sqrt(1.0 + 1.0 / number)
    ends = (finding.aim * (others.mean() + side * half) for side in (-finding.aim, finding.aim))
    low, high = (_number(finding, float(end)) for end in ends)
    return low, high


def beside(
    reforms: Sequence[Reform], reform: Reform, name: str, row: Mapping[str, Any]
) -> dict[str, Any]:
    """What forecasts without a model say of a finding; ``row`` is its row of predictions.

    ``aim`` is the direction at which the reform aimed, ``aim_right`` whether that was the sign
    found. ``nothing_inside`` says whether the number found lies in the interval of a forecast of no
    effect, which has the study's own error alone; ``centred_inside`` the same of the model's
    interval moved until its median is no effect; ``others_inside`` of ``others_low`` to
    ``others_high``, by what other studies found. Each is None where there is none.
    """
    finding = reform.finding[name]
    aimed = None if finding.aim is None or not finding.direction else finding.aim
    told: dict[str, Any] = {
        "aim": finding.aim,
        "aim_right": None if aimed is None else aimed == finding.direction,
        "nothing_inside": None,
        "centred_inside": None,
        "others_low": np.nan,
        "others_high": np.nan,
        "others_inside": None,
    }
    found, none = finding.found, finding.nothing
    if found is None:
        return told
    moved = none - row["predicted"]
    told["nothing_inside"] = bool(row["found_low"] <= none <= row["found_high"])
    told["centred_inside"] = bool(row["low"] + moved <= found <= row["high"] + moved)
    others = of_others(reforms, reform, finding)
    if others is not None:
        low, high = others
        told |= {"others_low": low, "others_high": high, "others_inside": low <= found <= high}
    return told


def benchmarks(
    table: pd.DataFrame, reforms: Sequence[Reform], role: str, seed: int
) -> dict[str, Any]:
    """How forecasts without a model do on findings of a role, beside the model.

    ``signs`` of findings that have an aim, and how many the model and the aims have right;
    ``aimed_at``, the same where the reform aimed at the measure, and ``side_effects``, where not.
    ``differ`` are the measures on which they differ, with who is right, and ``chance`` is the
    probability that at least so uneven a number of them goes to one side if both were as good
    (McNemar's exact test). ``values`` found, and how many lie in the intervals of the model, of no
    effect, and of the model moved to no effect. Of the numbers that other studies predict too
    (``compared``): those inside the model's intervals and inside theirs. Of those that are relative
    changes (``scored``): the mean interval score of each forecast, in shares, which is the width,
    and 2 / .1 times the distance of a number outside it, so that less is better (Gneiting & Raftery
    2007); and the model's less that of other studies, with its 95 % interval.
    """
    rows = table[table["role"] == role].to_dict("records")
    signs = [one for one in rows if one["aim_right"] is not None]
    values = [one for one in rows if one["inside"] is not None]
    compared = [one for one in values if one["others_inside"] is not None]
    differ = [
        {"measure": one["measure"], "right": "model" if one["sign_right"] else "aim"}
        for one in signs
        if one["sign_right"] != one["aim_right"]
    ]
    models = sum(one["right"] == "model" for one in differ)
    chance = float(scipy.stats.binomtest(models, len(differ)).pvalue) if differ else None
    return {
        **_signs(signs),
        "aimed_at": _signs([one for one in signs if one["aim"]]),
        "side_effects": _signs([one for one in signs if not one["aim"]]),
        "differ": differ,
        "chance": chance,
        "values": len(values),
        "inside": sum(one["inside"] for one in values),
        "nothing_inside": sum(one["nothing_inside"] for one in values),
        "centred_inside": sum(one["centred_inside"] for one in values),
        "compared": len(compared),
        "compared_inside": sum(one["inside"] for one in compared),
        "others_inside": sum(one["others_inside"] for one in compared),
        **_scored(compared, {one.name: one.finding for one in reforms}, seed),
    }


def _signs(rows: Sequence[Mapping[Any, Any]]) -> dict[str, int]:
    right = {"model_right": "sign_right", "aim_right": "aim_right"}
    counted = {name: sum(one[column] for one in rows) for name, column in right.items()}
    return {"signs": len(rows), **counted}


def _scored(
    rows: Sequence[Mapping[Any, Any]], findings: Mapping[str, Mapping[str, Finding]], seed: int
) -> dict[str, Any]:
    """Mean interval scores of all forecasts of relative changes."""
    scores: dict[str, list[float]] = {name: [] for name in FORECASTS}
    for row in rows:
        finding = findings[row["reform"]][row["finding"]]
        if _scale(finding) == _RELATIVE[0]:
            for name, ends in _ends(finding, row).items():
                scores[name].append(_interval_score(finding, *ends))
    told: dict[str, Any] = {"scored": len(scores["model"])}
    if not told["scored"]:
        return told
    less = np.subtract(scores["model"], scores["others"])
    apart = estimates({"less": less}, seed)["less"]
    means = {name: float(np.mean(each)) for name, each in scores.items()}
    less_others = {
        "value": apart.value,
        "low": _finite(apart.low),
        "high": _finite(apart.high),
    }
    return {**told, "interval_score": means, "model_less_others": less_others}


def _finite(number: float) -> float | None:
    """A number for JSON, which has no word for what is not one."""
    return float(number) if np.isfinite(number) else None


def _ends(finding: Finding, row: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Intervals of all forecasts, in numbers of the finding."""
    moved = finding.nothing - row["predicted"]
    error = finding.nothing - row["found"]
    return {
        "model": (row["low"], row["high"]),
        "nothing": (row["found_low"] + error, row["found_high"] + error),
        "centred": (row["low"] + moved, row["high"] + moved),
        "others": (row["others_low"], row["others_high"]),
    }


def _interval_score(finding: Finding, low: float, high: float) -> float:
    assert finding.found is not None
    least, found, most = (change(finding, one) for one in (low, finding.found, high))
    outside = max(least - found, 0.0) + max(found - most, 0.0)
    return most - least + 2.0 / _MISSED * outside
