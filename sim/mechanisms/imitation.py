"""Imitation (模仿): officers do what a colleague did, above all a successful one.

A rule of decision in the place of the logit. Where it is unclear what pays, organisations and
people copy others (DiMaggio & Powell 1983), and more readily those who do better (Schlag 1998).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.declare import Section, share
from sim.machine.compiled import rule
from sim.machine.draws import decision, draw
from sim.mechanisms.conduct import choose

if TYPE_CHECKING:
    from sim.mechanisms.typed import Choice, Officer, World

COPYING = decision(18, "an officer who imitates: whether, whom, whether one graded worse, spare")


class Imitation(Section, section="imitation"):
    """Whom officers who imitate copy (模仿); of effect with that rule of decision."""

    copying: float = share(
        "months in which an officer copies a colleague; in the others it weighs by itself",
        zh="模仿频率",
        meaning_zh="公务员效仿同事的月份所占比例，其余月份自行权衡",
        source="DiMaggio & Powell 1983; assumed value",
    )
    success_bias: float = share(
        "part of the colleagues with a worse grade who are not copied",
        zh="效仿成功者的倾向",
        meaning_zh="考核等次较差的同事中不被效仿的比例",
        source="Schlag 1998; assumed value",
    )


@rule
def imitate(officer: Officer, choice: Choice, world: World, month: int) -> int:
    """Decide by imitation: copy last month's conduct of a colleague drawn from the department.

    Whoever meets a colleague with a worse grade may stay with its own conduct of last month. An
    officer alone, or with a conduct that is not available, weighs by itself, by logit.
    """
    settings = world.settings[0]
    d = officer.department
    department = world.departments[d]
    here = officer.number_in_department
    others = department.officers - 1
    u = draw(world.seed, world.replicate, COPYING, month, d, here)
    if others == 0 or u[0] >= settings.copying:
        return choose(choice)
    met = int(u[1] * others)
    # The officer itself is not among the colleagues.
    place = met + 1 if met >= here else met
    colleague = world.officers[department.first_officer + place]
    avoided = colleague.grade > officer.grade and u[2] < settings.success_bias
    copied = officer.previous_conduct if avoided else colleague.previous_conduct
    return copied if world.conducts[copied].available else choose(choice)
