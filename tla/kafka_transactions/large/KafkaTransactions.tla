---------------------------- MODULE KafkaTransactions ----------------------------
\* Instances that read an input partition, and for each record write an output and move the offset: a transaction.
\*
\* Pattern: the owner of the input polls a record, writes the output, sends the offset, commits. When the group takes
\* it for dead, another instance goes on from the committed offset; the old one may still be at work (a zombie).
\* Source: the event-driven architecture guide, section 2.1.1 (exactly-once by the transaction API); KIP-98; KIP-447
\* (FENCING=GENERATION: the group refuses the offset of an old generation, and a new owner waits for pending offsets;
\* EPOCH is the way before: the transactional id goes with the partition, and its new user fences the old); KIP-890.
\*
\* Assumes: the broker loses nothing (kafka_replication), one input partition, a transaction for each record; requests
\* may come late, LATE_RECORDS and LATE_ENDS in all; a producer keeps its epoch over an abort, as in KIP-98.
\* Guarantees: who reads committed records sees the effect of each input once and in order, however often the owner
\* is presumed dead; what is done stays done; and every input takes effect, if the instances keep going.
\* FENCING=NONE: the zombie commits as well, a duplicate. STABLE=False: the new owner starts from an offset that is
\* about to move. ISOLATION=READ_UNCOMMITTED: aborted outputs are seen. OFFSETS outside of the transaction lose
\* (BEFORE_COMMIT) or duplicate (AT_NEXT_POLL, auto-commit). DEFENCE=FENCE: an output that comes after its transaction
\* was aborted is open for ever, and no reader gets past it (a hanging transaction). VERIFY: it may become part of
\* the next transaction; and an EndTxn that comes late ends half of the next one (KAFKA-17754). RUNNING=False: nobody
\* has to go on.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  INPUTS,  \* records of the input partition
  INSTANCES,  \* instances of the application, one of which owns the input partition
  PARTITIONS,  \* partitions of the output; each input has an output in every one
  FAILURES,  \* times that the owner is presumed dead
  LATE_RECORDS,  \* outputs that come late, or never
  LATE_ENDS,  \* EndTxn requests that come late, or never, and are sent again
  FENCING,  \* how an instance that is presumed dead is kept out
  STABLE,  \* a new owner waits for pending offsets before it fetches the committed one
  OFFSETS,  \* how the offset of the input is committed
  DEFENCE,  \* how the broker defends itself against late requests
  ISOLATION,  \* of who reads the output
  RUNNING,  \* the instances keep going (weak fairness)
  tx_partitions,  \* partitions of the output
  tx_length,  \* records and markers that a partition can hold
  tx_epochs,  \* highest epoch of a producer
  tx_offsets,  \* highest offset of the group in its input
  tx_late,  \* requests that may be late at a time
  tx_defence,  \* what keeps late requests out
  tx_log_partitions,  \* partitions
  tx_log_length,  \* records and markers that a partition can hold
  tx_log_epochs  \* highest epoch of a producer

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ INPUTS = 2
  /\ INSTANCES = 2
  /\ PARTITIONS = 1
  /\ FAILURES = 1
  /\ LATE_RECORDS = 1
  /\ LATE_ENDS = 1
  /\ FENCING = "EPOCH"
  /\ STABLE = TRUE
  /\ OFFSETS = "IN_TRANSACTION"
  /\ DEFENCE = "BUMP"
  /\ ISOLATION = "READ_COMMITTED"
  /\ RUNNING = TRUE
  /\ tx_partitions = 1
  /\ tx_length = 13
  /\ tx_epochs = 12
  /\ tx_offsets = 2
  /\ tx_late = 2
  /\ tx_defence = "BUMP"
  /\ tx_log_partitions = 1
  /\ tx_log_length = 13
  /\ tx_log_epochs = 12

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

Phase == {"OUT", "READY", "WORKING", "SENT", "FAILED"}
Stage == {"EMPTY", "ONGOING", "PREPARE_COMMIT", "PREPARE_ABORT", "COMPLETE_COMMIT", "COMPLETE_ABORT"}
RecordType == {"DATA", "COMMIT", "ABORT"}
Request == [producer : (1 .. INSTANCES), epoch : (0 .. 12), kind : RecordType, partition : ({<<>>} \cup {<<x_>> : x_ \in (0 .. 0)}), value : ({<<>>} \cup {<<x_>> : x_ \in (1 .. INPUTS)})]
Entry == [producer : (1 .. INSTANCES), epoch : (0 .. 12), kind : RecordType, value : ({<<>>} \cup {<<x_>> : x_ \in (1 .. INPUTS)})]

VARIABLES
  owner,  \* of the input partition, as the group coordinator sees it
  generation,  \* of the consumer group
  phase,
  joined,  \* the generation in which an instance is a member
  epoch,  \* of its producer
  position,  \* in the input
  written,  \* outputs in the current transaction
  late_records,
  late_ends,
  tx_stage,
  tx_epoch,  \* of the producer that may write now; 0: there was none
  tx_parts,  \* partitions of the transaction that lack its marker
  tx_pending,  \* offset that the transaction will commit
  tx_committed,  \* offset of the next input record for the group
  tx_wire,  \* late requests
  tx_log_entries,
  tx_log_first,  \* where the producer's open transaction begins, or length; the leader keeps this beside the log
  tx_log_aborted  \* records that an ABORT marker ended

vars == <<owner, generation, phase, joined, epoch, position, written, late_records, late_ends, tx_stage, tx_epoch, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

TypeOK ==
  /\ owner \in 1 .. INSTANCES
  /\ generation \in 0 .. FAILURES
  /\ phase \in [(1 .. INSTANCES) -> Phase]
  /\ joined \in [(1 .. INSTANCES) -> (0 .. FAILURES)]
  /\ epoch \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ position \in [(1 .. INSTANCES) -> (0 .. INPUTS)]
  /\ written \in [(1 .. INSTANCES) -> (0 .. PARTITIONS)]
  /\ late_records \in 0 .. LATE_RECORDS
  /\ late_ends \in 0 .. LATE_ENDS
  /\ tx_stage \in [(1 .. INSTANCES) -> Stage]
  /\ tx_epoch \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ tx_parts \in [(1 .. INSTANCES) -> (SUBSET (0 .. 0))]
  /\ tx_pending \in [(1 .. INSTANCES) -> ({<<>>} \cup {<<x_>> : x_ \in (0 .. 2)})]
  /\ tx_committed \in 0 .. 2
  /\ Cardinality(tx_wire) <= 2 /\ (\A x_ \in tx_wire : x_ \in Request)
  /\ \A k_ \in 0 .. 0 : (Len(tx_log_entries[k_]) <= 13 /\ (\A x_ \in DOMAIN tx_log_entries[k_] : tx_log_entries[k_][x_] \in Entry))
  /\ tx_log_first \in [(0 .. 0) -> [(1 .. INSTANCES) -> (0 .. 13)]]
  /\ tx_log_aborted \in [(0 .. 0) -> (SUBSET (0 .. 13))]

\* The transactional id: common with EPOCH (it goes with the input partition), each its own otherwise.
id(i) ==
  1

\* Is no offset pending?  A consumer that starts waits for it, or reads an offset that is about to change.
tx_stable ==
  \A t \in 1 .. INSTANCES : tx_pending[t] = <<>>

visible(n) ==
  \A p \in 0 .. 0 : <<n>> \in Elements(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t : tx_log_first[p][t], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))

\* Is no transaction open or being completed, as far as the coordinator knows?
tx_at_rest ==
  \A t \in 1 .. INSTANCES : tx_stage[t] # "ONGOING" /\ tx_stage[t] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}

finished ==
  tx_at_rest /\ phase[owner] = "READY" /\ position[owner] = INPUTS

\* Where effect_once_in_order cannot be evaluated.
effect_once_in_order_errs ==
  (FoldSeq(LAMBDA progress_6, p : IF progress_6 = 0 THEN IF (Len(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t : tx_log_first[p][t], <<1, 2>>))) = 0 \/ (Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_2 : tx_log_first[p][t_2], <<1, 2>>)))) < 0 THEN 2 ELSE IF (\A it_2 \in Elements(Enumerate(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_3 : tx_log_first[p][t_3], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))) : it_2[2] = <<it_2[1] + 1>>) THEN progress_6 ELSE 1 ELSE progress_6, 0, <<0>>)) = 2

\* The reader sees the effect of each input once, and in the order of the input.
effect_once_in_order ==
  \A p \in 0 .. 0 : (\A it_2 \in Elements(Enumerate(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t : tx_log_first[p][t], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))) : it_2[2] = <<it_2[1] + 1>>)

\* Where done_is_written cannot be evaluated.
done_is_written_errs ==
  (FoldSeq(LAMBDA progress_11, p : IF progress_11 = 0 THEN IF (FoldSeq(LAMBDA progress_10, n : IF progress_10 = 0 THEN IF (FoldSeq(LAMBDA progress_9, it : LET t == it[2].value = <<n + 1>> t_2 == it[1] \notin tx_log_aborted[p] t_3 == it[1] < (tx_log_first[p][it[2].producer]) IN IF progress_9 = 0 THEN IF t /\ t_2 /\ ((~(1 <= it[2].producer /\ it[2].producer <= 2)) \/ (~t_3 /\ (~(1 <= it[2].producer /\ it[2].producer <= 2)))) THEN 2 ELSE IF t /\ t_2 /\ (t_3 \/ (tx_stage[it[2].producer]) = "PREPARE_COMMIT") THEN 1 ELSE progress_9 ELSE progress_9, 0, Enumerate(tx_log_entries[p]))) = 2 THEN 2 ELSE IF (\E it_2 \in Elements(Enumerate(tx_log_entries[p])) : it_2[2].value = <<n + 1>> /\ it_2[1] \notin tx_log_aborted[p] /\ (it_2[1] < (tx_log_first[p][it_2[2].producer]) \/ (tx_stage[it_2[2].producer]) = "PREPARE_COMMIT")) THEN progress_10 ELSE 1 ELSE progress_10, 0, IntSeq(0, tx_committed, 1))) = 2 THEN 2 ELSE IF (\A n_2 \in Elements(IntSeq(0, tx_committed, 1)) : (\E it_3 \in Elements(Enumerate(tx_log_entries[p])) : it_3[2].value = <<n_2 + 1>> /\ it_3[1] \notin tx_log_aborted[p] /\ (it_3[1] < (tx_log_first[p][it_3[2].producer]) \/ (tx_stage[it_3[2].producer]) = "PREPARE_COMMIT"))) THEN progress_11 ELSE 1 ELSE progress_11, 0, <<0>>)) = 2

\* An input below the committed offset will not be read again: its outputs are there for ever.
done_is_written ==
  \A p \in 0 .. 0 : (\A n \in Elements(IntSeq(0, tx_committed, 1)) : (\E it \in Elements(Enumerate(tx_log_entries[p])) : it[2].value = <<n + 1>> /\ it[1] \notin tx_log_aborted[p] /\ (it[1] < (tx_log_first[p][it[2].producer]) \/ (tx_stage[it[2].producer]) = "PREPARE_COMMIT")))

\* Where all_or_nothing cannot be evaluated.
all_or_nothing_errs ==
  tx_at_rest /\ (FoldSeq(LAMBDA progress_16, p : IF progress_16 = 0 THEN IF (Len(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t : tx_log_first[p][t], <<1, 2>>))) = 0 \/ (Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_2 : tx_log_first[p][t_2], <<1, 2>>)))) < 0 THEN 2 ELSE IF (Len(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_3 : tx_log_first[p][t_3], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))) = tx_committed THEN progress_16 ELSE 1 ELSE progress_16, 0, <<0>>)) = 2

\* Unless a transaction is under way, the outputs are those of the inputs below the committed offset.
all_or_nothing ==
  (~tx_at_rest) \/ (\A p \in 0 .. 0 : (Len(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t : tx_log_first[p][t], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))) = tx_committed)

\* A marker will come for every open transaction: the coordinator knows that the partition lacks it.
tx_nothing_hangs ==
  \A t \in 1 .. INSTANCES : (\A p \in 0 .. 0 : (tx_log_first[p][t] < tx_log_length) => (p \in tx_parts[t]))

\* Where tx.log.epochs_ascend cannot be evaluated.
tx_log_epochs_ascend_errs ==
  (FoldSeq(LAMBDA progress_27, p : IF progress_27 = 0 THEN IF (FoldSeq(LAMBDA progress_26, it : IF progress_26 = 0 THEN IF it[1] < 0 THEN 2 ELSE IF (\A q \in Elements(Slice(tx_log_entries[p], it[1], Len(tx_log_entries[p]))) : (q.producer = it[2].producer) => (it[2].epoch <= q.epoch)) THEN progress_26 ELSE 1 ELSE progress_26, 0, Enumerate(tx_log_entries[p]))) = 2 THEN 2 ELSE IF (\A it_2 \in Elements(Enumerate(tx_log_entries[p])) : (\A q_2 \in Elements(Slice(tx_log_entries[p], it_2[1], Len(tx_log_entries[p]))) : (q_2.producer = it_2[2].producer) => (it_2[2].epoch <= q_2.epoch))) THEN progress_27 ELSE 1 ELSE progress_27, 0, <<0>>)) = 2

\* In a partition, a producer's epochs never go down: nothing of a fenced producer follows its successor's.
tx_log_epochs_ascend ==
  \A p \in 0 .. 0 : (\A it \in Elements(Enumerate(tx_log_entries[p])) : (\A q \in Elements(Slice(tx_log_entries[p], it[1], Len(tx_log_entries[p]))) : (q.producer = it[2].producer) => (it[2].epoch <= q.epoch)))

\* finished() and generation == FAILURES
taken_over ==
  tx_at_rest /\ phase[owner] = "READY" /\ position[owner] = INPUTS /\ generation = FAILURES

\* FAILURES == 0 or any(phase[i] == Phase.SENT and not member(i) for i in Instance)
zombie ==
  \E i \in 1 .. INSTANCES : phase[i] = "SENT" /\ (~(phase[i] # "OUT" /\ joined[i] = generation))

Init ==
  /\ owner = 1
  /\ generation = 0
  /\ phase = [k_ \in 1 .. INSTANCES |-> "OUT"]
  /\ joined = [k_ \in 1 .. INSTANCES |-> 0]
  /\ epoch = [k_ \in 1 .. INSTANCES |-> 0]
  /\ position = [k_ \in 1 .. INSTANCES |-> 0]
  /\ written = [k_ \in 1 .. INSTANCES |-> 0]
  /\ late_records = 0
  /\ late_ends = 0
  /\ tx_stage = [k_ \in 1 .. INSTANCES |-> "EMPTY"]
  /\ tx_epoch = [k_ \in 1 .. INSTANCES |-> 0]
  /\ tx_parts = [k_ \in 1 .. INSTANCES |-> {}]
  /\ tx_pending = [k_ \in 1 .. INSTANCES |-> <<>>]
  /\ tx_committed = 0
  /\ tx_wire = {}
  /\ tx_log_entries = [k_ \in 0 .. 0 |-> <<>>]
  /\ tx_log_first = [k2_ \in 0 .. 0 |-> [k_ \in 1 .. INSTANCES |-> 13]]
  /\ tx_log_aborted = [k_ \in 0 .. 0 |-> {}]

\* Start as the owner: initTransactions, and fetch the committed offset.
join(i) ==
  LET t == [tx_epoch EXCEPT ![id(i)] = tx_epoch[id(i)] + 1]
  IN
  /\ owner = i
  /\ phase[i] = "OUT"
  /\ ((~STABLE) \/ tx_stable) = TRUE
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (tx_stage[id(i)] # "ONGOING" /\ (~(1 <= id(i) /\ id(i) <= 2))))
  /\ tx_stage[id(i)] # "ONGOING"
  /\ tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
  /\ 1 <= id(i)
  /\ id(i) <= 2
  /\ phase' = [phase EXCEPT ![i] = "READY"]
  /\ joined' = [joined EXCEPT ![i] = generation]
  /\ epoch' = [epoch EXCEPT ![i] = t[id(i)]]
  /\ epoch' \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ position' = [position EXCEPT ![i] = tx_committed]
  /\ tx_stage' = [tx_stage EXCEPT ![id(i)] = "EMPTY"]
  /\ tx_epoch' = t
  /\ tx_epoch' \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ UNCHANGED <<owner, generation, written, late_records, late_ends, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

join_errs(i) ==
  LET t == ~(1 <= id(i) /\ id(i) <= 2)
      t_2 == tx_stage[id(i)] # "ONGOING" /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_3 == ~(t \/ t_2)
      t_4 == tx_stage[id(i)] # "ONGOING"
      t_5 == tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
      t_6 == [tx_epoch EXCEPT ![id(i)] = tx_epoch[id(i)] + 1]
  IN
  \/ /\ owner = i
     /\ phase[i] = "OUT"
     /\ (~STABLE) \/ tx_stable
     /\ t \/ t_2 \/ (t_3 /\ t_4 /\ t_5 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (t_3 /\ t_4 /\ t_5 /\ 1 <= id(i) /\ id(i) <= 2 /\ (~(1 <= id(i) /\ id(i) <= 2)))
  \/ /\ owner = i
     /\ phase[i] = "OUT"
     /\ (~STABLE) \/ tx_stable
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ LET new == [epoch EXCEPT ![i] = t_6[id(i)]] IN ~(new \in [(1 .. INSTANCES) -> (0 .. 12)])
  \/ /\ owner = i
     /\ phase[i] = "OUT"
     /\ (~STABLE) \/ tx_stable
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ LET new_2 == t_6 IN ~(new_2 \in [(1 .. INSTANCES) -> (0 .. 12)])

poll(i) ==
  /\ phase[i] # "OUT"
  /\ joined[i] = generation
  /\ phase[i] = "READY"
  /\ position[i] < INPUTS
  /\ phase' = [phase EXCEPT ![i] = "WORKING"]
  /\ UNCHANGED <<owner, generation, joined, epoch, position, written, late_records, late_ends, tx_stage, tx_epoch, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

produce(i) ==
  /\ phase[i] = "WORKING"
  /\ written[i] < PARTITIONS
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (tx_epoch[id(i)] = epoch[i] /\ (~(1 <= id(i) /\ id(i) <= 2))))
  /\ tx_epoch[id(i)] = epoch[i]
  /\ tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
  /\ 1 <= id(i)
  /\ id(i) <= 2
  /\ ~(0 < written[i] \/ (~(1 <= id(i) /\ id(i) <= 2)))
  /\ ~(0 < written[i] \/ 13 <= Len(tx_log_entries[written[i]]))
  /\ written' = [written EXCEPT ![i] = written[i] + 1]
  /\ written' \in [(1 .. INSTANCES) -> (0 .. PARTITIONS)]
  /\ tx_stage' = [tx_stage EXCEPT ![id(i)] = "ONGOING"]
  /\ tx_parts' = [tx_parts EXCEPT ![id(i)] = tx_parts[id(i)] \cup {written[i]}]
  /\ tx_parts' \in [(1 .. INSTANCES) -> (SUBSET (0 .. 0))]
  /\ tx_log_entries' = [tx_log_entries EXCEPT ![written[i]] = Append(tx_log_entries[written[i]], [producer |-> id(i), epoch |-> epoch[i], kind |-> "DATA", value |-> <<position[i] + 1>>])]
  /\ (\A k_ \in 0 .. 0 : (Len(tx_log_entries'[k_]) <= 13 /\ (\A x_ \in DOMAIN tx_log_entries'[k_] : tx_log_entries'[k_][x_] \in Entry))) = TRUE
  /\ tx_log_first' = [tx_log_first EXCEPT ![written[i]][id(i)] = Min((tx_log_first[written[i]])[id(i)], Len(tx_log_entries[written[i]]))]
  /\ tx_log_first' \in [(0 .. 0) -> [(1 .. INSTANCES) -> (0 .. 13)]]
  /\ UNCHANGED <<owner, generation, phase, joined, epoch, position, late_records, late_ends, tx_epoch, tx_pending, tx_committed, tx_wire, tx_log_aborted>>

produce_errs(i) ==
  LET t == ~(1 <= id(i) /\ id(i) <= 2)
      t_2 == tx_epoch[id(i)] = epoch[i] /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_3 == ~(t \/ t_2)
      t_4 == tx_epoch[id(i)] = epoch[i]
      t_5 == tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
      t_6 == 0 < written[i]
      t_7 == ~(1 <= id(i) /\ id(i) <= 2)
      t_8 == ~(t_6 \/ t_7)
      t_9 == 0 < written[i] \/ 13 <= Len(tx_log_entries[written[i]])
  IN
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ t \/ t_2 \/ (t_3 /\ t_4 /\ t_5 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (t_3 /\ t_4 /\ t_5 /\ 1 <= id(i) /\ id(i) <= 2 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (t_3 /\ t_4 /\ t_5 /\ 1 <= id(i) /\ id(i) <= 2 /\ (t_6 \/ t_7 \/ (t_8 /\ t_9)))
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ t_8
     /\ ~t_9
     /\ LET new == [written EXCEPT ![i] = written[i] + 1] IN ~(new \in [(1 .. INSTANCES) -> (0 .. PARTITIONS)])
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ t_8
     /\ ~t_9
     /\ LET new_2 == [tx_parts EXCEPT ![id(i)] = tx_parts[id(i)] \cup {written[i]}] IN ~(new_2 \in [(1 .. INSTANCES) -> (SUBSET (0 .. 0))])
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ t_8
     /\ ~t_9
     /\ LET new_3 == [tx_log_entries EXCEPT ![written[i]] = Append(tx_log_entries[written[i]], [producer |-> id(i), epoch |-> epoch[i], kind |-> "DATA", value |-> <<position[i] + 1>>])] IN ~(\A k_ \in 0 .. 0 : (Len(new_3[k_]) <= 13 /\ (\A x_ \in DOMAIN new_3[k_] : new_3[k_][x_] \in Entry)))
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ t_8
     /\ ~t_9
     /\ LET new_4 == [tx_log_first EXCEPT ![written[i]][id(i)] = Min((tx_log_first[written[i]])[id(i)], Len(tx_log_entries[written[i]]))] IN ~(new_4 \in [(0 .. 0) -> [(1 .. INSTANCES) -> (0 .. 13)]])

\* An output is delayed on its way; the instance runs into its timeout and will abort.
produce_late(i) ==
  /\ phase[i] = "WORKING"
  /\ written[i] < PARTITIONS
  /\ late_records < LATE_RECORDS
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (tx_epoch[id(i)] = epoch[i] /\ (~(1 <= id(i) /\ id(i) <= 2))))
  /\ tx_epoch[id(i)] = epoch[i]
  /\ tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
  /\ 1 <= id(i)
  /\ id(i) <= 2
  /\ ~([producer |-> id(i), epoch |-> epoch[i], kind |-> "DATA", partition |-> <<written[i]>>, value |-> <<position[i] + 1>>] \notin tx_wire /\ 2 <= Cardinality(tx_wire))
  /\ phase' = [phase EXCEPT ![i] = "FAILED"]
  /\ late_records' = late_records + 1
  /\ late_records' \in 0 .. LATE_RECORDS
  /\ tx_stage' = [tx_stage EXCEPT ![id(i)] = "ONGOING"]
  /\ tx_parts' = [tx_parts EXCEPT ![id(i)] = tx_parts[id(i)] \cup {written[i]}]
  /\ tx_parts' \in [(1 .. INSTANCES) -> (SUBSET (0 .. 0))]
  /\ tx_wire' = tx_wire \cup {[producer |-> id(i), epoch |-> epoch[i], kind |-> "DATA", partition |-> <<written[i]>>, value |-> <<position[i] + 1>>]}
  /\ (Cardinality(tx_wire') <= 2 /\ (\A x_ \in tx_wire' : x_ \in Request)) = TRUE
  /\ UNCHANGED <<owner, generation, joined, epoch, position, written, late_ends, tx_epoch, tx_pending, tx_committed, tx_log_entries, tx_log_first, tx_log_aborted>>

produce_late_errs(i) ==
  LET t == ~(1 <= id(i) /\ id(i) <= 2)
      t_2 == tx_epoch[id(i)] = epoch[i] /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_3 == ~(t \/ t_2)
      t_4 == tx_epoch[id(i)] = epoch[i]
      t_5 == tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
      t_6 == [producer |-> id(i), epoch |-> epoch[i], kind |-> "DATA", partition |-> <<written[i]>>, value |-> <<position[i] + 1>>] \notin tx_wire
  IN
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ late_records < LATE_RECORDS
     /\ t \/ t_2 \/ (t_3 /\ t_4 /\ t_5 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (t_3 /\ t_4 /\ t_5 /\ 1 <= id(i) /\ id(i) <= 2 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (t_3 /\ t_4 /\ t_5 /\ 1 <= id(i) /\ id(i) <= 2 /\ t_6 /\ 2 <= Cardinality(tx_wire))
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ late_records < LATE_RECORDS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ ~(t_6 /\ 2 <= Cardinality(tx_wire))
     /\ LET new == late_records + 1 IN ~(new \in 0 .. LATE_RECORDS)
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ late_records < LATE_RECORDS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ ~(t_6 /\ 2 <= Cardinality(tx_wire))
     /\ LET new_2 == [tx_parts EXCEPT ![id(i)] = tx_parts[id(i)] \cup {written[i]}] IN ~(new_2 \in [(1 .. INSTANCES) -> (SUBSET (0 .. 0))])
  \/ /\ phase[i] = "WORKING"
     /\ written[i] < PARTITIONS
     /\ late_records < LATE_RECORDS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ ~(t_6 /\ 2 <= Cardinality(tx_wire))
     /\ LET new_3 == tx_wire \cup {[producer |-> id(i), epoch |-> epoch[i], kind |-> "DATA", partition |-> <<written[i]>>, value |-> <<position[i] + 1>>]} IN ~(Cardinality(new_3) <= 2 /\ (\A x_ \in new_3 : x_ \in Request))

\* Say how far the input is done. Refused by the group to who is no member any more, which then will abort.
send_offset(i) ==
  /\ phase[i] = "WORKING"
  /\ written[i] = PARTITIONS
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (tx_epoch[id(i)] = epoch[i] /\ (~(1 <= id(i) /\ id(i) <= 2))))
  /\ tx_epoch[id(i)] = epoch[i]
  /\ tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
  /\ 1 <= id(i)
  /\ id(i) <= 2
  /\ phase' = [phase EXCEPT ![i] = "SENT"]
  /\ tx_stage' = [tx_stage EXCEPT ![id(i)] = "ONGOING"]
  /\ tx_pending' = [tx_pending EXCEPT ![id(i)] = <<position[i] + 1>>]
  /\ tx_pending' \in [(1 .. INSTANCES) -> ({<<>>} \cup {<<x_>> : x_ \in (0 .. 2)})]
  /\ UNCHANGED <<owner, generation, joined, epoch, position, written, late_records, late_ends, tx_epoch, tx_parts, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

send_offset_errs(i) ==
  LET t == ~(1 <= id(i) /\ id(i) <= 2)
      t_2 == tx_epoch[id(i)] = epoch[i] /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_3 == ~(t \/ t_2)
      t_4 == tx_epoch[id(i)] = epoch[i]
      t_5 == tx_stage[id(i)] \notin {"PREPARE_COMMIT", "PREPARE_ABORT"}
  IN
  \/ /\ phase[i] = "WORKING"
     /\ written[i] = PARTITIONS
     /\ t \/ t_2 \/ (t_3 /\ t_4 /\ t_5 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (t_3 /\ t_4 /\ t_5 /\ 1 <= id(i) /\ id(i) <= 2 /\ (~(1 <= id(i) /\ id(i) <= 2)))
  \/ /\ phase[i] = "WORKING"
     /\ written[i] = PARTITIONS
     /\ t_3
     /\ t_4
     /\ t_5
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ LET new == [tx_pending EXCEPT ![id(i)] = <<position[i] + 1>>] IN ~(new \in [(1 .. INSTANCES) -> ({<<>>} \cup {<<x_>> : x_ \in (0 .. 2)})])

\* Commit, or abort.
end(i) ==
  LET t == tx_stage[id(i)] = "ONGOING"
      t_2 == tx_epoch[id(i)] = epoch[i] + 1
      t_3 == IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT"
      t_4 == t_3 = "COMMIT"
      t_5 == tx_epoch[id(i)] = epoch[i] + 1
      t_6 == 1 <= id(i) /\ id(i) <= 2 /\ ~t_5
      t_7 == tx_stage[id(i)] = "ONGOING" /\ tx_epoch[id(i)] = epoch[i]
      t_8 == IF t_7 THEN [tx_epoch EXCEPT ![id(i)] = tx_epoch[id(i)] + 1] ELSE tx_epoch
  IN
  /\ phase[i] \in {"SENT", "FAILED"}
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (t /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ ((~(t /\ tx_epoch[id(i)] = epoch[i])) /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ t_4 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ ~t_4 /\ (~(1 <= id(i) /\ id(i) <= 2))))))
  /\ ((tx_stage[id(i)] = "ONGOING" /\ tx_epoch[id(i)] = epoch[i]) \/ (IF t_6 \/ (1 <= id(i) /\ id(i) <= 2 /\ t_5 /\ t_3 = "COMMIT") THEN (~t_6) /\ tx_stage[id(i)] \in {"PREPARE_COMMIT", "COMPLETE_COMMIT"} ELSE tx_stage[id(i)] \in {"PREPARE_ABORT", "COMPLETE_ABORT"})) = TRUE
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (tx_stage[id(i)] = "ONGOING" /\ (~(1 <= id(i) /\ id(i) <= 2))))
  /\ ((~t_7) \/ (1 <= id(i) /\ id(i) <= 2)) = TRUE
  /\ 1 <= id(i)
  /\ id(i) <= 2
  /\ phase' = [phase EXCEPT ![i] = "READY"]
  /\ epoch' = [epoch EXCEPT ![i] = t_8[id(i)]]
  /\ epoch' \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ position' = IF phase[i] = "SENT" THEN [position EXCEPT ![i] = position[i] + 1] ELSE position
  /\ position' \in [(1 .. INSTANCES) -> (0 .. INPUTS)]
  /\ written' = [written EXCEPT ![i] = 0]
  /\ tx_stage' = IF t_7 THEN [tx_stage EXCEPT ![id(i)] = IF t_3 = "COMMIT" THEN "PREPARE_COMMIT" ELSE "PREPARE_ABORT"] ELSE tx_stage
  /\ tx_epoch' = t_8
  /\ tx_epoch' \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ UNCHANGED <<owner, generation, joined, late_records, late_ends, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

end_errs(i) ==
  LET t == phase[i] \in {"SENT", "FAILED"}
      t_2 == ~(1 <= id(i) /\ id(i) <= 2)
      t_3 == tx_stage[id(i)] = "ONGOING"
      t_4 == t_3 /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_5 == tx_epoch[id(i)] = epoch[i] + 1
      t_6 == IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT"
      t_7 == t_6 = "COMMIT"
      t_8 == (~(t_3 /\ tx_epoch[id(i)] = epoch[i])) /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_5 /\ t_7 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_5 /\ ~t_7 /\ (~(1 <= id(i) /\ id(i) <= 2))))
      t_9 == ~(t_2 \/ t_4 \/ t_8)
      t_10 == tx_epoch[id(i)] = epoch[i] + 1
      t_11 == 1 <= id(i) /\ id(i) <= 2 /\ ~t_10
      t_12 == (tx_stage[id(i)] = "ONGOING" /\ tx_epoch[id(i)] = epoch[i]) \/ (IF t_11 \/ (1 <= id(i) /\ id(i) <= 2 /\ t_10 /\ t_6 = "COMMIT") THEN (~t_11) /\ tx_stage[id(i)] \in {"PREPARE_COMMIT", "COMPLETE_COMMIT"} ELSE tx_stage[id(i)] \in {"PREPARE_ABORT", "COMPLETE_ABORT"})
      t_13 == ~(1 <= id(i) /\ id(i) <= 2)
      t_14 == tx_stage[id(i)] = "ONGOING" /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_15 == ~(t_13 \/ t_14)
      t_16 == tx_stage[id(i)] = "ONGOING"
      t_17 == tx_epoch[id(i)] = epoch[i]
      t_18 == t_16 /\ t_17
      t_19 == (~t_18) \/ (1 <= id(i) /\ id(i) <= 2)
      t_20 == IF t_18 THEN [tx_epoch EXCEPT ![id(i)] = tx_epoch[id(i)] + 1] ELSE tx_epoch
  IN
  \/ /\ t
     /\ t_2 \/ t_4 \/ t_8 \/ (t_9 /\ t_12 /\ (t_13 \/ t_14 \/ (t_15 /\ t_16 /\ t_17 /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ (~(1 <= id(i) /\ id(i) <= 2))))))) \/ (t_9 /\ t_12 /\ t_15 /\ t_19 /\ (~(1 <= id(i) /\ id(i) <= 2)))
  \/ /\ t
     /\ t_9
     /\ t_12
     /\ t_15
     /\ t_19
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ LET new == [epoch EXCEPT ![i] = t_20[id(i)]] IN ~(new \in [(1 .. INSTANCES) -> (0 .. 12)])
  \/ /\ t
     /\ t_9
     /\ t_12
     /\ t_15
     /\ t_19
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ LET new_2 == IF phase[i] = "SENT" THEN [position EXCEPT ![i] = position[i] + 1] ELSE position IN ~(new_2 \in [(1 .. INSTANCES) -> (0 .. INPUTS)])
  \/ /\ t
     /\ t_9
     /\ t_12
     /\ t_15
     /\ t_19
     /\ 1 <= id(i)
     /\ id(i) <= 2
     /\ LET new_3 == t_20 IN ~(new_3 \in [(1 .. INSTANCES) -> (0 .. 12)])

\* The request is delayed on its way; without an answer the instance will send it again.
end_late(i) ==
  LET t == tx_stage[id(i)] = "ONGOING"
      t_2 == tx_epoch[id(i)] = epoch[i] + 1
      t_3 == IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT"
      t_4 == t_3 = "COMMIT"
      t_5 == tx_epoch[id(i)] = epoch[i] + 1
      t_6 == 1 <= id(i) /\ id(i) <= 2 /\ ~t_5
  IN
  /\ phase[i] \in {"SENT", "FAILED"}
  /\ late_ends < LATE_ENDS
  /\ ~((~(1 <= id(i) /\ id(i) <= 2)) \/ (t /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ ((~(t /\ tx_epoch[id(i)] = epoch[i])) /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ t_4 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ ~t_4 /\ (~(1 <= id(i) /\ id(i) <= 2))))))
  /\ ((tx_stage[id(i)] = "ONGOING" /\ tx_epoch[id(i)] = epoch[i]) \/ (IF t_6 \/ (1 <= id(i) /\ id(i) <= 2 /\ t_5 /\ t_3 = "COMMIT") THEN (~t_6) /\ tx_stage[id(i)] \in {"PREPARE_COMMIT", "COMPLETE_COMMIT"} ELSE tx_stage[id(i)] \in {"PREPARE_ABORT", "COMPLETE_ABORT"})) = TRUE
  /\ ~([producer |-> id(i), epoch |-> epoch[i], kind |-> t_3, partition |-> <<>>, value |-> <<>>] \notin tx_wire /\ 2 <= Cardinality(tx_wire))
  /\ late_ends' = late_ends + 1
  /\ late_ends' \in 0 .. LATE_ENDS
  /\ tx_wire' = tx_wire \cup {[producer |-> id(i), epoch |-> epoch[i], kind |-> t_3, partition |-> <<>>, value |-> <<>>]}
  /\ (Cardinality(tx_wire') <= 2 /\ (\A x_ \in tx_wire' : x_ \in Request)) = TRUE
  /\ UNCHANGED <<owner, generation, phase, joined, epoch, position, written, late_records, tx_stage, tx_epoch, tx_parts, tx_pending, tx_committed, tx_log_entries, tx_log_first, tx_log_aborted>>

end_late_errs(i) ==
  LET t == phase[i] \in {"SENT", "FAILED"}
      t_2 == ~(1 <= id(i) /\ id(i) <= 2)
      t_3 == tx_stage[id(i)] = "ONGOING"
      t_4 == t_3 /\ (~(1 <= id(i) /\ id(i) <= 2))
      t_5 == tx_epoch[id(i)] = epoch[i] + 1
      t_6 == IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT"
      t_7 == t_6 = "COMMIT"
      t_8 == (~(t_3 /\ tx_epoch[id(i)] = epoch[i])) /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_5 /\ t_7 /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_5 /\ ~t_7 /\ (~(1 <= id(i) /\ id(i) <= 2))))
      t_9 == ~(t_2 \/ t_4 \/ t_8)
      t_10 == tx_epoch[id(i)] = epoch[i] + 1
      t_11 == 1 <= id(i) /\ id(i) <= 2 /\ ~t_10
      t_12 == (tx_stage[id(i)] = "ONGOING" /\ tx_epoch[id(i)] = epoch[i]) \/ (IF t_11 \/ (1 <= id(i) /\ id(i) <= 2 /\ t_10 /\ t_6 = "COMMIT") THEN (~t_11) /\ tx_stage[id(i)] \in {"PREPARE_COMMIT", "COMPLETE_COMMIT"} ELSE tx_stage[id(i)] \in {"PREPARE_ABORT", "COMPLETE_ABORT"})
      t_13 == [producer |-> id(i), epoch |-> epoch[i], kind |-> t_6, partition |-> <<>>, value |-> <<>>] \notin tx_wire
  IN
  \/ /\ t
     /\ late_ends < LATE_ENDS
     /\ t_2 \/ t_4 \/ t_8 \/ (t_9 /\ t_12 /\ t_13 /\ 2 <= Cardinality(tx_wire))
  \/ /\ t
     /\ late_ends < LATE_ENDS
     /\ t_9
     /\ t_12
     /\ ~(t_13 /\ 2 <= Cardinality(tx_wire))
     /\ LET new == late_ends + 1 IN ~(new \in 0 .. LATE_ENDS)
  \/ /\ t
     /\ late_ends < LATE_ENDS
     /\ t_9
     /\ t_12
     /\ ~(t_13 /\ 2 <= Cardinality(tx_wire))
     /\ LET new_2 == tx_wire \cup {[producer |-> id(i), epoch |-> epoch[i], kind |-> t_6, partition |-> <<>>, value |-> <<>>]} IN ~(Cardinality(new_2) <= 2 /\ (\A x_ \in new_2 : x_ \in Request))

\* An instance learns that it has been replaced, or that its transaction has been ended by somebody else.
stop(i) ==
  LET t == tx_stage[id(i)] = "ONGOING"
      t_2 == tx_epoch[id(i)] = epoch[i] + 1
      t_3 == tx_epoch[id(i)] = epoch[i] + 1
      t_4 == 1 <= id(i) /\ id(i) <= 2 /\ ~t_3
  IN
  /\ (IF phase[i] = "READY" THEN ~(phase[i] # "OUT" /\ joined[i] = generation) ELSE IF phase[i] = "WORKING" THEN 1 <= id(i) /\ id(i) <= 2 /\ epoch[i] # tx_epoch[id(i)] ELSE phase[i] # "OUT" /\ (~((~(1 <= id(i) /\ id(i) <= 2)) \/ (t /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ ((~(t /\ tx_epoch[id(i)] = epoch[i])) /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ (IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT") = "COMMIT" /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ (IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT") # "COMMIT" /\ (~(1 <= id(i) /\ id(i) <= 2))))))) /\ (~((tx_stage[id(i)] = "ONGOING" /\ tx_epoch[id(i)] = epoch[i]) \/ (IF t_4 \/ (1 <= id(i) /\ id(i) <= 2 /\ t_3 /\ (IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT") = "COMMIT") THEN (~t_4) /\ tx_stage[id(i)] \in {"PREPARE_COMMIT", "COMPLETE_COMMIT"} ELSE tx_stage[id(i)] \in {"PREPARE_ABORT", "COMPLETE_ABORT"})))) = TRUE
  /\ phase' = [phase EXCEPT ![i] = "OUT"]
  /\ joined' = [joined EXCEPT ![i] = 0]
  /\ epoch' = [epoch EXCEPT ![i] = 0]
  /\ position' = [position EXCEPT ![i] = 0]
  /\ written' = [written EXCEPT ![i] = 0]
  /\ UNCHANGED <<owner, generation, late_records, late_ends, tx_stage, tx_epoch, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

stop_errs(i) ==
  LET t == tx_stage[id(i)] = "ONGOING"
      t_2 == tx_epoch[id(i)] = epoch[i] + 1
  IN
  \/ /\ phase[i] # "READY"
     /\ IF phase[i] = "WORKING" THEN ~(1 <= id(i) /\ id(i) <= 2) ELSE phase[i] # "OUT" /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (t /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ ((~(t /\ tx_epoch[id(i)] = epoch[i])) /\ ((~(1 <= id(i) /\ id(i) <= 2)) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ (IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT") = "COMMIT" /\ (~(1 <= id(i) /\ id(i) <= 2))) \/ (1 <= id(i) /\ id(i) <= 2 /\ t_2 /\ (IF phase[i] = "SENT" THEN "COMMIT" ELSE "ABORT") # "COMMIT" /\ (~(1 <= id(i) /\ id(i) <= 2))))))

\* The successor takes over the id, or the transaction times out: nobody current works on it.
fence(t) ==
  /\ ~(\E i \in 1 .. INSTANCES : phase[i] # "OUT" /\ joined[i] = generation /\ id(i) = t)
  /\ tx_stage[t] = "ONGOING"
  /\ tx_stage' = [tx_stage EXCEPT ![t] = "PREPARE_ABORT"]
  /\ tx_epoch' = [tx_epoch EXCEPT ![t] = tx_epoch[t] + 1]
  /\ tx_epoch' \in [(1 .. INSTANCES) -> (0 .. 12)]
  /\ UNCHANGED <<owner, generation, phase, joined, epoch, position, written, late_records, late_ends, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

fence_errs(t) ==
  \/ /\ ~(\E i \in 1 .. INSTANCES : phase[i] # "OUT" /\ joined[i] = generation /\ id(i) = t)
     /\ tx_stage[t] = "ONGOING"
     /\ LET new == [tx_epoch EXCEPT ![t] = tx_epoch[t] + 1] IN ~(new \in [(1 .. INSTANCES) -> (0 .. 12)])

\* The owner is presumed dead, and o takes over: another one, or the old one restarted.
fail_over(o, crashed) ==
  /\ generation < FAILURES
  /\ phase[owner] # "OUT"
  /\ (crashed \/ o # owner) = TRUE
  /\ owner' = o
  /\ generation' = generation + 1
  /\ generation' \in 0 .. FAILURES
  /\ phase' = IF crashed THEN [phase EXCEPT ![owner] = "OUT"] ELSE phase
  /\ joined' = IF crashed THEN [joined EXCEPT ![owner] = 0] ELSE joined
  /\ epoch' = IF crashed THEN [epoch EXCEPT ![owner] = 0] ELSE epoch
  /\ position' = IF crashed THEN [position EXCEPT ![owner] = 0] ELSE position
  /\ written' = IF crashed THEN [written EXCEPT ![owner] = 0] ELSE written
  /\ UNCHANGED <<late_records, late_ends, tx_stage, tx_epoch, tx_parts, tx_pending, tx_committed, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

fail_over_errs(o, crashed) ==
  \/ /\ generation < FAILURES
     /\ phase[owner] # "OUT"
     /\ crashed \/ o # owner
     /\ LET new == generation + 1 IN ~(new \in 0 .. FAILURES)

\* ---- component tx

\* A late request arrives, and is carried out or refused.
tx_arrive ==
  \E r \in tx_wire :
    LET t == (~(\E r_3 \in Elements(tx_log_entries[r.partition[1]]) : r_3.producer = r.producer /\ r.epoch < r_3.epoch)) /\ ((tx_epoch[r.producer] = r.epoch /\ tx_stage[r.producer] = "ONGOING" /\ r.partition[1] \in tx_parts[r.producer]) \/ ((tx_log_first[r.partition[1]])[r.producer]) < tx_log_length)
        t_2 == r.partition = <<>> \/ r.value = <<>>
        t_3 == tx_stage[r.producer] = "ONGOING" /\ tx_epoch[r.producer] = r.epoch
    IN
    /\ r \in tx_wire
    /\ (r.partition = <<>> \/ r.value = <<>> \/ (r.partition # <<>> /\ ((~t) \/ (r.partition # <<>> /\ r.value # <<>> /\ Len(tx_log_entries[r.partition[1]]) < 13)))) = TRUE
    /\ tx_stage' = IF t_2 THEN IF t_3 THEN [tx_stage EXCEPT ![r.producer] = IF r.kind = "COMMIT" THEN "PREPARE_COMMIT" ELSE "PREPARE_ABORT"] ELSE tx_stage ELSE tx_stage
    /\ tx_epoch' = IF t_2 THEN IF t_3 THEN [tx_epoch EXCEPT ![r.producer] = tx_epoch[r.producer] + 1] ELSE tx_epoch ELSE tx_epoch
    /\ tx_epoch' \in [(1 .. INSTANCES) -> (0 .. 12)]
    /\ tx_wire' = tx_wire \ {r}
    /\ tx_log_entries' = IF t_2 THEN tx_log_entries ELSE IF t THEN [tx_log_entries EXCEPT ![r.partition[1]] = Append(tx_log_entries[r.partition[1]], [producer |-> r.producer, epoch |-> r.epoch, kind |-> "DATA", value |-> <<r.value[1]>>])] ELSE tx_log_entries
    /\ (\A k_ \in 0 .. 0 : (Len(tx_log_entries'[k_]) <= 13 /\ (\A x_ \in DOMAIN tx_log_entries'[k_] : tx_log_entries'[k_][x_] \in Entry))) = TRUE
    /\ tx_log_first' = IF t_2 THEN tx_log_first ELSE IF t THEN [tx_log_first EXCEPT ![r.partition[1]][r.producer] = Min((tx_log_first[r.partition[1]])[r.producer], Len(tx_log_entries[r.partition[1]]))] ELSE tx_log_first
    /\ tx_log_first' \in [(0 .. 0) -> [(1 .. INSTANCES) -> (0 .. 13)]]
    /\ UNCHANGED <<owner, generation, phase, joined, epoch, position, written, late_records, late_ends, tx_parts, tx_pending, tx_committed, tx_log_aborted>>

tx_arrive_errs ==
  \E r \in tx_wire :
    LET t == r.partition = <<>> \/ r.value = <<>>
        t_2 == ~(\E r_3 \in Elements(tx_log_entries[r.partition[1]]) : r_3.producer = r.producer /\ r.epoch < r_3.epoch)
        t_3 == (tx_epoch[r.producer] = r.epoch /\ tx_stage[r.producer] = "ONGOING" /\ r.partition[1] \in tx_parts[r.producer]) \/ ((tx_log_first[r.partition[1]])[r.producer]) < tx_log_length
        t_4 == 13 <= Len(tx_log_entries[r.partition[1]])
        t_5 == t_2 /\ t_3
    IN
    \/ r \notin tx_wire
    \/ /\ ~t
       /\ r.partition = <<>> \/ (t_2 /\ t_3 /\ (r.partition = <<>> \/ r.value = <<>> \/ t_4))
    \/ /\ r \in tx_wire
       /\ r.partition = <<>> \/ r.value = <<>> \/ (r.partition # <<>> /\ ((~t_5) \/ (r.partition # <<>> /\ r.value # <<>> /\ ~t_4)))
       /\ LET new == IF t THEN IF tx_stage[r.producer] = "ONGOING" /\ tx_epoch[r.producer] = r.epoch THEN [tx_epoch EXCEPT ![r.producer] = tx_epoch[r.producer] + 1] ELSE tx_epoch ELSE tx_epoch IN ~(new \in [(1 .. INSTANCES) -> (0 .. 12)])
    \/ /\ r \in tx_wire
       /\ r.partition = <<>> \/ r.value = <<>> \/ (r.partition # <<>> /\ ((~t_5) \/ (r.partition # <<>> /\ r.value # <<>> /\ ~t_4)))
       /\ LET new_2 == IF t THEN tx_log_entries ELSE IF t_5 THEN [tx_log_entries EXCEPT ![r.partition[1]] = Append(tx_log_entries[r.partition[1]], [producer |-> r.producer, epoch |-> r.epoch, kind |-> "DATA", value |-> <<r.value[1]>>])] ELSE tx_log_entries IN ~(\A k_ \in 0 .. 0 : (Len(new_2[k_]) <= 13 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in Entry)))
    \/ /\ r \in tx_wire
       /\ r.partition = <<>> \/ r.value = <<>> \/ (r.partition # <<>> /\ ((~t_5) \/ (r.partition # <<>> /\ r.value # <<>> /\ ~t_4)))
       /\ LET new_3 == IF t THEN tx_log_first ELSE IF t_5 THEN [tx_log_first EXCEPT ![r.partition[1]][r.producer] = Min((tx_log_first[r.partition[1]])[r.producer], Len(tx_log_entries[r.partition[1]]))] ELSE tx_log_first IN ~(new_3 \in [(0 .. 0) -> [(1 .. INSTANCES) -> (0 .. 13)]])

\* Carry out a decision in one partition.
tx_mark(t, p) ==
  LET t_2 == [tx_parts EXCEPT ![t] = tx_parts[t] \ {p}]
      t_3 == IF tx_stage[t] = "PREPARE_COMMIT" THEN "COMMIT" ELSE "ABORT"
  IN
  /\ tx_stage[t] \in {"PREPARE_COMMIT", "PREPARE_ABORT"}
  /\ p \in tx_parts[t]
  /\ Len(tx_log_entries[p]) < 13
  /\ tx_stage' = IF Cardinality(t_2[t]) = 0 /\ tx_pending[t] = <<>> THEN [tx_stage EXCEPT ![t] = IF tx_stage[t] = "PREPARE_COMMIT" THEN "COMPLETE_COMMIT" ELSE "COMPLETE_ABORT"] ELSE tx_stage
  /\ tx_parts' = t_2
  /\ tx_log_entries' = [tx_log_entries EXCEPT ![p] = Append(tx_log_entries[p], [producer |-> t, epoch |-> tx_epoch[t], kind |-> t_3, value |-> <<>>])]
  /\ tx_log_first' = [tx_log_first EXCEPT ![p][t] = tx_log_length]
  /\ tx_log_aborted' = IF t_3 = "ABORT" THEN [tx_log_aborted EXCEPT ![p] = tx_log_aborted[p] \cup {it[1] : it \in {it \in Elements(Enumerate(tx_log_entries[p])) : (it[2].producer = t /\ tx_log_first[p][t] <= it[1])}}] ELSE tx_log_aborted
  /\ tx_log_aborted' \in [(0 .. 0) -> (SUBSET (0 .. 13))]
  /\ UNCHANGED <<owner, generation, phase, joined, epoch, position, written, late_records, late_ends, tx_epoch, tx_pending, tx_committed, tx_wire>>

tx_mark_errs(t, p) ==
  LET t_2 == tx_stage[t] \in {"PREPARE_COMMIT", "PREPARE_ABORT"}
      t_3 == 13 <= Len(tx_log_entries[p])
  IN
  \/ /\ t_2
     /\ p \in tx_parts[t]
     /\ t_3
  \/ /\ t_2
     /\ p \in tx_parts[t]
     /\ ~t_3
     /\ LET new == IF (IF tx_stage[t] = "PREPARE_COMMIT" THEN "COMMIT" ELSE "ABORT") = "ABORT" THEN [tx_log_aborted EXCEPT ![p] = tx_log_aborted[p] \cup {it[1] : it \in {it \in Elements(Enumerate(tx_log_entries[p])) : (it[2].producer = t /\ tx_log_first[p][t] <= it[1])}}] ELSE tx_log_aborted IN ~(new \in [(0 .. 0) -> (SUBSET (0 .. 13))])

\* Carry out a decision for the offset of the group.
tx_mark_offset(t) ==
  /\ tx_stage[t] \in {"PREPARE_COMMIT", "PREPARE_ABORT"}
  /\ tx_pending[t] # <<>>
  /\ (tx_stage[t] # "PREPARE_COMMIT" \/ tx_pending[t] # <<>>) = TRUE
  /\ tx_stage' = IF Cardinality(tx_parts[t]) = 0 /\ ([tx_pending EXCEPT ![t] = <<>>][t]) = <<>> THEN [tx_stage EXCEPT ![t] = IF tx_stage[t] = "PREPARE_COMMIT" THEN "COMPLETE_COMMIT" ELSE "COMPLETE_ABORT"] ELSE tx_stage
  /\ tx_pending' = [tx_pending EXCEPT ![t] = <<>>]
  /\ tx_committed' = IF tx_stage[t] = "PREPARE_COMMIT" THEN tx_pending[t][1] ELSE tx_committed
  /\ UNCHANGED <<owner, generation, phase, joined, epoch, position, written, late_records, late_ends, tx_epoch, tx_parts, tx_wire, tx_log_entries, tx_log_first, tx_log_aborted>>

Next ==
  \/ \E i \in 1 .. INSTANCES : join(i)
  \/ \E i \in 1 .. INSTANCES : poll(i)
  \/ \E i \in 1 .. INSTANCES : produce(i)
  \/ \E i \in 1 .. INSTANCES : produce_late(i)
  \/ \E i \in 1 .. INSTANCES : send_offset(i)
  \/ \E i \in 1 .. INSTANCES : end(i)
  \/ \E i \in 1 .. INSTANCES : end_late(i)
  \/ \E i \in 1 .. INSTANCES : stop(i)
  \/ \E t \in 1 .. INSTANCES : fence(t)
  \/ \E o \in 1 .. INSTANCES, crashed \in BOOLEAN : fail_over(o, crashed)
  \/ tx_arrive
  \/ \E t \in 1 .. INSTANCES, p \in 0 .. 0 : tx_mark(t, p)
  \/ \E t \in 1 .. INSTANCES : tx_mark_offset(t)

Fairness ==
  /\ \A i \in 1 .. INSTANCES : WF_vars(join(i))
  /\ \A i \in 1 .. INSTANCES : WF_vars(poll(i))
  /\ \A i \in 1 .. INSTANCES : WF_vars(produce(i))
  /\ \A i \in 1 .. INSTANCES : WF_vars(send_offset(i))
  /\ \A i \in 1 .. INSTANCES : WF_vars(end(i))
  /\ \A i \in 1 .. INSTANCES : WF_vars(stop(i))
  /\ \A t \in 1 .. INSTANCES : WF_vars(fence(t))
  /\ \A t \in 1 .. INSTANCES, p \in 0 .. 0 : WF_vars(tx_mark(t, p))
  /\ \A t \in 1 .. INSTANCES : WF_vars(tx_mark_offset(t))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E i \in 1 .. INSTANCES : join_errs(i))
  /\ ~(\E i \in 1 .. INSTANCES : produce_errs(i))
  /\ ~(\E i \in 1 .. INSTANCES : produce_late_errs(i))
  /\ ~(\E i \in 1 .. INSTANCES : send_offset_errs(i))
  /\ ~(\E i \in 1 .. INSTANCES : end_errs(i))
  /\ ~(\E i \in 1 .. INSTANCES : end_late_errs(i))
  /\ ~(\E i \in 1 .. INSTANCES : stop_errs(i))
  /\ ~(\E t \in 1 .. INSTANCES : fence_errs(t))
  /\ ~(\E o \in 1 .. INSTANCES, crashed \in BOOLEAN : fail_over_errs(o, crashed))
  /\ ~tx_arrive_errs
  /\ ~(\E t \in 1 .. INSTANCES, p \in 0 .. 0 : tx_mark_errs(t, p))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

effect_once_in_order_holds == (~effect_once_in_order_errs /\ effect_once_in_order)

done_is_written_holds == (~done_is_written_errs /\ done_is_written)

all_or_nothing_holds == (~all_or_nothing_errs /\ all_or_nothing)

tx_log_epochs_ascend_holds == (~tx_log_epochs_ascend_errs /\ tx_log_epochs_ascend)

\* To be violated: taken_over must be possible.
Never_taken_over == ~taken_over

\* To be violated: zombie must be possible.
Never_zombie == ~zombie

\* What was given to a `read_committed` reader stays, and more comes behind it.
tx_log_reads_only_grow_step ==
  ~((FoldSeq(LAMBDA progress_36, p : IF progress_36 = 0 THEN IF (Len(<<Len(tx_log_entries'[p])>> \o MapSeq(LAMBDA t : tx_log_first'[p][t], <<1, 2>>))) = 0 \/ (Least(IntLess, Elements(<<Len(tx_log_entries'[p])>> \o MapSeq(LAMBDA t_2 : tx_log_first'[p][t_2], <<1, 2>>)))) < 0 \/ (Len(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_3 : tx_log_first[p][t_3], <<1, 2>>))) = 0 \/ (Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_4 : tx_log_first[p][t_4], <<1, 2>>)))) < 0 \/ (Len(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_5 : tx_log_first[p][t_5], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))) < 0 \/ (Len(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_6 : tx_log_first[p][t_6], <<1, 2>>))) = 0 \/ (Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_7 : tx_log_first[p][t_7], <<1, 2>>)))) < 0 THEN 2 ELSE IF (Slice(MapSeq(LAMBDA it_2 : it_2[2].value, SelectSeq((Enumerate(Slice(tx_log_entries'[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries'[p])>> \o MapSeq(LAMBDA t_8 : tx_log_first'[p][t_8], <<1, 2>>)))))), LAMBDA it_2 : (it_2[2].kind = "DATA" /\ it_2[1] \notin tx_log_aborted'[p]))), 0, Len(MapSeq(LAMBDA it_3 : it_3[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_9 : tx_log_first[p][t_9], <<1, 2>>)))))), LAMBDA it_3 : (it_3[2].kind = "DATA" /\ it_3[1] \notin tx_log_aborted[p])))))) = (MapSeq(LAMBDA it_4 : it_4[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t_10 : tx_log_first[p][t_10], <<1, 2>>)))))), LAMBDA it_4 : (it_4[2].kind = "DATA" /\ it_4[1] \notin tx_log_aborted[p])))) THEN progress_36 ELSE 1 ELSE progress_36, 0, <<0>>)) = 2) /\ (\A p_2 \in 0 .. 0 : (Slice(MapSeq(LAMBDA it_5 : it_5[2].value, SelectSeq((Enumerate(Slice(tx_log_entries'[p_2], 0, Least(IntLess, Elements(<<Len(tx_log_entries'[p_2])>> \o MapSeq(LAMBDA t_11 : tx_log_first'[p_2][t_11], <<1, 2>>)))))), LAMBDA it_5 : (it_5[2].kind = "DATA" /\ it_5[1] \notin tx_log_aborted'[p_2]))), 0, Len(MapSeq(LAMBDA it_6 : it_6[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p_2], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p_2])>> \o MapSeq(LAMBDA t_12 : tx_log_first[p_2][t_12], <<1, 2>>)))))), LAMBDA it_6 : (it_6[2].kind = "DATA" /\ it_6[1] \notin tx_log_aborted[p_2])))))) = (MapSeq(LAMBDA it_7 : it_7[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p_2], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p_2])>> \o MapSeq(LAMBDA t_13 : tx_log_first[p_2][t_13], <<1, 2>>)))))), LAMBDA it_7 : (it_7[2].kind = "DATA" /\ it_7[1] \notin tx_log_aborted[p_2])))))

tx_log_reads_only_grow == [][tx_log_reads_only_grow_step]_vars

\* forall n in Input: <> visible(n)
all_visible ==
  \A n \in 1 .. INPUTS : <>(~((FoldSeq(LAMBDA progress_37, p_2 : IF progress_37 = 0 THEN IF (Len(<<Len(tx_log_entries[p_2])>> \o MapSeq(LAMBDA t_2 : tx_log_first[p_2][t_2], <<1, 2>>))) = 0 \/ (Least(IntLess, Elements(<<Len(tx_log_entries[p_2])>> \o MapSeq(LAMBDA t_3 : tx_log_first[p_2][t_3], <<1, 2>>)))) < 0 THEN 2 ELSE IF <<n>> \in Elements(MapSeq(LAMBDA it_2 : it_2[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p_2], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p_2])>> \o MapSeq(LAMBDA t_4 : tx_log_first[p_2][t_4], <<1, 2>>)))))), LAMBDA it_2 : (it_2[2].kind = "DATA" /\ it_2[1] \notin tx_log_aborted[p_2])))) THEN progress_37 ELSE 1 ELSE progress_37, 0, <<0>>)) = 2) /\ (\A p \in 0 .. 0 : <<n>> \in Elements(MapSeq(LAMBDA it : it[2].value, SelectSeq((Enumerate(Slice(tx_log_entries[p], 0, Least(IntLess, Elements(<<Len(tx_log_entries[p])>> \o MapSeq(LAMBDA t : tx_log_first[p][t], <<1, 2>>)))))), LAMBDA it : (it[2].kind = "DATA" /\ it[1] \notin tx_log_aborted[p]))))))
==================================================================================
