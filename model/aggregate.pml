/* One document, its outbox and the way out of it: two replicas that are killed at any step, callers that repeat.

   Replica: shared/documents.py (load, decide, compare-and-set), shared/outbox.py (send, confirmed, clear, sweep),
   shared/bus/wire.py (what is in the air, what is confirmed). Each line with an arrow is one step; between any two a
   process may be killed, a connection may break. What was in the air then has landed before or is gone.

   What lands takes effect at once, by its id and once; nothing here waits for that. Why a reader can do so, although
   messages come late and several times and readers are killed too, is the question of reading.pml.

   Time: an entry is old once no live process is about to publish it or waits for its confirm; SLOW times it is old
   although one is. Every execution ends, so what holds at the end holds eventually. */

#ifndef CRASHES
#define CRASHES 2
#endif
#define BREAKS 1
#define SLOW 1
#define TRIES 2

#define ENTRY(n, q) (((n) - 1) * 2 + (q))       /* entry n of the document, made by request q, as an event */
#define BIT(e) (1 << (e))
#define NUMBER(e) ((e) / 2 + 1)
#define REQUEST(e) ((e) % 2)

mtype = { idle, loaded, published, written, sent };

byte crashes = CRASHES, breaks = BREAKS, slow = SLOW;
byte tries[2];                                   /* that the caller of each request still makes */
bool answered[2];

byte version;                                    /* the document: its version is the number of its last entry */
bool stored[2];
byte outbox;

mtype at[2] = idle;                              /* the replicas: all this dies with the process */
byte request[2], seen[2], flying[2], in_air[2], confirmed[2];

byte known;                                      /* the reader: numbers of entries that took effect */
byte effects[2];                                 /* of each request */

inline load(r) { seen[r] = version }

#ifdef NO_REQUEST_IDS
#define DONE(r) false
#else
#define DONE(r) (stored[request[r]])             /* the request's id stands in the document as it was loaded */
#endif
#ifdef NO_VERSION_CHECK
#define SWAPS(r) true
#else
#define SWAPS(r) (seen[r] == version)
#endif

inline take(r, q) { tries[q]--; request[r] = q; load(r); at[r] = loaded }

inline write(r) {
    printf("replica %d stores request %d as entry %d\n", r, request[r], seen[r] + 1);
    assert(!stored[request[r]]);                 /* never doubled: one request, one entry */
    version = seen[r] + 1; stored[request[r]] = true;
    outbox = outbox | BIT(ENTRY(version, request[r]))
}

inline publish(r) {
    printf("replica %d publishes entry %d\n", r, seen[r] + 1);
    flying[r] = flying[r] | BIT(ENTRY(seen[r] + 1, request[r]));
    in_air[r] = in_air[r] | BIT(ENTRY(seen[r] + 1, request[r]))
}

inline sweep(r) {
    printf("replica %d sweeps\n", r);
    in_air[r] = in_air[r] | (outbox & ~flying[r]); flying[r] = flying[r] | outbox
}

inline put_down(r) { request[r] = 0; seen[r] = 0; at[r] = idle }

inline disconnect(r) { in_air[r] = 0; confirmed[r] = 0; flying[r] = 0 }

#define ABOUT_TO_PUBLISH(r) (at[r] == written -> BIT(ENTRY(seen[r] + 1, request[r])) : 0)
#define AWAITED(r) (flying[r] | ABOUT_TO_PUBLISH(r))
inline take_effect(e) {
    if
    :: known & BIT(NUMBER(e))                    /* a second copy: nothing */
    :: else ->
        printf("the reader lets entry %d of request %d take effect\n", NUMBER(e), REQUEST(e));
        known = known | BIT(NUMBER(e)); effects[REQUEST(e)]++;
        assert(effects[REQUEST(e)] == 1);        /* never doubled: one request, one effect */
        assert(version >= NUMBER(e) && stored[REQUEST(e)])  /* no effect of what was never stored */
    fi
}

#define LANDS(r, e) d_step { in_air[r] & BIT(e) -> \
        in_air[r] = in_air[r] & ~BIT(e); confirmed[r] = confirmed[r] | BIT(e); take_effect(e) }

proctype Replica(byte r) {
end:
    do
    /* a command */
    :: d_step { at[r] == idle && tries[0] && !answered[0] -> take(r, 0) }
    :: d_step { at[r] == idle && tries[1] && !answered[1] -> take(r, 1) }
    :: d_step { at[r] == loaded && !SWAPS(r) -> load(r) }
    :: d_step { at[r] == loaded && SWAPS(r) && DONE(r) -> seen[r] = 0; at[r] = sent }  /* the first answer again */
#ifdef PUBLISH_BEFORE_WRITE
    :: d_step { at[r] == loaded && SWAPS(r) && !DONE(r) -> publish(r); at[r] = published }
    :: d_step { at[r] == published && SWAPS(r) -> write(r); seen[r] = 0; at[r] = sent }
    :: d_step { at[r] == published && !SWAPS(r) -> load(r); at[r] = loaded }
#else
    :: d_step { at[r] == loaded && SWAPS(r) && !DONE(r) -> write(r); at[r] = written }
    :: d_step { at[r] == written -> publish(r);
#ifdef CLEAR_BEFORE_CONFIRM
        outbox = outbox & ~BIT(ENTRY(seen[r] + 1, request[r]));
#endif
        seen[r] = 0; at[r] = sent }
#endif
    :: d_step { at[r] == sent ->
        printf("replica %d answers request %d\n", r, request[r]);
        assert(stored[request[r]]);              /* nothing is acknowledged before it is stored */
        answered[request[r]] = true; put_down(r) }

    /* the way out */
    :: LANDS(r, 0) :: LANDS(r, 1) :: LANDS(r, 2) :: LANDS(r, 3)
    :: d_step { confirmed[r] ->
        outbox = outbox & ~confirmed[r]; flying[r] = flying[r] & ~confirmed[r]; confirmed[r] = 0 }
#ifndef NO_SWEEPER
    :: d_step { outbox & ~(AWAITED(0) | AWAITED(1)) -> sweep(r) }
    :: d_step { slow && (outbox & ~flying[r]) -> slow--; sweep(r) }
#endif
    :: d_step { breaks && flying[r] -> printf("replica %d loses its connection\n", r); breaks--; disconnect(r) }
    :: d_step { crashes && (at[r] != idle || flying[r]) ->
        printf("replica %d is killed\n", r); crashes--; disconnect(r); put_down(r) }
    od
}

init {
    tries[0] = TRIES; tries[1] = 1;              /* one caller repeats, the other one only competes */
    atomic { run Replica(0); run Replica(1) }
    timeout ->                                   /* nothing can move any more */
    assert(!outbox);
    assert(effects[0] == stored[0]);             /* never lost: what is stored has taken effect, ... */
    assert(effects[1] == stored[1]);
    assert(stored[0] || !answered[0]);           /* ... and what was acknowledged is stored */
    assert(stored[1] || !answered[1])
}
