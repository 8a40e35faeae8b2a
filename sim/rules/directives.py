"""Directives: issued to a line, difficult or easy, welcome or not, and slowly forgotten."""

from sim import draws
from sim.arithmetic import exp
from sim.compiled import leaf, rule
from sim.draws import normal_share


@rule
def new_directive(department, settings, seed, replicate, month):
    """Give the department its line's next directive (source B3, B7; Matland 1995 on difficulty)."""
    u = draws.uniforms(seed, replicate, draws.DIRECTIVE, month, department.line, 0)
    department.difficulty = normal_share(u[0], settings.difficulty_mean, settings.difficulty_sd)
    department.interest = settings.interest_low + u[1] * (
        settings.interest_high - settings.interest_low
    )
    department.specificity = normal_share(u[2], settings.specificity_mean, settings.specificity_sd)
    department.harm = normal_share(u[3], settings.harm_mean, settings.harm_sd)
    department.directive_age = 0


@leaf
def issue_directive(department, settings, seed, replicate, month):
    """Age the directive by a month; replace it once it has run its life."""
    if month > 0:
        department.directive_age += 1
    if department.directive_age >= settings.life:
        new_directive(department, settings, seed, replicate, month)


@leaf
def attention(department, mechanisms, settings):
    """Share of a directive's first urgency still felt, in [0, 1].

    Fades with the directive's age in months unless leaders keep driving it: the tiger's head and
    the snake's tail (虎头蛇尾, source B5). Agenda decay as in Downs (1972). Targets set in advance
    keep part of it (source C2, 目标管理).
    """
    fading = exp(-department.directive_age / settings.fade)
    fading += settings.target_hold * mechanisms.targets * (1.0 - fading)
    return mechanisms.drive + (1.0 - mechanisms.drive) * fading
