"""Rows and tables as type checkers and editors see them.

Written by ``make docs`` from the declarations of the mechanisms; do not edit.
"""

from typing import Any, Protocol

from sim.mechanisms.tables import (
    Numbers,
    Places,
    SumsByKind,
    TableOf,
    TableOfMany,
    WorkSums,
)

__all__ = ["Numbers", "Places", "SumsByKind", "WorkSums"]


class Officer(Protocol):
    """A post and the officer who holds it."""

    department: int
    number_in_department: int
    superior: int
    first_subordinate: int
    subordinates: int
    rank: int
    front: int
    category: int
    ease: float
    content: float
    substance: float
    show: float
    delivered: float
    owned: int
    conduct: int
    previous_conduct: int
    taste: Numbers
    report: float
    complaints: int
    perceived_risk: float
    luck_seen: float
    sanctioned: int
    wronged: int
    sanctions: int
    gravity: float
    luck_incident: float
    work: float
    displayed: float
    recent_work: float
    recent_show: float
    performance: float
    execution_rate: float
    grade: int
    failing_years: int
    vacant: int
    disposition: float
    ambition: float
    connection: float
    merit_belief: float
    person: int
    moved: int
    courses: float
    failed_exam: int
    capability: float
    responsibility: float
    inertia: float
    age: int
    time_in_post: int
    profile: int
    profile_before: int
    aspiration: float
    contest: float
    patron: int


class Department(Protocol):
    """A department."""

    tier: int
    line: int
    parent: int
    first_child: int
    children: int
    first_in_unit: int
    unit_size: int
    leading: int
    depth: int
    fronts_below: int
    group: int
    first_officer: int
    officers: int
    first_front: int
    fronts: int
    first_citizen: int
    citizens: int
    part: int
    directive_age: int
    difficulty: float
    interest: float
    specificity: float
    harm: float
    attention: float
    demand: float
    reports_below: float
    delivery_below: float
    reports_heard: float
    delivery: float
    known: float
    filed: int
    heard: float
    trust_below: float
    willing_below: float
    credibility: float
    willing: float
    watch: float
    presence: float
    sanctions: int
    published: int
    published_sanctions: int
    referred: int
    received: int
    handed_up: int
    referred_harm: float
    received_harm: float
    salience: float
    validity: float
    clarity: float
    unowned: float
    need: float
    norm_around: float
    norm_above: float
    norm: float
    guidance: float
    guidance_above: float
    focus: float
    misdirected: float
    burden: float
    own_gravity: float
    felt_blame: float
    expected_referred: float
    expected_referred_harm: float
    expected_handed_up: float
    expected_received: float
    expected_received_harm: float
    asked_above: float
    asked: float
    target: float
    beyond: float
    collusion: float
    petitioning: float
    withdrawn: float
    voiced: float
    caseload: float
    served: float
    with_voice: float
    without_voice: float
    agenda_age: Numbers
    agenda_difficulty: Numbers
    agenda_interest: Numbers
    agenda_specificity: Numbers
    agenda_harm: Numbers
    agenda_hard: Numbers
    agenda_attention: Numbers
    agenda_emphasis: Numbers
    agenda_stake: Numbers
    agenda_reach: Numbers
    agenda_share: Numbers
    agenda_seen: Numbers
    agenda_contested: Numbers
    nearness: float
    clients: int
    news: float
    news_above: float
    news_of_sanctions: float
    news_of_sanctions_above: float
    promised: float


class Citizen(Protocol):
    """A citizen."""

    department: int
    number_in_department: int
    voice: int
    silent: int
    months_below: int
    trust: float
    trust_before: float
    trust_in_centre: float
    need: float
    news: float
    news_before: float


class Choice(Protocol):
    """An officer's choice of the month, while it is made."""

    arrived: float
    spent: float
    draws: Numbers
    example: float
    motive: float
    habit: float
    worth: Numbers
    upto: Numbers
    felt_risk: float
    caught: int
    incident: int
    error: float
    worth_seen: float
    worth_told: float
    standing: Numbers
    own_gravity: float
    others_gravity: float
    failed: float
    felt_blame: float
    resigning: float


class Visit(Protocol):
    """A citizen's visit to the counter this month, while it lasts."""

    met: int
    complains: int
    luck_met: float
    luck_upheld: float
    luck_complains: float
    neighbours: float
    delivered: float
    excess: float
    hides: float
    experience: float
    willing: float
    looks_up: float
    luck_hears: float
    rumour: float


class Outlook(Protocol):
    """What a conduct means in a department this month."""

    substance: float
    shift: float
    achieved: float
    achieved_shift: float
    show: float
    passes: float
    excess: float
    hides: float
    cost: float
    rent: float
    report: float
    threat: float
    sight: float
    unseen: float
    unseen_leading: float
    found: float
    found_leading: float
    blame: float
    seen_work: float
    seen_show: float
    belonging: float
    engagement: float
    implicated: float
    failure_base: float
    failure_slope: float
    covered: float
    covered_leading: float
    work: Numbers
    able: float
    able_in_contest: float
    carried: float
    carried_in_contest: float


class Rank(Protocol):
    """What posts of a rank in a department have to expect this month."""

    posts: float
    own: float
    climbed: float
    received: float
    others_gravity: float


class Conduct(Protocol):
    """A conduct, as the scenario describes it."""

    available: int
    effort: float
    show: float
    misconduct: float
    error: float
    engagement: float
    passes: float
    passes_local: float
    passes_adverse: float
    substance: float
    substance_interest: float
    local_loss: float
    local_autonomy: float
    rent: float
    excess: float
    hides: float
    avoidance: float


class Channel(Protocol):
    """A channel of supervision."""

    acuity: Numbers
    served: Numbers
    publicity: float
    burden: float


class Appraiser(Protocol):
    """A source of appraisal."""

    substance: float
    show: float
    connection: float
    noise: float


class AllSettings(Protocol):
    """Settings that hold for all departments and months."""

    fade: float
    cooperation: float
    slope: float
    precision: float
    duty: float
    effort: float
    rent: float
    autonomy_rent: float
    habit: float
    in_working_hours: float
    taste: float
    deterrence: float
    severity_elasticity: float
    peer: float
    alert: float
    forget: float
    residual: float
    shield: float
    own: float
    injustice: float
    fear: float
    error_base: float
    appeal_relief: float
    incident: float
    career: float
    pay_pull: float
    margin: float
    inertia_relief: float
    merit_learning: float
    posting_gain: float
    authority_need: float
    overlap_blur: float
    buck_passing: float
    course_relief: float
    course_gain: float
    drift: float
    plasticity: float
    respect: float
    culture_lift: float
    inertia_growth: float
    practice: float
    decay: float
    conformity: float
    culture_pull: float
    norm_speed: float
    example: float
    guidance: float
    omission_weight: float
    post_loss: float
    inflation: float
    target_slack: float
    collusion: float
    petition_time: float
    enforcement_time: float
    fair_belief: float
    exit_of_able: float
    applicants: float
    case_time: float
    creaming: float
    switching: float
    meeting_pull: float
    tournament: float
    age_ceiling: float
    ties: float
    new_patron: float
    announced: float
    pledge_hope: float
    pledge_sight: float
    tour_every: int
    even_gravity: float
    decision_share: float
    candour: float
    rating_weight: float
    core_transfer: float
    post_fit: float
    reward_bonus: float
    crossed_orders: float
    target_hold: float
    course_misfit: float
    young_age: int
    pass_mark: float
    honour_weight: float
    shame_weight: float
    protect_weight: float
    protect_bonus: float
    plan_relief: float
    reports: int
    trust_feedback: int
    omission: int
    difficulty_mean: float
    difficulty_sd: float
    interest_low: float
    interest_high: float
    specificity_mean: float
    specificity_sd: float
    harm_mean: float
    harm_sd: float
    life: int
    at_once: int
    workload: float
    hard: float
    measurability: float
    gloss: float
    acted_on: float
    citizens: int
    trust_mean: float
    trust_sd: float
    trust_in_centre_mean: float
    trust_in_centre_sd: float
    voice: float
    complaint_rate: float
    expectation: float
    excess_harm: float
    gain: float
    loss: float
    neighbour_pull: float
    centre_credit: float
    attribution: float
    exit_below: float
    return_above: float
    exit_months: int
    need_spread: float
    need_silences: float
    scandal: float
    news_reach: float
    word_of_mouth: float
    top_share: float
    basic_below: float
    failing_below: float
    failing_gravity: float
    complaints_bar: int
    dismissal_years: int
    capability_mean: float
    capability_sd: float
    responsibility_mean: float
    responsibility_sd: float
    inertia_mean: float
    inertia_sd: float
    ambition_mean: float
    ambition_sd: float
    connection_mean: float
    connection_sd: float
    merit_belief_mean: float
    merit_belief_sd: float
    retirement_age: int
    youngest: int
    entry_age: float
    entry_age_sd: float
    age_mean: float
    age_sd: float
    resignation: float
    transfer: float
    longest_in_post: int
    time_in_rank: int
    norm_at_start: float
    unprincipled_below: float
    driftless_below: float
    unable_below: float
    exhausted_above: float
    fixer_above: float
    aspiration_at_entry: float
    aspiration_speed: float
    copying: float
    success_bias: float


class Mechanisms(Protocol):
    """Mechanism settings in force, and what follows from them."""

    merit: float
    virtue: float
    purchase: float
    unchecked: float
    adverse: float
    deputies: float
    staff: float
    public: float
    competence_transfer: float
    pay_premium: float
    clarity: float
    vacuum: float
    overlap: float
    heads: float
    chain: float
    targets: float
    authority: float
    coordination: float
    courses: float
    course_time: float
    targeting: float
    promise_first: float
    young_first: float
    tailored: float
    core: float
    exam: float
    grassroots: float
    superior: float
    peers: float
    record: float
    users: float
    routine: float
    by_rank: float
    by_category: float
    answerable: float
    record_audit: float
    pay: float
    development: float
    promotion: float
    soft_veto: float
    severity: float
    tracing: float
    climb: float
    proportion: float
    heads_first: float
    hearing: float
    review: float
    arbitration: float
    tolerance: float
    reward: float
    retraining: float
    moving: float
    demotion: float
    openness: float
    protection: float
    pledges: float
    counter_rating: float
    follow_power: float
    follow_money: float
    follow_service: float
    monitoring: float
    tours: float
    publicity: float
    honour: float
    shame: float
    protect: float
    spread: float
    culture: float
    planning: float
    drive: float
    autonomy: float
    meetings: float
    lever_burden: float
    lever_cost: float
    coverage: Numbers
    unseen: Numbers
    sight: Numbers
    severity_felt: float
    view_substance: float
    view_show: float
    view_connection: float
    view_noise: float
    view_report: float
    time_taken: float
    inside: Numbers


class Tally(Protocol):
    """Sums of a month over some departments."""

    officers: float
    fronts: float
    citizens: float
    early: float
    early_fronts: float
    late: float
    late_fronts: float
    delivered: float
    substance: float
    show: float
    excess: float
    conducts: Numbers
    reported: float
    reporting: float
    trust: float
    trust_in_centre: float
    silent: float
    hidden: float
    filed: float
    upheld: float
    perceived_risk: float
    detected: float
    sanctions: float
    unjust_sanctions: float
    cases_of_form: float
    cases_of_inaction: float
    published: float
    cases_of_dereliction: float
    year_of_sanctions: float
    year_of_gravity: float
    incidents: float
    reversed_sanctions: float
    validity: float
    year_of_work: float
    end_of_year_work: float
    top: float
    competent: float
    basically_competent: float
    not_competent: float
    top_connection: float
    top_leading: float
    graded_leading: float
    promotions: float
    promoted_work: float
    promoted_connection: float
    promoted_responsibility: float
    promoted_top: float
    connection: float
    merit_belief: float
    recruits: float
    arrivals: float
    demotions: float
    dismissals: float
    retirements: float
    resignations: float
    transfers: float
    moved: float
    retrained: float
    unowned: float
    courses_taken: float
    trained_capability: float
    trained_responsibility: float
    trained_young: float
    trained_wanting: float
    capability: float
    responsibility: float
    inertia: float
    norm: float
    norm_squared: float
    misdirected: float
    profiles: Numbers
    burden: float
    levers_cost: float
    target: float
    covered_up: float
    answering: float
    able_resignations: float
    recruited_capability: float
    voiced: float
    experience: float
    experience_voiced: float
    least_attended: float
    clients: float
    patrons_lost: float
    hard_delivered: float
    hard_due: float
    soft_delivered: float
    soft_due: float
    missing: float
    unheard: float


class Layer(Protocol):
    """Sums of a month over officers of a layer."""

    officers: float
    content: float
    substance: float
    show: float
    conducts: Numbers
    report: float
    sanctions: float
    unjust_sanctions: float
    engaged: float
    profiles: Numbers


class Profile(Protocol):
    """Sums of a month over officers of a profile."""

    substance: float
    show: float
    sanctions: float
    unjust_sanctions: float
    engaged: float
    officers: float


Officers = TableOf[Officer]
Choices = TableOf[Choice]
Departments = TableOf[Department]
Citizens = TableOf[Citizen]
Outlooks = TableOfMany[Outlook]
Ranks = TableOfMany[Rank]
Channels = TableOf[Channel]
Appraisers = TableOf[Appraiser]
ConductTable = TableOf[Conduct]
MechanismTable = TableOfMany[Mechanisms]


class World(Protocol):
    """All that a run reads and writes."""

    officers: Officers
    departments: Departments
    citizens: Citizens
    choices: Choices
    visits: TableOf[Visit]
    outlooks: TableOfMany[Outlook]
    ranks: TableOfMany[Rank]
    fronts: Places
    children: Places
    mechanisms: TableOfMany[Mechanisms]
    conducts: ConductTable
    channels: Channels
    settings: TableOf[AllSettings]
    tallies: TableOfMany[Any]
    layers: TableOfMany[Any]
    profiles: TableOfMany[Profile]
    moves: Any
    part_tallies: TableOfMany[Tally]
    part_layers: TableOfMany[Layer]
    part_profiles: TableOfMany[Profile]
    part_moves: Any
    own: Any
    seed: int
    replicate: int
