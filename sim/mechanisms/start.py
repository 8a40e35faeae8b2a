"""The start of a run (初始化): posts are filled, citizens gathered, directives begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.distributions import normal_share
from sim.kinds import COUNTER, LEADING, STAFF
from sim.machine.compiled import rule
from sim.machine.draws import AT_START, decision, draw
from sim.mechanisms import (
    agenda,
    appraisal,
    burden,
    directives,
    need,
    patronage,
    public,
    recruitment,
    withdrawal,
)
from sim.mechanisms.channels import combine_channels

if TYPE_CHECKING:
    from sim.mechanisms.typed import (
        AllSettings,
        Appraisers,
        Channels,
        Citizen,
        Department,
        MechanismTable,
        Numbers,
        Officers,
        Places,
        World,
    )

LINE = decision(16, "a line at the start: age of its directive, spare, spare, spare")


@rule
def settle_settings(
    mechanisms: MechanismTable,
    first: int,
    last: int,
    groups: int,
    channels: Channels,
    appraisers: Appraisers,
    monitoring: Numbers,
    settings: AllSettings,
) -> None:
    """Work out what follows from mechanism settings, for months first…last − 1 and every group."""
    for month in range(first, last):
        for group in range(groups):
            row = mechanisms[month, group]
            combine_channels(row, channels, monitoring, settings, month)
            appraisal.look(row, appraisers, settings)
            row.time_taken = burden.time_taken(row, channels, settings, month)


@rule
def lay_out_posts(
    officers: Officers,
    department: Department,
    number: int,
    rank: Places,
    superior: Places,
    subordinates: Places,
    front: Places,
) -> None:
    """Lay out the posts of department ``number``, without holders; arrays have an entry a post."""
    department.depth = 0
    for place in range(department.officers):
        i = department.first_officer + place
        post = officers[i]
        post.department = number
        post.number_in_department = place
        post.rank = rank[i]
        department.depth = max(department.depth, post.rank)
        post.superior = superior[i]
        post.subordinates = subordinates[i]
        post.front = 1 if front[i] else 0
        if post.front:
            post.category = COUNTER
        else:
            post.category = LEADING if post.subordinates > 0 else STAFF
        # The first subordinate is never post 0, the head of the first department.
        if post.rank > 0 and post.superior >= 0:
            above = officers[post.superior]
            if above.first_subordinate == 0:
                above.first_subordinate = i


@rule
def start_citizen(
    citizen: Citizen, d: int, number: int, settings: AllSettings, seed: int, replicate: int
) -> None:
    """Draw a citizen's trust, need and voice at the start."""
    citizen.department = d
    citizen.number_in_department = number
    u = draw(seed, replicate, public.PUBLIC, AT_START, d, number)
    citizen.trust = normal_share(u[0], settings.trust_mean, settings.trust_sd)
    citizen.trust_in_centre = normal_share(
        u[1], settings.trust_in_centre_mean, settings.trust_in_centre_sd
    )
    citizen.need = need.need_at(settings, u[3])
    citizen.voice = 1 if u[2] < need.chance_of_voice(settings, u[3]) else 0
    citizen.news = 0.0
    citizen.trust_before = citizen.trust


@rule
def start_department(world: World, d: int) -> None:
    """Fill a department's posts, gather its citizens, and put a directive under way."""
    department = world.departments[d]
    settings = world.settings[0]
    seed = world.seed
    replicate = world.replicate
    first = department.first_officer
    last = first + department.officers
    for i in range(first, last):
        recruitment.be_there_at_start(world.officers[i], settings, seed, replicate)
        world.officers[i].person = i
        patronage.tie(world.officers, i, settings, seed, replicate, AT_START)
    patronage.count_clients(world.officers, first, last, department)
    trust = 0.0
    leads = 0.0
    voiced = 0.0
    for number in range(department.citizens):
        citizen = world.citizens[department.first_citizen + number]
        start_citizen(citizen, d, number, settings, seed, replicate)
        trust += citizen.trust
        leads += withdrawal.lead_of_centre(citizen.trust_in_centre, citizen.trust)
        voiced += citizen.voice
    department.credibility = settings.trust_mean
    if department.citizens > 0:
        department.credibility = trust / float(department.citizens)
        department.voiced = voiced / float(department.citizens)
        withdrawal.take_stock(department, leads / float(department.citizens), 0.0, settings)
    department.willing = department.credibility
    department.trust_below = department.credibility
    department.willing_below = department.credibility
    department.norm = settings.norm_at_start
    directives.new_directive(department, settings, seed, replicate, AT_START)
    u = draw(seed, replicate, LINE, AT_START, department.line, 0)
    department.directive_age = min(int(u[0] * settings.life), settings.life - 1)
    if agenda.several(settings):
        agenda.begin(department, settings, seed, replicate, AT_START)


@rule
def start(
    world: World,
    rank: Places,
    superior: Places,
    subordinates: Places,
    front: Places,
    first: int,
    last: int,
) -> None:
    """Lay departments first…last − 1 out, and draw everything that they begin with."""
    for d in range(first, last):
        department = world.departments[d]
        lay_out_posts(world.officers, department, d, rank, superior, subordinates, front)
        start_department(world, d)
