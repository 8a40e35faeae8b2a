"""Words of the line of months in Watch."""

TEXTS = {
    "en": {
        "event": "Event",
        "event_sanction": "sanction",
        "event_unjust": "unjust sanction",
        "event_head": "new head",
        "event_starts": "reform starts",
        "event_ends": "reform ends",
        "event_in": "{event}, month {month} ({number})",
        "event_keys": "What marks mean",
        "events_until": "Events until month {month}",
        "events_table": "Numbers of events",
    },
    "zh": {
        "event": "事件",
        "event_sanction": "处分",
        "event_unjust": "不当问责",
        "event_head": "新任一把手",
        "event_starts": "改革开始",
        "event_ends": "改革结束",
        "event_in": "{event}，第{month}个月（{number}）",
        "event_keys": "标记图例",
        "events_until": "至第{month}个月的事件",
        "events_table": "事件数",
    },
}
