"""Cases for appraisal and careers: grades, selection, recruitment, exits, promotion and patrons."""

import numpy as np

from sim.distributions import normal, normal_share
from sim.kinds import (
    COMPETENT,
    CONDUCTS,
    FAITHFUL,
    RECORD,
    SUPERIOR,
    TOP,
)
from sim.machine import draws
from sim.machine.draws import LAYER, draw
from sim.mechanisms import (
    agenda,
    announcement,
    appraisal,
    careers,
    grading,
    incentives,
    morale,
    patronage,
    recruitment,
    reporting,
    selection,
    target_inflation,
    tournament,
    training,
)
from sim.mechanisms.directives import AT_ONCE
from sim.world import state
from tests.equation_cases.rows import ages, directives_of, drawn, of, plain, table


@of("7.10")
def _(case):
    case.fixed.reports = int(case.rng.integers(2))
    rows = [drawn(state.APPRAISER, case.rng) for _ in range(4)]
    appraisal.look(case.mechanisms, table(state.APPRAISER, rows), case.fixed)
    here = case.mechanisms
    rated = here.users + case.fixed.rating_weight * here.counter_rating
    case.expected["rated"] = rated
    weights = np.array([here.superior, here.peers, here.record, rated])
    case.names["over appraisers"] = [
        {
            "appraiser": one,
            "weight": weight / weights.sum(),
            "audited": here.record_audit if place == RECORD else 0.0,
            "superiors": 1.0 if place == SUPERIOR else 0.0,
        }
        for place, (one, weight) in enumerate(zip(rows, weights, strict=True))
    ]
    case.row(state.DEPARTMENT)
    case.names["reliance"] = reporting.reliance(here, case.fixed)
    for name in ("substance", "show", "connection", "noise", "report"):
        case.expected[f"view_{name}"] = here[f"view_{name}"]
    department = drawn(state.DEPARTMENT, case.rng)
    case.names["department"] = plain(department)
    seen = appraisal.validity(here)
    case.expected["department.validity"] = target_inflation.counts_as_work(seen, department)


@of("7.10", 2)
def _(case):
    month = int(case.rng.integers(36))
    case.names["recent"] = month % 12 in (9, 10, 11)
    case.row(state.DEPARTMENT)
    case.expected["department.salience"] = appraisal.salience(month, case.mechanisms)


@of("7.10", 3)
def _(case):
    # Prospects can speak against work, as where belief in merit is below what is held fair.
    officer = case.row(state.OFFICER, merit_belief=case.rng.uniform(-1.0, 1.0))
    outlook = case.row(state.OUTLOOK)
    department = case.row(state.DEPARTMENT)
    case.names["substance"] = substance = case.rng.uniform()
    # Of a size with which effort is now and then at an end of its range.
    case.fixed.margin = 10.0 ** case.rng.uniform(-3.0, 1.0)
    at = incentives.at_stake(officer, department, case.mechanisms, case.fixed)
    work = incentives.worth_of_work(at[0], outlook, department)
    case.expected["more"] = incentives.more_effort(incentives.earned(work, substance), case.fixed)
    case.expected["paid"] = incentives.reward(*at, substance, outlook, department, case.fixed)


@of("7.10", 4)
def _(case):
    rows = [drawn(state.OFFICER, case.rng, rank=k % 2, category=k // 2 % 3) for k in range(6)]
    case.names["officer"] = plain(rows[0])
    (case.u["score"],) = case.draws("score")
    officers = table(state.OFFICER, rows)
    for one in officers:
        appraisal.appraise(one, case.mechanisms, normal(case.u["score"]))
    scores = [one.performance for one in officers]
    in_rank = table(state.OFFICER, list(officers))
    appraisal.compare_within(in_rank, 0, 6, 2, False, case.mechanisms.by_rank)
    people = [
        {"score": score, "in_rank": one.performance, "rank": one.rank, "category": one.category}
        for score, one in zip(scores, in_rank, strict=True)
    ]
    case.names["over department"] = people
    for kind in ("rank", "category"):
        case.names[f"over {kind}"] = [one for one in people if one[kind] == people[0][kind]]
    appraisal.compare_like_with_like(officers, 0, 6, case.mechanisms)
    case.expected |= {
        "score": scores[0],
        "in_rank": people[0]["in_rank"],
        "officer.performance": officers[0].performance,
        "officer.execution_rate": officers[0].execution_rate,
    }


@of("7.11")
def _(case):
    case.fixed.complaints_bar = int(case.rng.integers(1, 5))
    officer = case.row(
        state.OFFICER,
        performance=case.rng.uniform(),
        complaints=int(case.rng.integers(5)),
        gravity=case.fixed.failing_gravity * case.rng.uniform(0.0, 1.4),
    )
    u = case.rng.uniform()
    case.names["exam_failed"] = training.fails_exam(officer, case.mechanisms, case.fixed, u)
    grading.grade(officer, case.mechanisms, case.fixed, u)
    for name in ("grade", "failing_years"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.11", 2)
def _(case):
    number = int(case.rng.integers(1, 12))
    case.row(state.DEPARTMENT, officers=number)
    rows = [drawn(state.OFFICER, case.rng, grade=COMPETENT, sanctions=0) for _ in range(number)]
    officers = table(state.OFFICER, rows)
    grading.share_out_top(officers, 0, number, case.fixed)
    case.expected["places"] = int((officers["grade"] == TOP).sum())


@of("7.12")
def _(case):
    officer = case.row(state.OFFICER, grade=int(case.rng.integers(2)))
    here = case.mechanisms
    u = case.draws("bought", "alone", "worst_first")
    for name, chance in (
        ("bought", here.purchase * 0.5),
        ("alone", here.unchecked * 0.7),
        ("worst_first", here.adverse),
    ):
        case.below(name, chance)
    u = [case.u[name] for name in ("bought", "alone", "worst_first")]
    here.purchase *= 0.5
    here.unchecked *= 0.7
    filled = selection.way(here, *u)
    case.expected["standing"] = selection.standing(officer, here, case.fixed, filled)
    case.expected["value"] = selection.standing(officer, here, case.fixed, selection.OPENLY)
    case.expected["bought"] = filled == selection.BOUGHT


@of("7.12", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng, rank=1, vacant=0) for _ in range(4)]
    officers = table(state.OFFICER, rows)
    evidence = selection.evidence_of_merit(officers, 0, 4, 0)
    case.names["promoted"] = rows[0]
    case.names["over others"] = [{"other": one} for one in rows[1:]]
    case.names["officer"] = plain(rows[1])
    belief = selection.belief_after(rows[1].merit_belief, evidence, case.fixed.merit_learning)
    case.expected |= {"evidence": evidence, "officer.merit_belief": belief}


@of("7.12", 3)
def _(case):
    case.mechanisms.courses = case.rng.uniform(0.0, 0.15)
    officer = case.row(state.OFFICER)
    seed = int(case.rng.integers(1_000_000))
    who = officer.number_in_department
    u = draw(seed, 2, selection.TRANSFER, 5, officer.department, who)
    case.u |= {"fresh": u[0], "luck": u[1]}
    selection.settle_in(officer, case.mechanisms, case.fixed, seed, 2, 5)
    for name in ("capability", "inertia"):
        case.expected[f"officer.{name}"] = officer[name]


def _newcomer(case, officer, seed):
    """The first applicant and the other, as they are drawn."""
    first = officer.copy()
    recruitment.arrive(first, case.fixed, seed, 2, 5, 0.0)
    who = officer.number_in_department
    v = draw(seed, 2, recruitment.RIVAL, 5, officer.department, who)
    other = plain(first)
    other.capability = normal_share(v[0], case.fixed.capability_mean, case.fixed.capability_sd)
    other.responsibility = normal_share(
        v[1], case.fixed.responsibility_mean, case.fixed.responsibility_sd
    )
    return first, other, v[2]


@of("7.13")
def _(case):
    ages(case)
    case.mechanisms.grassroots = case.rng.uniform(0.0, 30.0)
    officer = drawn(state.OFFICER, case.rng)
    seed = int(case.rng.integers(1_000_000))
    first, other, u = _newcomer(case, officer, seed)
    case.names |= {"officer": plain(first), "rival": other}
    case.u["rival_taken"] = u
    who = officer.number_in_department
    case.u["years"] = draw(seed, 2, recruitment.ENTRY_TIES, 5, officer.department, who)[1]
    recruitment.recruit(officer, case.mechanisms, case.fixed, seed, 2, 5, 0.0)
    for name in ("capability", "responsibility", "age"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.13", 2)
def _(case):
    ages(case)
    officer = case.row(state.OFFICER)
    seed = int(case.rng.integers(1_000_000))
    who = officer.number_in_department
    u = draw(seed, 2, recruitment.START, 5, officer.department, who)
    case.u = dict(zip(("years", "officer.time_in_post", "acted_faithfully"), u[:3], strict=True))
    recruitment.have_served(officer, case.fixed, seed, 2, 5)
    case.expected |= {
        "officer.age": officer.age,
        "officer.time_in_post": officer.time_in_post,
        "acted_faithfully": officer.conduct == FAITHFUL,
    }


@of("7.13", 3)
def _(case):
    officer = drawn(state.OFFICER, case.rng)
    seed = int(case.rng.integers(1_000_000))
    recruitment.acquire_taste(officer, case.fixed, seed, 2, 5)
    k = int(case.rng.integers(len(CONDUCTS)))
    deeper, place = divmod(k, draws.DRAWS)
    who = (officer.department, officer.number_in_department)
    u = draw(seed, 2, recruitment.TASTE + LAYER * deeper, 5, *who)[place]
    case.u["liked"] = u
    # It is kept with seven digits only.
    exact = case.fixed.taste * normal(u)
    assert officer.taste[k] == np.float32(exact)
    case.expected["liked"] = exact


@of("7.14")
def _(case):
    officer = case.row(state.OFFICER)
    u = case.below("retrained", case.mechanisms.retraining)
    case.names["taught"] = training.course_gain(case.mechanisms, case.fixed)
    tally = state.PART_TALLY.zeros(1)[0]
    careers.retrain(officer, case.mechanisms, case.fixed, tally, u)
    case.expected["retrained"] = tally.retrained
    for name in ("capability", "inertia"):
        case.expected[f"officer.{name}"] = officer[name]


@of("7.14", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng, grade=TOP if k < 3 else COMPETENT) for k in range(6)]
    officers = table(state.OFFICER, rows)
    case.names["officer"] = plain(rows[5])
    case.names["over department"] = [{"other": one} for one in rows]
    case.names["over top"] = [{"other": one} for one in rows[:3]]
    careers.reward(officers, 0, 6, case.mechanisms, case.fixed)
    case.expected["officer.merit_belief"] = officers[5].merit_belief


@of("7.14", 3)
def _(case):
    # The officer stands second, with a superior above, a colleague beside and somebody below.
    middle = {"superior": 0, "vacant": 0, "moved": 0, "rank": 1, "department": 0}
    grade = int(case.rng.integers(1, 4))
    officer = case.row(state.OFFICER, **middle, first_subordinate=3, subordinates=1, grade=grade)
    colleague = drawn(state.OFFICER, case.rng, **middle, subordinates=0)
    head = drawn(
        state.OFFICER, case.rng, department=0, superior=-1, first_subordinate=1, subordinates=2
    )
    below = drawn(state.OFFICER, case.rng, **middle | {"superior": 1, "rank": 2}, grade=COMPETENT)
    officers = table(state.OFFICER, [head, officer, colleague, below])
    tally = state.PART_TALLY.zeros(1)[0]
    about = (case.mechanisms, case.fixed, tally)
    down = case.below("moved_down", case.mechanisms.demotion)
    aside = case.below("moved_aside", case.mechanisms.moving)
    careers.demote(officers, 1, *about, 4, 2, 5, down)
    careers.move_aside(officers, 1, *about, aside)
    place = 3 if tally.demotions else 2 if tally.moved else 1
    case.expected |= {
        "moved_down": tally.demotions,
        "moved_aside": tally.moved,
        "officer.inertia": officers[place].inertia,
    }


@of("7.14", 4)
def _(case):
    case.fixed.dismissal_years = int(case.rng.integers(1, 12))
    case.fixed.retirement_age = int(case.rng.integers(40, 60))
    officer = case.row(
        state.OFFICER,
        age=int(case.fixed.retirement_age * 12 * case.rng.uniform(0.9, 1.05)),
        subordinates=int(case.rng.integers(2)),
    )
    tally = state.PART_TALLY.zeros(1)[0]
    colleagues = case.rng.uniform()
    chance = morale.chance_of_resigning(officer, colleagues, case.fixed)
    case.names["chance_to_resign"] = chance
    resign = case.below("resigned", chance)
    move = case.below("moved_on", case.fixed.transfer)
    careers.leave(officer, case.fixed, tally, resign < chance, move, colleagues)
    # Only the first that holds is counted.
    ways = ("dismissed", "retired", "resigned", "moved_on")
    counts = (tally.dismissals, tally.retirements, tally.resignations, tally.transfers)
    for name, count in zip(ways, counts, strict=True):
        case.expected[name] = count
        if count:
            break


@of("7.29")
def _(case):
    rows = [drawn(state.OFFICER, case.rng) for _ in range(4)]
    officers = table(state.OFFICER, rows)
    case.names["officer"] = plain(rows[0])
    case.names["over colleagues"] = [{"colleague": one} for one in rows]
    colleagues = morale.mean_capability(officers, 0, 4)
    case.expected |= {
        "morale": morale.morale(rows[0], case.fixed),
        "chance_to_resign": morale.chance_of_resigning(rows[0], colleagues, case.fixed),
    }


@of("7.29", 2)
def _(case):
    rows = [drawn(state.OFFICER, case.rng) for _ in range(4)]
    department = case.row(state.DEPARTMENT)
    about = (table(state.OFFICER, rows), 0, 4, department, case.mechanisms, case.fixed)
    attraction = morale.attraction(*about)
    lift = case.fixed.applicants * attraction
    newcomer = case.row(state.OFFICER)
    seed = int(case.rng.integers(1_000_000))
    recruitment.arrive(newcomer, case.fixed, seed, 2, 5, lift)
    u = draw(seed, 2, recruitment.ENTRY, 5, newcomer.department, newcomer.number_in_department)
    case.names["over colleagues"] = [{"colleague": one} for one in rows]
    case.expected |= {"attraction": attraction, "lift": lift}
    for name, one in zip(("capability", "responsibility"), u, strict=False):
        case.u[f"officer.{name}"] = one
        case.expected[f"officer.{name}"] = newcomer[name]


@of("7.32")
def _(case):
    case.fixed.retirement_age = 60
    ceilings = case.rng.uniform(0.5, 1.5), case.rng.uniform(1.0, 12.0)
    case.fixed.age_ceiling = case.rng.choice([0.0, *ceilings])
    case.fixed.time_in_rank = case.rng.choice([0, 1, int(case.rng.integers(2, 30))])
    rows = [
        drawn(
            state.OFFICER,
            case.rng,
            rank=int(case.rng.integers(3)),
            age=int(case.rng.integers(640, 730)),
            time_in_post=int(case.rng.choice([0, case.rng.integers(40)])),
        )
        for _ in range(int(case.rng.integers(1, 4)))
    ]
    case.names["officer"] = plain(rows[0])
    department = case.row(state.DEPARTMENT)
    officers = table(state.OFFICER, rows)
    case.names["over officers"] = [
        {"near": tournament.nearness(one, case.mechanisms, case.fixed)} for one in officers
    ]
    tournament.compete(officers, 0, len(rows), department, case.mechanisms, case.fixed)
    case.expected |= {
        "near": case.names["over officers"][0]["near"],
        "department.nearness": department.nearness,
        "officer.contest": officers[0].contest,
        "contest": tournament.time_in_contest(officers[0], department, case.fixed),
    }


@of("7.32", 2)
def _(case):
    department = case.row(state.DEPARTMENT, agenda_hard=case.rng.integers(2, size=AT_ONCE))
    agenda.share_attention(department, case.mechanisms, case.fixed)
    one = directives_of(department, case.fixed)[0]
    case.names["directive"] = one
    case.expected |= {
        "counts": tournament.counts(one.agenda_hard, case.mechanisms, case.fixed),
        "directive.agenda_stake": one.agenda_stake,
    }


@of("7.33")
def _(case):
    # The department's posts form one chain below a post of another department.
    above = int(case.rng.integers(4))
    rows = [
        drawn(state.OFFICER, case.rng, department=min(place, 1), superior=place - 1)
        for place in range(above + 2)
    ]
    officers = table(state.OFFICER, rows)
    index = above + 1
    officer = officers[index]
    officer.patron = patronage.UNTIED
    case.names["leaders"] = above
    seed = int(case.rng.integers(1_000_000))
    u = draw(seed, 2, patronage.PATRON, 5, officer.department, officer.number_in_department)
    case.u = dict(zip(("tied", "steps"), u[:2], strict=True))
    patronage.tie(officers, index, case.fixed, seed, 2, 5)
    case.expected["tied"] = officer.patron >= 0
    if officer.patron >= 0:
        case.expected["steps"] = index - officer.patron


@of("7.33", 2)
def _(case):
    few = {name: int(case.rng.integers(2)) for name in ("vacant", "subordinates")}
    patron = case.row(state.OFFICER, "patron", rank=int(case.rng.integers(3)), **few)
    officer = case.row(state.OFFICER, vacant=0, rank=int(case.rng.integers(3)), patron=0)
    officers = table(state.OFFICER, [patron, officer])
    tally = state.PART_TALLY.zeros(1)[0]
    patronage.fall_with_patrons(officers, 1, 2, case.fixed, tally)
    case.expected |= {
        "holds": tally.patrons_lost == 0.0,
        "officer.connection": officers[1].connection,
    }


@of("7.33", 3)
def _(case):
    rows = [
        drawn(state.OFFICER, case.rng, department=0, superior=place - 1, rank=place)
        for place in range(2)
    ]
    officers = table(state.OFFICER, rows)
    officer = officers[1]
    officer.patron = patronage.LOST
    case.names["officer"] = plain(officer)
    seed = int(case.rng.integers(1_000_000))
    u = draw(seed, 2, patronage.NEW_PATRON, 5, 0, officer.number_in_department)
    case.u = {"finds": u[0], "close": u[2]}
    patronage.find_new_patrons(officers, 1, 2, case.fixed, seed, 2, 5)
    case.expected |= {
        "finds": officer.patron >= 0,
        "officer.connection": officer.connection,
    }


@of("7.37")
def _(case):
    case.row(state.DEPARTMENT)
    by_merit = announcement.by_merit(case.mechanisms)
    case.expected |= {"by_merit": by_merit, "department.promised": by_merit}


@of("7.37", 2)
def _(case):
    department = case.row(state.DEPARTMENT)
    # At the ends too, where belief in merit is held between none and full.
    belief = case.rng.choice([0.0, case.rng.uniform(), 1.0])
    officers = table(state.OFFICER, [drawn(state.OFFICER, case.rng, merit_belief=belief)])
    case.names["officer"] = plain(officers[0])
    case.names["by_merit"] = announcement.by_merit(case.mechanisms)
    announcement.hear_rule(officers, 0, 1, department, case.mechanisms, case.fixed, 1)
    case.expected["officer.merit_belief"] = officers[0].merit_belief
