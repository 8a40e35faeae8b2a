"""Supervision: kinds of eye, and the nine channels that look with them."""

from sim.declare import Section, number, share


class Eye(Section):
    """How well one kind of look sees each conduct that is misconduct (监督视角)."""

    literal: float = share("probability of seeing literal conduct", zh="识别照本宣科")
    selective: float = share("probability of seeing selective conduct", zh="识别选择性执行")
    symbolic: float = share("probability of seeing symbolic conduct", zh="识别形象工程")
    idle: float = share("probability of seeing idle conduct", zh="识别隐形不作为")


class Eyes(Section):
    """Kinds of look: at papers, at accounts, by those served, along an approval (监督视角)."""

    inspection: Eye
    audit: Eye
    served: Eye
    monitoring: Eye


class Channel(Section):
    """One channel of supervision: a mix of eyes, its publicity and its burden (监督渠道)."""

    inspection: float = share("part of paper inspection in what it does", zh="书面检查比重")
    audit: float = share("part of audit in what it does", zh="审计比重")
    served: float = share("part of those served in what it does", zh="服务对象比重")
    publicity: float = share("readiness to publish a case", zh="曝光")
    burden: float = number(
        "officers' time taken per unit of coverage", 0, 10, "share", zh="迎检负担"
    )


class Channels(Section):
    """The nine channels of supervision (监督体系)."""

    party: Channel
    congress: Channel
    consultative: Channel
    parties: Channel
    administrative: Channel
    audit: Channel
    courts: Channel
    masses: Channel
    press: Channel
