"""Colours and type of the page: those of the project's pictures, told apart by the colour-blind."""

from sim.drawing.style import DIM, FAINT
from sim.kinds import (
    BLACK,
    BLUE,
    CONDUCTS,
    GREEN,
    ORANGE,
    PROFILES,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Kind,
    ink,
)

__all__ = [
    "BLACK",
    "BLUE",
    "CONDUCTS",
    "DIM",
    "FAINT",
    "FONT",
    "GREEN",
    "ORANGE",
    "PACKAGES",
    "PROFILES",
    "PURPLE",
    "SKY",
    "STATUS_QUO",
    "VERMILION",
    "YELLOW",
    "ink",
    "letter",
]

STATUS_QUO = DIM
# Packages in their order; the first is “the reform” where there is one.
PACKAGES = (VERMILION, BLUE, GREEN, PURPLE)
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', "
    "'PingFang SC', 'Microsoft YaHei', sans-serif"
)


def letter(kind: Kind, lang: str) -> str:
    """The letter that stands for a conduct or a profile in a post."""
    return kind.letter_zh if lang == "zh" else kind.letter
