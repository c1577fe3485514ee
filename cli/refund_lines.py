"""What a report tells of refunds (KP2): parts added up, and one line for each figure. Pure."""

from collections.abc import Callable
from typing import Any

Answer = dict[str, Any]
BASES = {"paid": "按支付", "requested": "按申请"}
KINDS = {"principal": "本金", "award": "双倍返还", "extra": "赔付", "late_fee": "违约金"}
GROUNDS = {"double_refund": "双倍返还承诺", "unverifiable": "无法查证", "company_fault": "企业责任", "none": "其他"}


def whole(ask: Callable[[Answer], Any], asked: Answer) -> Answer | None:
    """The totals of a period, however many calls they take; None where refund tells this caller nothing."""
    answer = ask(asked)
    while answer and answer["after"]:
        part = ask(asked | {"to": answer["as_of"], "after": answer["after"]})
        added = {name: _added(answer[name], part[name]) for name in (*BASES, *_sums(answer))}
        answer = answer | added | {"after": part["after"]}
    return answer or None


def _sums(answer: Answer) -> list[str]:
    return [name for name, value in answer.items() if type(value) is int]


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, int):
        return one + other
    both = {name: _added(one[name], other[name]) for name in one.keys() & other.keys()}
    return one | other | both


def lines(totals: Answer) -> list[tuple[str, str]]:
    """Label and value of each figure, by time of payment and by time of request."""
    return [line for basis, words in BASES.items() if basis in totals for line in _figures(words, totals[basis])]


def _figures(words: str, told: Answer) -> list[tuple[str, str]]:
    doubled = told["doubled"]
    return [
        (f"{words}合计", f"{told['count']} 笔 {_money(told['total_fen'])}"),
        (
            f"{words}双倍返还",
            f"{doubled['count']} 笔 {_money(doubled['total_fen'])}（返还部分 {_money(doubled['award_fen'])}）",
        ),
        (f"{words}分项", "，".join(f"{KINDS[kind]} {_money(fen)}" for kind, fen in told["by_line"].items())),
        (f"{words}依据", "，".join(_ground(*each) for each in told["by_ground"].items()) or "无"),
    ]


def _ground(ground: str, one: Answer) -> str:
    return f"{GROUNDS[ground]} {one['count']} 笔 {_money(one['total_fen'])}"


def _money(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02}元"
