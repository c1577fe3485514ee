/* One SMS leaves at least once, twice at most as often as something went wrong while it was being submitted, and then says so.

   services/notify/submitting.py (woken, taken_answers, taken_late), services/notify/dispatch.py. A change of the document
   is one step here, as in money.pml. FAULTS counts kills, lost messages, lost answers and standstills past the lease; as
   many repeats are allowed, as in policies/notify.yml. */

#ifndef FAULTS
#define FAULTS 2
#endif

mtype = { idle, to_submit, waiting, said };
mtype = { queued, submitting, submitted, unknown };
mtype = { nothing, accepted, no_answer };

byte faults = FAULTS;
mtype message = queued;                          /* the document */
byte fence, lease, resends;
bool lease_runs, may_be_second;

byte copies;                                     /* the SMSC */

mtype at[2] = idle, heard[2] = nothing;          /* the replicas */
byte mine[2];
bool on_the_wire[2];

#ifdef NO_LEASE
#define FREE true
#else
#define FREE (lease == 0)
#endif
#define HOLDS(r) (lease == mine[r])
#ifdef NO_REPEAT
#define ALLOWED 0
#else
#define ALLOWED FAULTS
#endif

inline put_down(r) { mine[r] = 0; heard[r] = nothing; at[r] = idle }

inline take_lease(r) {
    printf("replica %d will submit under fence %d\n", r, fence + 1);
    fence++; lease = fence; lease_runs = true; mine[r] = fence; message = submitting; at[r] = to_submit
}

inline let_go() { lease = 0; lease_runs = false }

proctype Replica(byte r) {
end:
    do
    :: d_step { at[r] == idle && message == queued && FREE -> take_lease(r) }
    :: d_step { at[r] == idle && message == unknown && resends < ALLOWED -> resends++; may_be_second = true; take_lease(r) }
    :: d_step { at[r] == idle && message == submitting && lease && !lease_runs -> printf("its lease ran out\n");
        message = unknown; let_go() }
#ifdef NO_LEASE
    :: d_step { at[r] == idle && message == submitting -> take_lease(r) }
#endif
    :: d_step { at[r] == to_submit && lease_runs -> printf("replica %d submits\n", r); on_the_wire[r] = true; at[r] = waiting }
    :: d_step { at[r] == to_submit && !lease_runs -> put_down(r) }
    :: d_step { at[r] == waiting && faults -> printf("replica %d gets no answer\n", r); faults--; heard[r] = no_answer; at[r] = said }
    :: d_step { at[r] == said && HOLDS(r) ->
        message = (heard[r] == accepted -> submitted : unknown); let_go(); put_down(r) }
    :: d_step { at[r] == said && !HOLDS(r) ->    /* FencedOut: what the carrier took is told all the same */
        message = (heard[r] == accepted && message == unknown -> submitted : message); put_down(r) }
    :: d_step { faults && at[r] != idle -> printf("replica %d is killed\n", r); faults--; put_down(r) }
    od
}

proctype Centre(byte r) {                        /* for what replica r submits */
end:
    do
    :: d_step { on_the_wire[r] -> printf("the SMSC takes what replica %d submitted\n", r);
        on_the_wire[r] = false; copies++;
        heard[r] = (at[r] == waiting -> accepted : heard[r]); at[r] = (at[r] == waiting -> said : at[r]);
        assert(copies <= 1 + FAULTS - faults);   /* doubled at most as often as something went wrong */
        assert(copies == 1 || may_be_second) }   /* and marked */
    :: d_step { on_the_wire[r] && at[r] != waiting -> printf("what replica %d submitted is lost\n", r); on_the_wire[r] = false }
    od
}

#define HOLDER_LIVES ((at[0] != idle && mine[0] == lease) || (at[1] != idle && mine[1] == lease))

proctype Time() {
end:
    do
    :: d_step { lease_runs && !HOLDER_LIVES -> lease_runs = false }
    :: d_step { lease_runs && HOLDER_LIVES && faults -> printf("its holder stands still\n"); faults--; lease_runs = false }
    od
}

init {
    atomic { run Replica(0); run Replica(1); run Centre(0); run Centre(1); run Time() }
    timeout ->
    assert(message == submitted || message == unknown);
    assert(copies >= 1)                          /* never lost */
}
