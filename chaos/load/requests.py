"""What is asked for in each call of a journey. Pure; the same arguments make the same request."""

from datetime import datetime
from typing import Any

from chaos.load.people import Staff

LEAVES = ("04.01.01", "01.01.01", "03.02.01", "05.01.04")


def registration(msisdn: str, brand: str, staff: Staff, leaf: str, channel: str = "hotline") -> dict[str, Any]:
    return {
        "ticket_type": "complaint",
        "channel": channel,
        "handling": "transfer",
        "customer": {"msisdn": msisdn, "name": "测试客户", "brand": brand},
        "verification": {"method": "service_password", "verified": True},
        "category": leaf,
        "content": "客户反映本月账单与实际使用不符，要求核实。",
        "branch": staff.branch,
    }


def contact() -> dict[str, Any]:
    return {"means": "phone", "direction": "out", "content": "已联系客户，告知正在核实。"}


def answer_promise(due_at: datetime) -> dict[str, Any]:
    return {"kind": "answer", "due_at": due_at.isoformat(), "what": "核实后答复客户"}


def reply() -> dict[str, Any]:
    return {"process": "核对账单与话单", "content": "经核实账单已更正。", "satisfaction": "satisfied", "means": "phone"}


def follow_up() -> dict[str, Any]:
    return {"satisfaction": "satisfied", "said": "问题解决了"}


def archive() -> dict[str, Any]:
    return {"cause": "计费规则未及时更新", "evidence": ["账单"], "lesson": "更新后抽查账单"}


def opinion(kind: str) -> dict[str, Any]:
    return {"kind": kind, "text": "核实账单并向客户说明。"}


def reminder(msisdn: str) -> dict[str, Any]:
    """Of a fee to come; the customer's first SMS of its class in this month (NT8)."""
    words = {"service": "彩铃", "fee": 500, "month": "2026-12"}
    return {"template": "fee_reminder", "msisdn": msisdn, "variables": words}


def refund(msisdn: str, staff: Staff, ground: str, principal_fen: int) -> dict[str, Any]:
    """A claim of the customer's, for the complaint of this journey."""
    request = {
        "msisdn": msisdn,
        "service": "手机上网",
        "period": "2026-10",
        "dispute_type": "billing",
        "ground": ground,
        "principal_fen": principal_fen,
        "cause": "计费与使用记录不符",
        "evidence": ["话单", "账单"],
        "branch": staff.branch,
        "complaint_id": "$complaint",
    }
    doubt = {"why": "cannot_verify", "checks": ["话单", "终端记录"]}
    return request | ({"unverifiable": doubt} if ground == "unverifiable" else {})


def found_by_ourselves(msisdn: str, staff: Staff, principal_fen: int) -> dict[str, Any]:
    """A wrong charge that the company found, without a complaint."""
    found = {"found_by": {"department": "计费稽核", "reference": "JH-0601"}}
    request = refund(msisdn, staff, "company_fault", principal_fen)
    return {name: value for name, value in request.items() if name != "complaint_id"} | found
