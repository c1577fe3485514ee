"""What is modelled, and which mechanism each model can be told to do without: then it must break its promise."""

MODELS = {
    "aggregate": "what is acknowledged is stored once and takes effect once",
    "reading": "an event takes effect once, however often it is delivered",
    "due_work": "a due item fires once, never early, never after it was met",
    "asking": "what was met elsewhere breaks no clock, unless that service stays away",
    "money": "a refund's line is entered in BOSS once, or a person decides",
    "sms": "an SMS leaves, and a second copy needs a fault and is marked",
}
WITHOUT = {
    "aggregate": {
        "NO_REQUEST_IDS": "a repeated request is carried out again",
        "NO_VERSION_CHECK": "a write does not look at the version",
        "PUBLISH_BEFORE_WRITE": "an event leaves before it is stored",
        "CLEAR_BEFORE_CONFIRM": "an entry is cleared before the broker has it",
        "NO_SWEEPER": "nobody sends what a dead process left behind",
    },
    "reading": {
        "NO_EVENT_IDS": "the reader does not know what it has read",
        "NO_VERSION_CHECK": "a write does not look at the version",
        "ACKNOWLEDGE_FIRST": "a message is acknowledged before it is handled",
    },
    "due_work": {
        "NO_VERSION_CHECK": "a write does not look at the version",
        "DECIDES_ON_THE_LIST": "what was due on the list fires without another look",
    },
    "asking": {
        "NOBODY_IS_ASKED": "a clock breaks on what is known here",
        "ASKED_AT_ANY_TIME": "a clock breaks that ran out after the question",
        "NO_VERSION_CHECK": "a write does not look at the version",
    },
    "money": {
        "NO_FENCE": "the answer to an old lease is stored",
        "NEW_KEY_EACH_TIME": "each sending has a key of its own",
        "REPEATS_BLINDLY": "what is unknown is sent again",
        "PROVED_WHEN_STORED": "absence is proved by when it is stored, not by when it was asked",
        "LATE_COUNTS_FROM_THE_LEASE": "a sending that left late counts as if it had left within its lease",
        "A_PERSON_SETTLES_AT_ONCE": "a person calls it unpaid while a sending may still arrive",
        "WITHDRAWN_WHILE_TAKEN": "what somebody enters by hand may be withdrawn and claimed again",
        "SENDS_AFTER_STANDING_STILL": "a sending may reach BOSS after any time",
    },
    "sms": {
        "NO_LEASE": "two processes may submit at once",
        "NO_REPEAT": "what is unknown is never sent again",
    },
}
