"""What the methods of refund's books answer, in words: their answers are large and made of parts."""

SHEET = """### daily sheet

`{branch, hall, hall_name, day, items, totals, digest, signatures, missing, fits, changed, html?}`. `items` are refunds
with their place `n`; `totals` is `{count, total_fen, paid_fen, by_kind, by_status}`, its fen without what was rejected
or withdrawn; `signatures` are `{as, by, role, at}`; `missing` those still to come. `fits` is false where the refunds
have changed since they were signed: `changed` names them with `signed_fen` and `now_fen`."""
PACKAGE = """### month package

`{branch, hall, hall_name, month, items, days, unsigned, closed, after}`, oldest refund first. Each of `items` is
`{refund_id, complaint_id, sort, status, total_fen, requested_at, html}`: `html` is its approval form, and
`intake.receipt` of `complaint_id` the reception sheet that belongs to it (null: nobody complained). `days` are those of
the whole month with refunds: `{day, refunds, total_fen, digest, signatures, missing, fits, changed}` as in a daily
sheet; `unsigned` names those that lack a signature or no longer fit. `closed`: the month is over."""
RECONCILIATION = """### reconciliation

`{week, from, to, closed, halls, differences, after}`, the sums and differences of a stretch of the week: ask again with
`after` until it is null, and add up. Each of `halls` is `{branch, hall, disputed_fen, principal_fen, award_fen,
extra_fen, late_fee_fen, paid_fen, boss_fen, lines, entries}`; both names are null for entries that nobody here knows.
`disputed_fen`: what customers disputed in complaints registered that week, without refused and withdrawn ones; it comes
with the first stretch. Each difference is `{what, key, branch, hall, refund_id, complaint_id, line, msisdn, state,
here_fen, boss_fen, boss_reference, at}`. `what`: `not_in_boss` (paid here, no entry there), `not_paid_here` (an entry
there, not known to be paid here), `other_amount`, `other_number`, `unknown_here` (an entry under no key of ours),
`twice` (a further entry under one key). An entry belongs to the week of BOSS's own `at`, and what was paid counts with
its entry; only what BOSS does not have at all belongs to the week in which it was known here to be paid."""
TOTALS = """### totals of refunds

`{from, to, as_of, closed, scope, count, total_fen, doubled, doubled_fen, requested, paid, definitions, after}`.
`requested` (by time of request) and `paid` (by time of payment) are `{count, total_fen, doubled: {count, total_fen,
award_fen}, by_line, by_sort, by_status, by_ground, by_dispute_type}`; `definitions` says in Chinese and English what
counts. The four numbers before them are those of `paid`. `closed`: the same digits come whenever the period is asked
for again. Where `after` is not null the answer is partial: ask again with it and with `to` = `as_of`, and add up."""
BOOKS = (SHEET, PACKAGE, RECONCILIATION, TOTALS)
