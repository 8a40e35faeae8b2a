"""Words of Assumptions."""

TEXTS = {
    "en": {
        "view": "Assumptions",
        "title": "Every assumption of “{world}”",
        "lead": "Every number behind the pictures, with its range, its meaning and where it comes "
        "from. What each lever sets stands under the lever.",
        "settings": "Settings",
        "levers": "Levers at full strength",
        "setting": "Setting",
        "value": "Value",
        "range": "Range",
        "unit": "Unit",
        "meaning": "Meaning",
        "source": "Source",
        "question": "Question",
        "sources": "Rests on",
    },
    "zh": {
        "view": "假设",
        "title": "“{world}”的全部假设",
        "lead": "图后的每个数字，连同其范围、含义与来源。各项举措所设定的列在举措之下。",
        "settings": "设定",
        "levers": "满力度时的举措",
        "setting": "设定",
        "value": "数值",
        "range": "范围",
        "unit": "单位",
        "meaning": "含义",
        "source": "来源",
        "question": "问题",
        "sources": "依据",
    },
}
