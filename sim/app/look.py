"""Colours and fonts of the page: those of the figures, distinguishable by the colour-blind."""

from sim.drawing.style import DIM, FAINT
from sim.kinds import CONDUCTS, PROFILES, Kind
from sim.palette import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILION, YELLOW, ink

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
    "WHITE",
    "YELLOW",
    "ink",
    "letter",
]

STATUS_QUO = DIM
# Colours of packages in order; the first is also that of the reform in views of one package.
PACKAGES = (VERMILION, BLUE, GREEN, PURPLE)
WHITE = "#FFFFFF"
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', "
    "'PingFang SC', 'Microsoft YaHei', sans-serif"
)


def letter(kind: Kind, lang: str) -> str:
    """The letter of a conduct or a profile, shown in the circle of a post."""
    return kind.letter_zh if lang == "zh" else kind.letter
