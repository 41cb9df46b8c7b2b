---------------------------- MODULE KafkaReplication ----------------------------
\* A producer writes to whoever leads a replicated partition; replicas fail, come back, and make their logs fit.
\*
\* Pattern: the leader takes records, the followers fetch them; what every in-sync replica has is committed, and the
\* leader's high watermark says so, a fetch later to the followers. A new leader begins a new epoch, and a follower
\* cuts off what the leader does not have.
\* Source: the event-driven architecture guide, section 12 (Kafka replication in TLA+), section 2.1.1 (acks); KIP-101,
\* KIP-279, KIP-966.
\*
\* Assumes: one partition, a controller that does not fail; CRASHES failures, MOVES changes of the leader without one.
\* Guarantees with acks=all: an acknowledged record is in the log of every later leader; below the high watermark all
\* replicas have the same records; at last all logs are equal, if controller and replicas keep running.
\* TRUNCATION=HIGH_WATERMARK (before KIP-101): a follower that has a committed record, and does not know yet that it is
\* committed, cuts it off, and then becomes the leader. TRUNCATION=LEADER_EPOCH (KIP-101 alone): after two quick
\* changes of the leader a follower keeps a record of an epoch that the new leader never had (KIP-279). FLUSHED=False
\* with ELIGIBLE=False: acknowledged before it was on disk, lost by the power failure of the last in-sync replica, which
\* then leads the others into truncating theirs (KIP-966). ACKS=LEADER: acknowledged by one, and gone with it.
\* RUNNING=False: a follower may lag for ever.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  REPLICAS,  \* replicas of the partition
  RECORDS,  \* records in a log
  CRASHES,  \* failures of replicas
  MOVES,  \* changes of the leader without a failure
  ACKS,  \* when the producer takes a record for stored
  TRUNCATION,  \* how a follower makes its log fit the leader's
  FLUSHED,  \* a record is on disk before it counts; otherwise a failure loses the newest one
  ELIGIBLE,  \* the controller knows who has everything committed without being in sync
  RUNNING,  \* controller and replicas keep running (weak fairness)
  partition_length,  \* records that a log can hold
  partition_crashes,  \* failures of replicas
  partition_moves,  \* changes of the leader without a failure
  partition_min_insync,  \* in-sync replicas without which nothing is committed (with eligible=True)
  partition_truncation,  \* how a follower makes its log fit the leader's
  partition_flushed,  \* a record is on disk before it counts
  partition_eligible,  \* the controller remembers who left the in-sync set with everything committed (KIP-966)
  partition_running  \* controller and replicas keep running (weak fairness)

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ REPLICAS = 2
  /\ RECORDS = 1
  /\ CRASHES = 1
  /\ MOVES = 1
  /\ ACKS = "ALL"
  /\ TRUNCATION = "BOTH_EPOCHS"
  /\ FLUSHED = FALSE
  /\ ELIGIBLE = FALSE
  /\ RUNNING = TRUE
  /\ partition_length = 1
  /\ partition_crashes = 1
  /\ partition_moves = 1
  /\ partition_min_insync = 2
  /\ partition_truncation = "BOTH_EPOCHS"
  /\ partition_flushed = FALSE
  /\ partition_eligible = FALSE
  /\ partition_running = TRUE

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

\* The elements of a set as a sequence, in order.
SortedSet(Less_(_, _), S_) ==
  [i_ \in 1 .. Cardinality(S_) |-> CHOOSE x_ \in S_ : Cardinality({y_ \in S_ : Less_(y_, x_)}) = i_ - 1]

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

Greatest(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(x_, y_)

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

SumSeq(s_) == FoldSeq(LAMBDA a_, b_ : a_ + b_, 0, s_)

Stored == [offset : (0 .. 0), epoch : (0 .. 3)]
Replica == 0 .. 1
StoredLess(a_, b_) == (IntLess(a_.offset, b_.offset) \/ (a_.offset = b_.offset /\ IntLess(a_.epoch, b_.epoch)))

VARIABLES
  promised,  \* what a leader alone has acknowledged
  partition_log,
  partition_hw,  \* high watermark, as each replica knows it
  partition_epoch,  \* the newest leader epoch that each replica knows of
  partition_leading,  \* who believes to be the leader of its epoch
  partition_cutting,  \* followers that have not truncated yet
  partition_up,
  partition_leader,  \* the controller's leader
  partition_newest,  \* and its epoch
  partition_outside,  \* replicas that are not in sync
  partition_elr,  \* those of them that left with everything committed
  partition_committed,  \* what was ever committed, by offset
  partition_crashed,
  partition_moved

vars == <<promised, partition_log, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_up, partition_leader, partition_newest, partition_outside, partition_elr, partition_committed, partition_crashed, partition_moved>>

TypeOK ==
  /\ promised \in SUBSET Stored
  /\ \A k_ \in Replica : (Len(partition_log[k_]) <= 1 /\ (\A x_ \in DOMAIN partition_log[k_] : partition_log[k_][x_] \in 0 .. 3))
  /\ partition_hw \in [Replica -> (0 .. 1)]
  /\ partition_epoch \in [Replica -> (0 .. 3)]
  /\ partition_leading \in [Replica -> BOOLEAN]
  /\ partition_cutting \in [Replica -> BOOLEAN]
  /\ partition_up \in [Replica -> BOOLEAN]
  /\ partition_leader \in {<<>>} \cup {<<x_>> : x_ \in Replica}
  /\ partition_newest \in 0 .. 3
  /\ partition_outside \in SUBSET Replica
  /\ partition_elr \in SUBSET Replica
  /\ Len(partition_committed) <= 1 /\ (\A x_ \in DOMAIN partition_committed : partition_committed[x_] \in 0 .. 3)
  /\ partition_crashed \in 0 .. 1
  /\ partition_moved \in 0 .. 1

\* The in-sync replicas.
partition_insync ==
  {r \in Replica : (r \notin partition_outside)}

partition_follows(f, l) ==
  partition_up[f] /\ partition_up[l] /\ partition_leading[l] /\ f # l /\ partition_epoch[f] = partition_epoch[l]

\* Is the replica the leader of the newest epoch?
partition_rules(l) ==
  partition_up[l] /\ partition_leading[l] /\ partition_epoch[l] = partition_newest /\ partition_leader = <<l>>

agree ==
  \A a \in Replica : (\A b \in Replica : partition_log[a] = partition_log[b])

at_rest ==
  agree

\* What the producer takes for stored.
acknowledged ==
  promised \cup {[offset |-> it[1], epoch |-> it[2]] : it \in Elements(Enumerate(partition_committed))}

\* Where acknowledged_is_kept cannot be evaluated.
acknowledged_is_kept_errs ==
  partition_leader # <<>> /\ (FoldSeq(LAMBDA progress, s : LET t == s.offset < Len(partition_log[partition_leader[1]]) IN IF progress = 0 THEN IF partition_leader = <<>> \/ (t /\ (partition_leader = <<>> \/ s.offset < 0 \/ Len(partition_log[partition_leader[1]]) <= s.offset)) THEN 2 ELSE IF t /\ ((partition_log[partition_leader[1]])[s.offset + 1]) = s.epoch THEN progress ELSE 1 ELSE progress, 0, SortedSet(StoredLess, acknowledged))) = 2

\* The leader has every record that was acknowledged.
acknowledged_is_kept ==
  partition_leader = <<>> \/ (\A s \in acknowledged : s.offset < Len(partition_log[partition_leader[1]]) /\ ((partition_log[partition_leader[1]])[s.offset + 1]) = s.epoch)

\* Where partition.committed_is_kept cannot be evaluated.
partition_committed_is_kept_errs ==
  partition_leader # <<>> /\ partition_leader = <<>>

\* The leader has everything that was ever committed.
partition_committed_is_kept ==
  partition_leader = <<>> \/ (Slice(partition_log[partition_leader[1]], 0, Len(partition_committed))) = partition_committed

\* Where partition.logs_agree cannot be evaluated.
partition_logs_agree_errs ==
  (FoldSeq(LAMBDA progress_5, a : IF progress_5 = 0 THEN IF (FoldSeq(LAMBDA progress_4, b : LET t == <<partition_hw[a], partition_hw[b]>> t_2 == IntSeq(0, Least(IntLess, Elements(t)), 1) IN IF progress_4 = 0 THEN IF (~partition_cutting[a]) /\ (~partition_cutting[b]) /\ (Len(t) = 0 \/ (FoldSeq(LAMBDA progress_3, i : IF progress_3 = 0 THEN IF i < 0 \/ Len(partition_log[a]) <= i \/ Len(partition_log[b]) <= i THEN 2 ELSE IF partition_log[a][i + 1] = partition_log[b][i + 1] THEN progress_3 ELSE 1 ELSE progress_3, 0, t_2)) = 2) THEN 2 ELSE IF (~partition_cutting[a]) /\ (~partition_cutting[b]) /\ (~(\A i_2 \in Elements(t_2) : partition_log[a][i_2 + 1] = partition_log[b][i_2 + 1])) THEN 1 ELSE progress_4 ELSE progress_4, 0, <<0, 1>>)) = 2 THEN 2 ELSE IF (\A b_2 \in Replica : ((~partition_cutting[a]) /\ (~partition_cutting[b_2])) => (\A i_3 \in Elements(IntSeq(0, Min(partition_hw[a], partition_hw[b_2]), 1)) : partition_log[a][i_3 + 1] = partition_log[b_2][i_3 + 1])) THEN progress_5 ELSE 1 ELSE progress_5, 0, <<0, 1>>)) = 2

\* Below their high watermarks all replicas that have made their logs fit have the same records.
partition_logs_agree ==
  \A a \in Replica : (\A b \in Replica : ((~partition_cutting[a]) /\ (~partition_cutting[b])) => (\A i \in Elements(IntSeq(0, Min(partition_hw[a], partition_hw[b]), 1)) : partition_log[a][i + 1] = partition_log[b][i + 1]))

\* len(partition.committed) == RECORDS and partition.crashed == CRASHES and agree()
survives ==
  Len(partition_committed) = RECORDS /\ partition_crashed = CRASHES /\ agree

Init ==
  /\ promised = {}
  /\ partition_log = [k_ \in Replica |-> <<>>]
  /\ partition_hw = [k_ \in Replica |-> 0]
  /\ partition_epoch = [k_ \in Replica |-> 0]
  /\ partition_leading = [k_ \in Replica |-> FALSE]
  /\ partition_cutting = [k_ \in Replica |-> FALSE]
  /\ partition_up = [k_ \in Replica |-> TRUE]
  /\ partition_leader = <<>>
  /\ partition_newest = 0
  /\ partition_outside = {}
  /\ partition_elr = {}
  /\ partition_committed = <<>>
  /\ partition_crashed = 0
  /\ partition_moved = 0

produce(r) ==
  /\ partition_up[r]
  /\ partition_leading[r]
  /\ Len(partition_log[r]) < partition_length
  /\ partition_log' = [partition_log EXCEPT ![r] = Append(partition_log[r], partition_epoch[r])]
  /\ UNCHANGED <<promised, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_up, partition_leader, partition_newest, partition_outside, partition_elr, partition_committed, partition_crashed, partition_moved>>

\* ---- component partition

\* Without a leader, one is taken from the in-sync replicas, or from those that are eligible if nobody is.
partition_elect(r) ==
  /\ partition_leader = <<>>
  /\ partition_up[r]
  /\ (r \notin partition_outside \/ (Cardinality(partition_insync) = 0 /\ r \in partition_elr)) = TRUE
  /\ partition_leader' = <<r>>
  /\ partition_newest' = partition_newest + 1
  /\ partition_newest' \in 0 .. 3
  /\ partition_outside' = partition_outside \ {r}
  /\ partition_elr' = partition_elr \ {r}
  /\ UNCHANGED <<promised, partition_log, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_up, partition_committed, partition_crashed, partition_moved>>

partition_elect_errs(r) ==
  \/ /\ partition_leader = <<>>
     /\ partition_up[r]
     /\ r \notin partition_outside \/ (Cardinality(partition_insync) = 0 /\ r \in partition_elr)
     /\ LET new == partition_newest + 1 IN ~(new \in 0 .. 3)

\* Another in-sync replica becomes the leader although the old one lives (preferred leader, reassignment).
partition_move(r) ==
  /\ partition_leader # <<>>
  /\ partition_leader # <<r>>
  /\ partition_moved < partition_moves
  /\ partition_up[r]
  /\ r \notin partition_outside
  /\ partition_leader' = <<r>>
  /\ partition_newest' = partition_newest + 1
  /\ partition_newest' \in 0 .. 3
  /\ partition_outside' = partition_outside \ {r}
  /\ partition_elr' = partition_elr \ {r}
  /\ partition_moved' = partition_moved + 1
  /\ partition_moved' \in 0 .. 1
  /\ UNCHANGED <<promised, partition_log, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_up, partition_committed, partition_crashed>>

partition_move_errs(r) ==
  \/ /\ partition_leader # <<>>
     /\ partition_leader # <<r>>
     /\ partition_moved < partition_moves
     /\ partition_up[r]
     /\ r \notin partition_outside
     /\ LET new == partition_newest + 1 IN ~(new \in 0 .. 3)
  \/ /\ partition_leader # <<>>
     /\ partition_leader # <<r>>
     /\ partition_moved < partition_moves
     /\ partition_up[r]
     /\ r \notin partition_outside
     /\ LET new_2 == partition_moved + 1 IN ~(new_2 \in 0 .. 1)

\* A replica hears of the newest epoch, and leads it or follows.
partition_learn(r) ==
  /\ partition_up[r]
  /\ partition_epoch[r] < partition_newest
  /\ partition_leader # <<>>
  /\ partition_epoch' = [partition_epoch EXCEPT ![r] = partition_newest]
  /\ partition_leading' = [partition_leading EXCEPT ![r] = partition_leader = <<r>>]
  /\ partition_cutting' = [partition_cutting EXCEPT ![r] = partition_leader # <<r>>]
  /\ UNCHANGED <<promised, partition_log, partition_hw, partition_up, partition_leader, partition_newest, partition_outside, partition_elr, partition_committed, partition_crashed, partition_moved>>

\* The follower asks where the epoch of its last record ends in the leader's log, and cuts off what is above.
partition_truncate(f, l) ==
  LET t == 0 < Len(partition_log[f])
      t_2 == Len(partition_log[f]) - 1
      t_3 == IF t THEN partition_log[f][t_2 + 1] ELSE 0
      t_4 == Greatest(IntLess, Elements(<<0>> \o (SelectSeq(partition_log[l], LAMBDA e : (e <= t_3)))))
      t_5 == Min(SumSeq(MapSeq(LAMBDA e_2 : 1, SelectSeq(partition_log[l], LAMBDA e_2 : (e_2 <= t_3)))), SumSeq(MapSeq(LAMBDA e_3 : 1, SelectSeq(partition_log[f], LAMBDA e_3 : (e_3 <= t_4)))))
      t_6 == [partition_log EXCEPT ![f] = Slice(partition_log[f], 0, t_5)]
      t_7 == Len(t_6[f]) - 1
  IN
  /\ partition_follows(f, l) = TRUE
  /\ partition_cutting[f]
  /\ ~(t /\ (t_2 < 0 \/ Len(partition_log[f]) <= t_2))
  /\ (Len(<<0>> \o (SelectSeq(partition_log[l], LAMBDA e_4 : (e_4 <= t_3))))) # 0
  /\ 0 <= t_5
  /\ ~(0 < Len(t_6[f]) /\ (t_7 < 0 \/ Len(t_6[f]) <= t_7))
  /\ partition_log' = t_6
  /\ partition_hw' = [partition_hw EXCEPT ![f] = Min(partition_hw[f], Len(t_6[f]))]
  /\ partition_hw' \in [Replica -> (0 .. 1)]
  /\ partition_cutting' = [partition_cutting EXCEPT ![f] = (IF 0 < Len(t_6[f]) THEN t_6[f][(Len(t_6[f]) - 1) + 1] ELSE 0) \notin {0, t_4}]
  /\ UNCHANGED <<promised, partition_epoch, partition_leading, partition_up, partition_leader, partition_newest, partition_outside, partition_elr, partition_committed, partition_crashed, partition_moved>>

partition_truncate_errs(f, l) ==
  LET t == 0 < Len(partition_log[f])
      t_2 == Len(partition_log[f]) - 1
      t_3 == t_2 < 0 \/ Len(partition_log[f]) <= t_2
      t_4 == ~(t /\ t_3)
      t_5 == IF t THEN partition_log[f][t_2 + 1] ELSE 0
      t_6 == (Len(<<0>> \o (SelectSeq(partition_log[l], LAMBDA e : (e <= t_5))))) = 0
      t_7 == ~t_6
      t_8 == Min(SumSeq(MapSeq(LAMBDA e_2 : 1, SelectSeq(partition_log[l], LAMBDA e_2 : (e_2 <= t_5)))), SumSeq(MapSeq(LAMBDA e_3 : 1, SelectSeq(partition_log[f], LAMBDA e_3 : (e_3 <= (Greatest(IntLess, Elements(<<0>> \o (SelectSeq(partition_log[l], LAMBDA e_4 : (e_4 <= t_5)))))))))))
      t_9 == t_8 < 0
      t_10 == ~t_9
      t_11 == [partition_log EXCEPT ![f] = Slice(partition_log[f], 0, t_8)]
      t_12 == 0 < Len(t_11[f])
      t_13 == Len(t_11[f]) - 1
      t_14 == t_13 < 0 \/ Len(t_11[f]) <= t_13
  IN
  \/ /\ partition_follows(f, l)
     /\ partition_cutting[f]
     /\ t
     /\ t_3
  \/ /\ partition_follows(f, l)
     /\ partition_cutting[f]
     /\ t_4
     /\ t_6
  \/ /\ partition_follows(f, l)
     /\ partition_cutting[f]
     /\ t_4
     /\ t_7
     /\ t_9
  \/ /\ partition_follows(f, l)
     /\ partition_cutting[f]
     /\ t_4
     /\ t_7
     /\ t_10
     /\ t_12
     /\ t_14
  \/ /\ partition_follows(f, l)
     /\ partition_cutting[f]
     /\ t_4
     /\ t_7
     /\ t_10
     /\ ~(t_12 /\ t_14)
     /\ LET new == [partition_hw EXCEPT ![f] = Min(partition_hw[f], Len(t_11[f]))] IN ~(new \in [Replica -> (0 .. 1)])

\* The follower gets the next record, if there is one, and the leader's high watermark.
partition_fetch(f, l) ==
  LET t == Len(partition_log[f]) < Len(partition_log[l])
  IN
  /\ partition_follows(f, l) = TRUE
  /\ ~partition_cutting[f]
  /\ (Len(partition_log[f]) < Len(partition_log[l]) \/ partition_hw[f] < (Min(partition_hw[l], Len(partition_log[f])))) = TRUE
  /\ (~t \/ (~(Len(partition_log[l]) <= Len(partition_log[f]) \/ 1 <= Len(partition_log[f])))) = TRUE
  /\ partition_log' = IF t THEN [partition_log EXCEPT ![f] = Append(partition_log[f], partition_log[l][Len(partition_log[f]) + 1])] ELSE partition_log
  /\ partition_hw' = [partition_hw EXCEPT ![f] = Max(partition_hw[f], Min(partition_hw[l], Len(partition_log[f])))]
  /\ partition_hw' \in [Replica -> (0 .. 1)]
  /\ UNCHANGED <<promised, partition_epoch, partition_leading, partition_cutting, partition_up, partition_leader, partition_newest, partition_outside, partition_elr, partition_committed, partition_crashed, partition_moved>>

partition_fetch_errs(f, l) ==
  LET t == Len(partition_log[f]) < Len(partition_log[l]) \/ partition_hw[f] < (Min(partition_hw[l], Len(partition_log[f])))
      t_2 == Len(partition_log[f]) < Len(partition_log[l])
      t_3 == Len(partition_log[l]) <= Len(partition_log[f])
      t_4 == 1 <= Len(partition_log[f])
  IN
  \/ /\ partition_follows(f, l)
     /\ ~partition_cutting[f]
     /\ t
     /\ t_2
     /\ t_3 \/ t_4
  \/ /\ partition_follows(f, l)
     /\ ~partition_cutting[f]
     /\ t
     /\ ~t_2 \/ (~(t_3 \/ t_4))
     /\ LET new == [partition_hw EXCEPT ![f] = Max(partition_hw[f], Min(partition_hw[l], Len(partition_log[f])))] IN ~(new \in [Replica -> (0 .. 1)])

\* Every in-sync replica has the record: the leader's high watermark advances.
partition_commit(l) ==
  LET t == Len(partition_committed) <= partition_hw[l]
  IN
  /\ partition_rules(l) = TRUE
  /\ partition_hw[l] < Len(partition_log[l])
  /\ ((~partition_eligible) \/ partition_min_insync <= Cardinality(partition_insync)) = TRUE
  /\ (\A r \in partition_insync : r = l \/ (partition_epoch[r] = partition_epoch[l] /\ (~partition_cutting[r]) /\ partition_hw[l] < Len(partition_log[r]))) = TRUE
  /\ (~t \/ (~(Len(partition_log[l]) <= partition_hw[l] \/ 1 <= Len(partition_committed)))) = TRUE
  /\ partition_hw' = [partition_hw EXCEPT ![l] = partition_hw[l] + 1]
  /\ partition_hw' \in [Replica -> (0 .. 1)]
  /\ partition_committed' = IF t THEN Append(partition_committed, partition_log[l][partition_hw[l] + 1]) ELSE partition_committed
  /\ UNCHANGED <<promised, partition_log, partition_epoch, partition_leading, partition_cutting, partition_up, partition_leader, partition_newest, partition_outside, partition_elr, partition_crashed, partition_moved>>

partition_commit_errs(l) ==
  LET t == partition_hw[l] < Len(partition_log[l])
      t_2 == (~partition_eligible) \/ partition_min_insync <= Cardinality(partition_insync)
      t_3 == (\A r \in partition_insync : r = l \/ (partition_epoch[r] = partition_epoch[l] /\ (~partition_cutting[r]) /\ partition_hw[l] < Len(partition_log[r])))
      t_4 == Len(partition_committed) <= partition_hw[l]
      t_5 == Len(partition_log[l]) <= partition_hw[l]
  IN
  \/ /\ partition_rules(l)
     /\ t
     /\ t_2
     /\ t_3
     /\ t_4
     /\ t_5 \/ 1 <= Len(partition_committed)
  \/ /\ partition_rules(l)
     /\ t
     /\ t_2
     /\ t_3
     /\ ~t_4 \/ (~(t_5 \/ 1 <= Len(partition_committed)))
     /\ LET new == [partition_hw EXCEPT ![l] = partition_hw[l] + 1] IN ~(new \in [Replica -> (0 .. 1)])

\* A follower that lags or is down leaves the in-sync set.
partition_shrink(l, f) ==
  /\ partition_rules(l) = TRUE
  /\ f # l
  /\ f \notin partition_outside
  /\ ((~partition_up[f]) \/ Len(partition_log[f]) < Len(partition_log[l]) \/ partition_epoch[f] < partition_epoch[l]) = TRUE
  /\ partition_outside' = IF f \in partition_outside THEN partition_outside ELSE partition_outside \cup {f}
  /\ partition_elr' = IF f \in partition_outside THEN partition_elr ELSE IF partition_eligible /\ (Cardinality({r \in Replica : (r \notin partition_outside \cup {f})})) < partition_min_insync THEN partition_elr \cup {f} ELSE partition_elr
  /\ UNCHANGED <<promised, partition_log, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_up, partition_leader, partition_newest, partition_committed, partition_crashed, partition_moved>>

\* A follower that has caught up joins the in-sync set again.
partition_expand(l, f) ==
  /\ partition_rules(l) = TRUE
  /\ f \in partition_outside
  /\ partition_follows(f, l) = TRUE
  /\ ~partition_cutting[f]
  /\ Len(partition_log[l]) <= Len(partition_log[f])
  /\ partition_outside' = partition_outside \ {f}
  /\ partition_elr' = {r \in partition_elr : (r # f /\ (Cardinality({r_1 \in Replica : (r_1 \notin partition_outside \ {f})})) < partition_min_insync)}
  /\ UNCHANGED <<promised, partition_log, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_up, partition_leader, partition_newest, partition_committed, partition_crashed, partition_moved>>

\* A replica fails; what was not flushed is gone.
partition_crash(r) ==
  LET t == Len(partition_log[r]) = 0
      t_2 == Len(partition_log[r]) - 1
      t_3 == partition_flushed \/ t
      t_4 == [partition_log EXCEPT ![r] = Slice(partition_log[r], 0, t_2)]
      t_5 == partition_eligible \/ partition_insync # {r}
      t_6 == IF r \in partition_outside THEN partition_elr ELSE IF partition_eligible /\ t_3 /\ (Cardinality({r_2 \in Replica : (r_2 \notin partition_outside \cup {r})})) < partition_min_insync THEN partition_elr \cup {r} ELSE partition_elr
  IN
  /\ partition_up[r]
  /\ partition_crashed < partition_crashes
  /\ (partition_flushed \/ t \/ 0 <= t_2) = TRUE
  /\ partition_log' = IF t_3 THEN partition_log ELSE t_4
  /\ partition_hw' = IF t_3 THEN partition_hw ELSE [partition_hw EXCEPT ![r] = Min(partition_hw[r], Len(t_4[r]))]
  /\ partition_hw' \in [Replica -> (0 .. 1)]
  /\ partition_epoch' = [partition_epoch EXCEPT ![r] = 0]
  /\ partition_leading' = [partition_leading EXCEPT ![r] = FALSE]
  /\ partition_up' = [partition_up EXCEPT ![r] = FALSE]
  /\ partition_leader' = IF partition_leader = <<r>> THEN <<>> ELSE partition_leader
  /\ partition_outside' = IF t_5 THEN IF r \in partition_outside THEN partition_outside ELSE partition_outside \cup {r} ELSE partition_outside
  /\ partition_elr' = IF t_5 THEN IF t_3 THEN t_6 ELSE t_6 \ {r} ELSE partition_elr
  /\ partition_crashed' = partition_crashed + 1
  /\ partition_crashed' \in 0 .. 1
  /\ UNCHANGED <<promised, partition_cutting, partition_newest, partition_committed, partition_moved>>

partition_crash_errs(r) ==
  LET t == Len(partition_log[r]) = 0
      t_2 == partition_flushed \/ t
      t_3 == Len(partition_log[r]) - 1
      t_4 == t_3 < 0
  IN
  \/ /\ partition_up[r]
     /\ partition_crashed < partition_crashes
     /\ ~t_2
     /\ t_4
  \/ /\ partition_up[r]
     /\ partition_crashed < partition_crashes
     /\ partition_flushed \/ t \/ ~t_4
     /\ LET new == IF t_2 THEN partition_hw ELSE [partition_hw EXCEPT ![r] = Min(partition_hw[r], Len([partition_log EXCEPT ![r] = Slice(partition_log[r], 0, t_3)][r]))] IN ~(new \in [Replica -> (0 .. 1)])
  \/ /\ partition_up[r]
     /\ partition_crashed < partition_crashes
     /\ partition_flushed \/ t \/ ~t_4
     /\ LET new_2 == partition_crashed + 1 IN ~(new_2 \in 0 .. 1)

partition_restart(r) ==
  /\ ~partition_up[r]
  /\ partition_up' = [partition_up EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<promised, partition_log, partition_hw, partition_epoch, partition_leading, partition_cutting, partition_leader, partition_newest, partition_outside, partition_elr, partition_committed, partition_crashed, partition_moved>>

Next ==
  \/ \E r \in Replica : produce(r)
  \/ \E r \in Replica : partition_elect(r)
  \/ \E r \in Replica : partition_move(r)
  \/ \E r \in Replica : partition_learn(r)
  \/ \E f \in Replica, l \in Replica : partition_truncate(f, l)
  \/ \E f \in Replica, l \in Replica : partition_fetch(f, l)
  \/ \E l \in Replica : partition_commit(l)
  \/ \E l \in Replica, f \in Replica : partition_shrink(l, f)
  \/ \E l \in Replica, f \in Replica : partition_expand(l, f)
  \/ \E r \in Replica : partition_crash(r)
  \/ \E r \in Replica : partition_restart(r)

Fairness ==
  /\ \A r \in Replica : WF_vars(partition_elect(r))
  /\ \A r \in Replica : WF_vars(partition_learn(r))
  /\ \A f \in Replica, l \in Replica : WF_vars(partition_truncate(f, l))
  /\ \A f \in Replica, l \in Replica : WF_vars(partition_fetch(f, l))
  /\ \A l \in Replica : WF_vars(partition_commit(l))
  /\ \A l \in Replica, f \in Replica : WF_vars(partition_expand(l, f))
  /\ \A r \in Replica : WF_vars(partition_restart(r))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E r \in Replica : partition_elect_errs(r))
  /\ ~(\E r \in Replica : partition_move_errs(r))
  /\ ~(\E f \in Replica, l \in Replica : partition_truncate_errs(f, l))
  /\ ~(\E f \in Replica, l \in Replica : partition_fetch_errs(f, l))
  /\ ~(\E l \in Replica : partition_commit_errs(l))
  /\ ~(\E r \in Replica : partition_crash_errs(r))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ at_rest
  \/ ~NoError
  \/ ENABLED Next

acknowledged_is_kept_holds == (~acknowledged_is_kept_errs /\ acknowledged_is_kept)

partition_committed_is_kept_holds == (~partition_committed_is_kept_errs /\ partition_committed_is_kept)

partition_logs_agree_holds == (~partition_logs_agree_errs /\ partition_logs_agree)

\* To be violated: survives must be possible.
Never_survives == ~survives

\* <> [] agree
all_agree_at_last ==
  <>[]agree
=================================================================================
