"""What a world is made of: every setting of a scenario with unit, range, meaning and source.

Values live in ``scenarios/*.toml``; nothing here has a default, so no number hides in code.
``assumed`` in a source says that no measurement stands behind the shipped value.
"""

from sim.parameters.appraisal import Appraiser, Appraisers, Grading
from sim.parameters.behaviour import Behaviour, Reach
from sim.parameters.conducts import Conduct, Conducts
from sim.parameters.names import (
    APPRAISERS,
    APPRAISERS_ZH,
    CATEGORIES,
    CATEGORIES_ZH,
    CHANNELS,
    CHANNELS_ZH,
    CONDUCTS,
    CONDUCTS_ZH,
    EYES_ZH,
    PROFILES,
    PROFILES_ZH,
)
from sim.parameters.officers import Careers, Profiles, Spread, Traits
from sim.parameters.oversight import Channel, Channels, Eye, Eyes
from sim.parameters.policy import Clock, Directives, Reporting, Start
from sim.parameters.public import Public

__all__ = [
    "APPRAISERS",
    "APPRAISERS_ZH",
    "CATEGORIES",
    "CATEGORIES_ZH",
    "CHANNELS",
    "CHANNELS_ZH",
    "CONDUCTS",
    "CONDUCTS_ZH",
    "EYES_ZH",
    "PROFILES",
    "PROFILES_ZH",
    "Appraiser",
    "Appraisers",
    "Behaviour",
    "Careers",
    "Channel",
    "Channels",
    "Clock",
    "Conduct",
    "Conducts",
    "Directives",
    "Eye",
    "Eyes",
    "Grading",
    "Profiles",
    "Public",
    "Reach",
    "Reporting",
    "Spread",
    "Start",
    "Traits",
]
