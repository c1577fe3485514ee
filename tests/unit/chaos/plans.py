"""Six sorts of complaints, in hours after their start, worked out by hand from the contract's table of clocks.

limits: told at registration; clocks: kind, started, due, state, ended; acts: at, method, its event in the history;
rises: at, to, cause; promise: made, due."""

from typing import Any

SORTS: dict[str, dict[str, Any]] = {
    "kept": {
        "limits": {"handling": 48, "first_reply": 48, "waiting_call": 24},
        "clocks": [
            ("handling", 0, 48, "met", 3),
            ("first_reply", 0, 48, "met", 0.5),
            ("waiting_call", 0, 24, "met", 0.5),
            ("follow_up", 3, 75, "met", 5),
        ],
        "acts": [
            (0.5, "intake.record_contact", "contact_recorded"),
            (3, "intake.reply", "complaint_replied"),
            (5, "intake.follow_up", "followed_up"),
            (7, "intake.archive", "complaint_archived"),
        ],
        "rises": [],
    },
    "forgotten": {
        "limits": {"handling": 8, "first_reply": 48, "waiting_call": 4},
        "clocks": [
            ("handling", 0, 8, "broken", 8),
            ("first_reply", 0, 48, "broken", 48),
            ("waiting_call", 0, 4, "broken", 4),
            ("acceptance", 8, 10, "broken", 10),
            ("acceptance", 10, 14, "broken", 14),
            ("acceptance", 14, 22, "broken", 22),
        ],
        "acts": [],
        "rises": [(8, "duty_manager", "handling"), (10, "branch", "acceptance"), (14, "province", "acceptance")],
    },
    "major_missed": {
        "limits": {"handling": 24, "first_reply": 48, "waiting_call": 12},
        "clocks": [
            ("handling", 0, 24, "met", 8),
            ("first_reply", 0, 48, "met", 8),
            ("waiting_call", 0, 12, "met", 8),
            ("opinion", 0.25, 1.25, "broken", 1.25),
            ("major_reply", 0.25, 48.25, "met", 8),
            ("support_opinion", 0.25, 12.25, "met", 4),
            ("legal_opinion", 0.25, 24.25, "met", 6),
            ("acceptance", 1.25, 3.25, "broken", 3.25),
            ("acceptance", 3.25, 7.25, "broken", 7.25),
            ("acceptance", 7.25, 15.25, "met", 8),
            ("follow_up", 8, 80, "running", None),
        ],
        "acts": [
            (0.25, "escalation.declare_major", "major_marked"),
            (3, "escalation.give_opinion", "opinion_recorded"),
            (4, "escalation.give_opinion", "opinion_recorded"),
            (6, "escalation.give_opinion", "opinion_recorded"),
            (8, "intake.reply", "complaint_replied"),
        ],
        "opinions": {"supervisor": 3, "support": 4, "legal": 6},
        "rises": [(1.25, "duty_manager", "opinion"), (3.25, "branch", "acceptance"), (7.25, "province", "acceptance")],
    },
    "promise_missed": {
        "limits": {"handling": 8, "first_reply": 48, "waiting_call": 4},
        "clocks": [
            ("handling", 0, 8, "met", 6),
            ("first_reply", 0, 48, "met", 6),
            ("waiting_call", 0, 4, "broken", 4),
            ("promise", 0.5, 3, "broken", 3),
            ("acceptance", 3, 5, "met", 3.5),
            ("level", 3.5, 11.5, "met", 6),
            ("follow_up", 6, 78, "running", None),
        ],
        "acts": [
            (0.5, "intake.promise", "promise_made"),
            (3.5, "escalation.accept", None),
            (6, "intake.reply", "complaint_replied"),
        ],
        "promise": (0.5, 3),
        "rises": [(3, "duty_manager", "promise")],
    },
    "paid": {
        "limits": {"handling": 48, "first_reply": 48, "waiting_call": 24},
        "clocks": [
            ("handling", 0, 48, "met", 4),
            ("first_reply", 0, 48, "met", 4),
            ("waiting_call", 0, 24, "met", 4),
            ("follow_up", 4, 76, "running", None),
        ],
        "acts": [(4, "intake.reply", "complaint_replied")],
        "rises": [],
        "refund": "double_refund",
    },
    "rejected": {
        "limits": {"handling": 48, "first_reply": 48, "waiting_call": 24},
        "clocks": [
            ("handling", 0, 48, "met", 4),
            ("first_reply", 0, 48, "met", 4),
            ("waiting_call", 0, 24, "met", 4),
            ("follow_up", 4, 76, "running", None),
        ],
        "acts": [(4, "intake.reply", "complaint_replied")],
        "rises": [],
        "refund": "rejected",
    },
}
