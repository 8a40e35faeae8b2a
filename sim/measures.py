"""Measures: what is read off a run, and how.

Every measure is a ratio of sums, so it holds for any months and any groups of departments.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.month import MONTHS_A_YEAR
from sim.state import GRADES

# Sums over months and departments, arrays of any one shape.
Sums = Mapping[str, Any]
PER_HUNDRED_YEARS = 100.0 * MONTHS_A_YEAR


ALL, TREATED, UNTREATED = "all", "treated", "untreated"
# What a measure is read off: sums over the months observed, the same by layer, or every month.
WINDOW, LAYERS, MONTHS = "window", "layers", "months"


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, its unit, and how it is read off sums of tallies."""

    name: str
    title: str
    zh: str
    unit: str
    meaning: str
    read: Callable[[Sums], NDArray[np.float64]]
    # Months that go into one point of a monthly series.
    window: int = 1
    monthly: bool = True
    # Departments it speaks of: all, or those under some reform or none, where a reform is partial.
    among: str = ALL
    reads: str = WINDOW


def ratio(top: Any, bottom: Any) -> NDArray[np.float64]:
    """Top over bottom; NaN where there is nothing below."""
    found = np.full(np.shape(top), np.nan)
    np.divide(top, bottom, out=found, where=bottom > 0)
    return found


def _per(field: str, base: str = "officers", times: float = 1.0) -> Callable[[Sums], Any]:
    return lambda sums: ratio(times * sums[field], sums[base])


def _reported_less_real(sums: Sums) -> NDArray[np.float64]:
    return ratio(sums["reported"], sums["reporting"]) - ratio(sums["delivered"], sums["fronts"])


def _follow_through(sums: Sums) -> NDArray[np.float64]:
    late = ratio(sums["late"], sums["late_fronts"])
    early = ratio(sums["early"], sums["early_fronts"])
    return ratio(late, early)


def _cost(sums: Sums) -> NDArray[np.float64]:
    return ratio(MONTHS_A_YEAR * sums["burden"] + sums["levers_cost"], sums["officers"])


def _non_compliance(sums: Sums) -> NDArray[np.float64]:
    return ratio(sums["selective"] + sums["symbolic"] + sums["idle"], sums["officers"])


def _appraised(sums: Sums) -> NDArray[np.float64]:
    validity = ratio(sums["validity"], sums["officers"])
    real = validity * ratio(sums["substance"], sums["officers"])
    return np.asarray(real + (1.0 - validity) * ratio(sums["show"], sums["officers"]))


def _grade(name: str) -> Callable[[Sums], NDArray[np.float64]]:
    return lambda sums: ratio(sums[name], sum(sums[grade] for grade in GRADES))


def content_lost(sums: Sums) -> NDArray[np.float64]:
    """Share of the content that reaches each layer and is lost there, tier by tier from the top.

    Layers have shape (…, tiers, ranks); the result (…, tiers × ranks). NaN where nobody is, and off
    the way from head to head down to the front line.
    """
    layers = sums["layers"]
    *runs, tiers, ranks = layers["officers"].shape
    officers = layers["officers"].reshape(*runs, -1)
    tier, rank = np.repeat(np.arange(tiers), ranks), np.tile(np.arange(ranks), tiers)
    on_the_way = (rank == 0) | (tier == tiers - 1)
    content = ratio(layers["content"].reshape(*runs, -1), officers)
    lost = np.full(officers.shape, np.nan)
    arrived = np.ones(officers.shape[:-1])
    for layer in np.flatnonzero(on_the_way):
        here = officers[..., layer] > 0
        lost[..., layer] = np.where(here, 1.0 - ratio(content[..., layer], arrived), np.nan)
        arrived = np.where(here, content[..., layer], arrived)
    return lost


def _bottleneck(sums: Sums) -> Any:
    lost = content_lost(sums)
    there = np.cumsum(sums["layers"]["officers"].reshape(lost.shape) > 0, axis=-1)
    most = np.argmax(np.where(np.isnan(lost), -np.inf, lost), axis=-1)
    number = np.take_along_axis(there, most[..., None], axis=-1)[..., 0]
    return np.where(np.isnan(lost).all(axis=-1), np.nan, number)


def _bottleneck_loss(sums: Sums) -> Any:
    lost = content_lost(sums)
    most = np.where(np.isnan(lost), -np.inf, lost).max(axis=-1)
    return np.where(np.isneginf(most), np.nan, most)


def _blame_below(sums: Sums) -> Any:
    layers = sums["layers"]
    *runs, _, _ = layers["officers"].shape
    sanctions = layers["sanctions"].reshape(*runs, -1)
    there = layers["officers"].reshape(*runs, -1) > 0
    from_below = np.cumsum(there[..., ::-1], axis=-1)[..., ::-1]
    lowest = there & (from_below <= LOWEST)
    return ratio((sanctions * lowest).sum(axis=-1), sanctions.sum(axis=-1))


def _rupture_month(sums: Sums) -> Any:
    reached = sums["silent_by_month"] >= RUPTURE
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), np.nan)


def _yearly(name: str, title: str, zh: str, meaning: str) -> Measure:
    read = _per(name, times=PER_HUNDRED_YEARS)
    return Measure(name, title, zh, "per 100 officer-years", meaning, read, monthly=False)


# Share of silent citizens that counts as rupture.
RUPTURE = 0.1
# Layers of the chain that count as the lowest.
LOWEST = 2

_CASES = "per 100 officer-years"

MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "execution_rate",
            "Execution rate",
            "执行率",
            "share",
            "content delivered at the front line, through every layer above it",
            _per("delivered", "fronts"),
        ),
        Measure(
            "reported_rate",
            "Reported rate",
            "上报执行率",
            "share",
            "execution as the reporting chain sees it",
            _per("reported", "reporting"),
        ),
        Measure(
            "inflation",
            "Inflation of reports",
            "虚报",
            "share",
            "reported less real execution",
            _reported_less_real,
        ),
        Measure(
            "over_execution",
            "Over-execution",
            "过度执行",
            "share",
            "work at the front line beyond what was asked, for the department's good",
            _per("excess", "fronts"),
        ),
        Measure(
            "hidden_shortfall",
            "Hidden from citizens",
            "瞒下",
            "share",
            "shortfall at the counter that is kept from citizens",
            _per("hidden", "citizens"),
        ),
        Measure(
            "credibility",
            "Credibility",
            "公信力",
            "share",
            "mean trust in local departments",
            _per("trust", "citizens"),
        ),
        Measure(
            "trust_in_centre",
            "Trust in the centre",
            "对中央的信任",
            "share",
            "mean trust in the centre",
            _per("trust_in_centre", "citizens"),
        ),
        Measure(
            "rupture_share",
            "Rupture",
            "断裂",
            "share",
            "citizens who no longer cooperate or complain",
            _per("silent", "citizens"),
        ),
        Measure(
            "follow_through",
            "Follow-through",
            "善始善终",
            "ratio",
            "front-line substance in the last third of directives over that in the first third, "
            "twelve months",
            _follow_through,
            window=MONTHS_A_YEAR,
        ),
        Measure(
            "burden",
            "Burden",
            "负担",
            "share",
            "officers' time that is taken",
            _per("burden"),
        ),
        Measure(
            "cost",
            "Cost",
            "成本",
            "officer-months per officer-year",
            "time taken and outside cost of levers",
            _cost,
        ),
        Measure("faithful", "Faithful", "忠实执行", "share", "officers faithful", _per("faithful")),
        Measure("literal", "Literal", "照本宣科", "share", "officers literal", _per("literal")),
        Measure(
            "selective",
            "Selective",
            "选择性执行",
            "share",
            "officers selective",
            _per("selective"),
        ),
        Measure(
            "symbolic",
            "Symbolic",
            "形象工程",
            "share",
            "officers symbolic",
            _per("symbolic"),
        ),
        Measure("idle", "Idle", "隐形不作为", "share", "officers idle", _per("idle")),
        Measure(
            "non_compliance",
            "Non-compliance",
            "未依规执行",
            "share",
            "officers selective, symbolic or idle",
            _non_compliance,
        ),
        Measure(
            "sanctions",
            "Sanctions",
            "处分",
            _CASES,
            "sanctions of any cause",
            _per("sanctions", times=PER_HUNDRED_YEARS),
        ),
        Measure(
            "unjust_sanctions",
            "Unjust sanctions",
            "不当问责",
            _CASES,
            "sanctions of officers who were not culpable",
            _per("unjust_sanctions", times=PER_HUNDRED_YEARS),
        ),
        Measure(
            "inaction_cases",
            "Inaction among cases",
            "不作为案件占比",
            "share",
            "sanctions of the idle among those of the literal, the symbolic and the idle",
            _per("cases_of_inaction", "cases_of_form"),
            monthly=False,
        ),
        Measure(
            "complaints",
            "Complaints",
            "投诉",
            _CASES,
            "complaints filed by citizens",
            _per("filed", times=PER_HUNDRED_YEARS),
        ),
        Measure(
            "upheld_complaints",
            "Upheld complaints",
            "有效投诉",
            _CASES,
            "complaints upheld",
            _per("upheld", times=PER_HUNDRED_YEARS),
        ),
        Measure(
            "incidents",
            "Incidents",
            "事故",
            _CASES,
            "incidents at the front line",
            _per("incidents", times=PER_HUNDRED_YEARS),
        ),
        Measure(
            "substance", "Substance", "实绩", "share", "real work of officers", _per("substance")
        ),
        Measure("show", "Show", "表面政绩", "share", "work shown by officers", _per("show")),
        Measure(
            "appraised_work",
            "Work as appraised",
            "考核所见业绩",
            "share",
            "work as appraisal sees it: real and shown, by its validity",
            _appraised,
        ),
        *(
            Measure(name, title, zh, "share", f"officers who are {meaning}", _per(name))
            for name, title, zh, meaning in (
                ("sound", "Sound", "状态良好", "in none of the third states"),
                ("unprincipled", "Unprincipled", "缺乏从政道德", "without public morals"),
                ("driftless", "Driftless", "事业心不强", "without drive"),
                ("unable", "Unable", "能力不适应", "without the ability they need"),
                ("exhausted", "Exhausted", "缺乏精神动力", "content with small gains"),
                ("fixer", "Fixers", "信奉潜规则", "believers in hidden rules and connections"),
            )
        ),
        Measure("capability", "Capability", "能力", "share", "mean capability", _per("capability")),
        Measure(
            "responsibility",
            "Responsibility",
            "责任心",
            "share",
            "mean responsibility",
            _per("responsibility"),
        ),
        Measure("inertia", "Inertia", "惰性", "share", "mean inertia", _per("inertia")),
        Measure("connection", "Connection", "关系", "share", "mean connection", _per("connection")),
        Measure(
            "merit_belief",
            "Belief in merit",
            "公平预期",
            "share",
            "mean belief that merit is rewarded",
            _per("merit_belief"),
        ),
        Measure(
            "perceived_risk",
            "Perceived risk",
            "问责预期",
            "share",
            "mean perceived risk of being held to account",
            _per("perceived_risk"),
        ),
        Measure("norm", "Norm", "风气", "share", "norm of departments", _per("norm")),
        Measure(
            "validity",
            "Validity of appraisal",
            "考核效度",
            "share",
            "how far appraisal measures substance",
            _per("validity"),
        ),
        *(
            Measure(
                f"graded_{grade}",
                f"Graded {grade.replace('_', ' ')}",
                zh,
                "share",
                f"officers graded {grade.replace('_', ' ')}",
                _grade(grade),
                monthly=False,
            )
            for grade, zh in zip(GRADES, ("优秀", "称职", "基本称职", "不称职"), strict=True)
        ),
        Measure(
            "rupture_month",
            "Month of rupture",
            "断裂月份",
            "month",
            "first month with a tenth of citizens silent",
            _rupture_month,
            monthly=False,
            reads=MONTHS,
        ),
        Measure(
            "bottleneck_layer",
            "Bottleneck",
            "肠梗阻层级",
            "layer from the top",
            "layer of the chain at which most content is lost",
            _bottleneck,
            monthly=False,
            reads=LAYERS,
        ),
        Measure(
            "bottleneck_loss",
            "Lost at the bottleneck",
            "肠梗阻损失",
            "share",
            "content that reaches that layer and is lost there",
            _bottleneck_loss,
            monthly=False,
            reads=LAYERS,
        ),
        Measure(
            "blame_below",
            "Blame on the lowest two layers",
            "问责下移",
            "share",
            "sanctions that land on the lowest two layers",
            _blame_below,
            monthly=False,
            reads=LAYERS,
        ),
        *(
            Measure(
                f"{name}_{among}",
                f"{title}, {among}",
                zh,
                "share",
                f"{meaning} in departments {among} by a reform",
                read,
                monthly=False,
                among=among,
            )
            for name, title, zh, meaning, read in (
                ("execution_rate", "Execution", "执行率", "execution", _per("delivered", "fronts")),
                ("credibility", "Credibility", "公信力", "credibility", _per("trust", "citizens")),
                ("faithful", "Faithful", "忠实执行", "officers faithful", _per("faithful")),
            )
            for among in (TREATED, UNTREATED)
        ),
        _yearly("promotions", "Promotions", "晋升", "officers promoted"),
        _yearly("demotions", "Demotions", "降职", "officers moved down"),
        _yearly("dismissals", "Dismissals", "辞退", "officers dismissed"),
        _yearly("retirements", "Retirements", "退休", "officers retired"),
        _yearly("resignations", "Resignations", "辞职", "officers who resigned"),
        _yearly("transfers", "Transfers", "交流任职", "leaders moved to another government"),
        _yearly("arrivals", "Arrivals", "交流到任", "leaders who came from another government"),
        _yearly("moved", "Moved aside", "调整岗位", "officers moved to another post of their rank"),
        _yearly("retrained", "Retrained", "离岗培训", "officers sent back to training"),
        _yearly("recruits", "Newcomers", "新录用", "officers taken on"),
        _yearly(
            "reversed_sanctions",
            "Reversed sanctions",
            "复议撤销",
            "unjust sanctions undone by review or arbitration",
        ),
    )
}

SERIES = tuple(name for name, measure in MEASURES.items() if measure.monthly)
