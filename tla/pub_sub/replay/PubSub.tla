---------------------------- MODULE PubSub ----------------------------
\* Subscribers come and go; the producer publishes without knowing them.
\*
\* Pattern: a plain broker hands an event to whoever is connected and forgets it; a log keeps it, and each subscriber
\* has a position in the log at which it resumes, and to which it can be set back (replay).
\* Source: the event-driven architecture guide, section 1.2 (event-driven against plain publish-subscribe:
\* persistence, event sourcing, fault isolation).
\*
\* Assumes: one topic; a subscriber that fails keeps what it has processed (unless it LOSES_STATE) and may come back.
\* Guarantees, with a log: a subscriber that was away misses nothing; it can rebuild its state from the beginning; the
\* producer and the other subscribers go on while one is away (temporal decoupling and fault isolation).
\* BROKER=PLAIN: what is published while a subscriber is away is missed, and a lost state cannot be rebuilt.
\* RETENTION=1: the log forgets what nobody has read yet, and its start is gone when a replay wants it.
\* BACKPRESSURE=True: the producer waits for every subscriber, and one that stays away stops everybody: `isolation` is
\* out of reach, and nothing makes the producer go on.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  EVENTS,  \* events published
  ABSENCES,  \* times that a subscriber goes away
  BROKER,  \* whether the broker keeps events
  BACKPRESSURE,  \* publishing waits until every subscriber has read the event before
  LOSES_STATE,  \* a subscriber that goes away loses its state and replays the log
  topic_partitions,  \* partitions
  topic_length,  \* records that a partition can hold
  topic_truncations  \* records that unclean leader elections may lose

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ EVENTS = 3
  /\ ABSENCES = 1
  /\ BROKER = "LOG"
  /\ BACKPRESSURE = FALSE
  /\ LOSES_STATE = TRUE
  /\ topic_partitions = 1
  /\ topic_length = 3
  /\ topic_truncations = 0

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_

IntLess(a_, b_) == a_ < b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

Subscriber == {"MAIL", "STOCK"}
Record == [offset : (0 .. 3), value : (0 .. 2)]

VARIABLES
  seen,
  had,  \* what it had seen when it lost its state
  here,
  absences,
  topic_log,
  topic_position,  \* offset of the next record to fetch
  topic_committed,  \* offset at which the group resumes after a restart
  topic_start,  \* log start offset: that of the oldest record that is not deleted
  topic_truncated

vars == <<seen, had, here, absences, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

TypeOK ==
  /\ seen \in [Subscriber -> (SUBSET (0 .. 2))]
  /\ had \in [Subscriber -> (SUBSET (0 .. 2))]
  /\ here \in [Subscriber -> BOOLEAN]
  /\ absences \in 0 .. ABSENCES
  /\ \A k_ \in 0 .. 0 : (Len(topic_log[k_]) <= 3 /\ (\A x_ \in DOMAIN topic_log[k_] : topic_log[k_][x_] \in Record))
  /\ topic_position \in [Subscriber -> [(0 .. 0) -> (0 .. 3)]]
  /\ topic_committed \in [Subscriber -> [(0 .. 0) -> (0 .. 3)]]
  /\ topic_start \in [(0 .. 0) -> (0 .. 0)]
  /\ topic_truncated \in 0 .. 0

through ==
  Len(topic_log[0]) = EVENTS

complete(s) ==
  Cardinality(seen[s]) = EVENTS

\* Away, and it has seen nothing.
absent(s) ==
  (~here[s]) /\ Cardinality(seen[s]) = 0

\* A subscriber may stay away for ever; the others have read everything.
all_published ==
  through /\ (\A s \in Subscriber : Len(topic_log[0]) <= topic_position[s][0] \/ (~here[s]))

\* Whatever lies before a subscriber's position was seen by it.
nothing_is_missed ==
  \A s \in Subscriber : (\A i \in Elements(IntSeq(0, topic_position[s][0], 1)) : i \in seen[s])

\* A subscriber that lost its state has seen again what it had seen, as far as it has replayed.
state_is_rebuilt ==
  \A s \in Subscriber : (\A i \in had[s] : (i < topic_position[s][0]) => (i \in seen[s]))

\* Where topic.newest_are_kept cannot be evaluated.
topic_newest_are_kept_errs ==
  (FoldSeq(LAMBDA progress_12, p : LET t == <<(-1), Len(topic_log[p])>> IN IF progress_12 = 0 THEN IF Len(t) = 0 THEN 2 ELSE IF (Least(IntLess, Elements(t))) <= Len(topic_log[p]) - topic_start[p] THEN progress_12 ELSE 1 ELSE progress_12, 0, <<0>>)) = 2

topic_newest_are_kept ==
  \A p \in 0 .. 0 : (Min((-1), Len(topic_log[p]))) <= Len(topic_log[p]) - topic_start[p]

topic_offsets_dense ==
  \A p \in 0 .. 0 : (\A it \in Elements(Enumerate(topic_log[p])) : it[2].offset = it[1])

topic_within_log ==
  \A g \in Subscriber : (\A p \in 0 .. 0 : topic_committed[g][p] <= topic_position[g][p] /\ topic_position[g][p] <= Len(topic_log[p]))

\* any(complete(s) for s in Subscriber) and any(absent(s) for s in Subscriber)
isolation ==
  (\E s \in Subscriber : complete(s)) /\ (\E s_2 \in Subscriber : absent(s_2))

\* absences > 0 and all(complete(s) for s in Subscriber)
returned ==
  0 < absences /\ (\A s \in Subscriber : complete(s))

Init ==
  /\ seen = [k_ \in Subscriber |-> {}]
  /\ had = [k_ \in Subscriber |-> {}]
  /\ here = [k_ \in Subscriber |-> TRUE]
  /\ absences = 0
  /\ topic_log = [k_ \in 0 .. 0 |-> <<>>]
  /\ topic_position = [k2_ \in Subscriber |-> [k_ \in 0 .. 0 |-> 0]]
  /\ topic_committed = [k2_ \in Subscriber |-> [k_ \in 0 .. 0 |-> 0]]
  /\ topic_start = [k_ \in 0 .. 0 |-> 0]
  /\ topic_truncated = 0

publish ==
  /\ ((~BACKPRESSURE) \/ (\A s \in Subscriber : topic_position[s][0] = Len(topic_log[0]))) = TRUE
  /\ Len(topic_log[0]) < topic_length
  /\ topic_log' = [topic_log EXCEPT ![0] = Append(topic_log[0], [offset |-> Len(topic_log[0]), value |-> Len(topic_log[0])])]
  /\ (\A k_ \in 0 .. 0 : (Len(topic_log'[k_]) <= 3 /\ (\A x_ \in DOMAIN topic_log'[k_] : topic_log'[k_][x_] \in Record))) = TRUE
  /\ UNCHANGED <<seen, had, here, absences, topic_position, topic_committed, topic_start, topic_truncated>>

publish_errs ==
  \/ /\ (~BACKPRESSURE) \/ (\A s \in Subscriber : topic_position[s][0] = Len(topic_log[0]))
     /\ Len(topic_log[0]) < topic_length
     /\ LET new == [topic_log EXCEPT ![0] = Append(topic_log[0], [offset |-> Len(topic_log[0]), value |-> Len(topic_log[0])])] IN ~(\A k_ \in 0 .. 0 : (Len(new[k_]) <= 3 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in Record)))

read(s) ==
  /\ here[s]
  /\ topic_position[s][0] < Len(topic_log[0])
  /\ seen' = [seen EXCEPT ![s] = seen[s] \cup {(topic_log[0][topic_position[s][0] + 1]).value}]
  /\ topic_position' = [topic_position EXCEPT ![s][0] = topic_position[s][0] + 1]
  /\ topic_position' \in [Subscriber -> [(0 .. 0) -> (0 .. 3)]]
  /\ UNCHANGED <<had, here, absences, topic_log, topic_committed, topic_start, topic_truncated>>

read_errs(s) ==
  \/ /\ here[s]
     /\ topic_position[s][0] < Len(topic_log[0])
     /\ LET new == [topic_position EXCEPT ![s][0] = topic_position[s][0] + 1] IN ~(new \in [Subscriber -> [(0 .. 0) -> (0 .. 3)]])

go_away(s) ==
  /\ here[s]
  /\ absences < ABSENCES
  /\ seen' = IF LOSES_STATE THEN [seen EXCEPT ![s] = {}] ELSE seen
  /\ had' = IF LOSES_STATE THEN [had EXCEPT ![s] = had[s] \cup seen[s]] ELSE had
  /\ had' \in [Subscriber -> (SUBSET (0 .. 2))]
  /\ here' = [here EXCEPT ![s] = FALSE]
  /\ absences' = absences + 1
  /\ absences' \in 0 .. ABSENCES
  /\ topic_position' = IF LOSES_STATE THEN [topic_position EXCEPT ![s][0] = Max(topic_committed[s][0], topic_start[0])] ELSE topic_position
  /\ topic_position' \in [Subscriber -> [(0 .. 0) -> (0 .. 3)]]
  /\ UNCHANGED <<topic_log, topic_committed, topic_start, topic_truncated>>

go_away_errs(s) ==
  \/ /\ here[s]
     /\ absences < ABSENCES
     /\ LET new == IF LOSES_STATE THEN [had EXCEPT ![s] = had[s] \cup seen[s]] ELSE had IN ~(new \in [Subscriber -> (SUBSET (0 .. 2))])
  \/ /\ here[s]
     /\ absences < ABSENCES
     /\ LET new_2 == absences + 1 IN ~(new_2 \in 0 .. ABSENCES)
  \/ /\ here[s]
     /\ absences < ABSENCES
     /\ LET new_3 == IF LOSES_STATE THEN [topic_position EXCEPT ![s][0] = Max(topic_committed[s][0], topic_start[0])] ELSE topic_position IN ~(new_3 \in [Subscriber -> [(0 .. 0) -> (0 .. 3)]])

come_back(s) ==
  /\ ~here[s]
  /\ here' = [here EXCEPT ![s] = TRUE]
  /\ UNCHANGED <<seen, had, absences, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

\* ---- component topic

\* A replica that lacks the newest record becomes the leader.
topic_truncate(p) ==
  /\ FALSE
  /\ UNCHANGED <<seen, had, here, absences, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

\* The oldest record is too old, or the partition too large.
topic_delete_oldest(p) ==
  /\ FALSE
  /\ UNCHANGED <<seen, had, here, absences, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

Next ==
  \/ publish
  \/ \E s \in Subscriber : read(s)
  \/ \E s \in Subscriber : go_away(s)
  \/ \E s \in Subscriber : come_back(s)
  \/ \E p \in 0 .. 0 : topic_truncate(p)
  \/ \E p \in 0 .. 0 : topic_delete_oldest(p)

Fairness ==
  /\ WF_vars(publish)
  /\ \A s \in Subscriber : WF_vars(read(s))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~publish_errs
  /\ ~(\E s \in Subscriber : read_errs(s))
  /\ ~(\E s \in Subscriber : go_away_errs(s))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ all_published
  \/ ~NoError
  \/ ENABLED Next

topic_newest_are_kept_holds == (~topic_newest_are_kept_errs /\ topic_newest_are_kept)

\* To be violated: isolation must be possible.
Never_isolation == ~isolation

\* To be violated: returned must be possible.
Never_returned == ~returned

topic_append_only_step ==
  ~(topic_log' # topic_log /\ (FoldSeq(LAMBDA progress_24, p : IF progress_24 = 0 THEN IF Len(topic_log[p]) < 0 THEN 2 ELSE IF (Slice(topic_log'[p], 0, Len(topic_log[p]))) = topic_log[p] THEN progress_24 ELSE 1 ELSE progress_24, 0, <<0>>)) = 2) /\ (topic_log' = topic_log \/ (\A p_2 \in 0 .. 0 : (Slice(topic_log'[p_2], 0, Len(topic_log[p_2]))) = topic_log[p_2]))

topic_append_only == [][topic_append_only_step]_vars

\* <> through
the_producer_goes_on ==
  <>through
=======================================================================
