"""Channels of supervision (监督体系): nine of them look at officers, each with eyes of its own.

A channel looks at a part of an officer's month (its coverage). It uses several methods of
observation, which scenarios call eyes: inspection of papers, audit of accounts, judgement of those
served (source C6). Each eye detects each conduct with some probability (its acuity), so a channel
overlooks what its eyes overlook. Observations are independent of each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Assembled, Section, count, each, number, share
from sim.kinds import CHANNELS, CONDUCTS, EYES, MASSES, PARTY
from sim.machine.compiled import rule
from sim.mechanisms import target_inflation
from sim.mechanisms.deterrence import severity_felt

if TYPE_CHECKING:
    from sim.mechanisms.typed import AllSettings, Channel, Channels, Mechanisms, Numbers

_C6 = "essay, C6; assumed value"


class Coverage(Section):
    """How much of an officer's month each channel looks at (监督覆盖面)."""

    party: float = number(
        "party supervision",
        0,
        1,
        "share a month",
        zh="党内监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    congress: float = number(
        "people's congress",
        0,
        1,
        "share a month",
        zh="人大监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    consultative: float = number(
        "consultative conference",
        0,
        1,
        "share a month",
        zh="政协监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    parties: float = number(
        "other parties",
        0,
        1,
        "share a month",
        zh="党派监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    administrative: float = number(
        "administrative supervision",
        0,
        1,
        "share a month",
        zh="监察监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    audit: float = number(
        "audit", 0, 1, "share a month", zh="审计监督", source=_C6, intended={"perceived_risk": 1}
    )
    courts: float = number(
        "courts", 0, 1, "share a month", zh="司法监督", source=_C6, intended={"perceived_risk": 1}
    )
    masses: float = number(
        "citizens' complaints that are looked into",
        0,
        1,
        "share",
        zh="群众监督",
        source=_C6,
        intended={"perceived_risk": 1},
    )
    press: float = number(
        "press", 0, 1, "share a month", zh="舆论监督", source=_C6, intended={"perceived_risk": 1}
    )


class ChannelSettings(Section):
    """One channel of supervision: a mix of eyes, its publicity and its burden (监督渠道)."""

    inspection: float = share("part of paper inspection in what it does", zh="书面检查比重")
    audit: float = share("part of audit in what it does", zh="审计比重")
    served: float = share("part of those served in what it does", zh="服务对象比重")
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number(
        "officers' time taken per unit of coverage", 0, 10, "ratio", zh="迎检负担"
    )


if TYPE_CHECKING:
    Eye = Assembled
    Eyes = Assembled
    ChannelTable = Assembled
else:
    Eye = each(
        "Eye",
        "How well one kind of look sees each conduct that can be misconduct (监督视角).",
        CONDUCTS.where(lambda conduct: conduct.misconduct),
        lambda conduct: share(
            f"probability of seeing {conduct.title.lower()} conduct",
            zh=f"识别{conduct.zh}",
            meaning_zh=f"识别{conduct.zh}的概率",
        ),
        module=__name__,
    )
    Eyes = each(
        "Eyes",
        "Kinds of look: at papers, at accounts, by those served, along an approval (监督视角).",
        EYES,
        Eye,
        module=__name__,
        section="eyes",
    )
    ChannelTable = each(
        "ChannelTable",
        "The nine channels of supervision (监督体系).",
        CHANNELS,
        ChannelSettings,
        module=__name__,
        section="channels",
    )


class Reach(Section, section="reach"):
    """How far clauses reach."""

    pledge_sight: float = number(
        "how much better those served see under a pledge",
        0,
        5,
        "ratio",
        zh="承诺增强的监督",
        source=_C6,
    )
    tour_every: int = count(
        "months between inspection tours", 1, 120, "months", zh="巡查周期", source=_C6
    )


class MechanismFields(Section, row="mechanisms"):
    """What follows from the settings of a month: how well all channels but the masses' see each
    conduct.
    """

    unseen: float = share(
        "probability that none of them sees a conduct in a month",
        zh="未被发现的概率",
        width=len(CONDUCTS),
    )
    sight: float = number(
        "sum of coverage times acuity for a conduct",
        0,
        None,
        "share",
        zh="监督可见度",
        width=len(CONDUCTS),
    )


class ChannelFields(Section, row="channel"):
    """One channel: its acuity for each conduct, computed from its mix of eyes."""

    acuity: float = share("acuity for each conduct", zh="识别力", width=len(CONDUCTS))
    served: float = share(
        "the part of it that comes from those served", zh="服务对象识别力", width=len(CONDUCTS)
    )
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number(
        "officers' time taken per unit of coverage", 0, 10, "ratio", zh="迎检负担"
    )


@rule
def coverage_of(c: int, mechanisms: Mechanisms, settings: AllSettings, month: int) -> float:
    """Share of an officer's month that channel ``c`` looks at, in [0, 1].

    In the month of an inspection tour (巡查) the party's channel looks at more.
    """
    coverage = mechanisms.coverage[c]
    if c == PARTY and month % settings.tour_every == settings.tour_every - 1:
        coverage = min(1.0, coverage + mechanisms.tours)
    return coverage


@rule
def acuity_for(channel: Channel, k: int, mechanisms: Mechanisms, settings: AllSettings) -> float:
    """Probability that a look of this channel sees conduct ``k``, in [0, 1].

    A public pledge tells those served what to look for, so they see better.
    """
    keener = settings.pledge_sight * mechanisms.pledges * channel.served[k]
    return min(1.0, channel.acuity[k] + keener)


@rule
def combine_channels(
    mechanisms: Mechanisms,
    channels: Channels,
    monitoring: Numbers,
    settings: AllSettings,
    month: int,
) -> None:
    """Work out how well all channels but the masses' together see each conduct in one month.

    The probability that none of them sees conduct k, ``mechanisms.unseen[k]``, is the product of
    1 − coverage · acuity over channels; ``mechanisms.sight[k]`` is the sum of coverage · acuity.
    Monitoring (全程监察) watches approvals from end to end, beside the channels; ``monitoring[k]``
    is its acuity for conduct k.
    """
    for k in range(len(mechanisms.unseen)):
        unseen = 1.0
        sight = 0.0
        inside = 0.0
        for c in range(len(channels)):
            if c != MASSES:
                coverage = coverage_of(c, mechanisms, settings, month)
                looks = coverage * acuity_for(channels[c], k, mechanisms, settings)
                unseen *= 1.0 - looks
                sight += looks
                inside += looks if target_inflation.is_inside(c) else 0.0
        mechanisms.inside[k] = inside
        watched = mechanisms.monitoring * monitoring[k]
        mechanisms.unseen[k] = unseen * (1.0 - watched)
        mechanisms.sight[k] = sight + watched
    mechanisms.severity_felt = severity_felt(mechanisms.severity, settings)


@rule
def with_inspections(
    taken: float,
    mechanisms: Mechanisms,
    channels: Channels,
    settings: AllSettings,
    month: int,
) -> float:
    """Share of everybody's time: ``taken`` and what all channels but the masses' take."""
    for c in range(len(channels)):
        if c != MASSES:
            taken += coverage_of(c, mechanisms, settings, month) * channels[c].burden
    return taken
