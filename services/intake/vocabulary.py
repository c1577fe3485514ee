"""The words of intake: every closed list of the contract, once. Schemas accept them, the model speaks them."""

from typing import Literal

TicketType = Literal["consultation", "service_request", "appointment", "complaint"]
Channel = Literal["hotline", "web", "letter", "hall", "third_party", "opinion_book", "sms"]
Handling = Literal["record_only", "transfer", "dispatch", "direct_reply"]
Complainant = Literal["holder", "distributor", "media"]
CustomerKind = Literal["emotional", "stubborn", "unreasonable", "violent", "prepared", "publicity"]
Brand = Literal["vip", "gotone", "ordinary"]
VerificationMethod = Literal["service_password", "id_shown", "calling_number"]
CoordinationKind = Literal["interconnect", "cross_province"]
Trigger = Literal[
    "media_present",
    "media_threat",
    "legal",
    "regulator",
    "disturbance",
    "violence",
    "group",
    "high_value",
    "beyond_authority",
    "manager",
]

Status = Literal["open", "replied", "archived", "refused", "withdrawn"]
Level = Literal["agent", "duty_manager", "branch", "province", "arbitration"]
Satisfaction = Literal["satisfied", "neutral", "dissatisfied", "unknown"]
Turning = Literal["replied", "followed_up", "reopened"]
Means = Literal["phone", "sms", "visit", "letter", "other"]
Direction = Literal["in", "out"]
WordKind = Literal["admission", "blame", "plain_no", "rude", "empty"]
ProposalAnswer = Literal["accepted", "refused", "counter"]
PromiseKind = Literal["answer", "effect"]
OpinionKind = Literal["supervisor", "support", "legal"]
Inbound = Literal["fee_reminder"]
ReopenCause = Literal["asked", "urged", "ladder"]
MeasureKind = Literal["training", "process", "communication", "network", "equipment"]
TaskKind = Literal[
    "call_back",
    "follow_up",
    "call",
    "explain",
    "written_reply",
    "care",
    "tell_improvement",
    "other_problem",
]
TaskCause = Literal[
    "waiting",
    "replied",
    "undelivered",
    "care_cap",
    "dissatisfied",
    "written_reply_wanted",
    "major_archived",
    "repeat_archived",
    "closing_question",
]
MeasureState = Literal["open", "overdue", "done"]
