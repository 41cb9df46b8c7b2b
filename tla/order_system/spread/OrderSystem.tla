---------------------------- MODULE OrderSystem ----------------------------
\* OrderCreated, InventoryReserved, PaymentProcessed, OrderShipped, OrderCompleted, all on the topic order-events.
\*
\* Pattern: each service is a consumer group of its own; it handles the records that concern it, in the order of their
\* partition, skips the others, and publishes the next event of the order. E-mail (confirmation, tracking), warehouse
\* (picking, shipping) and analytics read the same records at their own pace. The key is the order, so all events of
\* an order stand in one partition.
\* Source: the event-driven architecture guide, section 6.1 (architecture), 6.2 (event flow), 8.2 (order of events).
\*
\* Assumes: a service's effect, its offset and the event it publishes are stored together, but a rebalance or a crash
\* may bring the last record back, COPIES times in all; the broker loses nothing.
\* Guarantees: the log has the five events of an order in the order of the flow, each once; nobody is charged, picked
\* for, mailed or counted twice; the tracking mail does not overtake the confirmation; every order completes if the
\* services keep running.
\* IDEMPOTENT=False: what comes back is done again: a second mail, a second charge, a second event. KEYED=False: events
\* are spread over the partitions by kind, and the tracking mail may come first. RUNNING=False: an order may wait for ever.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders
  COPIES,  \* records that come back to a service, in all
  PARTITIONS,  \* partitions of the topic
  IDEMPOTENT,  \* a service recognises what it has handled
  KEYED,  \* the key of a record is its order
  RUNNING,  \* the services keep running (weak fairness)
  topic_partitions,  \* partitions
  topic_length,  \* records that a partition can hold
  topic_truncations  \* records that unclean leader elections may lose

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 1
  /\ COPIES = 1
  /\ PARTITIONS = 2
  /\ IDEMPOTENT = TRUE
  /\ KEYED = FALSE
  /\ RUNNING = TRUE
  /\ topic_partitions = 2
  /\ topic_length = 10
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

SortedSeq(Less_(_, _), s_) == SortSeq(s_, Less_)

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

Effect == {"CHARGED", "PICKED", "CONFIRMATION", "TRACKING", "COUNTED"}
Service == {"ORDERS", "INVENTORY", "PAYMENTS", "WAREHOUSE", "EMAIL", "ANALYTICS"}
Kind == {"ORDER_CREATED", "INVENTORY_RESERVED", "PAYMENT_PROCESSED", "ORDER_SHIPPED", "ORDER_COMPLETED"}
Record == [kind : Kind, order : (0 .. 0)]
Record_2 == [offset : (0 .. 10), value : Record]
KindLess(a_, b_) == LET rank_ == "ORDER_CREATED" :> 0 @@ "INVENTORY_RESERVED" :> 1 @@ "PAYMENT_PROCESSED" :> 2 @@ "ORDER_SHIPPED" :> 3 @@ "ORDER_COMPLETED" :> 4 IN rank_[a_] < rank_[b_]

VARIABLES
  done,  \* how often each effect was had; 2: more than once
  handled,  \* what each service remembers
  placed,  \* orders that were placed
  copies,
  overtaken,  \* was a tracking mail sent before the confirmation?
  topic_log,
  topic_position,  \* offset of the next record to fetch
  topic_committed,  \* offset at which the group resumes after a restart
  topic_start,  \* log start offset: that of the oldest record that is not deleted
  topic_truncated

vars == <<done, handled, placed, copies, overtaken, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

TypeOK ==
  /\ done \in [Effect -> [(0 .. 0) -> (0 .. 2)]]
  /\ handled \in [Service -> (SUBSET Record)]
  /\ placed \in (SUBSET (0 .. 0))
  /\ copies \in 0 .. COPIES
  /\ overtaken \in BOOLEAN
  /\ \A k_ \in 0 .. 1 : (Len(topic_log[k_]) <= 10 /\ (\A x_ \in DOMAIN topic_log[k_] : topic_log[k_][x_] \in Record_2))
  /\ topic_position \in [Service -> [(0 .. 1) -> (0 .. 10)]]
  /\ topic_committed \in [Service -> [(0 .. 1) -> (0 .. 10)]]
  /\ topic_start \in [(0 .. 1) -> (0 .. 0)]
  /\ topic_truncated \in 0 .. 0

concerns(s, kind) ==
  IF s = "ORDERS" \/ s = "WAREHOUSE" \/ s = "EMAIL" THEN IF s = "ORDERS" THEN kind = "ORDER_SHIPPED" ELSE IF s = "WAREHOUSE" THEN kind \in {"INVENTORY_RESERVED", "PAYMENT_PROCESSED"} ELSE kind \in {"ORDER_CREATED", "ORDER_SHIPPED"} ELSE <<s, kind>> \in {<<"INVENTORY", "ORDER_CREATED">>, <<"PAYMENTS", "INVENTORY_RESERVED">>, <<"ANALYTICS", "ORDER_COMPLETED">>}

\* The order is through, everybody has been told, and it was counted.
completed(o) ==
  \A e \in Effect : 0 < done[e][o]

placed_2(o) ==
  o \in placed

at_rest ==
  \A o \in 0 .. 0 : (\A e \in Effect : 0 < done[e][o]) \/ o \notin placed

done_once ==
  \A e \in Effect : (\A o \in 0 .. 0 : done[e][o] <= 1)

\* The events of an order stand in the log at most once, in each partition in the order of the flow.
flow ==
  \A o \in 0 .. 0 : (\A p \in 0 .. 1 : (\A found \in {MapSeq(LAMBDA r : r.value.kind, SelectSeq(topic_log[p], LAMBDA r : (r.value.order = o)))} : Len(found) = (Cardinality(Elements(found))) /\ found = SortedSeq(KindLess, found)))

confirmation_comes_first ==
  ~overtaken

\* Where topic.newest_are_kept cannot be evaluated.
topic_newest_are_kept_errs ==
  (FoldSeq(LAMBDA progress_16, p : LET t == <<(-1), Len(topic_log[p])>> IN IF progress_16 = 0 THEN IF Len(t) = 0 THEN 2 ELSE IF (Least(IntLess, Elements(t))) <= Len(topic_log[p]) - topic_start[p] THEN progress_16 ELSE 1 ELSE progress_16, 0, <<0, 1>>)) = 2

topic_newest_are_kept ==
  \A p \in 0 .. 1 : (Min((-1), Len(topic_log[p]))) <= Len(topic_log[p]) - topic_start[p]

topic_offsets_dense ==
  \A p \in 0 .. 1 : (\A it \in Elements(Enumerate(topic_log[p])) : it[2].offset = it[1])

topic_within_log ==
  \A g \in Service : (\A p \in 0 .. 1 : topic_committed[g][p] <= topic_position[g][p] /\ topic_position[g][p] <= Len(topic_log[p]))

Init ==
  /\ done = [k2_ \in Effect |-> [k_ \in 0 .. 0 |-> 0]]
  /\ handled = [k_ \in Service |-> {}]
  /\ placed = {}
  /\ copies = 0
  /\ overtaken = FALSE
  /\ topic_log = [k_ \in 0 .. 1 |-> <<>>]
  /\ topic_position = [k2_ \in Service |-> [k_ \in 0 .. 1 |-> 0]]
  /\ topic_committed = [k2_ \in Service |-> [k_ \in 0 .. 1 |-> 0]]
  /\ topic_start = [k_ \in 0 .. 1 |-> 0]
  /\ topic_truncated = 0

place(o) ==
  LET t == (IF KEYED THEN o ELSE IF "ORDER_CREATED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_2 == Len(topic_log[t])
  IN
  /\ o \notin placed
  /\ 0 <= t
  /\ t <= 1
  /\ t_2 < topic_length
  /\ ~((~(0 <= t /\ t <= 1)) \/ 10 <= Len(topic_log[t]))
  /\ placed' = placed \cup {o}
  /\ topic_log' = [topic_log EXCEPT ![t] = Append(topic_log[t], [offset |-> t_2, value |-> [kind |-> "ORDER_CREATED", order |-> o]])]
  /\ UNCHANGED <<done, handled, copies, overtaken, topic_position, topic_committed, topic_start, topic_truncated>>

place_errs(o) ==
  LET t == (IF KEYED THEN o ELSE IF "ORDER_CREATED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_2 == 0 <= t
      t_3 == t <= 1
  IN
  \/ /\ o \notin placed
     /\ (~(t_2 /\ t_3)) \/ (t_2 /\ t_3 /\ Len(topic_log[t]) < topic_length /\ ((~(0 <= t /\ t <= 1)) \/ 10 <= Len(topic_log[t])))

\* The next record of a partition that concerns the service; those before it are skipped.
handle(s, p) ==
  LET t == MapSeq(LAMBDA r : r.value, SelectSeq((Slice(topic_log[p], topic_position[s][p], Len(topic_log[p]))), LAMBDA r : concerns(s, r.value.kind)))
      t_2 == Len(t) <= 0
      t_3 == ~t_2
      t_11 == FoldSeq(LAMBDA acc, x_ : LET t_4 == acc[1][s][p] < Len(topic_log[p]) t_5 == acc[1][s][p] t_6 == t_5 < 0 \/ Len(topic_log[p]) <= t_5 t_7 == ~t_6 t_8 == ((topic_log[p][acc[1][s][p] + 1]).value) = t[1] t_9 == t_4 /\ t_7 /\ t_3 /\ ~t_8 t_10 == t_4 /\ t_7 /\ t_3 /\ t_8 IN IF acc[2] = 0 THEN <<IF t_9 \/ t_10 THEN [acc[1] EXCEPT ![s][p] = acc[1][s][p] + 1] ELSE acc[1], IF t_9 THEN 0 ELSE IF (t_4 /\ t_6) \/ (t_4 /\ t_7 /\ t_2) THEN 2 ELSE IF t_10 THEN 3 ELSE 1>> ELSE acc, <<topic_position, 0>>, IntSeq(0, 10, 1))
      t_12 == t_11[2]
      t_13 == (~IDEMPOTENT) \/ t[1] \notin handled[s]
      t_14 == t[1].order
      t_15 == (IF KEYED THEN t_14 ELSE IF "ORDER_COMPLETED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_16 == Len(topic_log[t_15])
      t_17 == (IF KEYED THEN t_14 ELSE IF "INVENTORY_RESERVED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_18 == Len(topic_log[t_17])
      t_19 == (IF KEYED THEN t_14 ELSE IF "PAYMENT_PROCESSED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_20 == Len(topic_log[t_19])
      t_21 == t[1].kind
      t_22 == t_21 = "INVENTORY_RESERVED"
      t_23 == (IF KEYED THEN t_14 ELSE IF "ORDER_SHIPPED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_24 == Len(topic_log[t_23])
      t_25 == t_21 = "ORDER_SHIPPED"
      t_26 == IF t_21 = "ORDER_CREATED" THEN "CONFIRMATION" ELSE "TRACKING"
      t_27 == t_11[1]
  IN
  /\ 0 < Len(t)
  /\ (t_12 = 0 \/ t_12 = 3) = TRUE
  /\ ~(IDEMPOTENT /\ Len(t) <= 0)
  /\ ((~t_13) \/ (((~IDEMPOTENT) \/ 0 < Len(t)) /\ 0 < Len(t) /\ (IF s = "ORDERS" THEN 0 <= t_15 /\ t_15 <= 1 /\ t_16 < topic_length /\ (~((~(0 <= t_15 /\ t_15 <= 1)) \/ 10 <= Len(topic_log[t_15]))) ELSE IF s = "INVENTORY" THEN 0 <= t_17 /\ t_17 <= 1 /\ t_18 < topic_length /\ (~((~(0 <= t_17 /\ t_17 <= 1)) \/ 10 <= Len(topic_log[t_17]))) ELSE IF s = "PAYMENTS" THEN (~((~(0 <= t_14 /\ t_14 <= 0)) \/ Len(<<done["CHARGED"][t_14] + 1, 2>>) = 0)) /\ 0 <= t_19 /\ t_19 <= 1 /\ t_20 < topic_length /\ (~((~(0 <= t_19 /\ t_19 <= 1)) \/ 10 <= Len(topic_log[t_19]))) ELSE IF s = "WAREHOUSE" THEN IF t_22 THEN ~((~(0 <= t_14 /\ t_14 <= 0)) \/ Len(<<done["PICKED"][t_14] + 1, 2>>) = 0) ELSE 0 <= t_23 /\ t_23 <= 1 /\ t_24 < topic_length /\ (~((~(0 <= t_23 /\ t_23 <= 1)) \/ 10 <= Len(topic_log[t_23]))) ELSE IF s = "EMAIL" THEN (~t_25 \/ (~((~overtaken) /\ (~(0 <= t_14 /\ t_14 <= 0))))) /\ (~((~(0 <= t_14 /\ t_14 <= 0)) \/ Len(<<done[t_26][t_14] + 1, 2>>) = 0)) ELSE s # "ANALYTICS" \/ (~((~(0 <= t_14 /\ t_14 <= 0)) \/ Len(<<done["COUNTED"][t_14] + 1, 2>>) = 0))))) = TRUE
  /\ done' = IF t_13 THEN IF s = "ORDERS" THEN done ELSE IF s = "INVENTORY" THEN done ELSE IF s = "PAYMENTS" THEN [done EXCEPT !["CHARGED"][t_14] = Min(done["CHARGED"][t_14] + 1, 2)] ELSE IF s = "WAREHOUSE" THEN IF t_22 THEN [done EXCEPT !["PICKED"][t_14] = Min(done["PICKED"][t_14] + 1, 2)] ELSE done ELSE IF s = "EMAIL" THEN [done EXCEPT ![t_26][t_14] = Min(done[t_26][t_14] + 1, 2)] ELSE IF s = "ANALYTICS" THEN [done EXCEPT !["COUNTED"][t_14] = Min(done["COUNTED"][t_14] + 1, 2)] ELSE done ELSE done
  /\ done' \in [Effect -> [(0 .. 0) -> (0 .. 2)]]
  /\ handled' = IF t_13 THEN IF IDEMPOTENT THEN [handled EXCEPT ![s] = handled[s] \cup {t[1]}] ELSE handled ELSE handled
  /\ handled' \in [Service -> (SUBSET Record)]
  /\ overtaken' = IF t_13 THEN IF s = "ORDERS" THEN overtaken ELSE IF s = "INVENTORY" THEN overtaken ELSE IF s = "PAYMENTS" THEN overtaken ELSE IF s = "WAREHOUSE" THEN overtaken ELSE IF s = "EMAIL" THEN IF t_25 THEN overtaken \/ done["CONFIRMATION"][t_14] = 0 ELSE overtaken ELSE overtaken ELSE overtaken
  /\ topic_log' = IF t_13 THEN IF s = "ORDERS" THEN [topic_log EXCEPT ![t_15] = Append(topic_log[t_15], [offset |-> t_16, value |-> [kind |-> "ORDER_COMPLETED", order |-> t_14]])] ELSE IF s = "INVENTORY" THEN [topic_log EXCEPT ![t_17] = Append(topic_log[t_17], [offset |-> t_18, value |-> [kind |-> "INVENTORY_RESERVED", order |-> t_14]])] ELSE IF s = "PAYMENTS" THEN [topic_log EXCEPT ![t_19] = Append(topic_log[t_19], [offset |-> t_20, value |-> [kind |-> "PAYMENT_PROCESSED", order |-> t_14]])] ELSE IF s = "WAREHOUSE" THEN IF t_22 THEN topic_log ELSE [topic_log EXCEPT ![t_23] = Append(topic_log[t_23], [offset |-> t_24, value |-> [kind |-> "ORDER_SHIPPED", order |-> t_14]])] ELSE topic_log ELSE topic_log
  /\ (\A k_ \in 0 .. 1 : (Len(topic_log'[k_]) <= 10 /\ (\A x_ \in DOMAIN topic_log'[k_] : topic_log'[k_][x_] \in Record_2))) = TRUE
  /\ topic_position' = t_27
  /\ topic_position' \in [Service -> [(0 .. 1) -> (0 .. 10)]]
  /\ topic_committed' = [topic_committed EXCEPT ![s][p] = t_27[s][p]]
  /\ topic_committed' \in [Service -> [(0 .. 1) -> (0 .. 10)]]
  /\ UNCHANGED <<placed, copies, topic_start, topic_truncated>>

handle_errs(s, p) ==
  LET t == MapSeq(LAMBDA r : r.value, SelectSeq((Slice(topic_log[p], topic_position[s][p], Len(topic_log[p]))), LAMBDA r : concerns(s, r.value.kind)))
      t_2 == 0 < Len(t)
      t_3 == Len(t) <= 0
      t_4 == ~t_3
      t_12 == FoldSeq(LAMBDA acc, x_ : LET t_5 == acc[1][s][p] < Len(topic_log[p]) t_6 == acc[1][s][p] t_7 == t_6 < 0 \/ Len(topic_log[p]) <= t_6 t_8 == ~t_7 t_9 == ((topic_log[p][acc[1][s][p] + 1]).value) = t[1] t_10 == t_5 /\ t_8 /\ t_4 /\ ~t_9 t_11 == t_5 /\ t_8 /\ t_4 /\ t_9 IN IF acc[2] = 0 THEN <<IF t_10 \/ t_11 THEN [acc[1] EXCEPT ![s][p] = acc[1][s][p] + 1] ELSE acc[1], IF t_10 THEN 0 ELSE IF (t_5 /\ t_7) \/ (t_5 /\ t_8 /\ t_3) THEN 2 ELSE IF t_11 THEN 3 ELSE 1>> ELSE acc, <<topic_position, 0>>, IntSeq(0, 10, 1))
      t_13 == t_12[2]
      t_14 == t_13 = 0 \/ t_13 = 3
      t_15 == IDEMPOTENT /\ Len(t) <= 0
      t_16 == (~IDEMPOTENT) \/ t[1] \notin handled[s]
      t_17 == Len(t) <= 0
      t_18 == (~IDEMPOTENT) \/ ~t_17
      t_19 == Len(t) <= 0
      t_20 == ~t_19
      t_21 == Len(t) <= 0
      t_22 == ~t_21
      t_23 == t[1].order
      t_24 == (IF KEYED THEN t_23 ELSE IF "ORDER_COMPLETED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_25 == 0 <= t_24
      t_26 == t_24 <= 1
      t_27 == Len(topic_log[t_24])
      t_28 == t_27 < topic_length
      t_29 == (~(0 <= t_24 /\ t_24 <= 1)) \/ 10 <= Len(topic_log[t_24])
      t_30 == (IF KEYED THEN t_23 ELSE IF "INVENTORY_RESERVED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_31 == 0 <= t_30
      t_32 == t_30 <= 1
      t_33 == Len(topic_log[t_30])
      t_34 == t_33 < topic_length
      t_35 == (~(0 <= t_30 /\ t_30 <= 1)) \/ 10 <= Len(topic_log[t_30])
      t_36 == ~(0 <= t_23 /\ t_23 <= 0)
      t_37 == Len(<<done["CHARGED"][t_23] + 1, 2>>) = 0
      t_38 == ~(0 <= t_23 /\ t_23 <= 0)
      t_39 == ~(t_36 \/ t_37 \/ t_38)
      t_40 == (IF KEYED THEN t_23 ELSE IF "PAYMENT_PROCESSED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_41 == 0 <= t_40
      t_42 == t_40 <= 1
      t_43 == Len(topic_log[t_40])
      t_44 == t_43 < topic_length
      t_45 == (~(0 <= t_40 /\ t_40 <= 1)) \/ 10 <= Len(topic_log[t_40])
      t_46 == t[1].kind
      t_47 == t_46 = "INVENTORY_RESERVED"
      t_48 == ~(0 <= t_23 /\ t_23 <= 0)
      t_49 == Len(<<done["PICKED"][t_23] + 1, 2>>) = 0
      t_50 == ~(0 <= t_23 /\ t_23 <= 0)
      t_51 == (IF KEYED THEN t_23 ELSE IF "ORDER_SHIPPED" \in {"ORDER_CREATED", "PAYMENT_PROCESSED"} THEN 0 ELSE 1) % PARTITIONS
      t_52 == 0 <= t_51
      t_53 == t_51 <= 1
      t_54 == Len(topic_log[t_51])
      t_55 == t_54 < topic_length
      t_56 == (~(0 <= t_51 /\ t_51 <= 1)) \/ 10 <= Len(topic_log[t_51])
      t_57 == t_46 = "ORDER_SHIPPED"
      t_58 == ~(0 <= t_23 /\ t_23 <= 0)
      t_59 == ~t_57 \/ (~((~overtaken) /\ t_58))
      t_60 == ~(0 <= t_23 /\ t_23 <= 0)
      t_61 == IF t_46 = "ORDER_CREATED" THEN "CONFIRMATION" ELSE "TRACKING"
      t_62 == Len(<<done[t_61][t_23] + 1, 2>>) = 0
      t_63 == ~(0 <= t_23 /\ t_23 <= 0)
      t_64 == ~(0 <= t_23 /\ t_23 <= 0)
      t_65 == Len(<<done["COUNTED"][t_23] + 1, 2>>) = 0
      t_66 == ~(0 <= t_23 /\ t_23 <= 0)
      t_67 == t_12[1]
  IN
  \/ /\ t_2
     /\ t_13 = 2
  \/ /\ t_2
     /\ t_14
     /\ t_15 \/ (t_16 /\ ((IDEMPOTENT /\ t_17) \/ (t_18 /\ t_19) \/ (t_18 /\ t_20 /\ t_21) \/ (t_18 /\ t_20 /\ t_22 /\ (IF s = "ORDERS" THEN (~(t_25 /\ t_26)) \/ (t_25 /\ t_26 /\ t_28 /\ t_29) ELSE IF s = "INVENTORY" THEN (~(t_31 /\ t_32)) \/ (t_31 /\ t_32 /\ t_34 /\ t_35) ELSE IF s = "PAYMENTS" THEN t_36 \/ t_37 \/ t_38 \/ (t_39 /\ ((~(t_41 /\ t_42)) \/ (t_41 /\ t_42 /\ t_44 /\ t_45))) ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN t_48 \/ t_49 \/ t_50 ELSE (~(t_52 /\ t_53)) \/ (t_52 /\ t_53 /\ t_55 /\ t_56) ELSE IF s = "EMAIL" THEN (t_57 /\ (~overtaken) /\ t_58) \/ (t_59 /\ (t_60 \/ t_62 \/ t_63)) ELSE s = "ANALYTICS" /\ (t_64 \/ t_65 \/ t_66)))))
  \/ /\ t_2
     /\ t_14
     /\ ~t_15
     /\ (~t_16) \/ (t_18 /\ t_20 /\ t_22 /\ (IF s = "ORDERS" THEN t_25 /\ t_26 /\ t_28 /\ (~t_29) ELSE IF s = "INVENTORY" THEN t_31 /\ t_32 /\ t_34 /\ (~t_35) ELSE IF s = "PAYMENTS" THEN t_39 /\ t_41 /\ t_42 /\ t_44 /\ (~t_45) ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN ~(t_48 \/ t_49 \/ t_50) ELSE t_52 /\ t_53 /\ t_55 /\ (~t_56) ELSE IF s = "EMAIL" THEN t_59 /\ (~(t_60 \/ t_62 \/ t_63)) ELSE s # "ANALYTICS" \/ (~(t_64 \/ t_65 \/ t_66))))
     /\ LET new == IF t_16 THEN IF s = "ORDERS" THEN done ELSE IF s = "INVENTORY" THEN done ELSE IF s = "PAYMENTS" THEN [done EXCEPT !["CHARGED"][t_23] = Min(done["CHARGED"][t_23] + 1, 2)] ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN [done EXCEPT !["PICKED"][t_23] = Min(done["PICKED"][t_23] + 1, 2)] ELSE done ELSE IF s = "EMAIL" THEN [done EXCEPT ![t_61][t_23] = Min(done[t_61][t_23] + 1, 2)] ELSE IF s = "ANALYTICS" THEN [done EXCEPT !["COUNTED"][t_23] = Min(done["COUNTED"][t_23] + 1, 2)] ELSE done ELSE done IN ~(new \in [Effect -> [(0 .. 0) -> (0 .. 2)]])
  \/ /\ t_2
     /\ t_14
     /\ ~t_15
     /\ (~t_16) \/ (t_18 /\ t_20 /\ t_22 /\ (IF s = "ORDERS" THEN t_25 /\ t_26 /\ t_28 /\ (~t_29) ELSE IF s = "INVENTORY" THEN t_31 /\ t_32 /\ t_34 /\ (~t_35) ELSE IF s = "PAYMENTS" THEN t_39 /\ t_41 /\ t_42 /\ t_44 /\ (~t_45) ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN ~(t_48 \/ t_49 \/ t_50) ELSE t_52 /\ t_53 /\ t_55 /\ (~t_56) ELSE IF s = "EMAIL" THEN t_59 /\ (~(t_60 \/ t_62 \/ t_63)) ELSE s # "ANALYTICS" \/ (~(t_64 \/ t_65 \/ t_66))))
     /\ LET new_2 == IF t_16 THEN IF IDEMPOTENT THEN [handled EXCEPT ![s] = handled[s] \cup {t[1]}] ELSE handled ELSE handled IN ~(new_2 \in [Service -> (SUBSET Record)])
  \/ /\ t_2
     /\ t_14
     /\ ~t_15
     /\ (~t_16) \/ (t_18 /\ t_20 /\ t_22 /\ (IF s = "ORDERS" THEN t_25 /\ t_26 /\ t_28 /\ (~t_29) ELSE IF s = "INVENTORY" THEN t_31 /\ t_32 /\ t_34 /\ (~t_35) ELSE IF s = "PAYMENTS" THEN t_39 /\ t_41 /\ t_42 /\ t_44 /\ (~t_45) ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN ~(t_48 \/ t_49 \/ t_50) ELSE t_52 /\ t_53 /\ t_55 /\ (~t_56) ELSE IF s = "EMAIL" THEN t_59 /\ (~(t_60 \/ t_62 \/ t_63)) ELSE s # "ANALYTICS" \/ (~(t_64 \/ t_65 \/ t_66))))
     /\ LET new_3 == IF t_16 THEN IF s = "ORDERS" THEN [topic_log EXCEPT ![t_24] = Append(topic_log[t_24], [offset |-> t_27, value |-> [kind |-> "ORDER_COMPLETED", order |-> t_23]])] ELSE IF s = "INVENTORY" THEN [topic_log EXCEPT ![t_30] = Append(topic_log[t_30], [offset |-> t_33, value |-> [kind |-> "INVENTORY_RESERVED", order |-> t_23]])] ELSE IF s = "PAYMENTS" THEN [topic_log EXCEPT ![t_40] = Append(topic_log[t_40], [offset |-> t_43, value |-> [kind |-> "PAYMENT_PROCESSED", order |-> t_23]])] ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN topic_log ELSE [topic_log EXCEPT ![t_51] = Append(topic_log[t_51], [offset |-> t_54, value |-> [kind |-> "ORDER_SHIPPED", order |-> t_23]])] ELSE topic_log ELSE topic_log IN ~(\A k_ \in 0 .. 1 : (Len(new_3[k_]) <= 10 /\ (\A x_ \in DOMAIN new_3[k_] : new_3[k_][x_] \in Record_2)))
  \/ /\ t_2
     /\ t_14
     /\ ~t_15
     /\ (~t_16) \/ (t_18 /\ t_20 /\ t_22 /\ (IF s = "ORDERS" THEN t_25 /\ t_26 /\ t_28 /\ (~t_29) ELSE IF s = "INVENTORY" THEN t_31 /\ t_32 /\ t_34 /\ (~t_35) ELSE IF s = "PAYMENTS" THEN t_39 /\ t_41 /\ t_42 /\ t_44 /\ (~t_45) ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN ~(t_48 \/ t_49 \/ t_50) ELSE t_52 /\ t_53 /\ t_55 /\ (~t_56) ELSE IF s = "EMAIL" THEN t_59 /\ (~(t_60 \/ t_62 \/ t_63)) ELSE s # "ANALYTICS" \/ (~(t_64 \/ t_65 \/ t_66))))
     /\ LET new_4 == t_67 IN ~(new_4 \in [Service -> [(0 .. 1) -> (0 .. 10)]])
  \/ /\ t_2
     /\ t_14
     /\ ~t_15
     /\ (~t_16) \/ (t_18 /\ t_20 /\ t_22 /\ (IF s = "ORDERS" THEN t_25 /\ t_26 /\ t_28 /\ (~t_29) ELSE IF s = "INVENTORY" THEN t_31 /\ t_32 /\ t_34 /\ (~t_35) ELSE IF s = "PAYMENTS" THEN t_39 /\ t_41 /\ t_42 /\ t_44 /\ (~t_45) ELSE IF s = "WAREHOUSE" THEN IF t_47 THEN ~(t_48 \/ t_49 \/ t_50) ELSE t_52 /\ t_53 /\ t_55 /\ (~t_56) ELSE IF s = "EMAIL" THEN t_59 /\ (~(t_60 \/ t_62 \/ t_63)) ELSE s # "ANALYTICS" \/ (~(t_64 \/ t_65 \/ t_66))))
     /\ LET new_5 == [topic_committed EXCEPT ![s][p] = t_67[s][p]] IN ~(new_5 \in [Service -> [(0 .. 1) -> (0 .. 10)]])

\* A rebalance or a crash: the last record of the service was not committed, and is delivered again.
come_back(s, p) ==
  LET t == [topic_committed EXCEPT ![s][p] = topic_committed[s][p] - 1]
  IN
  /\ copies < COPIES
  /\ 0 < topic_committed[s][p]
  /\ copies' = copies + 1
  /\ copies' \in 0 .. COPIES
  /\ topic_position' = [topic_position EXCEPT ![s][p] = Max(t[s][p], topic_start[p])]
  /\ topic_position' \in [Service -> [(0 .. 1) -> (0 .. 10)]]
  /\ topic_committed' = t
  /\ topic_committed' \in [Service -> [(0 .. 1) -> (0 .. 10)]]
  /\ UNCHANGED <<done, handled, placed, overtaken, topic_log, topic_start, topic_truncated>>

come_back_errs(s, p) ==
  LET t == [topic_committed EXCEPT ![s][p] = topic_committed[s][p] - 1]
  IN
  \/ /\ copies < COPIES
     /\ 0 < topic_committed[s][p]
     /\ LET new == copies + 1 IN ~(new \in 0 .. COPIES)
  \/ /\ copies < COPIES
     /\ 0 < topic_committed[s][p]
     /\ LET new_2 == [topic_position EXCEPT ![s][p] = Max(t[s][p], topic_start[p])] IN ~(new_2 \in [Service -> [(0 .. 1) -> (0 .. 10)]])
  \/ /\ copies < COPIES
     /\ 0 < topic_committed[s][p]
     /\ LET new_3 == t IN ~(new_3 \in [Service -> [(0 .. 1) -> (0 .. 10)]])

\* ---- component topic

\* A replica that lacks the newest record becomes the leader.
topic_truncate(p) ==
  /\ FALSE
  /\ UNCHANGED <<done, handled, placed, copies, overtaken, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

\* The oldest record is too old, or the partition too large.
topic_delete_oldest(p) ==
  /\ FALSE
  /\ UNCHANGED <<done, handled, placed, copies, overtaken, topic_log, topic_position, topic_committed, topic_start, topic_truncated>>

Next ==
  \/ \E o \in 0 .. 0 : place(o)
  \/ \E s \in Service, p \in 0 .. 1 : handle(s, p)
  \/ \E s \in Service, p \in 0 .. 1 : come_back(s, p)
  \/ \E p \in 0 .. 1 : topic_truncate(p)
  \/ \E p \in 0 .. 1 : topic_delete_oldest(p)

Fairness ==
  /\ \A s \in Service, p \in 0 .. 1 : WF_vars(handle(s, p))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E o \in 0 .. 0 : place_errs(o))
  /\ ~(\E s \in Service, p \in 0 .. 1 : handle_errs(s, p))
  /\ ~(\E s \in Service, p \in 0 .. 1 : come_back_errs(s, p))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ at_rest
  \/ ~NoError
  \/ ENABLED Next

topic_newest_are_kept_holds == (~topic_newest_are_kept_errs /\ topic_newest_are_kept)

topic_append_only_step ==
  ~(topic_log' # topic_log /\ (FoldSeq(LAMBDA progress_28, p : IF progress_28 = 0 THEN IF Len(topic_log[p]) < 0 THEN 2 ELSE IF (Slice(topic_log'[p], 0, Len(topic_log[p]))) = topic_log[p] THEN progress_28 ELSE 1 ELSE progress_28, 0, <<0, 1>>)) = 2) /\ (topic_log' = topic_log \/ (\A p_2 \in 0 .. 1 : (Slice(topic_log'[p_2], 0, Len(topic_log[p_2]))) = topic_log[p_2]))

topic_append_only == [][topic_append_only_step]_vars

\* forall o in Order: [] (placed(o) -> <> completed(o))
completes ==
  \A o \in 0 .. 0 : [](placed_2(o) => <>(~(FoldSeq(LAMBDA progress_1, e_2 : IF progress_1 = 0 THEN IF 0 <= o /\ o <= 0 THEN IF 0 < done[e_2][o] THEN progress_1 ELSE 1 ELSE 2 ELSE progress_1, 0, <<"CHARGED", "PICKED", "CONFIRMATION", "TRACKING", "COUNTED">>) = 2) /\ (\A e \in Effect : 0 < done[e][o])))
============================================================================
