/* How an event takes effect once: a broker that delivers at least once, two readers, a document of their own.

   shared/bus/inbox.py takes one message at a time and acknowledges it last; the handler loads, decides and writes by
   compare-and-set, and what it wrote knows the event's id (services/notify: the message is called after the event;
   services/refund: the copy keeps the event's number). Both copies of both events lie in the queue from the start, in
   any order: this is all that the way out (aggregate.pml) can do. Each line with an arrow is one step. */

#ifndef CRASHES
#define CRASHES 3
#endif
#define BREAKS 2
#define COPIES 2

mtype = { idle, loaded, handled };

byte crashes = CRASHES, breaks = BREAKS;
byte queue[2] = COPIES;                          /* copies of each event that the broker still has to deliver */

byte version;                                    /* the reader's document */
bool known[2];
byte effects[2];

mtype at[2] = idle;
byte event[2], seen[2];
bool knew[2], owed[2];                                    /* the broker waits for this process's acknowledgement */

#ifdef NO_VERSION_CHECK
#define SWAPS(s) true
#else
#define SWAPS(s) (seen[s] == version)
#endif
#ifdef ACKNOWLEDGE_FIRST
#define OWED false
#else
#define OWED true
#endif

inline load(s) {
    seen[s] = version;
#ifndef NO_EVENT_IDS
    knew[s] = known[event[s]]
#endif
}

inline effect(s) {
    printf("reader %d lets event %d take effect\n", s, event[s]);
    version = seen[s] + 1; known[event[s]] = true; effects[event[s]]++;
    assert(effects[event[s]] == 1)               /* never doubled */
}

inline put_down(s) { event[s] = 0; seen[s] = 0; knew[s] = false; owed[s] = false; at[s] = idle }

#define TAKES(s, e) d_step { at[s] == idle && queue[e] -> printf("reader %d takes event %d\n", s, e); \
        queue[e]--; event[s] = e; load(s); owed[s] = OWED; at[s] = loaded }

proctype Reader(byte s) {
end:
    do
    :: TAKES(s, 0) :: TAKES(s, 1)
    :: d_step { at[s] == loaded && !SWAPS(s) -> load(s) }
    :: d_step { at[s] == loaded && SWAPS(s) && knew[s] -> at[s] = handled }
    :: d_step { at[s] == loaded && SWAPS(s) && !knew[s] -> effect(s); at[s] = handled }
    :: d_step { at[s] == handled -> put_down(s) }
    :: d_step { breaks && owed[s] -> printf("reader %d loses its connection\n", s);
        breaks--; owed[s] = false; queue[event[s]]++ }
    :: d_step { crashes && at[s] != idle -> printf("reader %d is killed\n", s);
        crashes--; queue[event[s]] = queue[event[s]] + (owed[s] -> 1 : 0); put_down(s) }
    od
}

init {
    atomic { run Reader(0); run Reader(1) }
    timeout ->
    assert(effects[0] == 1);                     /* never lost */
    assert(effects[1] == 1)
}
