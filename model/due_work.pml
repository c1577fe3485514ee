/* A due item fires once and never early: two replicas look for what is due, a command may meet, move or call it off.

   services/escalation/looking.py (find, decide, compare-and-set), shared/documents.py (change_many). No lease: all
   that firing does is in the document. Each line with an arrow is one step; processes are killed at any of them.

   The document has two items; a move gives the first one a later due time or an operator calls it off, a command may meet the
   second one. What is met in another service: asking.pml. */

#ifndef CRASHES
#define CRASHES 3
#endif
#define LATEST 3

mtype = { idle, found, loaded };
mtype = { waiting, fired, met, called_off };

byte crashes = CRASHES, now;
byte due[2];
mtype item[2] = waiting;
byte times_fired[2], version;
bool moved, answered;

mtype at[3] = idle;                              /* replicas 0 and 1 look, 2 carries out the commands */
byte seen[3];
byte wanted[3];                                  /* the item it is about */

#ifdef NO_VERSION_CHECK
#define SWAPS(r) true
#else
#define SWAPS(r) (seen[r] == version)
#endif

inline put_down(r) { seen[r] = 0; wanted[r] = 0; at[r] = idle }

inline fire(r) {
    printf("replica %d fires item %d at %d\n", r, wanted[r], now);
    assert(item[wanted[r]] == waiting);          /* never twice, and never what was met or called off */
    assert(now >= due[wanted[r]]);               /* never early */
    item[wanted[r]] = fired; times_fired[wanted[r]]++; version++
}

#define IS_DUE(i) (item[i] == waiting && due[i] <= now)
#define FINDS(r, i) d_step { at[r] == idle && IS_DUE(i) -> wanted[r] = i; at[r] = found }

proctype Looking(byte r) {
end:
    do
    :: FINDS(r, 0) :: FINDS(r, 1)
#ifdef DECIDES_ON_THE_LIST
    :: d_step { at[r] == found -> seen[r] = version; at[r] = loaded }
#else
    :: d_step { at[r] == found && IS_DUE(wanted[r]) -> seen[r] = version; at[r] = loaded }
    :: d_step { at[r] == found && !IS_DUE(wanted[r]) -> put_down(r) }   /* not any more */
#endif
    :: d_step { at[r] == loaded && SWAPS(r) -> fire(r); put_down(r) }
    :: d_step { at[r] == loaded && !SWAPS(r) -> put_down(r) }           /* left for the next look */
    :: d_step { crashes && at[r] != idle -> printf("replica %d is killed\n", r); crashes--; put_down(r) }
    od
}

proctype Commands() {
end:
    do
    :: d_step { at[2] == idle && !moved && item[0] == waiting -> seen[2] = version; wanted[2] = 0; at[2] = loaded }
    :: d_step { at[2] == idle && !answered && item[1] == waiting -> seen[2] = version; wanted[2] = 1; at[2] = loaded }
    :: d_step { at[2] == loaded && seen[2] == version && wanted[2] == 0 -> printf("item 0 is moved to %d\n", due[0] + 1);
        due[0]++; moved = true; version++; put_down(2) }
    :: d_step { at[2] == loaded && seen[2] == version && wanted[2] == 0 -> printf("item 0 is called off\n");
        item[0] = called_off; version++; put_down(2) }
    :: d_step { at[2] == loaded && seen[2] == version && wanted[2] == 1 -> printf("item 1 is met\n");
        item[1] = met; answered = true; version++; put_down(2) }
    :: d_step { at[2] == loaded && seen[2] != version -> put_down(2) }
    :: d_step { crashes && at[2] != idle -> crashes--; put_down(2) }
    od
}

proctype Time() {
end:
    do
    :: d_step { now < LATEST -> now++ }
    od
}

init {
    atomic { due[0] = 1; due[1] = 2; run Looking(0); run Looking(1); run Commands(); run Time() }
    timeout ->
    assert(times_fired[0] == (item[0] == called_off -> 0 : 1));      /* every due item fires once */
    assert(times_fired[1] == (item[1] == met -> 0 : 1))
}
