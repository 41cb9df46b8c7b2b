---------------------------- MODULE OrderPayments ----------------------------
\* Orders reach two payment consumers at least once; a dedupe store with a TTL shall keep each charge single.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders
  FAILURES,  \* restarts of the relay; and as many rebalances, because a consumer is dead or slow
  REDELIVERY,  \* ticks within which everything comes that comes again
  TTL,  \* ticks that Redis keeps an id; 0: for ever, as a table in PostgreSQL does
  CLAIM,  \* when the id is stored
  COMMIT_FIRST,  \* the offset is committed when the order is polled
  EVICTIONS,  \* ids that Redis loses before their time
  LOSSES,  \* records that the topic loses; acks=all: none
  outbox_length,  \* numbers of the sequence, for all rows that are ever inserted
  outbox_relay,  \* how the relay finds what it has not published yet
  outbox_restarts,  \* restarts of the relay
  topic_length,  \* records that the partition can hold
  topic_steps,  \* steps that it takes to process a record
  topic_rebalances,  \* times that the partition goes to another member
  topic_commit_first,  \* a record is committed when it is polled, as with auto-commit
  topic_truncations,  \* records lost by unclean leader elections; 0: acks=all, and the elections are clean
  topic_fencing,  \* the commit of a former owner is refused
  topic_topic_partitions,  \* partitions
  topic_topic_length,  \* records that a partition can hold
  topic_topic_truncations,  \* records that unclean leader elections may lose
  redis_ttl,  \* ticks that an id is remembered; 0: for ever
  redis_ticks,  \* ticks of a clock of its own; 0: the model calls `tick`
  redis_losses  \* ids that may be lost before their time

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 2
  /\ FAILURES = 1
  /\ REDELIVERY = 3
  /\ TTL = 4
  /\ CLAIM = "WITH_CHARGE"
  /\ COMMIT_FIRST = FALSE
  /\ EVICTIONS = 0
  /\ LOSSES = 0
  /\ outbox_length = 2
  /\ outbox_relay = "FIRST"
  /\ outbox_restarts = 1
  /\ topic_length = 3
  /\ topic_steps = 2
  /\ topic_rebalances = 1
  /\ topic_commit_first = FALSE
  /\ topic_truncations = 0
  /\ topic_fencing = TRUE
  /\ topic_topic_partitions = 1
  /\ topic_topic_length = 3
  /\ topic_topic_truncations = 0
  /\ redis_ttl = 4
  /\ redis_ticks = 3
  /\ redis_losses = 0

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

Work == [item : (1 .. ORDERS), offset : (0 .. 2), step : (0 .. 2)]
Record == [offset : (0 .. 3), value : (1 .. ORDERS)]

VARIABLES
  charges,  \* 2: twice or more often
  outbox_drawn,  \* the sequence: the number drawn last
  outbox_row,  \* the table, with rows that are not committed yet
  outbox_uncommitted,  \* numbers whose transaction is open
  outbox_passed,  \* numbers at which the relay looks no more, if it deletes no rows
  outbox_publishing,  \* published, and not marked yet; in the relay's memory
  outbox_restarted,
  topic_owner,  \* who has the partition; at first whoever polls first
  topic_work,  \* what the member has polled, and how far it is; in memory
  topic_rebalanced,
  topic_topic_log,
  topic_topic_position,  \* offset of the next record to fetch
  topic_topic_committed,  \* offset at which the group resumes after a restart
  topic_topic_start,  \* log start offset: that of the oldest record that is not deleted
  topic_topic_truncated,
  redis_left,  \* ticks that an id still has; 0: not in the store
  redis_now,
  redis_lost

vars == <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

TypeOK ==
  /\ charges \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ outbox_drawn \in 0 .. 2
  /\ outbox_row \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})]
  /\ outbox_uncommitted \in (SUBSET (1 .. 2))
  /\ outbox_passed \in (SUBSET (1 .. 2))
  /\ outbox_publishing \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)})
  /\ outbox_restarted \in 0 .. 1
  /\ topic_owner \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)})
  /\ topic_work \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in Work})]
  /\ topic_rebalanced \in 0 .. 1
  /\ \A k_ \in 0 .. 0 : (Len(topic_topic_log[k_]) <= 3 /\ (\A x_ \in DOMAIN topic_topic_log[k_] : topic_topic_log[k_][x_] \in Record))
  /\ topic_topic_position \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]]
  /\ topic_topic_committed \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]]
  /\ topic_topic_start \in [(0 .. 0) -> (0 .. 0)]
  /\ topic_topic_truncated \in 0 .. 0
  /\ redis_left \in [(1 .. ORDERS) -> (0 .. 4)]
  /\ redis_now \in 0 .. 3
  /\ redis_lost \in 0 .. 0

all_charged ==
  outbox_drawn = ORDERS /\ (\A o \in 1 .. ORDERS : 0 < charges[o])

charged_once ==
  \A o \in 1 .. ORDERS : charges[o] <= 1

\* Where topic.topic.newest_are_kept cannot be evaluated.
topic_topic_newest_are_kept_errs ==
  (FoldSeq(LAMBDA progress_6, p : LET t == <<(-1), Len(topic_topic_log[p])>> IN IF progress_6 = 0 THEN IF Len(t) = 0 THEN 2 ELSE IF (Least(IntLess, Elements(t))) <= Len(topic_topic_log[p]) - topic_topic_start[p] THEN progress_6 ELSE 1 ELSE progress_6, 0, <<0>>)) = 2

topic_topic_newest_are_kept ==
  \A p \in 0 .. 0 : (Min((-1), Len(topic_topic_log[p]))) <= Len(topic_topic_log[p]) - topic_topic_start[p]

topic_topic_offsets_dense ==
  \A p \in 0 .. 0 : (\A it \in Elements(Enumerate(topic_topic_log[p])) : it[2].offset = it[1])

topic_topic_within_log ==
  \A g \in 1 .. 1 : (\A p \in 0 .. 0 : topic_topic_committed[g][p] <= topic_topic_position[g][p] /\ topic_topic_position[g][p] <= Len(topic_topic_log[p]))

Init ==
  /\ charges = [k_ \in 1 .. ORDERS |-> 0]
  /\ outbox_drawn = 0
  /\ outbox_row = [k_ \in 1 .. 2 |-> <<>>]
  /\ outbox_uncommitted = {}
  /\ outbox_passed = {}
  /\ outbox_publishing = <<>>
  /\ outbox_restarted = 0
  /\ topic_owner = <<>>
  /\ topic_work = [k_ \in 1 .. 2 |-> <<>>]
  /\ topic_rebalanced = 0
  /\ topic_topic_log = [k_ \in 0 .. 0 |-> <<>>]
  /\ topic_topic_position = [k2_ \in 1 .. 1 |-> [k_ \in 0 .. 0 |-> 0]]
  /\ topic_topic_committed = [k2_ \in 1 .. 1 |-> [k_ \in 0 .. 0 |-> 0]]
  /\ topic_topic_start = [k_ \in 0 .. 0 |-> 0]
  /\ topic_topic_truncated = 0
  /\ redis_left = [k_ \in 1 .. ORDERS |-> 0]
  /\ redis_now = 0
  /\ redis_lost = 0

place ==
  /\ outbox_drawn < outbox_length
  /\ outbox_drawn + 1 <= 2
  /\ outbox_drawn + 1 \in outbox_uncommitted \cup {outbox_drawn + 1}
  /\ outbox_drawn' = outbox_drawn + 1
  /\ outbox_drawn' \in 0 .. 2
  /\ outbox_row' = [outbox_row EXCEPT ![outbox_drawn + 1] = <<outbox_drawn + 1>>]
  /\ outbox_row' \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})]
  /\ outbox_uncommitted' = (outbox_uncommitted \cup {outbox_drawn + 1}) \ {outbox_drawn + 1}
  /\ outbox_uncommitted' \in (SUBSET (1 .. 2))
  /\ UNCHANGED <<charges, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

place_errs ==
  LET t == outbox_drawn + 1 \in outbox_uncommitted \cup {outbox_drawn + 1}
  IN
  \/ /\ outbox_drawn < outbox_length
     /\ 2 < outbox_drawn + 1
  \/ /\ outbox_drawn < outbox_length
     /\ outbox_drawn + 1 <= 2
     /\ ~t
  \/ /\ outbox_drawn < outbox_length
     /\ outbox_drawn + 1 <= 2
     /\ t
     /\ LET new == outbox_drawn + 1 IN ~(new \in 0 .. 2)
  \/ /\ outbox_drawn < outbox_length
     /\ outbox_drawn + 1 <= 2
     /\ t
     /\ LET new_2 == [outbox_row EXCEPT ![outbox_drawn + 1] = <<outbox_drawn + 1>>] IN ~(new_2 \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})])
  \/ /\ outbox_drawn < outbox_length
     /\ outbox_drawn + 1 <= 2
     /\ t
     /\ LET new_3 == (outbox_uncommitted \cup {outbox_drawn + 1}) \ {outbox_drawn + 1} IN ~(new_3 \in (SUBSET (1 .. 2)))

relay ==
  LET t == Least(IntLess, Elements(SelectSeq(<<1, 2>>, LAMBDA n_2 : (outbox_row[n_2] # <<>> /\ n_2 \notin outbox_passed /\ n_2 \notin outbox_uncommitted))))
      t_2 == outbox_row[t]
  IN
  /\ outbox_publishing = <<>>
  /\ (\E n \in 1 .. 2 : outbox_row[n] # <<>> /\ n \notin outbox_passed /\ n \notin outbox_uncommitted) = TRUE
  /\ (Len(SelectSeq(<<1, 2>>, LAMBDA n_2_2 : (outbox_row[n_2_2] # <<>> /\ n_2_2 \notin outbox_passed /\ n_2_2 \notin outbox_uncommitted)))) # 0
  /\ 1 <= t
  /\ t <= 2
  /\ t_2 # <<>>
  /\ Len(topic_topic_log[0]) < topic_topic_length
  /\ outbox_publishing' = <<t>>
  /\ outbox_publishing' \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)})
  /\ topic_topic_log' = [topic_topic_log EXCEPT ![0] = Append(topic_topic_log[0], [offset |-> Len(topic_topic_log[0]), value |-> t_2[1]])]
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

relay_errs ==
  LET t == (\E n \in 1 .. 2 : outbox_row[n] # <<>> /\ n \notin outbox_passed /\ n \notin outbox_uncommitted)
      t_2 == (Len(SelectSeq(<<1, 2>>, LAMBDA n_2 : (outbox_row[n_2] # <<>> /\ n_2 \notin outbox_passed /\ n_2 \notin outbox_uncommitted)))) = 0
      t_3 == ~t_2
      t_4 == Least(IntLess, Elements(SelectSeq(<<1, 2>>, LAMBDA n_2_2 : (outbox_row[n_2_2] # <<>> /\ n_2_2 \notin outbox_passed /\ n_2_2 \notin outbox_uncommitted))))
      t_5 == 1 <= t_4
      t_6 == t_4 <= 2
      t_7 == outbox_row[t_4]
      t_8 == t_7 # <<>>
      t_9 == t_7 = <<>>
  IN
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_2
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ ~(t_5 /\ t_6)
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ t_5
     /\ t_6
     /\ t_8
     /\ t_9
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ t_5
     /\ t_6
     /\ t_8
     /\ ~t_9
     /\ Len(topic_topic_log[0]) < topic_topic_length
     /\ LET new == <<t_4>> IN ~(new \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)}))

handle(c) ==
  LET t == 0 < (redis_left[topic_work[c][1].item])
  IN
  /\ topic_work[c] # <<>>
  /\ topic_work[c][1].step = 0
  /\ charges' = IF t THEN charges ELSE [charges EXCEPT ![topic_work[c][1].item] = Min((charges[topic_work[c][1].item]) + 1, 2)]
  /\ charges' \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ topic_work' = [topic_work EXCEPT ![c] = <<[topic_work[c][1] EXCEPT !.step = 2]>>]
  /\ redis_left' = IF t THEN redis_left ELSE [redis_left EXCEPT ![topic_work[c][1].item] = Max(redis_ttl, 1)]
  /\ redis_left' \in [(1 .. ORDERS) -> (0 .. 4)]
  /\ UNCHANGED <<outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_now, redis_lost>>

handle_errs(c) ==
  LET t == 0 < (redis_left[topic_work[c][1].item])
  IN
  \/ /\ topic_work[c] # <<>>
     /\ topic_work[c][1].step = 0
     /\ LET new == IF t THEN charges ELSE [charges EXCEPT ![topic_work[c][1].item] = Min((charges[topic_work[c][1].item]) + 1, 2)] IN ~(new \in [(1 .. ORDERS) -> (0 .. 2)])
  \/ /\ topic_work[c] # <<>>
     /\ topic_work[c][1].step = 0
     /\ LET new_2 == IF t THEN redis_left ELSE [redis_left EXCEPT ![topic_work[c][1].item] = Max(redis_ttl, 1)] IN ~(new_2 \in [(1 .. ORDERS) -> (0 .. 4)])

finish(c) ==
  /\ topic_work[c] # <<>>
  /\ topic_work[c][1].step = 1
  /\ topic_work' = [topic_work EXCEPT ![c] = <<[topic_work[c][1] EXCEPT !.step = topic_steps]>>]
  /\ redis_left' = [redis_left EXCEPT ![topic_work[c][1].item] = Max(redis_ttl, 1)]
  /\ redis_left' \in [(1 .. ORDERS) -> (0 .. 4)]
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_now, redis_lost>>

finish_errs(c) ==
  \/ /\ topic_work[c] # <<>>
     /\ topic_work[c][1].step = 1
     /\ LET new == [redis_left EXCEPT ![topic_work[c][1].item] = Max(redis_ttl, 1)] IN ~(new \in [(1 .. ORDERS) -> (0 .. 4)])

\* ---- component outbox

\* What the relay has published is done: its row is deleted, or passed.
outbox_mark ==
  /\ outbox_publishing # <<>>
  /\ outbox_row' = [outbox_row EXCEPT ![outbox_publishing[1]] = <<>>]
  /\ outbox_publishing' = <<>>
  /\ UNCHANGED <<charges, outbox_drawn, outbox_uncommitted, outbox_passed, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

\* The relay restarts between publishing and marking.
outbox_relay_restarts ==
  /\ outbox_publishing # <<>>
  /\ outbox_restarted < outbox_restarts
  /\ outbox_publishing' = <<>>
  /\ outbox_restarted' = outbox_restarted + 1
  /\ outbox_restarted' \in 0 .. 1
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

outbox_relay_restarts_errs ==
  \/ /\ outbox_publishing # <<>>
     /\ outbox_restarted < outbox_restarts
     /\ LET new == outbox_restarted + 1 IN ~(new \in 0 .. 1)

\* The delivery for an open transaction finds no row.
outbox_come_too_early(n) ==
  /\ FALSE
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

\* ---- component topic

topic_poll(c) ==
  LET t == topic_topic_log[0][topic_topic_position[1][0] + 1]
  IN
  /\ (topic_owner = <<>> \/ topic_owner = <<c>>) = TRUE
  /\ topic_work[c] = <<>>
  /\ topic_topic_position[1][0] < Len(topic_topic_log[0])
  /\ topic_owner' = <<c>>
  /\ topic_work' = [topic_work EXCEPT ![c] = <<[item |-> t.value, offset |-> t.offset, step |-> 0]>>]
  /\ topic_work' \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in Work})]
  /\ topic_topic_position' = [topic_topic_position EXCEPT ![1][0] = topic_topic_position[1][0] + 1]
  /\ topic_topic_position' \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]]
  /\ topic_topic_committed' = IF topic_commit_first THEN [topic_topic_committed EXCEPT ![1][0] = t.offset + 1] ELSE topic_topic_committed
  /\ topic_topic_committed' \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]]
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_rebalanced, topic_topic_log, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

topic_poll_errs(c) ==
  LET t == topic_topic_log[0][topic_topic_position[1][0] + 1]
  IN
  \/ /\ topic_owner = <<>> \/ topic_owner = <<c>>
     /\ topic_work[c] = <<>>
     /\ topic_topic_position[1][0] < Len(topic_topic_log[0])
     /\ LET new == [topic_work EXCEPT ![c] = <<[item |-> t.value, offset |-> t.offset, step |-> 0]>>] IN ~(new \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in Work})])
  \/ /\ topic_owner = <<>> \/ topic_owner = <<c>>
     /\ topic_work[c] = <<>>
     /\ topic_topic_position[1][0] < Len(topic_topic_log[0])
     /\ LET new_2 == [topic_topic_position EXCEPT ![1][0] = topic_topic_position[1][0] + 1] IN ~(new_2 \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]])
  \/ /\ topic_owner = <<>> \/ topic_owner = <<c>>
     /\ topic_work[c] = <<>>
     /\ topic_topic_position[1][0] < Len(topic_topic_log[0])
     /\ LET new_3 == IF topic_commit_first THEN [topic_topic_committed EXCEPT ![1][0] = t.offset + 1] ELSE topic_topic_committed IN ~(new_3 \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]])

topic_commit(c) ==
  LET t == topic_owner = <<c>> \/ (~topic_fencing)
  IN
  /\ topic_work[c] # <<>>
  /\ topic_work[c][1].step = topic_steps
  /\ ((~t) \/ topic_work[c] # <<>>) = TRUE
  /\ topic_work' = [topic_work EXCEPT ![c] = <<>>]
  /\ topic_topic_committed' = IF t THEN [topic_topic_committed EXCEPT ![1][0] = topic_work[c][1].offset + 1] ELSE topic_topic_committed
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

\* The owner is dead, or slow and taken for dead: member c, which may be the restarted owner, takes over.
topic_rebalance(c, dead) ==
  LET t == IF dead THEN [topic_work EXCEPT ![topic_owner[1]] = <<>>] ELSE topic_work
  IN
  /\ topic_owner # <<>>
  /\ topic_rebalanced < topic_rebalances
  /\ ((~dead) \/ topic_owner # <<>>) = TRUE
  /\ ~(t[c] = <<>> /\ (~dead) /\ topic_owner = <<>>)
  /\ t[c] = <<>>
  /\ (dead \/ c # topic_owner[1]) = TRUE
  /\ topic_owner' = <<c>>
  /\ topic_work' = t
  /\ topic_rebalanced' = topic_rebalanced + 1
  /\ topic_rebalanced' \in 0 .. 1
  /\ topic_topic_position' = [topic_topic_position EXCEPT ![1][0] = Max(topic_topic_committed[1][0], topic_topic_start[0])]
  /\ topic_topic_position' \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]]
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_topic_log, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

topic_rebalance_errs(c, dead) ==
  LET t == IF dead THEN [topic_work EXCEPT ![topic_owner[1]] = <<>>] ELSE topic_work
  IN
  \/ /\ topic_owner # <<>>
     /\ topic_rebalanced < topic_rebalances
     /\ (~dead) \/ topic_owner # <<>>
     /\ ~(t[c] = <<>> /\ (~dead) /\ topic_owner = <<>>)
     /\ t[c] = <<>>
     /\ dead \/ c # topic_owner[1]
     /\ LET new == topic_rebalanced + 1 IN ~(new \in 0 .. 1)
  \/ /\ topic_owner # <<>>
     /\ topic_rebalanced < topic_rebalances
     /\ (~dead) \/ topic_owner # <<>>
     /\ ~(t[c] = <<>> /\ (~dead) /\ topic_owner = <<>>)
     /\ t[c] = <<>>
     /\ dead \/ c # topic_owner[1]
     /\ LET new_2 == [topic_topic_position EXCEPT ![1][0] = Max(topic_topic_committed[1][0], topic_topic_start[0])] IN ~(new_2 \in [(1 .. 1) -> [(0 .. 0) -> (0 .. 3)]])

\* ---- component topic.topic

\* A replica that lacks the newest record becomes the leader.
topic_topic_truncate(p) ==
  /\ FALSE
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

\* The oldest record is too old, or the partition too large.
topic_topic_delete_oldest(p) ==
  /\ FALSE
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

\* ---- component redis

redis_time_passes ==
  LET t_2 == FoldSeq(LAMBDA acc, k : LET t == Len(<<acc[1][k] - 1, 0>>) = 0 IN IF acc[2] = 0 THEN <<IF t THEN acc[1] ELSE [acc[1] EXCEPT ![k] = Max(acc[1][k] - 1, 0)], IF t THEN IF t THEN 2 ELSE 1 ELSE 0>> ELSE acc, <<redis_left, 0>>, <<1, 2>>)
  IN
  /\ redis_now < redis_ticks
  /\ t_2[2] = 0
  /\ redis_left' = t_2[1]
  /\ redis_left' \in [(1 .. ORDERS) -> (0 .. 4)]
  /\ redis_now' = redis_now + 1
  /\ redis_now' \in 0 .. 3
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_lost>>

redis_time_passes_errs ==
  LET t_2 == FoldSeq(LAMBDA acc, k : LET t == Len(<<acc[1][k] - 1, 0>>) = 0 IN IF acc[2] = 0 THEN <<IF t THEN acc[1] ELSE [acc[1] EXCEPT ![k] = Max(acc[1][k] - 1, 0)], IF t THEN IF t THEN 2 ELSE 1 ELSE 0>> ELSE acc, <<redis_left, 0>>, <<1, 2>>)
      t_3 == t_2[2]
  IN
  \/ /\ redis_now < redis_ticks
     /\ t_3 = 2
  \/ /\ redis_now < redis_ticks
     /\ t_3 = 0
     /\ LET new == t_2[1] IN ~(new \in [(1 .. ORDERS) -> (0 .. 4)])
  \/ /\ redis_now < redis_ticks
     /\ t_3 = 0
     /\ LET new_2 == redis_now + 1 IN ~(new_2 \in 0 .. 3)

\* The id is evicted, or a replica without it takes over.
redis_lose(k) ==
  /\ FALSE
  /\ UNCHANGED <<charges, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted, topic_owner, topic_work, topic_rebalanced, topic_topic_log, topic_topic_position, topic_topic_committed, topic_topic_start, topic_topic_truncated, redis_left, redis_now, redis_lost>>

Next ==
  \/ place
  \/ relay
  \/ \E c \in 1 .. 2 : handle(c)
  \/ \E c \in 1 .. 2 : finish(c)
  \/ outbox_mark
  \/ outbox_relay_restarts
  \/ \E n \in 1 .. 2 : outbox_come_too_early(n)
  \/ \E c \in 1 .. 2 : topic_poll(c)
  \/ \E c \in 1 .. 2 : topic_commit(c)
  \/ \E c \in 1 .. 2, dead \in BOOLEAN : topic_rebalance(c, dead)
  \/ \E p \in 0 .. 0 : topic_topic_truncate(p)
  \/ \E p \in 0 .. 0 : topic_topic_delete_oldest(p)
  \/ redis_time_passes
  \/ \E k \in 1 .. ORDERS : redis_lose(k)

Fairness ==
  /\ WF_vars(relay)
  /\ \A c \in 1 .. 2 : WF_vars(handle(c))
  /\ \A c \in 1 .. 2 : WF_vars(finish(c))
  /\ WF_vars(outbox_mark)
  /\ \A c \in 1 .. 2 : WF_vars(topic_poll(c))
  /\ \A c \in 1 .. 2 : WF_vars(topic_commit(c))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~place_errs
  /\ ~relay_errs
  /\ ~(\E c \in 1 .. 2 : handle_errs(c))
  /\ ~(\E c \in 1 .. 2 : finish_errs(c))
  /\ ~outbox_relay_restarts_errs
  /\ ~(\E c \in 1 .. 2 : topic_poll_errs(c))
  /\ ~(\E c \in 1 .. 2, dead \in BOOLEAN : topic_rebalance_errs(c, dead))
  /\ ~redis_time_passes_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ all_charged
  \/ ~NoError
  \/ ENABLED Next

topic_topic_newest_are_kept_holds == (~topic_topic_newest_are_kept_errs /\ topic_topic_newest_are_kept)

topic_committed_grows_step ==
  (topic_topic_committed[1][0] <= topic_topic_committed'[1][0])

topic_committed_grows == [][topic_committed_grows_step]_vars

topic_topic_append_only_step ==
  ~(topic_topic_log' # topic_topic_log /\ (FoldSeq(LAMBDA progress_18, p : IF progress_18 = 0 THEN IF Len(topic_topic_log[p]) < 0 THEN 2 ELSE IF (Slice(topic_topic_log'[p], 0, Len(topic_topic_log[p]))) = topic_topic_log[p] THEN progress_18 ELSE 1 ELSE progress_18, 0, <<0>>)) = 2) /\ (topic_topic_log' = topic_topic_log \/ (\A p_2 \in 0 .. 0 : (Slice(topic_topic_log'[p_2], 0, Len(topic_topic_log[p_2]))) = topic_topic_log[p_2]))

topic_topic_append_only == [][topic_topic_append_only_step]_vars

\* forall o in Order: [] ((outbox.drawn >= o) -> <> (charges[o] > 0))
charged_in_the_end ==
  \A o \in 1 .. ORDERS : [](o <= outbox_drawn => <>(~(~(1 <= o /\ o <= 2)) /\ (0 < charges[o])))
==============================================================================
