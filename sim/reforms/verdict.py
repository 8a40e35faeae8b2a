"""What predictions for published reforms are worth beside forecasts without a model, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

from sim.kinds import listed
from sim.reforms.published import FIT, HELD_OUT, Reform, measure_of
from sim.study.estimate import CONFIDENCE

_HUNDRED = 100.0
_OF = {HELD_OUT: "Of the findings held out", FIT: "Of the findings that the calibration uses"}


def headline(content: Mapping[str, Any], role: str) -> str:
    """Numbers and signs that the model has right, and signs that aims have right, in a sentence."""
    counted, judged = content["score"][role], content["benchmarks"][role]
    text = (
        f"{_OF[role]}, {counted['inside']} of {counted['values']} numbers lie in the predictive "
        f"interval, and {counted['signs_right']} of {counted['signs']} signs are right."
    )
    if judged["signs"]:
        text += (
            " A forecast that every reform does what it aims at, and has no side effects, has "
            f"{judged['aim_right']} of {judged['signs']} signs right."
        )
    return text


def verdict(content: Mapping[str, Any], role: str) -> str:
    """Whether the model does better than forecasts without one, on signs and on numbers."""
    judged = content["benchmarks"][role]
    said = []
    if judged["signs"]:
        more = judged["model_right"] - judged["aim_right"]
        sure = judged["chance"] is not None and judged["chance"] <= 1.0 - CONFIDENCE
        said.append(f"On signs the model is {_better(more, 'that forecast', sure)}.")
    if judged["scored"]:
        apart = judged["model_less_others"]
        low, high = apart["low"], apart["high"]
        sure = low is not None and high is not None and (low > 0.0 or high < 0.0)
        others = "an interval of what other studies found"
        said.append(f"On numbers it is {_better(-apart['value'], others, sure)}.")
    return " ".join(said)


def _better(more: float, than: str, sure: bool) -> str:
    """A comparison of two forecasts; ``sure`` if its difference is more than chance allows."""
    if more > 0:
        return f"better than {than}" if sure else f"not clearly better than {than}"
    return f"worse than {than}" if sure else f"no better than {than}"


def by_aim(content: Mapping[str, Any], role: str) -> list[str]:
    """Signs that model and aims have right: where a reform aimed, and of side effects."""
    judged = content["benchmarks"][role]
    said = []
    aimed, side = judged["aimed_at"], judged["side_effects"]
    if aimed["signs"]:
        said.append(
            f"Where reforms aimed at what was measured, the model has {aimed['model_right']} of "
            f"{aimed['signs']} signs right and the aims {aimed['aim_right']}."
        )
    if side["signs"]:
        said.append(
            "Of side effects, which that forecast leaves out, the model has "
            f"{side['model_right']} of {side['signs']} right."
        )
    return said


def details(content: Mapping[str, Any], reforms: Sequence[Reform], role: str) -> list[str]:
    """The comparison with forecasts that need no model, as sentences."""
    judged = content["benchmarks"][role]
    said = by_aim(content, role)
    said += _differing(judged, reforms)
    if judged["values"]:
        said.append(
            f"Of {judged['values']} numbers, {judged['inside']} lie in the model's intervals, "
            f"{judged['nothing_inside']} in those of a forecast of no effect, and "
            f"{judged['centred_inside']} in the model's intervals moved to no effect."
        )
    if judged["compared"]:
        said.append(
            f"Of the {judged['compared']} numbers that other studies predict too, "
            f"{judged['compared_inside']} lie in the model's intervals and "
            f"{judged['others_inside']} in those of what other studies found."
        )
    if judged["scored"]:
        scores = {name: _HUNDRED * one for name, one in judged["interval_score"].items()}
        apart = judged["model_less_others"]
        between = ""
        if apart["low"] is not None:
            ends = " to ".join(_points(apart[end]) for end in ("low", "high"))
            between = f"; model less others {_points(apart['value'])} (95 % interval {ends})"
        said.append(
            f"Mean interval score of {judged['scored']} relative changes, in per cent, less is "
            f"better: the model {scores['model']:.0f}, other studies {scores['others']:.0f}, no "
            f"effect {scores['nothing']:.0f}, the model moved to no effect "
            f"{scores['centred']:.0f}{between}."
        )
    return said


def _differing(judged: Mapping[str, Any], reforms: Sequence[Reform]) -> list[str]:
    """On which findings model and aims differ, and who is right there."""
    titles = {
        measure_of(one, name): f"“{finding.title}” ({one.source})"
        for one in reforms
        for name, finding in one.finding.items()
    }
    right: dict[str, list[str]] = {"model": [], "aim": []}
    for one in judged["differ"]:
        right[one["right"]].append(titles[one["measure"]])
    if not judged["differ"]:
        return ["On no finding do model and aims differ."] if judged["signs"] else []
    parts = [
        f"{who} on {listed(right[key], 'and')}"
        for key, who in (("model", "the model is right"), ("aim", "the aims are right"))
        if right[key]
    ]
    return [
        f"They differ on {len(judged['differ'])}: {'; '.join(parts)}. So uneven a division has a "
        f"probability of {judged['chance']:.2g} if both forecasts were as good (McNemar's exact "
        "test)."
    ]


def _points(share: float) -> str:
    return f"{_HUNDRED * share:+.0f}".replace("-", "−")
