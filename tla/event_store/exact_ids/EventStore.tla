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
  IDS,  \* ids of events in the cache of the store; -1: the store does not look at ids
  store_length,  \* events that a stream can hold
  store_numbers,  \* numbers that can be drawn, gaps included
  store_remembered,  \* ids of appended events in the cache; -1: the store does not look at ids at all
  projection_last,  \* the last number that there may be
  projection_repeats,  \* redeliveries that can be applied again
  projection_follow,  \* which event it takes next
  projection_atomic  \* the position is stored with the view, so that a redelivery is recognised

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ WRITERS = 2
  /\ EXPECTED = "EXACT"
  /\ SHARED = TRUE
  /\ FOLLOW = "SAFE"
  /\ LOST = 1
  /\ IDS = 0
  /\ store_length = 3
  /\ store_numbers = 7
  /\ store_remembered = 0
  /\ projection_last = 7
  /\ projection_repeats = 0
  /\ projection_follow = "SAFE"
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

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

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
  /\ read \in [(1 .. WRITERS) -> (0 .. 3)]
  /\ number \in [(1 .. WRITERS) -> (0 .. 7)]
  /\ lost \in 0 .. LOST
  /\ \A k_ \in 1 .. WRITERS : (Len(store_log[k_]) <= 3 /\ (\A x_ \in DOMAIN store_log[k_] : store_log[k_][x_] \in 0 .. 3))
  /\ store_drawn \in 0 .. 7
  /\ store_uncommitted \in (SUBSET (1 .. 7))
  /\ store_visible \in (SUBSET (1 .. 7))
  /\ \A k_ \in 1 .. WRITERS : (Len(store_ids[k_]) <= 3 /\ (\A x_ \in DOMAIN store_ids[k_] : store_ids[k_][x_] \in 1 .. WRITERS))
  /\ Len(store_cache) <= 0 /\ (\A x_ \in DOMAIN store_cache : store_cache[x_] \in Key)
  /\ projection_position \in 0 .. 7
  /\ Len(projection_applied) <= 7 /\ (\A x_ \in DOMAIN projection_applied : projection_applied[x_] \in 1 .. 7)

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
  /\ number' \in [(1 .. WRITERS) -> (0 .. 7)]
  /\ store_drawn' = store_drawn + 1
  /\ store_drawn' \in 0 .. 7
  /\ store_uncommitted' = store_uncommitted \cup {store_drawn + 1}
  /\ store_uncommitted' \in (SUBSET (1 .. 7))
  /\ UNCHANGED <<read, lost, store_log, store_visible, store_ids, store_cache, projection_position, projection_applied>>

draw_number_errs(w) ==
  \/ /\ phase[w] = "READ"
     /\ store_drawn < store_numbers
     /\ LET new == [number EXCEPT ![w] = store_drawn + 1] IN ~(new \in [(1 .. WRITERS) -> (0 .. 7)])
  \/ /\ phase[w] = "READ"
     /\ store_drawn < store_numbers
     /\ LET new_2 == store_drawn + 1 IN ~(new_2 \in 0 .. 7)
  \/ /\ phase[w] = "READ"
     /\ store_drawn < store_numbers
     /\ LET new_3 == store_uncommitted \cup {store_drawn + 1} IN ~(new_3 \in (SUBSET (1 .. 7)))

\* Append, or be refused because the stream has moved on, and begin again.
commit(w) ==
  LET t == ~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ (read[w] < (Len(store_ids[stream(w)])) /\ ((~(1 <= stream(w) /\ stream(w) <= 2)) \/ (Len(store_ids[stream(w)])) <= read[w])))
      t_2 == read[w] < (Len(store_ids[stream(w)]))
      t_3 == (store_ids[stream(w)][read[w] + 1]) = w
      t_4 == number[w] \in store_uncommitted /\ t /\ t_2 /\ t_3
      t_5 == ~(t_2 /\ t_3)
      t_6 == read[w] \in {(-1), Len(store_log[stream(w)])}
      t_7 == number[w] \in store_uncommitted /\ t /\ t_5 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ ~t_6
      t_8 == t_4 \/ t_7
  IN
  /\ phase[w] = "NUMBERED"
  /\ (t_4 \/ t_7 \/ (number[w] \in store_uncommitted /\ t /\ t_5 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_6 /\ (~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ 3 <= (Len(store_log[stream(w)])))) /\ (~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ 3 <= (Len(store_ids[stream(w)])))))) = TRUE
  /\ phase' = IF (IF t_8 THEN IF t_4 THEN "REPEATED" ELSE "REFUSED" ELSE "APPENDED") = "REFUSED" THEN [phase EXCEPT ![w] = "IDLE"] ELSE [phase EXCEPT ![w] = "DONE"]
  /\ read' = [read EXCEPT ![w] = 0]
  /\ number' = [number EXCEPT ![w] = 0]
  /\ store_log' = IF t_8 THEN store_log ELSE [store_log EXCEPT ![stream(w)] = Append(store_log[stream(w)], read[w] + 1)]
  /\ (\A k_ \in 1 .. WRITERS : (Len(store_log'[k_]) <= 3 /\ (\A x_ \in DOMAIN store_log'[k_] : store_log'[k_][x_] \in 0 .. 3))) = TRUE
  /\ store_uncommitted' = store_uncommitted \ {number[w]}
  /\ store_visible' = IF t_8 THEN store_visible ELSE store_visible \cup {number[w]}
  /\ store_visible' \in (SUBSET (1 .. 7))
  /\ store_ids' = IF t_8 THEN store_ids ELSE [store_ids EXCEPT ![stream(w)] = Append(store_ids[stream(w)], w)]
  /\ store_cache' = IF t_8 THEN store_cache ELSE Slice(<<[stream |-> stream(w), id |-> w]>> \o store_cache, 0, store_remembered)
  /\ (Len(store_cache') <= 0 /\ (\A x_ \in DOMAIN store_cache' : store_cache'[x_] \in Key)) = TRUE
  /\ UNCHANGED <<lost, store_drawn, projection_position, projection_applied>>

commit_errs(w) ==
  LET t == ~(1 <= stream(w) /\ stream(w) <= 2)
      t_2 == read[w] < (Len(store_ids[stream(w)])) /\ ((~(1 <= stream(w) /\ stream(w) <= 2)) \/ (Len(store_ids[stream(w)])) <= read[w])
      t_3 == ~(t \/ t_2)
      t_4 == read[w] < (Len(store_ids[stream(w)]))
      t_5 == (store_ids[stream(w)][read[w] + 1]) = w
      t_6 == ~(t_4 /\ t_5)
      t_7 == read[w] \in {(-1), Len(store_log[stream(w)])}
      t_8 == (~(1 <= stream(w) /\ stream(w) <= 2)) \/ 3 <= (Len(store_log[stream(w)]))
      t_9 == ~t_8
      t_10 == ~(1 <= stream(w) /\ stream(w) <= 2)
      t_11 == 3 <= (Len(store_ids[stream(w)]))
      t_12 == number[w] \in store_uncommitted /\ t_3 /\ t_4 /\ t_5
      t_13 == number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ ~t_7
      t_14 == t_12 \/ t_13
  IN
  \/ /\ phase[w] = "NUMBERED"
     /\ number[w] \notin store_uncommitted \/ t \/ t_2 \/ (t_3 /\ t_6 /\ (~(1 <= stream(w) /\ stream(w) <= 2))) \/ (t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_8) \/ (t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (t_10 \/ t_11))
  \/ /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new == IF t_14 THEN store_log ELSE [store_log EXCEPT ![stream(w)] = Append(store_log[stream(w)], read[w] + 1)] IN ~(\A k_ \in 1 .. WRITERS : (Len(new[k_]) <= 3 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in 0 .. 3)))
  \/ /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new_2 == IF t_14 THEN store_visible ELSE store_visible \cup {number[w]} IN ~(new_2 \in (SUBSET (1 .. 7)))
  \/ /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new_3 == IF t_14 THEN store_cache ELSE Slice(<<[stream |-> stream(w), id |-> w]>> \o store_cache, 0, store_remembered) IN ~(Len(new_3) <= 0 /\ (\A x_ \in DOMAIN new_3 : new_3[x_] \in Key))

\* The answer is lost: the writer tries the same once more.
commit_unheard(w) ==
  LET t == ~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ (read[w] < (Len(store_ids[stream(w)])) /\ ((~(1 <= stream(w) /\ stream(w) <= 2)) \/ (Len(store_ids[stream(w)])) <= read[w])))
      t_2 == read[w] < (Len(store_ids[stream(w)]))
      t_3 == (store_ids[stream(w)][read[w] + 1]) = w
      t_4 == number[w] \in store_uncommitted /\ t /\ t_2 /\ t_3
      t_5 == ~(t_2 /\ t_3)
      t_6 == read[w] \in {(-1), Len(store_log[stream(w)])}
      t_7 == number[w] \in store_uncommitted /\ t /\ t_5 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ ~t_6
      t_8 == t_4 \/ t_7
  IN
  /\ lost < LOST
  /\ phase[w] = "NUMBERED"
  /\ (t_4 \/ t_7 \/ (number[w] \in store_uncommitted /\ t /\ t_5 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_6 /\ (~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ 3 <= (Len(store_log[stream(w)])))) /\ (~((~(1 <= stream(w) /\ stream(w) <= 2)) \/ 3 <= (Len(store_ids[stream(w)])))))) = TRUE
  /\ phase' = [phase EXCEPT ![w] = "READ"]
  /\ number' = [number EXCEPT ![w] = 0]
  /\ lost' = lost + 1
  /\ lost' \in 0 .. LOST
  /\ store_log' = IF t_8 THEN store_log ELSE [store_log EXCEPT ![stream(w)] = Append(store_log[stream(w)], read[w] + 1)]
  /\ (\A k_ \in 1 .. WRITERS : (Len(store_log'[k_]) <= 3 /\ (\A x_ \in DOMAIN store_log'[k_] : store_log'[k_][x_] \in 0 .. 3))) = TRUE
  /\ store_uncommitted' = store_uncommitted \ {number[w]}
  /\ store_visible' = IF t_8 THEN store_visible ELSE store_visible \cup {number[w]}
  /\ store_visible' \in (SUBSET (1 .. 7))
  /\ store_ids' = IF t_8 THEN store_ids ELSE [store_ids EXCEPT ![stream(w)] = Append(store_ids[stream(w)], w)]
  /\ store_cache' = IF t_8 THEN store_cache ELSE Slice(<<[stream |-> stream(w), id |-> w]>> \o store_cache, 0, store_remembered)
  /\ (Len(store_cache') <= 0 /\ (\A x_ \in DOMAIN store_cache' : store_cache'[x_] \in Key)) = TRUE
  /\ UNCHANGED <<read, store_drawn, projection_position, projection_applied>>

commit_unheard_errs(w) ==
  LET t == ~(1 <= stream(w) /\ stream(w) <= 2)
      t_2 == read[w] < (Len(store_ids[stream(w)])) /\ ((~(1 <= stream(w) /\ stream(w) <= 2)) \/ (Len(store_ids[stream(w)])) <= read[w])
      t_3 == ~(t \/ t_2)
      t_4 == read[w] < (Len(store_ids[stream(w)]))
      t_5 == (store_ids[stream(w)][read[w] + 1]) = w
      t_6 == ~(t_4 /\ t_5)
      t_7 == read[w] \in {(-1), Len(store_log[stream(w)])}
      t_8 == (~(1 <= stream(w) /\ stream(w) <= 2)) \/ 3 <= (Len(store_log[stream(w)]))
      t_9 == ~t_8
      t_10 == ~(1 <= stream(w) /\ stream(w) <= 2)
      t_11 == 3 <= (Len(store_ids[stream(w)]))
      t_12 == number[w] \in store_uncommitted /\ t_3 /\ t_4 /\ t_5
      t_13 == number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ ~t_7
      t_14 == t_12 \/ t_13
  IN
  \/ /\ lost < LOST
     /\ phase[w] = "NUMBERED"
     /\ number[w] \notin store_uncommitted \/ t \/ t_2 \/ (t_3 /\ t_6 /\ (~(1 <= stream(w) /\ stream(w) <= 2))) \/ (t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_8) \/ (t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (t_10 \/ t_11))
  \/ /\ lost < LOST
     /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new == lost + 1 IN ~(new \in 0 .. LOST)
  \/ /\ lost < LOST
     /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new_2 == IF t_14 THEN store_log ELSE [store_log EXCEPT ![stream(w)] = Append(store_log[stream(w)], read[w] + 1)] IN ~(\A k_ \in 1 .. WRITERS : (Len(new_2[k_]) <= 3 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in 0 .. 3)))
  \/ /\ lost < LOST
     /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new_3 == IF t_14 THEN store_visible ELSE store_visible \cup {number[w]} IN ~(new_3 \in (SUBSET (1 .. 7)))
  \/ /\ lost < LOST
     /\ phase[w] = "NUMBERED"
     /\ t_12 \/ t_13 \/ (number[w] \in store_uncommitted /\ t_3 /\ t_6 /\ 1 <= stream(w) /\ stream(w) <= 2 /\ t_7 /\ t_9 /\ (~(t_10 \/ t_11)))
     /\ LET new_4 == IF t_14 THEN store_cache ELSE Slice(<<[stream |-> stream(w), id |-> w]>> \o store_cache, 0, store_remembered) IN ~(Len(new_4) <= 0 /\ (\A x_ \in DOMAIN new_4 : new_4[x_] \in Key))

project ==
  LET t == Least(IntLess, Elements(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2 : (projection_position < n_2))))
  IN
  /\ (\E n \in store_visible : projection_position < n) = TRUE
  /\ (Len(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2_2 : (projection_position < n_2_2)))) # 0
  /\ (\A m \in store_uncommitted : t < m)
  /\ Len(projection_applied) < 7
  /\ projection_position' = t
  /\ projection_position' \in 0 .. 7
  /\ projection_applied' = Append(projection_applied, t)
  /\ (Len(projection_applied') <= 7 /\ (\A x_ \in DOMAIN projection_applied' : projection_applied'[x_] \in 1 .. 7)) = TRUE
  /\ UNCHANGED <<phase, read, number, lost, store_log, store_drawn, store_uncommitted, store_visible, store_ids, store_cache>>

project_errs ==
  LET t == (Len(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2 : (projection_position < n_2)))) = 0
      t_2 == ~t
      t_3 == Least(IntLess, Elements(SelectSeq(SortedSet(IntLess, store_visible), LAMBDA n_2_2 : (projection_position < n_2_2))))
      t_4 == (\A m \in store_uncommitted : t_3 < m)
  IN
  \/ /\ \E n \in store_visible : projection_position < n
     /\ t
  \/ /\ \E n_3 \in store_visible : projection_position < n_3
     /\ t_2
     /\ t_4
     /\ 7 <= Len(projection_applied)
  \/ /\ \E n_4 \in store_visible : projection_position < n_4
     /\ t_2
     /\ t_4
     /\ Len(projection_applied) < 7
     /\ LET new == t_3 IN ~(new \in 0 .. 7)
  \/ /\ \E n_5 \in store_visible : projection_position < n_5
     /\ t_2
     /\ t_4
     /\ Len(projection_applied) < 7
     /\ LET new_2 == Append(projection_applied, t_3) IN ~(Len(new_2) <= 7 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. 7))

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
  /\ ~(\E w \in 1 .. WRITERS : commit_unheard_errs(w))
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
  \A n \in 1 .. 7 : [](committed(n) => <>followed(n))
===========================================================================
