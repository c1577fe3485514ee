"""The changes of a clock's times and how it ended, as sentences in Chinese and English. Pure."""

from collections.abc import Sequence

from services.escalation.clocks import Clock
from services.escalation.stages import Stage
from shared.limittext import moment_shown, until_shown

CHANGED_ZH = {
    "corrected": "{at} 因客户品牌或投诉类别更正重新计算",
    "extended": "{at} 由 {by} 批准延长{reason}",
    "moved": "{at} 由 {by} 人工调整{reason}",
    "calendar": "{at} 由 {by} 按新公布的放假调休安排重新计算",
}
CHANGED_EN = {
    "corrected": "{at} computed again since brand or category was corrected",
    "extended": "{at} extended by {by}{reason}",
    "moved": "{at} moved by {by}{reason}",
    "calendar": "{at} computed again by {by} after the new official notice of days off and make-up days",
}
BEGUN_ZH = {"known": "本时限自 {at} 起因更正而产生。", "returned": "退回本级，只余本级时限中未用的部分。"}
BEGUN_EN = {
    "known": "It came {at} by a correction.",
    "returned": "Handed back: only the unused rest of this level's own limit is left.",
}
ENDED_ZH = {"met": "已于 {at} 完成。", "broken": "已于 {at} 超时。", "cancelled": "已于 {at} 取消。"}
ENDED_EN = {"met": "Met {at}.", "broken": "Broken {at}.", "cancelled": "Cancelled {at}."}


def stages_zh(stages: Sequence[Stage]) -> str:
    """Since when it was known, what changed, how it ended."""
    return _begun(stages[0], BEGUN_ZH) + "".join(map(_change_zh, stages[1:])) + _ended(stages[-1].clock, ENDED_ZH)


def stages_en(stages: Sequence[Stage]) -> str:
    """The same in English."""
    said = [_begun(stages[0], BEGUN_EN), *map(_change_en, stages[1:]), _ended(stages[-1].clock, ENDED_EN)]
    return " ".join(each for each in said if each)


def _begun(stage: Stage, words: dict[str, str]) -> str:
    """Where a clock did not simply start with its moment."""
    if stage.why == "returned":
        return words["returned"]
    return words["known"].format(at=moment_shown(stage.at)) if stage.clock.known_at == stage.at else ""


def _change_zh(stage: Stage) -> str:
    assert stage.was is not None, "a change has a time before it"
    reason = f"（原因：{stage.reason}）" if stage.reason else ""
    said = CHANGED_ZH[stage.why].format(at=moment_shown(stage.at), by=stage.by, reason=reason)
    return f"{said}：原截止 {until_shown(stage.was)}，改为 {until_shown(stage.clock.due_at)}。"


def _change_en(stage: Stage) -> str:
    assert stage.was is not None, "a change has a time before it"
    reason = f" (reason: {stage.reason})" if stage.reason else ""
    said = CHANGED_EN[stage.why].format(at=moment_shown(stage.at), by=stage.by, reason=reason)
    return f"{said}: before due {until_shown(stage.was)}, since then {until_shown(stage.clock.due_at)}."


def _ended(clock: Clock, words: dict[str, str]) -> str:
    if clock.ended_at is None:
        return ""
    shown = until_shown if clock.state == "broken" else moment_shown
    return words[clock.state].format(at=shown(clock.ended_at))
