"""Colours and fonts of the page: those of the figures, distinguishable by the colour-blind."""

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
# Colours of packages in order; the first is also that of the reform in views of one package.
PACKAGES = (VERMILION, BLUE, GREEN, PURPLE)
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', "
    "'PingFang SC', 'Microsoft YaHei', sans-serif"
)


def letter(kind: Kind, lang: str) -> str:
    """The letter of a conduct or a profile, shown in the circle of a post."""
    return kind.letter_zh if lang == "zh" else kind.letter


def ink(colour: str) -> str:
    """Black or white, whichever has more contrast with a colour (WCAG 2.2)."""
    linear = [_linear(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5)]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return BLACK if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
