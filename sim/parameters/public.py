"""Citizens: trust, complaint, silence."""

from sim.declare import Section, count, group, number, share
from sim.parameters.officers import Spread


class Public(Section):
    """Citizens: trust, complaint, silence (公信力)."""

    citizens: int = count("citizens served by each department", 1, 10_000_000, zh="服务群众数")
    trust: Spread = group("trust in the local department", zh="对地方的信任", source="assumed")
    trust_in_centre: Spread = group(
        "trust in the centre", zh="对中央的信任", source="Li 2004; assumed values"
    )
    voice: float = share(
        "citizens ready to complain", zh="发声", source="Hirschman 1970; assumed value"
    )
    complaint_rate: float = share(
        "monthly complaints of a wholly dissatisfied citizen through an open channel",
        zh="投诉率",
        source="Hirschman 1970; assumed value",
    )
    expectation: float = number(
        "delivery that fully satisfies",
        0.01,
        1,
        "share",
        zh="期望",
        source="Van Ryzin 2004; assumed value",
    )
    excess_harm: float = share(
        "experience lost per unit of work beyond what was asked: fees, fines, approvals",
        zh="过度执行的损害",
        source="essay, B3; assumed value",
    )
    gain: float = share(
        "trust gained per unit of good surprise", zh="信任增益", source="Slovic 1993; assumed value"
    )
    loss: float = share(
        "trust lost per unit of bad surprise", zh="信任损失", source="Slovic 1993; assumed value"
    )
    neighbour_pull: float = share("pull of neighbours' mean trust", zh="邻里影响")
    scandal: float = share(
        "local trust lost per published case and hundred officers", zh="曝光损失的信任"
    )
    centre_credit: float = share(
        "trust in the centre gained per published sanction and hundred officers",
        zh="处分增进对中央的信任",
        source="Li 2004; assumed value",
    )
    attribution: float = number(
        "pull of local trust on trust in the centre",
        0,
        1,
        "share a month",
        zh="地方影响对中央的信任",
        source="Li 2004; assumed value",
    )
    exit_below: float = share(
        "trust below which a citizen withdraws in time",
        zh="断裂阈值",
        source="essay, B10; Hirschman 1970; assumed value",
    )
    return_above: float = share("trust above which a citizen comes back", zh="恢复阈值")
    exit_months: int = count(
        "months below before a citizen falls silent", 1, 600, "months", zh="断裂时长"
    )
