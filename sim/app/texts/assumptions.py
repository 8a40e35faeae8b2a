"""Words of Assumptions."""

TEXTS = {
    "en": {
        "view": "Assumptions",
        "title": "Every assumption of “{world}”",
        "lead": "Every number that the charts depend on, with its range, its meaning and its "
        "source. The settings that a lever changes are listed under the lever.",
        "settings": "Settings",
        "levers": "Levers at full strength",
        "setting": "Setting",
        "value": "Value",
        "range": "Range",
        "unit": "Unit",
        "meaning": "Meaning",
        "source": "Source",
        "search": "Search the assumptions",
        "search_none": "Nothing contains these words.",
        "question": "Question",
        "sources": "Based on",
    },
    "zh": {
        "view": "假设",
        "title": "“{world}”的全部假设",
        "lead": "各图所依据的每个数字，及其范围、含义与来源。每项举措改变的设定列在该举措之下。",
        "settings": "设定",
        "levers": "全力推行时的各项举措",
        "setting": "设定",
        "value": "数值",
        "range": "范围",
        "unit": "单位",
        "meaning": "含义",
        "source": "来源",
        "search": "搜索假设",
        "search_none": "没有包含这些字词的内容。",
        "question": "问题",
        "sources": "依据",
    },
}
