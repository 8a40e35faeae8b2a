"""What settings are called in sentences: from their declarations, in English and Chinese."""

from functools import cache
from typing import Any

from sim.decision_rule import DECIDE
from sim.declare import Quantity, heading, quantities
from sim.drawing.language import Speaker, Texts
from sim.kinds import APPRAISERS, CHANNELS, CONDUCTS
from sim.world.scenario import Scenario

TEXT: Texts = {
    "en": {
        "decide": "the rule of decision",
        "of_lever": "{setting}, under {lever}",
        "lever_burden": "burden of {lever}",
        "lever_cost": "cost of {lever}",
        "in_group": "{group}: {title}",
    },
    "zh": {
        "decide": "决策规则",
        "of_lever": "{lever}的{setting}",
        "lever_burden": "{lever}的负担",
        "lever_cost": "{lever}的成本",
        "in_group": "{group}：{title}",
    },
}
# Longer meanings than this are no name; the setting is then called by its key.
LONGEST = 60
_KINDS = {**CONDUCTS.of, **APPRAISERS.of, **CHANNELS.of}
_LEVERS, _FULL, _MECHANISMS = "levers", "full", "mechanisms"


@cache
def _declared() -> dict[str, Quantity]:
    return {one.key: one for one in quantities(Scenario)}


@cache
def _ambiguous() -> frozenset[str]:
    """Terms and meanings that several settings have."""
    told = [text for one in _declared().values() for text in {one.zh, one.meaning}]
    return frozenset(text for text in told if told.count(text) > 1)


def setting_title(key: str, scenario: Scenario | None, say: Speaker) -> str:
    """What a setting, a lever or the rule of decision is called; ``say`` knows ``TEXT``."""
    if key == DECIDE:
        return say("decide")
    if scenario is not None and key in scenario.levers:
        return say.lever(key, scenario)
    section, _, inside = key.partition(".")
    lever, _, rest = inside.partition(".")
    if section == _LEVERS and scenario is not None and lever in scenario.levers:
        title = say.lever(lever, scenario)
        if rest in ("burden", "cost"):
            return say(f"lever_{rest}", lever=title)
        clause = rest.removeprefix(f"{_FULL}.")
        return say("of_lever", lever=title, setting=_title(f"{_MECHANISMS}.{clause}", clause, say))
    return _title(key, key, say)


def _title(key: str, shown: str, say: Speaker) -> str:
    declared = _declared().get(key)
    if declared is None:
        # A change of all settings of a group at once, such as ``supervision.coverage.times``.
        return _group(key.rpartition(".")[0]) if say.chinese else shown
    title = declared.zh if say.chinese else declared.meaning
    if not title or len(title) > LONGEST:
        return shown
    if title not in _ambiguous():
        return title
    above = key.rpartition(".")[0]
    group = _group(above) if say.chinese else above
    return say("in_group", group=group, title=title) if group else title


def _group(key: str) -> str:
    """The Chinese term of a group of settings; of a kind, such as a conduct, its name."""
    section: Any = Scenario
    found = ""
    for part in key.split("."):
        field = section.model_fields.get(part)
        if field is None:
            return found
        section = field.annotation
        about = field.json_schema_extra or {}
        own = _KINDS[part].zh if part in _KINDS else about.get("zh")
        found = own or (heading(section)[1] if hasattr(section, "model_fields") else found)
    return found
