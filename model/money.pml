/* One line of a refund is entered in BOSS once: lease, fence, permanent key; unknown is found out, never repeated blindly.

   services/refund/settling.py (take_up, paid, asked, settle), services/refund/payments.py (lease, speak, store),
   services/refund/by_hand.py, services/refund/doubts/asking.py (want, answered). A change
   of the document is one step here: that it takes effect at once or not at all is the question of aggregate.pml. BOSS
   honours keys or not, can be asked or not: all four are explored. Messages to it are lost, come late, are refused;
   answers are lost; processes are killed or stand still at any step; a lease may run out at any moment.

   Who stands still between its look at the lease and the sending looks again afterwards: where it was late and nobody has
   taken over, absence counts from when it left. A person, too, hears that he is too early while anything may be under way.
   Whose time is over before it sends says so, and that sending does not count. While BOSS is left alone a line that was
   being sent becomes unknown, and no more. A person may have BOSS asked, which takes the lease from whoever has it; he may
   enter by hand what BOSS refused, and another one may withdraw that and claim the charge again.

   Assumed, and told in docs/reliability.md: a sending reaches BOSS within `absent_after` or never, where another process
   has taken over counted from the lease. SENDS_AFTER_STANDING_STILL shows what it is needed for. And a person who says
   that BOSS has no entry has looked for it when he says so. */

#ifndef ATTEMPTS
#define ATTEMPTS 4
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#define ROOM (ATTEMPTS + 2)                      /* of the history, for what is asked by hand as well */

mtype = { idle, to_send, cleared, waiting, to_ask, said };
mtype = { planned, paying, unknown, paid, failed, withdrawn };
mtype = { nothing, entered, refused, absent, no_answer, not_sent };

byte crashes = CRASHES, too_late = 1, asks = 1;   /* how often each may happen */
bool honours_keys, can_be_asked;

mtype line = planned;                            /* the document */
byte fence, lease, attempts, sendings;           /* fence: of the newest lease; lease: whose it is now, 0 is nobody's */
bool lease_runs, wakes = true, refusal;
bool was_sent;                                   /* within a step only */
bool wanted, woke;                               /* somebody wants BOSS asked; whether it would be asked anyway */
bool taken;                                      /* somebody enters by hand what BOSS refused */

byte entries;                                    /* BOSS, under the line's key */
bool by_hand, again;                             /* and for the same charge under none or another: by hand, claimed again */
#define ALL (entries + by_hand + again)

mtype at[2] = idle, heard[2] = nothing;          /* the replicas */
byte mine[2];
bool on_the_wire[2], put_late[2];                /* put_late: the question was put when no sending could be under way */
bool left_late[2];                               /* it stood still past its lease, nobody had taken over, and sent */

#ifdef LATE_COUNTS_FROM_THE_LEASE
#define ARRIVED(r) (!on_the_wire[r] || left_late[r])
#else
#define ARRIVED(r) (!on_the_wire[r])
#endif
#ifdef SENDS_AFTER_STANDING_STILL
#define NOTHING_UNDER_WAY (ARRIVED(0) && ARRIVED(1))
#else
#define NOTHING_UNDER_WAY (ARRIVED(0) && ARRIVED(1) && at[0] != cleared && at[1] != cleared)
#endif
#ifdef A_PERSON_SETTLES_AT_ONCE
#define MAY_BE_CALLED_UNPAID true
#else
#define MAY_BE_CALLED_UNPAID NOTHING_UNDER_WAY
#endif
#ifdef WITHDRAWN_WHILE_TAKEN
#define MAY_BE_WITHDRAWN true
#else
#define MAY_BE_WITHDRAWN !taken
#endif
#ifdef NEW_KEY_EACH_TIME
#define STANDS false                             /* under the key that BOSS is told now */
#else
#define STANDS (entries > 0)
#endif
#ifdef NO_FENCE
#define HOLDS(r) true
#else
#define HOLDS(r) (lease == mine[r])
#endif
#define FREE (!lease || !lease_runs)
#define FINAL (line == paid || line == failed || line == withdrawn)
#define FINDABLE (can_be_asked || (honours_keys && !refusal))

#ifdef PROVED_WHEN_STORED
#define PROVED(r) NOTHING_UNDER_WAY
#else
#define PROVED(r) put_late[r]
#endif

inline put_down(r) { mine[r] = 0; heard[r] = nothing; put_late[r] = false; at[r] = idle }

inline take_lease(r) { fence++; lease = fence; lease_runs = true; attempts++; wakes = true; mine[r] = fence }

inline pay(r) {
    printf("replica %d will send under fence %d\n", r, fence + 1);
    take_lease(r); line = paying; sendings++; heard[r] = nothing; put_late[r] = false; at[r] = to_send
}

inline find_out(r) {
    was_sent = line == paying; line = unknown; lease = 0; lease_runs = false;
    if
    :: wanted && attempts < ROOM -> printf("replica %d will ask by hand under fence %d\n", r, fence + 1);
        take_lease(r); at[r] = to_ask
    :: wanted && attempts >= ROOM -> printf("its history is full\n"); wanted = false; wakes = false; put_down(r)
    :: !wanted && was_sent && FINDABLE -> printf("BOSS is left alone\n"); wakes = true; put_down(r)
#ifdef REPEATS_BLINDLY
    :: !wanted && attempts < ATTEMPTS -> pay(r)
    :: !wanted && attempts >= ATTEMPTS -> printf("left to a person\n"); wakes = false; put_down(r)
#else
    :: !wanted && attempts < ATTEMPTS && can_be_asked ->
        printf("replica %d will ask under fence %d\n", r, fence + 1); take_lease(r); at[r] = to_ask
    :: !wanted && attempts < ATTEMPTS && !can_be_asked && FINDABLE -> pay(r)
    :: !wanted && !(attempts < ATTEMPTS && FINDABLE) -> printf("left to a person\n"); wakes = false; put_down(r)
#endif
    fi;
    was_sent = false
}

inline become(state) {
    printf("the line is %e\n", state);
    line = state; lease = 0; lease_runs = false; wakes = false; wanted = false;
    assert(ALL == (state == paid -> 1 : 0))  /* what is called paid stands in BOSS, what is called failed does not */
}

inline doubt() { line = unknown; lease = 0; lease_runs = false; wakes = FINDABLE; wanted = false }

inline not_counted() {                           /* as before this sending; an earlier one may be out */
    printf("its time was over, nothing was sent\n");
    sendings--; line = (sendings -> unknown : planned); lease = 0; lease_runs = false; wakes = true
}

inline store(r) {
    assert(!FINAL);                              /* what is final stays so */
    if
    :: heard[r] == entered -> become(paid); put_down(r)
    :: heard[r] == refused && sendings == 1 -> become(failed); put_down(r)
    :: heard[r] == refused && sendings > 1 -> refusal = true; doubt(); put_down(r)
    :: heard[r] == not_sent -> not_counted(); put_down(r)
    :: heard[r] == no_answer && line == paying -> doubt(); put_down(r)
    :: (heard[r] == no_answer || heard[r] == absent) && line != paying && wanted ->
        wanted = false; lease = 0; lease_runs = false; wakes = woke; put_down(r)
    :: heard[r] == no_answer && line != paying && !wanted -> put_down(r)    /* asked again when the lease has run out */
    :: heard[r] == absent && !wanted && refusal && PROVED(r) -> become(failed); put_down(r)
    :: heard[r] == absent && !wanted && !refusal && (PROVED(r) || honours_keys) && attempts < ATTEMPTS -> pay(r)
    :: else -> put_down(r)
    fi
}

proctype Replica(byte r) {
end:
    do
    :: d_step { at[r] == idle && line == planned -> pay(r) }
    :: d_step { at[r] == idle && (line == paying || line == unknown) && wakes && FREE -> find_out(r) }
    /* it looks at its lease, then sends; in between it may stand still */
    :: d_step { at[r] == to_send && HOLDS(r) && lease_runs -> at[r] = cleared }
    :: d_step { at[r] == to_send && !(HOLDS(r) && lease_runs) -> put_down(r) }
    :: d_step { at[r] == to_send && too_late -> too_late--; heard[r] = not_sent; at[r] = said }
    :: d_step { at[r] == cleared && !on_the_wire[r] -> printf("replica %d sends\n", r);
        left_late[r] = HOLDS(r) && !lease_runs; on_the_wire[r] = true; at[r] = waiting }
    :: d_step { at[r] == waiting -> heard[r] = no_answer; at[r] = said }
    :: d_step { at[r] == to_ask && STANDS -> heard[r] = entered; at[r] = said }
    :: d_step { at[r] == to_ask && !STANDS -> printf("replica %d hears: absent\n", r);
        heard[r] = absent; put_late[r] = NOTHING_UNDER_WAY; at[r] = said }
    :: d_step { at[r] == to_ask -> heard[r] = no_answer; at[r] = said }
    :: d_step { at[r] == said && HOLDS(r) -> store(r) }
    :: d_step { at[r] == said && !HOLDS(r) -> put_down(r) }             /* FencedOut */
    :: d_step { crashes && at[r] != idle -> printf("replica %d is killed\n", r); crashes--; put_down(r) }
    od
}

#include "money_world.pml"

init {
    atomic {
        if
        :: honours_keys = true; printf("BOSS honours keys\n")
        :: printf("BOSS does not honour keys\n")
        fi;
        if
        :: can_be_asked = true; printf("BOSS can be asked\n")
        :: printf("BOSS cannot be asked\n")
        fi;
        run Replica(0); run Replica(1); run Boss(0); run Boss(1); run Time(); run Person();
        run Finance(); run Agent()
    }
    timeout ->
    assert(FINAL);                               /* never lost: every line ends, by itself or by a person */
    assert(ALL == 1)                             /* what failed is paid by hand in the end, or claimed again */
}
