"""Words of ``zhixing discover``."""

DISCOVERY = {
    "en": {
        "sentence": "{text}.",
        "also": "Also: {text}.",
        "evidence": "Of held-back {kind} in that box it holds for {density}, of all for {base} "
        "(p {p}); the box contains {coverage} of those for which it holds.",
        "no_evidence": "Of held-back {kind} in the best box it holds for {density}, of all for "
        "{base}; chance alone would do as much (p {p}).",
        "no_box": "No limits of factors set such cases apart beyond chance.",
        "other_finds": "By {method}: {text}.",
        "other_finds_nothing": "By {method}, no box stands.",
        "method": "Method",
        "box": "Box",
        "quasi_p": "quasi-p",
        "coverage_short": "cover-\nage",
        "density_short": "den-\nsity",
        "held_coverage": "held back:\ncoverage",
        "held_density": "\ndensity",
        "p_short": "\np",
        "discovered": "{cases} {kind}; the condition holds, in the mean over replicates, for "
        "{base}. Boxes were sought in two thirds of them and tested on the other {held}, by "
        "Fisher's exact test at {level}; ✗: did not stand.",
        "misjudged": "With {replicates} replicates each, about {wrong} are on the wrong side by "
        "chance.",
        "misjudged_draws": "With {replicates} runs of each draw, about {wrong} are on the wrong "
        "side by chance.",
        "left_out": "Left out, since a measure has no value there: {number}.",
        "same_draws": "All share the same draws of chance, so the test tells of other settings, "
        "not of other draws.",
        "discovered_files": "Picture {picture}; discover.json, discover.csv and the trajectory "
        "are in the same folder.",
    },
    "zh": {
        "sentence": "{text}。",
        "also": "另有：{text}。",
        "evidence": "留出的{kind}中，此范围内有{density}成立，全部中有{base}（p {p}）；"
        "此范围包含成立者的{coverage}。",
        "no_evidence": "留出的{kind}中，最好的范围内有{density}成立，全部中有{base}；"
        "单凭偶然亦可如此（p {p}）。",
        "no_box": "没有哪些因素的界限能在偶然之外把此类情形分开。",
        "other_finds": "{method}：{text}。",
        "other_finds_nothing": "{method}未找到经得起检验的范围。",
        "method": "方法",
        "box": "设定范围",
        "quasi_p": "准p值",
        "coverage_short": "覆盖率",
        "density_short": "密度",
        "held_coverage": "留出：\n覆盖率",
        "held_density": "\n密度",
        "p_short": "\np",
        "discovered": "{kind}共计{cases}；就重复均值而言，其中{base}满足条件。在三分之二中寻找，"
        "在其余{held}之中以Fisher精确检验（水平{level}）检验；✗：未通过。",
        "misjudged": "各重复{replicates}次，约有{wrong}因偶然落在错误一侧。",
        "misjudged_draws": "每次抽样运行{replicates}次，约有{wrong}因偶然落在错误一侧。",
        "left_out": "因指标无数值而略去：{number}。",
        "same_draws": "各情形使用相同的随机数，故检验所说的是其他设定，而非其他随机数。",
        "discovered_files": "图{picture}；discover.json、discover.csv与剥离轨迹在同一文件夹。",
    },
}

# Words of ``worth``.
