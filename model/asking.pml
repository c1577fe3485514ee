/* Nothing breaks on an act whose news is still on its way: it was met in another service, and nobody here has heard of it.

   services/escalation/looking.py (due work asks, and counts what is known here once the other one has stayed away),
   following.py (a person's command asks once and hears Unavailable), services/refund/facts_door.py. Each line with an
   arrow is one step; processes are killed at any of them.

   Two replicas look at one clock, a person's command lets time strike, too. An act in the very instant of the due time may
   come before it or after it: here it comes after. */

#ifndef CRASHES
#define CRASHES 2
#endif
#define PERSON 2                                 /* who asks once, and never counts the other service as gone */
#define DUE 1
#define LATEST 2

mtype = { idle, found, loaded };
mtype = { waiting, broken, met };

byte crashes = CRASHES, outages = 2, early = 2, people = 2, now, version, times_broken;
mtype clock = waiting;
bool met_there, away;                            /* what the other service knows; whether it answers */

mtype at[3] = idle;
byte seen[3];                                    /* the version it read */
byte asked[3];                                   /* 1 + when the other service was asked; 0: it was not */
bool gave_up[3];                                 /* it stayed away, so what is known here counts */

#ifdef NOBODY_IS_ASKED
#define MAY_BREAK(r) true
#elif defined ASKED_AT_ANY_TIME
#define MAY_BREAK(r) (asked[r] || gave_up[r])
#else
#define MAY_BREAK(r) (asked[r] > DUE || gave_up[r])
#endif

#ifdef NO_VERSION_CHECK
#define SWAPS(r) true
#else
#define SWAPS(r) (seen[r] == version)
#endif

#define IS_DUE (clock == waiting && now >= DUE)
#define ASKS(r) (at[r] == found && !asked[r] && !gave_up[r])

inline end_look(r) { seen[r] = 0; asked[r] = 0; gave_up[r] = false; at[r] = idle }

inline break_it(r) {
    printf("%d breaks the clock at %d\n", r, now);
    assert(clock == waiting && now >= DUE);
    assert(!met_there || gave_up[r]);            /* what was met elsewhere breaks in an outage only */
    assert(!gave_up[r] || r != PERSON);
    clock = broken; times_broken++; version++
}

proctype Striking(byte r) {
end:
    do
    :: d_step { at[r] == idle && r != PERSON && IS_DUE -> at[r] = found }
    :: d_step { at[r] == idle && r != PERSON && early && now < DUE && clock == waiting -> early--; at[r] = found }   /* to warn */
    :: d_step { at[r] == idle && r == PERSON && people && clock == waiting -> people--; at[r] = found }
    :: d_step { ASKS(r) && !away -> printf("%d asks at %d\n", r, now); asked[r] = now + 1;
        if :: met_there && clock == waiting -> clock = met; version++ :: else fi }
    :: d_step { ASKS(r) && away && IS_DUE && r != PERSON -> gave_up[r] = true }     /* its patience is over */
    :: d_step { ASKS(r) && away && r == PERSON -> end_look(r) }                     /* he hears Unavailable */
    :: d_step { at[r] == found && IS_DUE && MAY_BREAK(r) -> seen[r] = version; at[r] = loaded }
    :: d_step { at[r] == found && !ASKS(r) && !(IS_DUE && MAY_BREAK(r)) -> end_look(r) }     /* not any more, or not yet */
    :: d_step { at[r] == loaded && SWAPS(r) -> break_it(r); end_look(r) }
    :: d_step { at[r] == loaded && !SWAPS(r) -> end_look(r) }
    :: d_step { crashes && at[r] != idle -> printf("%d is killed\n", r); crashes--; end_look(r) }
    od
}

proctype Elsewhere() {
end:
    do
    :: d_step { !met_there && !away && now < DUE -> printf("it is met elsewhere at %d\n", now); met_there = true }
    :: d_step { met_there && clock == waiting -> printf("the news of it come\n"); clock = met; version++ }
    :: d_step { outages && !away -> printf("the other service is away\n"); outages--; away = true }
    :: d_step { away -> away = false }
    od
}

proctype Time() {
end:
    do
    :: d_step { now < LATEST -> now++ }
    od
}

init {
    atomic { run Striking(0); run Striking(1); run Striking(PERSON); run Elsewhere(); run Time() }
    timeout ->
    assert(clock != waiting);                    /* it ends, */
    assert(times_broken == (clock == broken -> 1 : 0));      /* once */
    assert(met_there || clock == broken)         /* and unless it was met, it breaks */
}
