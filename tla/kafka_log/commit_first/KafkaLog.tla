---------------------------- MODULE KafkaLog ----------------------------
\* Kafka = topics, partitions, offsets, producers, consumers; with a crash between processing and commit.
\*
\* Pattern: the producer of a key appends to the partition of that key; the broker assigns offsets 0, 1, 2, ...;
\* the consumer polls each partition, processes, and commits the offset up to which it is done (manual commit).
\* A crash loses what it holds in memory; it resumes at the committed offset.
\* Source: the event-driven architecture guide, section 2.1.1.
\*
\* Assumes: the broker loses nothing (replication is kafka_replication), the producer sends each event once
\* (retries are kafka_producer), the group has one member (several are kafka_rebalance), processing leaves its
\* effect outside the consumer, so it survives a crash.
\* Guarantees: dense offsets, the order of each key, and at-least-once processing: a crash never skips a record.
\* Not guaranteed: at-most-once and so exactly-once (DEMAND=AT_MOST_ONCE or EXACTLY_ONCE fails: processed, crashed
\* before the commit, processed again). With COMMIT_FIRST=True it is the other way round: a record that was
\* committed and not yet processed is lost, but none is processed twice. Every published event is handled if the
\* consumer keeps running, and need not be without (RUNNING=False).
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  PARTITIONS,  \* partitions of the topic
  KEYS,  \* keys; key k goes to partition k % PARTITIONS
  EVENTS,  \* events that are sent for each key
  CRASHES,  \* crashes of the consumer
  COMMIT_FIRST,  \* the consumer commits before it processes
  RUNNING,  \* the consumer keeps running: it restarts, polls and processes (weak fairness)
  DEMAND,  \* what is demanded of the processing
  topic_partitions,  \* partitions
  topic_length,  \* records that a partition can hold
  topic_truncations  \* records that unclean leader elections may lose

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ PARTITIONS = 2
  /\ KEYS = 2
  /\ EVENTS = 2
  /\ CRASHES = 1
  /\ COMMIT_FIRST = TRUE
  /\ RUNNING = TRUE
  /\ DEMAND = "AT_LEAST_ONCE"
  /\ topic_partitions = 2
  /\ topic_length = 4
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

MapSeq(Op_(_), s_) == [i_ \in 1 .. Len(s_) |-> Op_(s_[i_])]

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

Event == [key : (0 .. 1), number : (0 .. 1)]
Record == [offset : (0 .. 4), value : Event]
Group == {"BILLING"}

VARIABLES
  sent,
  up,
  crashes,
  done,  \* processed below this offset; in memory
  processed,  \* how often each event took effect
  topic_log,
  topic_position,  \* offset of the next record to fetch
  topic_committed,  \* offset at which the group resumes after a restart
  topic_start,  \* log start offset: that of the oldest record that is not deleted
  topic_truncated

vars == <<sent, up, crashes, done, processed, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

TypeOK ==
  /\ sent \in [(0 .. 1) -> (0 .. EVENTS)]
  /\ up \in BOOLEAN
  /\ crashes \in 0 .. CRASHES
  /\ done \in [(0 .. 1) -> (0 .. 4)]
  /\ processed \in [Event -> (0 .. 2)]
  /\ \A k_ \in 0 .. 1 : (Len(topic_log[k_]) <= 4 /\ (\A x_ \in DOMAIN topic_log[k_] : topic_log[k_][x_] \in Record))
  /\ topic_position \in [Group -> [(0 .. 1) -> (0 .. 4)]]
  /\ topic_committed \in [Group -> [(0 .. 1) -> (0 .. 4)]]
  /\ topic_start \in [(0 .. 1) -> (0 .. 0)]
  /\ topic_truncated \in 0 .. 0

partition(key) ==
  key % PARTITIONS

handled(e) ==
  0 < processed[e]

published(e) ==
  e.number < sent[e.key]

finished ==
  up /\ (\A p \in 0 .. 1 : topic_committed["BILLING"][p] = Len(topic_log[p]))

\* Where demand cannot be evaluated.
demand_errs ==
  (FoldSeq(LAMBDA progress_3, p : LET t == Slice(topic_log[p], 0, done[p]) IN IF progress_3 = 0 THEN IF FoldSeq(LAMBDA progress_2, r : IF progress_2 = 0 THEN IF 0 <= r.value.key /\ r.value.key <= 1 /\ 0 <= r.value.number /\ r.value.number <= 1 THEN IF processed[r.value] = 0 THEN 1 ELSE progress_2 ELSE 2 ELSE progress_2, 0, t) = 2 THEN 2 ELSE IF (\E r_2 \in Elements(t) : processed[r_2.value] = 0) THEN 1 ELSE progress_3 ELSE progress_3, 0, <<0, 1>>)) = 2

\* The delivery guarantee that is demanded.
demand ==
  ~(\E p \in 0 .. 1 : (\E r \in Elements(Slice(topic_log[p], 0, done[p])) : processed[r.value] = 0))

\* Where key_order cannot be evaluated.
key_order_errs ==
  (FoldSeq(LAMBDA progress_4, k : IF progress_4 = 0 THEN IF 0 <= partition(k) /\ partition(k) <= 1 THEN IF (MapSeq(LAMBDA r : r.value.number, SelectSeq(topic_log[partition(k)], LAMBDA r : (r.value.key = k)))) = IntSeq(0, sent[k], 1) THEN progress_4 ELSE 1 ELSE 2 ELSE progress_4, 0, <<0, 1>>)) = 2

\* The events of a key stand in its partition, each once, in the order in which they were sent.
key_order ==
  \A k \in 0 .. 1 : (MapSeq(LAMBDA r : r.value.number, SelectSeq(topic_log[partition(k)], LAMBDA r : (r.value.key = k)))) = IntSeq(0, sent[k], 1)

\* Where topic.newest_are_kept cannot be evaluated.
topic_newest_are_kept_errs ==
  (FoldSeq(LAMBDA progress_7, p : LET t == <<(-1), Len(topic_log[p])>> IN IF progress_7 = 0 THEN IF Len(t) = 0 THEN 2 ELSE IF (Least(IntLess, Elements(t))) <= Len(topic_log[p]) - topic_start[p] THEN progress_7 ELSE 1 ELSE progress_7, 0, <<0, 1>>)) = 2

topic_newest_are_kept ==
  \A p \in 0 .. 1 : (Min((-1), Len(topic_log[p]))) <= Len(topic_log[p]) - topic_start[p]

topic_offsets_dense ==
  \A p \in 0 .. 1 : (\A it \in Elements(Enumerate(topic_log[p])) : it[2].offset = it[1])

topic_within_log ==
  \A g \in Group : (\A p \in 0 .. 1 : topic_committed[g][p] <= topic_position[g][p] /\ topic_position[g][p] <= Len(topic_log[p]))

\* finished() and all(handled(e) for e in Event)
caught_up ==
  finished /\ (\A e \in Event : 0 < processed[e])

\* crashes > 0 and all(handled(e) for e in Event)
recovered ==
  0 < crashes /\ (\A e \in Event : 0 < processed[e])

Init ==
  /\ sent = [k_ \in 0 .. 1 |-> 0]
  /\ up = TRUE
  /\ crashes = 0
  /\ done = [k_ \in 0 .. 1 |-> 0]
  /\ processed = [k_ \in Event |-> 0]
  /\ topic_log = [k_ \in 0 .. 1 |-> <<>>]
  /\ topic_position = [k2_ \in Group |-> [k_ \in 0 .. 1 |-> 0]]
  /\ topic_committed = [k2_ \in Group |-> [k_ \in 0 .. 1 |-> 0]]
  /\ topic_start = [k_ \in 0 .. 1 |-> 0]
  /\ topic_truncated = 0

send(k) ==
  /\ sent[k] < EVENTS
  /\ 0 <= partition(k)
  /\ partition(k) <= 1
  /\ (Len(topic_log[partition(k)])) < topic_length
  /\ ~((~(0 <= partition(k) /\ partition(k) <= 1)) \/ 4 <= (Len(topic_log[partition(k)])))
  /\ sent' = [sent EXCEPT ![k] = sent[k] + 1]
  /\ sent' \in [(0 .. 1) -> (0 .. EVENTS)]
  /\ topic_log' = [topic_log EXCEPT ![partition(k)] = Append(topic_log[partition(k)], [offset |-> Len(topic_log[partition(k)]), value |-> [key |-> k, number |-> sent[k]]])]
  /\ (\A k_ \in 0 .. 1 : (Len(topic_log'[k_]) <= 4 /\ (\A x_ \in DOMAIN topic_log'[k_] : topic_log'[k_][x_] \in Record))) = TRUE
  /\ UNCHANGED <<up, crashes, done, processed, topic_position, topic_committed, topic_start, topic_truncated>>

send_errs(k) ==
  LET t == (Len(topic_log[partition(k)])) < topic_length
      t_2 == (~(0 <= partition(k) /\ partition(k) <= 1)) \/ 4 <= (Len(topic_log[partition(k)]))
  IN
  \/ /\ sent[k] < EVENTS
     /\ (~(0 <= partition(k) /\ partition(k) <= 1)) \/ (0 <= partition(k) /\ partition(k) <= 1 /\ t /\ t_2)
  \/ /\ sent[k] < EVENTS
     /\ 0 <= partition(k)
     /\ partition(k) <= 1
     /\ t
     /\ ~t_2
     /\ LET new == [sent EXCEPT ![k] = sent[k] + 1] IN ~(new \in [(0 .. 1) -> (0 .. EVENTS)])
  \/ /\ sent[k] < EVENTS
     /\ 0 <= partition(k)
     /\ partition(k) <= 1
     /\ t
     /\ ~t_2
     /\ LET new_2 == [topic_log EXCEPT ![partition(k)] = Append(topic_log[partition(k)], [offset |-> Len(topic_log[partition(k)]), value |-> [key |-> k, number |-> sent[k]]])] IN ~(\A k_ \in 0 .. 1 : (Len(new_2[k_]) <= 4 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in Record)))

poll(p) ==
  /\ up
  /\ topic_position["BILLING"][p] < Len(topic_log[p])
  /\ topic_position' = [topic_position EXCEPT !["BILLING"][p] = topic_position["BILLING"][p] + 1]
  /\ topic_position' \in [Group -> [(0 .. 1) -> (0 .. 4)]]
  /\ UNCHANGED <<sent, up, crashes, done, processed, topic_log, topic_committed, topic_start, topic_truncated>>

poll_errs(p) ==
  \/ /\ up
     /\ topic_position["BILLING"][p] < Len(topic_log[p])
     /\ LET new == [topic_position EXCEPT !["BILLING"][p] = topic_position["BILLING"][p] + 1] IN ~(new \in [Group -> [(0 .. 1) -> (0 .. 4)]])

process(p) ==
  LET t == (topic_log[p][done[p] + 1]).value
  IN
  /\ up
  /\ done[p] < topic_position["BILLING"][p]
  /\ ((~COMMIT_FIRST) \/ done[p] < topic_committed["BILLING"][p]) = TRUE
  /\ done[p] < Len(topic_log[p])
  /\ done' = [done EXCEPT ![p] = done[p] + 1]
  /\ done' \in [(0 .. 1) -> (0 .. 4)]
  /\ processed' = [processed EXCEPT ![t] = processed[t] + 1]
  /\ processed' \in [Event -> (0 .. 2)]
  /\ UNCHANGED <<sent, up, crashes, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

process_errs(p) ==
  LET t == done[p] < topic_position["BILLING"][p]
      t_2 == (~COMMIT_FIRST) \/ done[p] < topic_committed["BILLING"][p]
      t_3 == Len(topic_log[p]) <= done[p]
      t_4 == (topic_log[p][done[p] + 1]).value
  IN
  \/ /\ up
     /\ t
     /\ t_2
     /\ t_3
  \/ /\ up
     /\ t
     /\ t_2
     /\ ~t_3
     /\ LET new == [done EXCEPT ![p] = done[p] + 1] IN ~(new \in [(0 .. 1) -> (0 .. 4)])
  \/ /\ up
     /\ t
     /\ t_2
     /\ ~t_3
     /\ LET new_2 == [processed EXCEPT ![t_4] = processed[t_4] + 1] IN ~(new_2 \in [Event -> (0 .. 2)])

commit(p) ==
  LET t == IF COMMIT_FIRST THEN topic_position["BILLING"][p] ELSE done[p]
  IN
  /\ up
  /\ topic_committed["BILLING"][p] < t
  /\ topic_committed' = [topic_committed EXCEPT !["BILLING"][p] = t]
  /\ UNCHANGED <<sent, up, crashes, done, processed, topic_log, topic_position, topic_start, topic_truncated>>

crash ==
  LET t_2 == FoldSeq(LAMBDA acc, p : LET t == Len(<<topic_committed["BILLING"][p], topic_start[p]>>) = 0 IN IF acc[3] = 0 THEN <<IF t THEN acc[1] ELSE [acc[1] EXCEPT !["BILLING"][p] = Max(topic_committed["BILLING"][p], topic_start[p])], IF t THEN acc[2] ELSE [acc[2] EXCEPT ![p] = topic_committed["BILLING"][p]], IF t THEN IF t THEN 2 ELSE 1 ELSE 0>> ELSE acc, <<topic_position, done, 0>>, <<0, 1>>)
  IN
  /\ up
  /\ crashes < CRASHES
  /\ t_2[3] = 0
  /\ up' = FALSE
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ done' = t_2[2]
  /\ done' \in [(0 .. 1) -> (0 .. 4)]
  /\ topic_position' = t_2[1]
  /\ topic_position' \in [Group -> [(0 .. 1) -> (0 .. 4)]]
  /\ UNCHANGED <<sent, processed, topic_log, topic_committed, topic_start, topic_truncated>>

crash_errs ==
  LET t_2 == FoldSeq(LAMBDA acc, p : LET t == Len(<<topic_committed["BILLING"][p], topic_start[p]>>) = 0 IN IF acc[3] = 0 THEN <<IF t THEN acc[1] ELSE [acc[1] EXCEPT !["BILLING"][p] = Max(topic_committed["BILLING"][p], topic_start[p])], IF t THEN acc[2] ELSE [acc[2] EXCEPT ![p] = topic_committed["BILLING"][p]], IF t THEN IF t THEN 2 ELSE 1 ELSE 0>> ELSE acc, <<topic_position, done, 0>>, <<0, 1>>)
      t_3 == t_2[3]
  IN
  \/ /\ up
     /\ crashes < CRASHES
     /\ t_3 = 2
  \/ /\ up
     /\ crashes < CRASHES
     /\ t_3 = 0
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)
  \/ /\ up
     /\ crashes < CRASHES
     /\ t_3 = 0
     /\ LET new_2 == t_2[2] IN ~(new_2 \in [(0 .. 1) -> (0 .. 4)])
  \/ /\ up
     /\ crashes < CRASHES
     /\ t_3 = 0
     /\ LET new_3 == t_2[1] IN ~(new_3 \in [Group -> [(0 .. 1) -> (0 .. 4)]])

restart ==
  /\ ~up
  /\ up' = TRUE
  /\ UNCHANGED <<sent, crashes, done, processed, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

\* ---- component topic

\* A replica that lacks the newest record becomes the leader.
topic_truncate(p) ==
  /\ FALSE
  /\ UNCHANGED <<sent, up, crashes, done, processed, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

\* The oldest record is too old, or the partition too large.
topic_delete_oldest(p) ==
  /\ FALSE
  /\ UNCHANGED <<sent, up, crashes, done, processed, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

Next ==
  \/ \E k \in 0 .. 1 : send(k)
  \/ \E p \in 0 .. 1 : poll(p)
  \/ \E p \in 0 .. 1 : process(p)
  \/ \E p \in 0 .. 1 : commit(p)
  \/ crash
  \/ restart
  \/ \E p \in 0 .. 1 : topic_truncate(p)
  \/ \E p \in 0 .. 1 : topic_delete_oldest(p)

Fairness ==
  /\ \A k \in 0 .. 1 : WF_vars(send(k))
  /\ \A p \in 0 .. 1 : WF_vars(poll(p))
  /\ \A p \in 0 .. 1 : WF_vars(process(p))
  /\ \A p \in 0 .. 1 : WF_vars(commit(p))
  /\ WF_vars(restart)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E k \in 0 .. 1 : send_errs(k))
  /\ ~(\E p \in 0 .. 1 : poll_errs(p))
  /\ ~(\E p \in 0 .. 1 : process_errs(p))
  /\ ~crash_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

demand_holds == (~demand_errs /\ demand)

key_order_holds == (~key_order_errs /\ key_order)

topic_newest_are_kept_holds == (~topic_newest_are_kept_errs /\ topic_newest_are_kept)

\* To be violated: caught_up must be possible.
Never_caught_up == ~caught_up

\* To be violated: recovered must be possible.
Never_recovered == ~recovered

topic_append_only_step ==
  ~(topic_log' # topic_log /\ (FoldSeq(LAMBDA progress_27, p : IF progress_27 = 0 THEN IF Len(topic_log[p]) < 0 THEN 2 ELSE IF (Slice(topic_log'[p], 0, Len(topic_log[p]))) = topic_log[p] THEN progress_27 ELSE 1 ELSE progress_27, 0, <<0, 1>>)) = 2) /\ (topic_log' = topic_log \/ (\A p_2 \in 0 .. 1 : (Slice(topic_log'[p_2], 0, Len(topic_log[p_2]))) = topic_log[p_2]))

topic_append_only == [][topic_append_only_step]_vars

\* forall e in Event: [] (published(e) -> <> handled(e))
all_handled ==
  \A e \in Event : []((~(~(0 <= e.key /\ e.key <= 1)) /\ (e.number < sent[e.key])) => <>(~(~(0 <= e.key /\ e.key <= 1 /\ 0 <= e.number /\ e.number <= 1)) /\ (0 < processed[e])))
=========================================================================
