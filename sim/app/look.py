"""Colours and type of the page: those of the project's pictures, told apart by the colour-blind."""

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
DIM = "#4D4D4D"
FAINT = "#D9D9D9"

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
