"""The colours of figures and of the teaching page, and black or white on top of them.

They are those of Okabe & Ito (2008), which the colour-blind can tell apart.
"""

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
# For text that stands back.
GREY = "#4D4D4D"
WHITE = "#FFFFFF"


def ink(colour: str) -> str:
    """Black or white, whichever stands out better on a colour (WCAG 2.2, relative luminance)."""
    linear = [_linear(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5)]
    luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return BLACK if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else WHITE


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
