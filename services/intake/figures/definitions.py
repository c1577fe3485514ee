"""The figures of KP2: each definition as code, beside its words. Changing either means another VERSION. Pure.

A definition yields one truth value for each unit of its denominator: true is counted in the numerator too. So no
numerator can exceed its denominator, and the sums of parts are the sums of the whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from services.intake.figures.standing import Period, Standing

VERSION = 1
PROVINCE = ("province", "arbitration")
VALID_ZH = "分母为有效投诉：不含不予受理和客户撤诉的；以统计期末的状态为准，期末之后发生的一律不计。"
VALID_EN = (
    "Denominators are valid complaints: without refused and withdrawn ones, as they stood at the end of the period; "
    "nothing that happened later is seen."
)

Units = Iterable[bool]


@dataclass(frozen=True)
class Rate:
    """One rate of the answer: `units(standing, period)` is asked of valid complaints only (KP7)."""

    name: str
    rule: str
    zh: str
    en: str
    units: Callable[[Standing, Period], Units]
    by_brand: bool = False


def handling(known: Standing, period: Period) -> Units:
    """Registered in the period."""
    return (known.handled,) if period.has(known.registered) else ()


def first_reply(known: Standing, period: Period) -> Units:
    """The 48th hour falls into the period."""
    limit = known.first_reply
    return (limit.in_time,) if period.has(limit.due) else ()


def on_time(known: Standing, period: Period) -> Units:
    """Each handling limit that fell due in the period, so that open late ones do not vanish."""
    return [limit.in_time for limit in known.handling if period.has(limit.due)]


def at_first_contact(known: Standing, period: Period) -> Units:
    """Answered directly and never opened again."""
    solved = known.now.get("direct", False) and known.handled and len(known.handling) == 1
    return (solved,) if period.has(known.registered) else ()


def satisfied(known: Standing, period: Period) -> Units:
    """The last answer within the period."""
    said = _said(known, period)
    return (said == "satisfied",) if said else ()


def reach(known: Standing, period: Period) -> Units:
    """Replied in the period, or asked in it."""
    said = _said(known, period)
    return (said is not None,) if said or any(map(period.has, known.replies)) else ()


def repeated(known: Standing, period: Period) -> Units:
    """Each complaint registered in the period: whether it repeats an earlier one."""
    return (known.now.get("repeat", False),) if period.has(known.registered) else ()


def escalated(known: Standing, period: Period) -> Units:
    """Registered in the period, or risen to the province in it."""
    reached = any(level in PROVINCE for level in _risen(known, period))
    return (reached,) if reached or period.has(known.registered) else ()


def risen_below(known: Standing, period: Period) -> Units:
    """Risen in the period, but not to the province."""
    levels = _risen(known, period)
    below = bool(levels) and not any(level in PROVINCE for level in levels)
    return (below,) if levels or period.has(known.registered) else ()


def major_on_time(known: Standing, period: Period) -> Units:
    """Each reply to a major complaint due in the period: whether it came in time."""
    return [limit.in_time for limit in known.major if period.has(limit.due)]


def opinion_on_time(known: Standing, period: Period) -> Units:
    """Each opinion due in the period: whether it came in time."""
    return [limit.in_time for limit in known.opinions if period.has(limit.due)]


def _said(known: Standing, period: Period) -> str | None:
    """What the customer said last in the period; `unknown` is no answer."""
    said = [rating for at, rating in known.ratings if period.has(at) and rating != "unknown"]
    return said[-1] if said else None


def _risen(known: Standing, period: Period) -> list[str]:
    return [level for at, level in known.rises if period.has(at)]


RATES = (
    Rate(
        "handling",
        "KP7",
        "投诉处理率：统计期内登记的有效投诉中，期末已答复或已归档的占比",
        "Handling rate: of valid complaints registered in the period, those replied to or archived at its end",
        handling,
    ),
    Rate(
        "first_reply_48h",
        "CL2",
        "48小时首次回复率：登记满48小时落在统计期内的有效投诉中，48小时内由人工首次联系或答复客户的占比",
        "First reply within 48 h: of valid complaints whose 48th hour falls into the period, those first contacted "
        "by a person or replied to within 48 h of registration",
        first_reply,
    ),
    Rate(
        "on_time",
        "CL1",
        "处理及时率：处理时限在统计期内到期的有效投诉（重新处理的另计一次）中，到期前已答复的占比；逾期未办结的计入分母",
        "On-time rate: of handling limits of valid complaints that fell due in the period (one more for each "
        "reopening), those replied to by then; late ones that are still open count in the denominator",
        on_time,
        by_brand=True,
    ),
    Rate(
        "first_contact_solved",
        "KP2",
        "一次解决率：统计期内登记的有效投诉中，受理时直接答复、且期末未被重新处理的占比",
        "Solved at first contact: of valid complaints registered in the period, those answered directly at "
        "registration and not reopened until its end",
        at_first_contact,
    ),
    Rate(
        "satisfaction",
        "RP3",
        "客户满意率：统计期内回访得到评价的有效投诉中，最后一次评价为满意的占比；处理人在答复时自填的不计",
        "Satisfaction: of valid complaints whose customers answered a follow-up in the period, those whose last "
        "answer was satisfied; what the handler noted in the reply does not count",
        satisfied,
    ),
    Rate(
        "satisfaction_reach",
        "RP3",
        "回访覆盖率：统计期内答复过或回访过的有效投诉中，期内回访得到评价的占比",
        "Reach of satisfaction: of valid complaints replied to or followed up in the period, those whose customers "
        "answered in it",
        reach,
    ),
    Rate(
        "repeat",
        "IN8",
        "重复投诉率：统计期内登记的有效投诉中，同号码同目录在归档后三个月内再次投诉的占比",
        "Repeat rate: of valid complaints registered in the period, those that repeat one on the same number and "
        "leaf within three months of its archiving",
        repeated,
    ),
    Rate(
        "escalation",
        "KP8",
        "升级投诉率：统计期内登记的或期内升至省公司的有效投诉中，期内升至省公司的占比",
        "Escalation rate: of valid complaints registered in the period or risen to the province in it, those that "
        "reached the province in it",
        escalated,
    ),
    Rate(
        "rises_below_province",
        "KP8",
        "省以下升级率：统计期内登记的或期内升级的有效投诉中，期内升级但未到省公司的占比",
        "Rises below the province: of valid complaints registered or risen in the period, those that rose in it "
        "without reaching the province",
        risen_below,
    ),
    Rate(
        "major_on_time",
        "MJ1",
        "重大投诉答复及时率：48小时答复时限在统计期内到期的重大投诉中，按时答复的占比",
        "Major complaints replied to in time: of limits for the reply to a major complaint that fell due in the "
        "period, those met",
        major_on_time,
    ),
    Rate(
        "major_opinion_on_time",
        "MJ1",
        "重大投诉1小时意见及时率：主管意见时限在统计期内到期的重大投诉中，按时给出意见的占比",
        "Supervisor's opinion in time: of limits for the opinion on a major complaint that fell due in the period, "
        "those met",
        opinion_on_time,
    ),
)
