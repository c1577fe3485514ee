/* Around the processes that pay a line (a part of money.pml): BOSS, time, and people: who looks it up in BOSS, who enters
   by hand what BOSS refused, who withdraws that and claims the charge again (settling.py, by_hand.py, approving.py). */

#define HEARS(r, what) heard[r] = (at[r] == waiting -> what : heard[r]); at[r] = (at[r] == waiting -> said : at[r])

proctype Boss(byte r) {                          /* for what replica r sends */
end:
    do
    :: d_step { on_the_wire[r] && honours_keys && STANDS -> on_the_wire[r] = false; HEARS(r, entered) }
    :: d_step { on_the_wire[r] && !(honours_keys && STANDS) -> printf("BOSS enters what replica %d sent\n", r);
        on_the_wire[r] = false; entries++; HEARS(r, entered);
        assert(ALL == 1) }                       /* never doubled */
    :: d_step { on_the_wire[r] -> printf("BOSS refuses what replica %d sent\n", r); on_the_wire[r] = false; HEARS(r, refused) }
    :: d_step { on_the_wire[r] -> printf("what replica %d sent is lost\n", r); on_the_wire[r] = false }
    od
}

proctype Time() {
end:
    do
    :: d_step { lease_runs -> printf("lease %d runs out\n", lease); lease_runs = false }
    od
}

proctype Person() {                              /* looks it up in BOSS, also while a process asks, and says what is there */
end:
    do
    :: d_step { line == unknown && can_be_asked && asks && !wanted -> printf("a person has BOSS asked\n");
        asks--; woke = wakes; wanted = true; lease = 0; lease_runs = false; wakes = true }
    :: d_step { line == unknown && entries -> printf("a person sees the entry\n"); become(paid) }
    :: d_step { line == unknown && !entries && MAY_BE_CALLED_UNPAID -> printf("a person sees none\n"); become(failed) }
    od
}

proctype Finance() {                             /* enters by hand what BOSS refused, and says so first */
end:
    do
    :: d_step { line == failed && !taken -> printf("finance takes it\n"); taken = true }
    :: d_step { taken && !by_hand -> printf("finance enters it by hand\n"); by_hand = true; assert(ALL == 1) }
    :: d_step { line == failed && taken && by_hand -> become(paid) }
    od
}

proctype Agent() {                               /* withdraws what failed, and claims the charge again */
end:
    do
    :: d_step { line == failed && MAY_BE_WITHDRAWN -> printf("the claim is withdrawn\n"); line = withdrawn }
    :: d_step { line == withdrawn && !again -> printf("the charge is claimed again and paid\n");
        again = true; assert(ALL == 1) }
    od
}
