---------------------------- MODULE EventSourcing ----------------------------
\* A bank account that is kept as its events: State(t) = fold(events[0..t], initial state, apply).
\*
\* Pattern: a command is checked against the state and appends an event; applying the event changes the state. The
\* state can be rebuilt from all events, or from a snapshot and the events after it.
\* Source: the event-driven architecture guide, section 2.2.1 (the bank account) and section 9.2, project 1
\* (snapshots).
\*
\* Assumes: one writer, so appending needs no expected version (that is event_store); events are never changed.
\* Guarantees: the fold over the first t events is the state as it was at time t (time travel, audit); snapshot and
\* suffix give the same state as a full replay; the balance never falls below zero.
\* SNAPSHOT_EARLY=True takes the snapshot between append and apply, and names the version it should not have.
\* IMPURE=True applies an event with the fee of the day, so that a replay after a change of the fee gives another
\* state. CHECKED=False appends a withdrawal without asking the state.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  EVENTS,  \* events in the life of the account
  AMOUNT,  \* largest amount of one event
  SNAPSHOT_EARLY,  \* a snapshot may be taken between append and apply
  IMPURE,  \* applying a withdrawal charges the fee of the day
  CHECKED,  \* a withdrawal asks for the balance
  snapshot_length,  \* events that there may be
  snapshot_losses  \* times that the snapshot may be deleted

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ EVENTS = 3
  /\ AMOUNT = 2
  /\ SNAPSHOT_EARLY = FALSE
  /\ IMPURE = TRUE
  /\ CHECKED = TRUE
  /\ snapshot_length = 3
  /\ snapshot_losses = 0

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

Kind == {"DEPOSITED", "WITHDRAWN", "CLOSED"}
Event == [kind : Kind, amount : (0 .. AMOUNT)]
Account == [balance : ((-9) .. 9), open : BOOLEAN]

VARIABLES
  events,
  history,  \* the state after each event
  fee,  \* the fee of the day, for IMPURE
  snapshot_state,  \* the state after `version` events; None: there is no snapshot
  snapshot_version,
  snapshot_lost

vars == <<events, history, fee, snapshot_state, snapshot_version, snapshot_lost>>

TypeOK ==
  /\ Len(events) <= 3 /\ (\A x_ \in DOMAIN events : events[x_] \in Event)
  /\ Len(history) <= 4 /\ (\A x_ \in DOMAIN history : history[x_] \in Account)
  /\ fee \in 0 .. 1
  /\ snapshot_state \in {<<>>} \cup {<<x_>> : x_ \in Account}
  /\ snapshot_version \in 0 .. 3
  /\ snapshot_lost \in 0 .. 0

\* Has everything that was appended been applied?
idle ==
  Len(history) = Len(events) + 1

\* The state after one event.
apply(a, e) ==
  IF e.kind = "DEPOSITED" \/ e.kind = "WITHDRAWN" THEN IF e.kind = "DEPOSITED" THEN [a EXCEPT !.balance = a.balance + e.amount] ELSE [a EXCEPT !.balance = (a.balance - e.amount) - (IF IMPURE THEN fee ELSE 0)] ELSE [a EXCEPT !.open = FALSE]

appended ==
  ~idle

\* Where over cannot be evaluated.
over_errs ==
  idle /\ Len(events) # EVENTS /\ (Len(history) - 1 < 0 \/ Len(history) <= Len(history) - 1)

over ==
  idle /\ (Len(events) = EVENTS \/ (~history[(Len(history) - 1) + 1].open))

\* Where time_travel cannot be evaluated.
time_travel_errs ==
  (FoldSeq(LAMBDA progress, it : IF progress = 0 THEN IF Len(history) <= 0 \/ it[1] < 0 THEN 2 ELSE IF (FoldSeq(LAMBDA acc, e : apply(acc, e), history[1], Slice(events, 0, it[1]))) = it[2] THEN progress ELSE 1 ELSE progress, 0, Enumerate(history))) = 2

time_travel ==
  \A it \in Elements(Enumerate(history)) : (FoldSeq(LAMBDA acc, e : apply(acc, e), history[1], Slice(events, 0, it[1]))) = it[2]

\* The state from which to go on with the events after `version`; the initial one without a snapshot.
snapshot_restore(initial) ==
  IF snapshot_state = <<>> THEN <<initial>> ELSE snapshot_state

\* Where snapshot_and_suffix_is_full_replay cannot be evaluated.
snapshot_and_suffix_is_full_replay_errs ==
  Len(history) <= 0 \/ ((FoldSeq(LAMBDA acc_1, e : LET t == IF e.kind = "DEPOSITED" THEN acc_1[1] = <<>> ELSE e.kind = "WITHDRAWN" /\ (acc_1[1] = <<>>) t_2 == e.kind # "DEPOSITED" /\ e.kind # "WITHDRAWN" /\ acc_1[1] = <<>> t_3 == t \/ t_2 IN IF acc_1[2] = 0 THEN <<IF t_3 THEN acc_1[1] ELSE <<IF IF e.kind = "DEPOSITED" THEN ~(acc_1[1] = <<>>) ELSE e.kind = "WITHDRAWN" /\ (~(acc_1[1] = <<>>)) THEN IF e.kind = "DEPOSITED" THEN [acc_1[1][1] EXCEPT !.balance = acc_1[1][1].balance + e.amount] ELSE [acc_1[1][1] EXCEPT !.balance = (acc_1[1][1].balance - e.amount) - (IF IMPURE THEN fee ELSE 0)] ELSE [acc_1[1][1] EXCEPT !.open = FALSE]>>, IF t_3 THEN IF t \/ t_2 THEN 2 ELSE 1 ELSE 0>> ELSE acc_1, <<snapshot_restore(history[1]), 0>>, (Slice(events, snapshot_version, Len(events)))))[2]) = 2

snapshot_and_suffix_is_full_replay ==
  ((FoldSeq(LAMBDA acc_1, e : LET t == IF e.kind = "DEPOSITED" THEN acc_1[1] = <<>> ELSE e.kind = "WITHDRAWN" /\ (acc_1[1] = <<>>) t_2 == e.kind # "DEPOSITED" /\ e.kind # "WITHDRAWN" /\ acc_1[1] = <<>> t_3 == t \/ t_2 IN IF acc_1[2] = 0 THEN <<IF t_3 THEN acc_1[1] ELSE <<IF IF e.kind = "DEPOSITED" THEN ~(acc_1[1] = <<>>) ELSE e.kind = "WITHDRAWN" /\ (~(acc_1[1] = <<>>)) THEN IF e.kind = "DEPOSITED" THEN [acc_1[1][1] EXCEPT !.balance = acc_1[1][1].balance + e.amount] ELSE [acc_1[1][1] EXCEPT !.balance = (acc_1[1][1].balance - e.amount) - (IF IMPURE THEN fee ELSE 0)] ELSE [acc_1[1][1] EXCEPT !.open = FALSE]>>, IF t_3 THEN IF t \/ t_2 THEN 2 ELSE 1 ELSE 0>> ELSE acc_1, <<snapshot_restore(history[1]), 0>>, (Slice(events, snapshot_version, Len(events)))))[1]) = <<FoldSeq(LAMBDA acc, e_2 : apply(acc, e_2), history[1], (Slice(events, 0, Len(events))))>>

never_overdrawn ==
  \A a \in Elements(history) : 0 <= a.balance

\* Where closed cannot be evaluated.
closed_errs ==
  Len(history) - 1 < 0 \/ Len(history) <= Len(history) - 1

\* not now().open
closed ==
  ~history[(Len(history) - 1) + 1].open

Init ==
  /\ events = <<>>
  /\ history = <<[balance |-> 0, open |-> TRUE]>>
  /\ fee = 0
  /\ snapshot_state = <<>>
  /\ snapshot_version = 0
  /\ snapshot_lost = 0

command(k, n) ==
  LET t == Len(history) - 1 < 0
      t_2 == Len(history) <= Len(history) - 1
  IN
  /\ ~(idle /\ (t \/ t_2))
  /\ idle = TRUE
  /\ history[(Len(history) - 1) + 1].open
  /\ Len(events) < EVENTS
  /\ (k # "CLOSED" \/ n = 1) = TRUE
  /\ ~(k = "WITHDRAWN" /\ CHECKED /\ (t \/ t_2))
  /\ (k # "WITHDRAWN" \/ (~CHECKED) \/ n <= history[(Len(history) - 1) + 1].balance) = TRUE
  /\ events' = Append(events, [kind |-> k, amount |-> IF k = "CLOSED" THEN 0 ELSE n])
  /\ UNCHANGED <<history, fee, snapshot_state, snapshot_version, snapshot_lost>>

command_errs(k, n) ==
  LET t == Len(history) - 1 < 0
      t_2 == Len(history) <= Len(history) - 1
  IN
  \/ /\ idle
     /\ t \/ t_2
  \/ /\ idle
     /\ history[(Len(history) - 1) + 1].open
     /\ Len(events) < EVENTS
     /\ k # "CLOSED" \/ n = 1
     /\ k = "WITHDRAWN"
     /\ CHECKED
     /\ t \/ t_2

apply_event ==
  /\ ~idle
  /\ ~(Len(history) - 1 < 0 \/ Len(history) <= Len(history) - 1 \/ Len(events) - 1 < 0 \/ Len(events) <= Len(events) - 1 \/ 4 <= Len(history))
  /\ history' = Append(history, apply(history[(Len(history) - 1) + 1], events[(Len(events) - 1) + 1]))
  /\ (Len(history') <= 4 /\ (\A x_ \in DOMAIN history' : history'[x_] \in Account)) = TRUE
  /\ UNCHANGED <<events, fee, snapshot_state, snapshot_version, snapshot_lost>>

apply_event_errs ==
  LET t == Len(history) - 1 < 0 \/ Len(history) <= Len(history) - 1 \/ Len(events) - 1 < 0 \/ Len(events) <= Len(events) - 1 \/ 4 <= Len(history)
  IN
  \/ /\ ~idle
     /\ t
  \/ /\ ~idle
     /\ ~t
     /\ LET new == Append(history, apply(history[(Len(history) - 1) + 1], events[(Len(events) - 1) + 1])) IN ~(Len(new) <= 4 /\ (\A x_ \in DOMAIN new : new[x_] \in Account))

take_snapshot ==
  LET t == Max(snapshot_version, 1) <= Len(events)
  IN
  /\ (idle \/ SNAPSHOT_EARLY) = TRUE
  /\ ~(Len(history) - 1 < 0 \/ Len(history) <= Len(history) - 1)
  /\ snapshot_state' = IF t THEN <<history[(Len(history) - 1) + 1]>> ELSE snapshot_state
  /\ snapshot_version' = IF t THEN Len(events) ELSE snapshot_version
  /\ UNCHANGED <<events, history, fee, snapshot_lost>>

take_snapshot_errs ==
  \/ /\ idle \/ SNAPSHOT_EARLY
     /\ Len(history) - 1 < 0 \/ Len(history) <= Len(history) - 1

change_fee ==
  /\ IMPURE
  /\ fee = 0
  /\ fee' = 1
  /\ UNCHANGED <<events, history, snapshot_state, snapshot_version, snapshot_lost>>

\* ---- component snapshot

\* The snapshot is deleted.
snapshot_lose ==
  /\ FALSE
  /\ UNCHANGED <<events, history, fee, snapshot_state, snapshot_version, snapshot_lost>>

Next ==
  \/ \E k \in Kind, n \in 1 .. AMOUNT : command(k, n)
  \/ apply_event
  \/ take_snapshot
  \/ change_fee
  \/ snapshot_lose

Fairness ==
  /\ \A k \in Kind, n \in 1 .. AMOUNT : WF_vars(command(k, n))
  /\ WF_vars(apply_event)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E k \in Kind, n \in 1 .. AMOUNT : command_errs(k, n))
  /\ ~apply_event_errs
  /\ ~take_snapshot_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ ~over_errs /\ over
  \/ ~NoError
  \/ ENABLED Next

time_travel_holds == (~time_travel_errs /\ time_travel)

snapshot_and_suffix_is_full_replay_holds == (~snapshot_and_suffix_is_full_replay_errs /\ snapshot_and_suffix_is_full_replay)

\* To be violated: closed must be possible.
Never_closed == ~(~closed_errs /\ closed)

\* [] (appended -> <> !appended)
applied_in_the_end ==
  [](appended => <>(~appended))
==============================================================================
