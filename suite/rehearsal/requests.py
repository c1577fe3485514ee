"""What callers send in a rehearsal: whole requests, every optional field given, all free text recognisable."""

from typing import Any

from suite.rehearsal.people import GROUP, NAME, NEW_NAME, NEW_NUMBER, NUMBER, WORDS

FAULT_LEAF = "08.11.01"  # of a self-service terminal: starts clocks that other leaves do not (CL11)
GROUP_LEAF = "04.01.04"  # nobody else's in a rehearsal (MJ4)
REASON = {"reason": WORDS}
VERIFIED = {"method": "id_shown", "verified": True}
REGISTRATION: dict[str, Any] = {
    "ticket_type": "complaint",
    "channel": "hotline",
    "handling": "transfer",
    "customer": {"msisdn": NUMBER, "name": NAME, "brand": "ordinary", "high_value": True, "group": GROUP},
    "verification": {"method": "service_password", "verified": True},
    "category": "04.01.01",
    "content": WORDS,
    "demand": WORDS,
    "branch": "SZ",
    "hall": "SZ-FT",
    "area": "福田",
    "customer_kind": "prepared",
    "coordination": {"kind": "interconnect", "counterpart": "固网运营商"},
    "triggers": ["media_threat", "disturbance"],
    "disputed_amount_fen": 1560,
    "prohibition": 3,
    "accused": {"staff": "E1002"},
    "promise": {"kind": "answer", "due_at": "2026-11-24T17:00:00+08:00", "what": WORDS},
}
PLAIN: dict[str, Any] = REGISTRATION | {"triggers": [], "promise": None, "prohibition": None, "accused": None}
REPLY = {"process": WORDS, "content": WORDS, "satisfaction": "unknown", "unknown_because": WORDS, "means": "phone"}
ARCHIVE = {"cause": WORDS, "evidence": [WORDS], "lesson": WORDS, "cause_kind": "billing_system"}
DIRECT = PLAIN | {"handling": "direct_reply", "category": "01.01.05", "reply": REPLY, "archive": ARCHIVE}
FORWARDED = {"channel": "third_party", "forwarded_by": {"body": "消费者协会", "reference": "2026-11"}}
REQUIRED = ("ticket_type", "channel", "handling", "verification", "category", "content", "branch")
BARE = {name: REGISTRATION[name] for name in REQUIRED} | {"customer": {"msisdn": NUMBER, "brand": "ordinary"}}
CONTACT = {
    "means": "phone",
    "direction": "out",
    "content": WORDS,
    "customer_said": WORDS,
    "verification": VERIFIED,
}
PROPOSAL = {"solution": WORDS, "answer": "counter", "counter": WORDS}
JUDGEMENT = {"responsible_party": "计费支撑中心", "severity": "一般", "note": WORDS}
TRANSFER = {"to_department": "billing_support", **REASON}
PROMISE = {"kind": "effect", "due_at": "2026-11-30T12:00:00+08:00", "what": WORDS}
LEAF = {"category": "04.01.02", **REASON}
CORRECTION = {"brand": "gotone", "name": NEW_NAME, "msisdn": NEW_NUMBER, **REASON}
ANGRY = {"satisfaction": "dissatisfied", "said": WORDS}
FLAG = {"prohibition": 2, "accused": {"staff": "E1002", "partner": "SZ-SP"}, **REASON}
RECHARGE: dict[str, Any] = {
    "kind": "card",
    "card_serial": "10118610012345678",
    "fault": WORDS,
    "at": "2026-11-22T20:00:00+08:00",
    "place_of_sale": WORDS,
    "amount_fen": 5000,
}
DISTURBANCE = {
    "security": {"called": True, "touched": False},
    "staff_calming": 2,
    "warning_read": True,
    "moved_to": WORDS,
    "cctv_reference": WORDS,
    "police": {"called": True, "accompanied_by": "E1002", "reference": WORDS},
    "note": WORDS,
}
MEDIA = dict.fromkeys(("reporter", "medium", "contact", "questions"), WORDS) | {"promised_nothing": True}
MAJOR = {"trigger": "manager", **REASON}
WEEK = {"from": "2026-11-23T00:00:00+08:00", "to": "2026-11-30T00:00:00+08:00"}

CLAIM: dict[str, Any] = {
    "msisdn": NUMBER,
    "service": "彩铃",
    "period": "2026-10",
    "dispute_type": "billing",
    "ground": "double_refund",
    "confirmation": {
        "kind": "sms",
        "reference": WORDS,
        "at": "2026-09-01T10:00:00+08:00",
        "fee_page_at": "2026-09-01T09:59:00+08:00",
        "second_confirmation": {"found": False},
    },
    "principal_fen": 1560,
    "cause": WORDS,
    "evidence": [WORDS],
    "fault_ticket": WORDS,
    "maintenance_opinion": WORDS,
    "branch": "SZ",
    "hall": "SZ-FT",
}
BARE_CLAIM = {name: value for name, value in CLAIM.items() if name not in ("hall", "confirmation")}
UNVERIFIABLE = BARE_CLAIM | {"ground": "unverifiable", "unverifiable": {"why": "cannot_verify", "checks": [WORDS]}}
FOUND: dict[str, Any] = {"found_by": {"department": "计费支撑中心", "reference": WORDS}, "service": "WAP"}
COMPANY_FAULT = CLAIM | {"ground": "company_fault", "extra_fen": 500}

PRE_REFUND = {name: value for name, value in CLAIM.items() if name != "evidence"} | {
    "insisted": True,
    "consent": {"by": "B1001", "reason": WORDS},
    "sub_cause": "after_cancelling",
    "pre_page_fen": 40,
}
LATE_FEE: dict[str, Any] = {
    "msisdn": NUMBER,
    "period": "2026-10",
    "fee_fen": 120,
    "brand": "ordinary",
    "cause": WORDS,
    "branch": "SZ",
    "hall": "SZ-FT",
}
CORRECTION_WITHOUT_MONEY: dict[str, Any] = {
    "msisdn": NUMBER,
    "service": "彩铃",
    "period": "2026-10",
    "cause": WORDS,
    "correction": WORDS,
    "evidence": [WORDS],
    "fault_ticket": WORDS,
    "branch": "SZ",
    "hall": "SZ-FT",
}


def without_none(request: dict[str, Any]) -> dict[str, Any]:
    """The request without the fields that are left out."""
    return {name: value for name, value in request.items() if value is not None}
