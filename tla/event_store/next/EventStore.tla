---------------------------- MODULE EventStore ----------------------------
\* Writers append to a stream, each after reading it; a projection follows the global sequence numbers.
\*
\* Pattern: a writer reads the stream, decides, and appends with the version that it read; the store refuses if
\* somebody was faster, and the writer reads again. In a relational store the global number is drawn from a sequence
\* before the transaction commits, so numbers become visible out of order, and a refused append leaves a gap. A writer
\* that hears no answer tries the same append again, and the store knows the id of the event.
\* Source: the event-driven architecture guide, section 2.2.2 (the example appends with StreamState.Any) and section
\* 9.2, project 1; Event Store documentation, "Optimistic Concurrency & Idempotence", and forum, "Idempotency
\* Confirmation" (ids in a limited cache). The skipped event is a known fault of outboxes and projections over
\* PostgreSQL.
\*
\* Assumes: transactions are atomic; the projection reads each number once.
\* Guarantees: no update is lost (the n-th event was decided on the state after n - 1); an event is appended once; the
\* projection sees every event, in the order of the numbers, and catches up.
\* EXPECTED=ANY loses an update. FOLLOW=HIGHEST, with streams of their own (SHARED=False), skips an event whose number
\* was drawn before and committed after the one that it saw; FOLLOW=NEXT, which insists on the next number, waits for
\* ever at the gap of a refused append. LOST=1, an answer is lost: without ids the append that is tried again is
\* refused, the writer reads again, and appends twice. With an exact version IDS=0 is enough, as the store compares the
\* ids behind that version. With ANY the append is idempotent only while its id is in the cache: IDS=1, the event of
\* another writer pushes it out, and it is appended twice.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  WRITERS,  \* writers, with one event each
  EXPECTED,  \* the version that an append asks for
  SHARED,  \* the writers append to one stream, not each to its own
  FOLLOW,  \* which event the projection takes next
  LOST,  \* answers of the store that are lost
  store_length,  \* events that a stream can hold
  store_numbers,  \* numbers that can be drawn, gaps included
  projection_last,  \* the last number that there may be
  projection_repeats,  \* redeliveries that can be applied again
  projection_follow,  \* which event it takes next
  projection_atomic  \* the position is stored with the view, so that a redelivery is recognised

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ WRITERS = 2
  /\ EXPECTED = "EXACT"
  /\ SHARED = TRUE
  /\ FOLLOW = "NEXT"
  /\ LOST = 0
  /\ store_length = 2
  /\ store_numbers = 4
  /\ projection_last = 4
  /\ projection_repeats = 0
  /\ projection_follow = "NEXT"
  /\ projection_atomic = TRUE

IntLess(a_, b_) == a_ < b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

MapSeq(Op_(_), s_) == [i_ \in 1 .. Len(s_) |-> Op_(s_[i_])]

\* The elements of a set as a sequence, in order.
SortedSet(Less_(_, _), S_) ==
  [i_ \in 1 .. Cardinality(S_) |-> CHOOSE x_ \in S_ : Cardinality({y_ \in S_ : Less_(y_, x_)}) = i_ - 1]

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

SumSeq(s_) == FoldSeq(LAMBDA a_, b_ : a_ + b_, 0, s_)

Phase == {"IDLE", "READ", "NUMBERED", "DONE"}
Key == [stream : (1 .. WRITERS), id : (1 .. WRITERS)]

VARIABLES
  phase,
  read,  \* version that each writer has read
  number,  \* number of each writer's open transaction; 0: none
  lost,
  store_log,
  store_drawn,  \* the number drawn last
  store_uncommitted,  \* numbers of open transactions
  store_visible,  \* numbers of events in the streams
  store_ids,  \* of the events in log
  store_cache,  \* of the events appended last, the newest first
  projection_position,  \* number up to which it has read
  projection_applied  \* numbers of the events in the view

vars == <<phase, read, number, lost, store_log, store_drawn, store_uncommitted, store_visible, store_ids, store_cache, projection_position, projection_applied>>

TypeOK ==
  /\ phase \in [(1 .. WRITERS) -> Phase]
  /\ read \in [(1 .. WRITERS) -> (0 .. 2)]
  /\ number \in [(1 .. WRITERS) -> (0 .. 4)]
  /\ lost \in 0 .. LOST
  /\ \A k_ \in 1 .. WRITERS : (Len(store_log[k_]) <= 2 /\ (\A x_ \in DOMAIN store_log[k_] : store_log[k_][x_] \in 0 .. 2))
  /\ store_drawn \in 0 .. 4
  /\ store_uncommitted \in (SUBSET (1 .. 4))
  /\ store_visible \in (SUBSET (1 .. 4))
  /\ \A k_ \in 1 .. WRITERS : (Len(store_ids[k_]) <= 0 /\ (\A x_ \in DOMAIN store_ids[k_] : store_ids[k_][x_] \in 1 .. WRITERS))
  /\ Len(store_cache) <= 0 /\ (\A x_ \in DOMAIN store_cache : store_cache[x_] \in Key)
  /\ projection_position \in 0 .. 4
  /\ Len(projection_applied) <= 4 /\ (\A x_ \in DOMAIN projection_applied : projection_applied[x_] \in 1 .. 4)

stream(w) ==
  IF SHARED THEN 1 ELSE w

followed(n) ==
  n \in Elements(projection_applied)

committed(n) ==
  n \in store_visible

caught_up ==
  (\A w \in 1 .. WRITERS : phase[w] = "DONE") /\ (\A n \in store_visible : n <= projection_position)

no_lost_update ==
  \A w \in 1 .. WRITERS : store_log[w] = (IntSeq(1, Len(store_log[w]) + 1, 1))

\* There are no more events than writers, who have one each.
appended_once ==
  (SumSeq(MapSeq(LAMBDA w : Len(store_log[w]), <<1, 2>>))) <= WRITERS

nothing_is_skipped ==
  \A n \in store_visible : (n <= projection_position) => followed(n)

\* store.drawn > WRITERS or EXPECTED == Expected.ANY or not SHARED
refused ==
  WRITERS < store_drawn \/ (~SHARED)

Init ==
  /\ phase = [k_ \in 1 .. WRITERS |-> "IDLE"]
  /\ read = [k_ \in 1 .. WRITERS |-> 0]
  /\ number = [k_ \in 1 .. WRITERS |-> 0]
  /\ lost = 0
  /\ store_log = [k_ \in 1 .. WRITERS |-> <<>>]
  /\ store_drawn = 0
  /\ store_uncommitted = {}
  /\ store_visible = {}
  /\ store_ids = [k_ \in 1 .. WRITERS |-> <<>>]
  /\ store_cache = <<>>
  /\ projection_position = 0
  /\ projection_applied = <<>>

read_stream(w) ==
  /\ phase[w] = "IDLE"
  /\ 1 <= stream(w)
  /\ stream(w) <= 2
  /\ phase' = [phase EXCEPT ![w] = "READ"]
  /\ read' = [read EXCEPT ![w] = Len(store_log[stream(w)])]
  /\ UNCHANGED <<number, lost, store_log, store_drawn, store_uncommitted, store_visible, store_ids, store_cache, projection_position, projection_applied>>

read_stream_errs(w) ==
  \/ /\ phase[w] = "IDLE"
     /\ ~(1 <= stream(w) /\ stream(w) <= 2)

draw_number(w) ==
  /\ phase[w] = "READ"
  /\ store_drawn < store_numbers
  /\ phase' = [phase EXCEPT ![w] = "NUMBERED"]
  /\ number' = [number EXCEPT ![w] = store_drawn + 1]
  /\ number' \in [(1 .. WRITERS) -> (0 .. 4)]
  /\ store_drawn' = store_drawn + 1
  /\ store_drawn' \in 0 .. 4
  /\ store_uncommitted' = store_uncommitted \cup {store_drawn + 1}
  /\ store_uncommitted' \in (SUBSET (1 .. 4))
  /\ UNCHANGED <<read, lost, store_log, store_visible, store_ids, store_cache, projection_position, projection_applied>>

draw_number_errs(w) ==
  \/ /\ phase[w] = "READ"
     /\ store_drawn < store_numbers
     /\ LET new == [number EXCEPT ![w] = store_drawn + 1] IN ~(new \in [(1 .. WRITERS) -> (0 .. 4)])
  \/ /\ phase[w] = "READ"
     /\ store_drawn < store_numbers
     /\ LET new_2 == store_drawn + 1 IN ~(new_2 \in 0 .. 4)
  \/ /\ phase[w] = "READ"
     /\ store_drawn < store_numbers
     /\ LET new_3 == store_uncommitted \cup {store_drawn + 1} IN ~(new_3 \in (SUBSET (1 .. 4)))

\* Append, or be refused because the stream has moved on, and begin again.
commit(w) ==
  LET t == read[w] \in {(-1), Len(store_log[stream(w)])}
      t_2 == ~t
      t_3 == number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_2
  IN
  /\ phase[w] = "NUMBERED"
  /\ ((number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_2) \/ (number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t /\ (~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ 2 <= (Len(store_log[stream(w)])))))) = TRUE
  /\ phase' = IF (IF t_3 THEN "REFUSED" ELSE "APPENDED") = "REFUSED" THEN [phase EXCEPT ![w] = "IDLE"] ELSE [phase EXCEPT ![w] = "DONE"]
  /\ read' = [read EXCEPT ![w] = 0]
  /\ number' = [number EXCEPT ![w] = 0]
  /\ store_log' = IF t_3 THEN store_log ELSE [store_log EXCEPT ![stream(w)] = Append(store_log[stream(w)], read[w] + 1)]
  /\ (\A k_ \in 1 .. WRITERS : (Len(store_log'[k_]) <= 2 /\ (\A x_ \in DOMAIN store_log'[k_] : store_log'[k_][x_] \in 0 .. 2))) = TRUE
  /\ store_uncommitted' = store_uncommitted \ {number[w]}
  /\ store_visible' = IF t_3 THEN store_visible ELSE store_visible \cup {number[w]}
  /\ store_visible' \in (SUBSET (1 .. 4))
  /\ UNCHANGED <<lost, store_drawn, store_ids, store_cache, projection_position, projection_applied>>

commit_errs(w) ==
  LET t == read[w] \in {(-1), Len(store_log[stream(w)])}
      t_2 == (~(1 <= stream(w) /\ stream(w) <= 2)) \/ 2 <= (Len(store_log[stream(w)]))
      t_3 == ~t
      t_4 == number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_3
  IN
  \/ /\ phase[w] = "NUMBERED"
     /\ number[w] \notin store_uncommitted \/ (~(1 <= stream(w) /\ stream(w) <= 2)) \/ (1 <= stream(w) /\ stream(w) <= 2 /\ (~(1 <= stream(w) /\ stream(w) <= 2))) \/ (1 <= stream(w) /\ stream(w) <= 2 /\ t /\ t_2)
  \/ /\ phase[w] = "NUMBERED"
     /\ (number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_3) \/ (number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t /\ (~t_2))
     /\ LET new == IF t_4 THEN store_log ELSE [store_log EXCEPT ![stream(w)] = Append(store_log[stream(w)], read[w] + 1)] IN ~(\A k_ \in 1 .. WRITERS : (Len(new[k_]) <= 2 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in 0 .. 2)))
  \/ /\ phase[w] = "NUMBERED"
     /\ (number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_3) \/ (number[w] \in store_uncommitted /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t /\ (~t_2))
     /\ LET new_2 == IF t_4 THEN store_visible ELSE store_visible \cup {number[w]} IN ~(new_2 \in (SUBSET (1 .. 4)))

\* The answer is lost: the writer tries the same once more.
commit_unheard(w) ==
  /\ FALSE
  /\ UNCHANGED <<phase, read, number, lost, store_log, store_drawn, store_uncommitted, store_visible, store_ids, store_cache, projection_position, projection_applied>>

project ==
  LET t == Least(IntLess, Elements(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2 : (projection_position < n_2))))
  IN
  /\ (\E n \in store_visible : projection_position < n) = TRUE
  /\ (Len(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2_2 : (projection_position < n_2_2)))) # 0
  /\ t = projection_position + 1
  /\ Len(projection_applied) < 4
  /\ projection_position' = t
  /\ projection_position' \in 0 .. 4
  /\ projection_applied' = Append(projection_applied, t)
  /\ (Len(projection_applied') <= 4 /\ (\A x_ \in DOMAIN projection_applied' : projection_applied'[x_] \in 1 .. 4)) = TRUE
  /\ UNCHANGED <<phase, read, number, lost, store_log, store_drawn, store_uncommitted, store_visible, store_ids, store_cache>>

project_errs ==
  LET t == (Len(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2 : (projection_position < n_2)))) = 0
      t_2 == ~t
      t_3 == Least(IntLess, Elements(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2_2 : (projection_position < n_2_2))))
      t_4 == t_3 = projection_position + 1
  IN
  \/ /\ \E n \in store_visible : projection_position < n
     /\ t
  \/ /\ \E n_3 \in store_visible : projection_position < n_3
     /\ t_2
     /\ t_4
     /\ 4 <= Len(projection_applied)
  \/ /\ \E n_4 \in store_visible : projection_position < n_4
     /\ t_2
     /\ t_4
     /\ Len(projection_applied) < 4
     /\ LET new == t_3 IN ~(new \in 0 .. 4)
  \/ /\ \E n_5 \in store_visible : projection_position < n_5
     /\ t_2
     /\ t_4
     /\ Len(projection_applied) < 4
     /\ LET new_2 == Append(projection_applied, t_3) IN ~(Len(new_2) <= 4 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. 4))

Next ==
  \/ \E w \in 1 .. WRITERS : read_stream(w)
  \/ \E w \in 1 .. WRITERS : draw_number(w)
  \/ \E w \in 1 .. WRITERS : commit(w)
  \/ \E w \in 1 .. WRITERS : commit_unheard(w)
  \/ project

Fairness ==
  /\ \A w \in 1 .. WRITERS : WF_vars(read_stream(w))
  /\ \A w \in 1 .. WRITERS : WF_vars(draw_number(w))
  /\ \A w \in 1 .. WRITERS : WF_vars(commit(w))
  /\ WF_vars(project)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E w \in 1 .. WRITERS : read_stream_errs(w))
  /\ ~(\E w \in 1 .. WRITERS : draw_number_errs(w))
  /\ ~(\E w \in 1 .. WRITERS : commit_errs(w))
  /\ ~project_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ caught_up
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: refused must be possible.
Never_refused == ~refused

\* forall n in Number: [] (committed(n) -> <> followed(n))
follows ==
  \A n \in 1 .. 4 : [](committed(n) => <>followed(n))
===========================================================================
