"""Terms of scenario discovery and of the value of information, in English and Chinese."""

TERMS = (
    ("scenario discovery", "情景发现"),
    ("box", "设定范围（箱）"),
    ("coverage", "覆盖率"),
    ("density", "密度"),
    ("patient rule induction method (PRIM)", "耐心规则归纳法（逐步剥离法）"),
    ("peeling trajectory", "剥离轨迹"),
    ("classification tree (CART)", "分类树"),
    ("quasi-p-value", "准p值"),
    ("held-back cases", "留出的情形"),
    ("value of information", "信息价值"),
    ("expected value of perfect information (EVPI)", "完全信息期望价值"),
    ("expected value of partial perfect information (EVPPI)", "部分完全信息期望价值"),
)
