"""Colours and type of the page: those of the project's pictures, told apart by the colour-blind."""

from sim.figures.style import BLACK, BLUE, DIM, FAINT, GREEN, ORANGE, PURPLE, SKY, VERMILION, YELLOW

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
]

STATUS_QUO = DIM
# Packages in their order; the first is “the reform” where there is one.
PACKAGES = (VERMILION, BLUE, GREEN, PURPLE)
CONDUCTS = {
    "faithful": GREEN,
    "literal": SKY,
    "selective": ORANGE,
    "symbolic": PURPLE,
    "idle": DIM,
}
PROFILES = {
    "sound": GREEN,
    "unprincipled": VERMILION,
    "driftless": SKY,
    "unable": ORANGE,
    "exhausted": PURPLE,
    "fixer": DIM,
}
FONT = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', "
    "'PingFang SC', 'Microsoft YaHei', sans-serif"
)
