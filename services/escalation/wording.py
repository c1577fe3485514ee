"""Why escalation asks something of intake, in words for the complaint's record."""

REASONS = {
    "still_dissatisfied": "客户对解释仍不满意,按规定重新处理并升级",
    "will_complain_further": "客户表示将继续投诉,按规定重新处理并升级",
}
MARKED_BECAUSE = {
    "group": "同一区域多名客户反映同一问题,并入群体投诉事件{}",
    "disturbance": "现场影响营业秩序,已登记({})",
    "media_present": "媒体到场,已登记({})",
}
