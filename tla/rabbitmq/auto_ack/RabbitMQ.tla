---------------------------- MODULE RabbitMQ ----------------------------
\* Publisher confirms, a topic exchange, two queues whose consumers acknowledge by hand, a dead-letter queue.
\*
\* Pattern: the broker confirms a message once it is in every queue that a binding selects; a consumer acknowledges
\* a message once it has processed it; a message that cannot be processed (POISON) is rejected and dead-lettered.
\* Message 1 has the key error.app, message 2 the key info.app.
\* Source: the event-driven architecture guide, section 2.1.2 (exchange, queue, binding; the four types; confirms and
\* acks).
\*
\* Assumes: durable queues that have room; the connection of the publisher breaks, consumers fail and send back, as
\* often as the constants allow.
\* Guarantees: at-least-once from publisher to processing, or to the dead-letter queue; each queue gets the messages
\* that its binding selects, and no other. CONFIRMED=False: a broken connection loses a message that nobody misses.
\* AUTO_ACK=True: a consumer that fails loses what it was given. DEAD_LETTER=False: a rejected message is dropped.
\* ROUTING=FANOUT: the queue of errors gets everything. DEMAND: at-least-once is not exactly-once (processed, failed
\* before the acknowledgement, processed again), and what is sent back while another message is in work (PREFETCH=2)
\* is processed after its successor.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  MESSAGES,  \* messages published
  CONFIRMED,  \* the publisher waits for confirms
  AUTO_ACK,  \* delivered is acknowledged
  PREFETCH,  \* unacknowledged messages of one consumer
  POISON,  \* the message that cannot be processed; 0: none
  DEAD_LETTER,  \* the queues have a dead-letter exchange
  ROUTING,  \* type of the exchange
  BREAKS,  \* times that the publisher's connection breaks
  CRASHES,  \* failures of consumers, counted together
  REQUEUES,  \* messages that a consumer sends back
  DEMAND,  \* what is demanded of the processing
  link_capacity,  \* messages outstanding at once
  link_confirmed,  \* the broker confirms, and the publisher waits for it
  link_breaks,  \* times that the connection may break
  exchange_routing,  \* type of the exchange
  exchange_words,  \* words of a key or a pattern, at most
  exchange_bindings,  \* bindings of one queue, at most
  queue_capacity,  \* messages in the queue, delivered ones included
  queue_prefetch,  \* messages that may be delivered before the first is acknowledged
  queue_auto_ack,  \* a message is acknowledged by its delivery
  queue_durable,  \* the queue and its messages survive a restart of the broker
  queue_restarts  \* restarts of the broker

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ MESSAGES = 2
  /\ CONFIRMED = TRUE
  /\ AUTO_ACK = TRUE
  /\ PREFETCH = 1
  /\ POISON = 0
  /\ DEAD_LETTER = TRUE
  /\ ROUTING = "TOPIC"
  /\ BREAKS = 1
  /\ CRASHES = 1
  /\ REQUEUES = 0
  /\ DEMAND = "AT_LEAST_ONCE"
  /\ link_capacity = 2
  /\ link_confirmed = TRUE
  /\ link_breaks = 1
  /\ exchange_routing = "TOPIC"
  /\ exchange_words = 2
  /\ exchange_bindings = 1
  /\ queue_capacity = 4
  /\ queue_prefetch = 1
  /\ queue_auto_ack = TRUE
  /\ queue_durable = TRUE
  /\ queue_restarts = 0

IntLess(a_, b_) == a_ < b_

BoolLess(a_, b_) == (~a_) /\ b_

\* Lexicographic order, given the order of the elements.
SeqLess(Less_(_, _), a_, b_) ==
  \E i_ \in 1 .. Len(b_) :
    /\ i_ <= Len(a_) + 1
    /\ \A j_ \in 1 .. (i_ - 1) : a_[j_] = b_[j_]
    /\ i_ <= Len(a_) => Less_(a_[i_], b_[i_])

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

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

CountSeq(s_, x_) == Cardinality({i_ \in DOMAIN s_ : s_[i_] = x_})

\* A bag is a function from its elements to how often it holds them.
BagAdd(b_, x_) ==
  [y_ \in DOMAIN b_ \cup {x_} |-> (IF y_ \in DOMAIN b_ THEN b_[y_] ELSE 0) + (IF y_ = x_ THEN 1 ELSE 0)]

BagRemove(b_, x_) ==
  IF x_ \notin DOMAIN b_ THEN b_
  ELSE IF b_[x_] = 1 THEN [y_ \in DOMAIN b_ \ {x_} |-> b_[y_]] ELSE [b_ EXCEPT ![x_] = @ - 1]

RECURSIVE SumOver(_, _)
SumOver(f_, S_) == IF S_ = {} THEN 0 ELSE LET x_ == CHOOSE y_ \in S_ : TRUE IN f_[x_] + SumOver(f_, S_ \ {x_})

RemoveFirst(s_, x_) ==
  RemoveAt(s_, CHOOSE i_ \in DOMAIN s_ : s_[i_] = x_ /\ \A j_ \in 1 .. (i_ - 1) : s_[j_] # x_)

SeqToBag(s_) == [x_ \in Elements(s_) |-> CountSeq(s_, x_)]

BagSize(b_) == SumOver(b_, DOMAIN b_)

BagToSeq(Less_(_, _), b_) ==
  FoldSeq(LAMBDA a_, x_ : a_ \o [i_ \in 1 .. b_[x_] |-> x_], <<>>, SortedSet(Less_, DOMAIN b_))

Name == {"ERRORS", "ALL"}
Wild == {"WORD", "STAR", "HASH"}
Word == {"INFO", "ERROR", "APP"}
Part == [wild : Wild, word : ({<<>>} \cup {<<x_>> : x_ \in Word})]
NameLess(a_, b_) == LET rank_ == "ERRORS" :> 0 @@ "ALL" :> 1 IN rank_[a_] < rank_[b_]
SetLess(a_, b_) == SeqLess(BoolLess, SortedSet(BoolLess, a_), SortedSet(BoolLess, b_))
WordLess(a_, b_) == LET rank_ == "INFO" :> 0 @@ "ERROR" :> 1 @@ "APP" :> 2 IN rank_[a_] < rank_[b_]
OptionLess(a_, b_) == b_ # <<>> /\ (a_ = <<>> \/ WordLess(a_[1], b_[1]))
WildLess(a_, b_) == LET rank_ == "WORD" :> 0 @@ "STAR" :> 1 @@ "HASH" :> 2 IN rank_[a_] < rank_[b_]
PartLess(a_, b_) == (WildLess(a_.wild, b_.wild) \/ (a_.wild = b_.wild /\ OptionLess(a_.word, b_.word)))
SeqLess_2(a_, b_) == SeqLess(PartLess, a_, b_)
BindingLess(a_, b_) == (SeqLess_2(a_.pattern, b_.pattern) \/ (a_.pattern = b_.pattern /\ (SetLess(a_.headers, b_.headers) \/ (a_.headers = b_.headers /\ BoolLess(a_.every, b_.every)))))

VARIABLES
  published,
  memory,  \* delivered and not processed yet
  done,  \* processed, in this order
  dead,  \* the dead-letter queue
  crashes,
  requeued,
  link_outstanding,  \* at the publisher, in the order of publishing
  link_wire,  \* on the way to the broker
  link_confirms,  \* on the way back
  link_broken,
  exchange_bound,
  queue_ready,
  queue_unacked,
  queue_restarted

vars == <<published, memory, done, dead, crashes, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

TypeOK ==
  /\ published \in 0 .. MESSAGES
  /\ \A k_ \in Name : (BagSize(memory[k_]) <= 3 /\ (\A x_ \in DOMAIN memory[k_] : x_ \in 1 .. MESSAGES))
  /\ \A k_ \in Name : (Len(done[k_]) <= 6 /\ (\A x_ \in DOMAIN done[k_] : done[k_][x_] \in 1 .. MESSAGES))
  /\ dead \in (SUBSET (1 .. MESSAGES))
  /\ crashes \in 0 .. CRASHES
  /\ requeued \in 0 .. REQUEUES
  /\ Len(link_outstanding) <= 2 /\ (\A x_ \in DOMAIN link_outstanding : link_outstanding[x_] \in 1 .. MESSAGES)
  /\ Len(link_wire) <= 2 /\ (\A x_ \in DOMAIN link_wire : link_wire[x_] \in 1 .. MESSAGES)
  /\ Len(link_confirms) <= 2 /\ (\A x_ \in DOMAIN link_confirms : link_confirms[x_] \in 1 .. MESSAGES)
  /\ link_broken \in 0 .. 1
  /\ \A k_ \in Name : (Cardinality(exchange_bound[k_]) <= 1 /\ (\A x_ \in exchange_bound[k_] : (((Len(x_.pattern) <= 2 /\ (\A x2_ \in DOMAIN x_.pattern : x_.pattern[x2_] \in Part))) /\ x_.headers \in SUBSET BOOLEAN /\ x_.every \in BOOLEAN)))
  /\ \A k_ \in Name : (Len(queue_ready[k_]) <= 4 /\ (\A x_ \in DOMAIN queue_ready[k_] : queue_ready[k_][x_] \in 1 .. MESSAGES))
  /\ \A k_ \in Name : (Len(queue_unacked[k_]) <= 4 /\ (\A x_ \in DOMAIN queue_unacked[k_] : queue_unacked[k_][x_] \in 1 .. MESSAGES))
  /\ queue_restarted \in [Name -> (0 .. 0)]

\* The part of a pattern that stands for the word itself.
exchange_word(w) ==
  [wild |-> "WORD", word |-> <<w>>]

\* The part `*`: exactly one word.
exchange_star ==
  [wild |-> "STAR", word |-> <<>>]

\* The part `#`: zero or more words.
exchange_hash ==
  [wild |-> "HASH", word |-> <<>>]

sent(m) ==
  m <= published

\* The messages that the binding of a queue asks for, in words: errors, or everything.
wanted(q) ==
  {m \in 1 .. MESSAGES : (q = "ALL" \/ m = 1)}

settled(m) ==
  m \in dead \/ (\A q \in Name : (m \in wanted(q)) => (m \in Elements(done[q])))

\* Is nothing outstanding and nothing on the way?
link_quiet ==
  Len(link_outstanding) = 0 /\ Len(link_wire) = 0

\* Is nothing ready and nothing unacknowledged?
queue_empty(i) ==
  Len(queue_ready[i]) = 0 /\ Len(queue_unacked[i]) = 0

finished ==
  published = MESSAGES /\ link_quiet /\ (\A q \in Name : queue_empty(q) /\ BagSize(memory[q]) = 0)

\* Is the message ready or unacknowledged?
queue_holds(i, m) ==
  m \in Elements(queue_ready[i]) \/ m \in Elements(queue_unacked[i])

\* Is the message with the publisher, on the way, in the queue, in work, processed or dead-lettered?
accounted(q, m) ==
  m \in Elements(link_outstanding) \/ m \in Elements(link_wire) \/ queue_holds(q, m) \/ m \in DOMAIN memory[q] \/ m \in Elements(done[q]) \/ m \in dead

nothing_is_lost ==
  \A q \in Name : (\A m \in wanted(q) : (m <= published) => accounted(q, m))

routed_as_bound ==
  \A q \in Name : (\A m \in Elements(done[q]) : m \in wanted(q))

\* What is demanded beyond at-least-once.
demand ==
  TRUE

InitErrs ==
  LET t == [pattern |-> <<exchange_word("ERROR"), exchange_star>>, headers |-> {}, every |-> TRUE] \notin [k_ \in Name |-> {}]["ERRORS"] /\ 1 <= Cardinality([k_ \in Name |-> {}]["ERRORS"])
      t_2 == [[k_ \in Name |-> {}] EXCEPT !["ERRORS"] = ([k_ \in Name |-> {}]["ERRORS"]) \cup {[pattern |-> <<exchange_word("ERROR"), exchange_star>>, headers |-> {}, every |-> TRUE]}]
      t_3 == t_2["ALL"]
      t_4 == [pattern |-> <<exchange_hash>>, headers |-> {}, every |-> TRUE] \notin t_3
      t_5 == 1 <= Cardinality(t_3)
  IN
  \/ t
  \/ /\ t_4
     /\ t_5
  \/ /\ ~t
     /\ ~(t_4 /\ t_5)
     /\ LET new == [t_2 EXCEPT !["ALL"] = t_2["ALL"] \cup {[pattern |-> <<exchange_hash>>, headers |-> {}, every |-> TRUE]}] IN ~(\A k_ \in Name : (Cardinality(new[k_]) <= 1 /\ (\A x_ \in new[k_] : (((Len(x_.pattern) <= 2 /\ (\A x2_ \in DOMAIN x_.pattern : x_.pattern[x2_] \in Part))) /\ x_.headers \in SUBSET BOOLEAN /\ x_.every \in BOOLEAN))))

ASSUME ~InitErrs

Init ==
  LET t == [[k_ \in Name |-> {}] EXCEPT !["ERRORS"] = ([k_ \in Name |-> {}]["ERRORS"]) \cup {[pattern |-> <<exchange_word("ERROR"), exchange_star>>, headers |-> {}, every |-> TRUE]}]
      t_2 == t["ALL"]
  IN
  /\ ~([pattern |-> <<exchange_word("ERROR"), exchange_star>>, headers |-> {}, every |-> TRUE] \notin [k_ \in Name |-> {}]["ERRORS"] /\ 1 <= Cardinality([k_ \in Name |-> {}]["ERRORS"]))
  /\ ~([pattern |-> <<exchange_hash>>, headers |-> {}, every |-> TRUE] \notin t_2 /\ 1 <= Cardinality(t_2))
  /\ published = 0
  /\ memory = [k_ \in Name |-> SeqToBag(<<>>)]
  /\ done = [k_ \in Name |-> <<>>]
  /\ dead = {}
  /\ crashes = 0
  /\ requeued = 0
  /\ link_outstanding = <<>>
  /\ link_wire = <<>>
  /\ link_confirms = <<>>
  /\ link_broken = 0
  /\ exchange_bound = [t EXCEPT !["ALL"] = t["ALL"] \cup {[pattern |-> <<exchange_hash>>, headers |-> {}, every |-> TRUE]}]
  /\ (\A k_ \in Name : (Cardinality(exchange_bound[k_]) <= 1 /\ (\A x_ \in exchange_bound[k_] : (((Len(x_.pattern) <= 2 /\ (\A x2_ \in DOMAIN x_.pattern : x_.pattern[x2_] \in Part))) /\ x_.headers \in SUBSET BOOLEAN /\ x_.every \in BOOLEAN)))) = TRUE
  /\ queue_ready = [k_ \in Name |-> <<>>]
  /\ queue_unacked = [k_ \in Name |-> <<>>]
  /\ queue_restarted = [k_ \in Name |-> 0]

publish ==
  /\ published < MESSAGES
  /\ Len(link_outstanding) < link_capacity
  /\ Len(link_wire) < link_capacity
  /\ ((~link_confirmed) \/ Len(link_outstanding) < 2) = TRUE
  /\ published' = published + 1
  /\ published' \in 0 .. MESSAGES
  /\ link_outstanding' = IF link_confirmed THEN Append(link_outstanding, published + 1) ELSE link_outstanding
  /\ (Len(link_outstanding') <= 2 /\ (\A x_ \in DOMAIN link_outstanding' : link_outstanding'[x_] \in 1 .. MESSAGES)) = TRUE
  /\ link_wire' = Append(link_wire, published + 1)
  /\ (Len(link_wire') <= 2 /\ (\A x_ \in DOMAIN link_wire' : link_wire'[x_] \in 1 .. MESSAGES)) = TRUE
  /\ UNCHANGED <<memory, done, dead, crashes, requeued, link_confirms, link_broken, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

publish_errs ==
  \/ /\ published < MESSAGES
     /\ Len(link_outstanding) < link_capacity
     /\ Len(link_wire) < link_capacity
     /\ (~link_confirmed) \/ Len(link_outstanding) < 2
     /\ LET new == published + 1 IN ~(new \in 0 .. MESSAGES)
  \/ /\ published < MESSAGES
     /\ Len(link_outstanding) < link_capacity
     /\ Len(link_wire) < link_capacity
     /\ (~link_confirmed) \/ Len(link_outstanding) < 2
     /\ LET new_2 == IF link_confirmed THEN Append(link_outstanding, published + 1) ELSE link_outstanding IN ~(Len(new_2) <= 2 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. MESSAGES))
  \/ /\ published < MESSAGES
     /\ Len(link_outstanding) < link_capacity
     /\ Len(link_wire) < link_capacity
     /\ (~link_confirmed) \/ Len(link_outstanding) < 2
     /\ LET new_3 == Append(link_wire, published + 1) IN ~(Len(new_3) <= 2 /\ (\A x_ \in DOMAIN new_3 : new_3[x_] \in 1 .. MESSAGES))

store ==
  LET t == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_2 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_3 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_4 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_5 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_6 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_12 == FoldSeq(LAMBDA acc_1, q_2 : LET t_9 == Len(acc_1[1][q_2]) + Len(queue_unacked[q_2]) < queue_capacity t_10 == 4 <= Len(acc_1[1][q_2]) t_11 == t_9 /\ ~t_10 IN IF acc_1[2] = 0 THEN <<IF t_11 THEN [acc_1[1] EXCEPT ![q_2] = Append(acc_1[1][q_2], link_wire[1])] ELSE acc_1[1], IF t_11 THEN 0 ELSE IF t_9 /\ t_10 THEN 2 ELSE 1>> ELSE acc_1, <<queue_ready, 0>>, SortedSet(NameLess, {q \in Name : (\E b \in exchange_bound[q] : Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) \in (FoldSeq(LAMBDA acc, part : LET t_7 == (\E i_2 \in acc[1] : i_2 < Len(t_5) /\ part.wild # "STAR" /\ (i_2 < 0 \/ Len(t_5) <= i_2)) t_8 == ~t_7 IN IF acc[2] = 0 THEN <<IF part.wild = "HASH" \/ t_8 THEN IF part.wild = "HASH" THEN UNION Elements(MapSeq(LAMBDA i : Elements(IntSeq(i, Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) + 1, 1)), SortedSet(IntLess, acc[1]))) ELSE {i_2_2 + 1 : i_2_2 \in {i_2_2 \in acc[1] : (i_2_2 < Len(t_6) /\ (part.wild = "STAR" \/ part = exchange_word(t_6[i_2_2 + 1])))}} ELSE acc[1], IF part.wild = "HASH" \/ t_8 THEN 0 ELSE IF part.wild # "HASH" /\ t_7 THEN 2 ELSE 1>> ELSE acc, <<{0}, 0>>, b.pattern))[1])}))
  IN
  /\ 0 < Len(link_wire)
  /\ ((~link_confirmed) \/ Len(link_confirms) < 2) = TRUE
  /\ ~(\E q_3 \in Name : (FoldSeq(LAMBDA progress, b_2 : IF progress = 0 THEN IF ((FoldSeq(LAMBDA acc_2, part_2 : LET t_13 == (\E i_2_3 \in acc_2[1] : i_2_3 < Len(t) /\ part_2.wild # "STAR" /\ (i_2_3 < 0 \/ Len(t) <= i_2_3)) t_14 == ~t_13 IN IF acc_2[2] = 0 THEN <<IF part_2.wild = "HASH" \/ t_14 THEN IF part_2.wild = "HASH" THEN UNION Elements(MapSeq(LAMBDA i_3 : Elements(IntSeq(i_3, Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) + 1, 1)), SortedSet(IntLess, acc_2[1]))) ELSE {i_2_4 + 1 : i_2_4 \in {i_2_4 \in acc_2[1] : (i_2_4 < Len(t_2) /\ (part_2.wild = "STAR" \/ part_2 = exchange_word(t_2[i_2_4 + 1])))}} ELSE acc_2[1], IF part_2.wild = "HASH" \/ t_14 THEN 0 ELSE IF part_2.wild # "HASH" /\ t_13 THEN 2 ELSE 1>> ELSE acc_2, <<{0}, 0>>, b_2.pattern))[2]) = 2 THEN 2 ELSE IF Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) \in (FoldSeq(LAMBDA acc_3, part_3 : LET t_15 == (\E i_2_5 \in acc_3[1] : i_2_5 < Len(t_3) /\ part_3.wild # "STAR" /\ (i_2_5 < 0 \/ Len(t_3) <= i_2_5)) t_16 == ~t_15 IN IF acc_3[2] = 0 THEN <<IF part_3.wild = "HASH" \/ t_16 THEN IF part_3.wild = "HASH" THEN UNION Elements(MapSeq(LAMBDA i_4 : Elements(IntSeq(i_4, Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) + 1, 1)), SortedSet(IntLess, acc_3[1]))) ELSE {i_2_6 + 1 : i_2_6 \in {i_2_6 \in acc_3[1] : (i_2_6 < Len(t_4) /\ (part_3.wild = "STAR" \/ part_3 = exchange_word(t_4[i_2_6 + 1])))}} ELSE acc_3[1], IF part_3.wild = "HASH" \/ t_16 THEN 0 ELSE IF part_3.wild # "HASH" /\ t_15 THEN 2 ELSE 1>> ELSE acc_3, <<{0}, 0>>, b_2.pattern))[1] THEN 1 ELSE progress ELSE progress, 0, SortedSet(BindingLess, exchange_bound[q_3]))) = 2)
  /\ t_12[2] = 0
  /\ link_wire' = Tail(link_wire)
  /\ link_confirms' = IF link_confirmed THEN Append(link_confirms, link_wire[1]) ELSE link_confirms
  /\ queue_ready' = t_12[1]
  /\ (\A k_ \in Name : (Len(queue_ready'[k_]) <= 4 /\ (\A x_ \in DOMAIN queue_ready'[k_] : queue_ready'[k_][x_] \in 1 .. MESSAGES))) = TRUE
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_outstanding, link_broken, exchange_bound, queue_unacked, queue_restarted>>

store_errs ==
  LET t == (~link_confirmed) \/ Len(link_confirms) < 2
      t_2 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_3 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_4 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_5 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_10 == (\E q \in Name : (FoldSeq(LAMBDA progress, b : IF progress = 0 THEN IF ((FoldSeq(LAMBDA acc, part : LET t_6 == (\E i_2 \in acc[1] : i_2 < Len(t_2) /\ part.wild # "STAR" /\ (i_2 < 0 \/ Len(t_2) <= i_2)) t_7 == ~t_6 IN IF acc[2] = 0 THEN <<IF part.wild = "HASH" \/ t_7 THEN IF part.wild = "HASH" THEN UNION Elements(MapSeq(LAMBDA i : Elements(IntSeq(i, Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) + 1, 1)), SortedSet(IntLess, acc[1]))) ELSE {i_2_2 + 1 : i_2_2 \in {i_2_2 \in acc[1] : (i_2_2 < Len(t_3) /\ (part.wild = "STAR" \/ part = exchange_word(t_3[i_2_2 + 1])))}} ELSE acc[1], IF part.wild = "HASH" \/ t_7 THEN 0 ELSE IF part.wild # "HASH" /\ t_6 THEN 2 ELSE 1>> ELSE acc, <<{0}, 0>>, b.pattern))[2]) = 2 THEN 2 ELSE IF Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) \in (FoldSeq(LAMBDA acc_2, part_2 : LET t_8 == (\E i_2_3 \in acc_2[1] : i_2_3 < Len(t_4) /\ part_2.wild # "STAR" /\ (i_2_3 < 0 \/ Len(t_4) <= i_2_3)) t_9 == ~t_8 IN IF acc_2[2] = 0 THEN <<IF part_2.wild = "HASH" \/ t_9 THEN IF part_2.wild = "HASH" THEN UNION Elements(MapSeq(LAMBDA i_3 : Elements(IntSeq(i_3, Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) + 1, 1)), SortedSet(IntLess, acc_2[1]))) ELSE {i_2_4 + 1 : i_2_4 \in {i_2_4 \in acc_2[1] : (i_2_4 < Len(t_5) /\ (part_2.wild = "STAR" \/ part_2 = exchange_word(t_5[i_2_4 + 1])))}} ELSE acc_2[1], IF part_2.wild = "HASH" \/ t_9 THEN 0 ELSE IF part_2.wild # "HASH" /\ t_8 THEN 2 ELSE 1>> ELSE acc_2, <<{0}, 0>>, b.pattern))[1] THEN 1 ELSE progress ELSE progress, 0, SortedSet(BindingLess, exchange_bound[q]))) = 2)
      t_11 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_12 == <<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>
      t_18 == FoldSeq(LAMBDA acc_1, q_3 : LET t_15 == Len(acc_1[1][q_3]) + Len(queue_unacked[q_3]) < queue_capacity t_16 == 4 <= Len(acc_1[1][q_3]) t_17 == t_15 /\ ~t_16 IN IF acc_1[2] = 0 THEN <<IF t_17 THEN [acc_1[1] EXCEPT ![q_3] = Append(acc_1[1][q_3], link_wire[1])] ELSE acc_1[1], IF t_17 THEN 0 ELSE IF t_15 /\ t_16 THEN 2 ELSE 1>> ELSE acc_1, <<queue_ready, 0>>, SortedSet(NameLess, {q_2 \in Name : (\E b_2 \in exchange_bound[q_2] : Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) \in (FoldSeq(LAMBDA acc_3, part_3 : LET t_13 == (\E i_2_5 \in acc_3[1] : i_2_5 < Len(t_11) /\ part_3.wild # "STAR" /\ (i_2_5 < 0 \/ Len(t_11) <= i_2_5)) t_14 == ~t_13 IN IF acc_3[2] = 0 THEN <<IF part_3.wild = "HASH" \/ t_14 THEN IF part_3.wild = "HASH" THEN UNION Elements(MapSeq(LAMBDA i_4 : Elements(IntSeq(i_4, Len(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>) + 1, 1)), SortedSet(IntLess, acc_3[1]))) ELSE {i_2_6 + 1 : i_2_6 \in {i_2_6 \in acc_3[1] : (i_2_6 < Len(t_12) /\ (part_3.wild = "STAR" \/ part_3 = exchange_word(t_12[i_2_6 + 1])))}} ELSE acc_3[1], IF part_3.wild = "HASH" \/ t_14 THEN 0 ELSE IF part_3.wild # "HASH" /\ t_13 THEN 2 ELSE 1>> ELSE acc_3, <<{0}, 0>>, b_2.pattern))[1])}))
      t_19 == t_18[2]
  IN
  \/ /\ 0 < Len(link_wire)
     /\ link_confirmed
     /\ 2 <= Len(link_confirms)
  \/ /\ 0 < Len(link_wire)
     /\ t
     /\ t_10 \/ t_19 = 2
  \/ /\ 0 < Len(link_wire)
     /\ t
     /\ ~t_10
     /\ t_19 = 0
     /\ LET new == t_18[1] IN ~(\A k_ \in Name : (Len(new[k_]) <= 4 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in 1 .. MESSAGES)))

settle ==
  /\ 0 < Len(link_confirms)
  /\ link_confirms[1] \in Elements(link_outstanding)
  /\ link_outstanding' = RemoveFirst(link_outstanding, link_confirms[1])
  /\ link_confirms' = Tail(link_confirms)
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_wire, link_broken, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

settle_errs ==
  \/ /\ 0 < Len(link_confirms)
     /\ link_confirms[1] \notin Elements(link_outstanding)

deliver(q) ==
  /\ BagSize(memory[q]) < PREFETCH
  /\ 0 < Len(queue_ready[q])
  /\ Len(queue_unacked[q]) < queue_prefetch
  /\ (queue_auto_ack \/ Len(queue_unacked[q]) < 4) = TRUE
  /\ BagSize(memory[q]) < 3
  /\ memory' = [memory EXCEPT ![q] = BagAdd(memory[q], queue_ready[q][1])]
  /\ queue_ready' = [queue_ready EXCEPT ![q] = Tail(queue_ready[q])]
  /\ queue_unacked' = IF queue_auto_ack THEN queue_unacked ELSE [queue_unacked EXCEPT ![q] = Append(queue_unacked[q], queue_ready[q][1])]
  /\ UNCHANGED <<published, done, dead, crashes, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_restarted>>

deliver_errs(q) ==
  LET t == BagSize(memory[q]) < PREFETCH
      t_2 == 0 < Len(queue_ready[q])
      t_3 == Len(queue_unacked[q]) < queue_prefetch
      t_4 == 4 <= Len(queue_unacked[q])
  IN
  \/ /\ t
     /\ t_2
     /\ t_3
     /\ ~queue_auto_ack
     /\ t_4
  \/ /\ t
     /\ t_2
     /\ t_3
     /\ queue_auto_ack \/ ~t_4
     /\ 3 <= BagSize(memory[q])

process(q, m) ==
  /\ m \in DOMAIN memory[q]
  /\ Len(done[q]) < 6
  /\ (AUTO_ACK \/ m \in Elements(queue_unacked[q])) = TRUE
  /\ memory' = [memory EXCEPT ![q] = BagRemove(memory[q], m)]
  /\ done' = [done EXCEPT ![q] = Append(done[q], m)]
  /\ queue_unacked' = IF AUTO_ACK THEN queue_unacked ELSE [queue_unacked EXCEPT ![q] = RemoveFirst(queue_unacked[q], m)]
  /\ UNCHANGED <<published, dead, crashes, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_ready, queue_restarted>>

process_errs(q, m) ==
  \/ /\ m \in DOMAIN memory[q]
     /\ 6 <= Len(done[q])

reject(q, m) ==
  /\ FALSE
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

send_back(q, m) ==
  /\ FALSE
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

crash(q) ==
  /\ crashes < CRASHES
  /\ 0 < BagSize(memory[q])
  /\ memory' = [memory EXCEPT ![q] = <<>>]
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ queue_ready' = [queue_ready EXCEPT ![q] = queue_unacked[q] \o queue_ready[q]]
  /\ (\A k_ \in Name : (Len(queue_ready'[k_]) <= 4 /\ (\A x_ \in DOMAIN queue_ready'[k_] : queue_ready'[k_][x_] \in 1 .. MESSAGES))) = TRUE
  /\ queue_unacked' = [queue_unacked EXCEPT ![q] = <<>>]
  /\ UNCHANGED <<published, done, dead, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_restarted>>

crash_errs(q) ==
  \/ /\ crashes < CRASHES
     /\ 0 < BagSize(memory[q])
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)
  \/ /\ crashes < CRASHES
     /\ 0 < BagSize(memory[q])
     /\ LET new_2 == [queue_ready EXCEPT ![q] = queue_unacked[q] \o queue_ready[q]] IN ~(\A k_ \in Name : (Len(new_2[k_]) <= 4 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in 1 .. MESSAGES)))

\* The consumer has processed the message, and fails before it acknowledges it.
crash_before_ack(q, m) ==
  /\ crashes < CRASHES
  /\ m \in DOMAIN memory[q]
  /\ ~AUTO_ACK
  /\ Len(done[q]) < 6
  /\ memory' = [memory EXCEPT ![q] = <<>>]
  /\ done' = [done EXCEPT ![q] = Append(done[q], m)]
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ queue_ready' = [queue_ready EXCEPT ![q] = queue_unacked[q] \o queue_ready[q]]
  /\ (\A k_ \in Name : (Len(queue_ready'[k_]) <= 4 /\ (\A x_ \in DOMAIN queue_ready'[k_] : queue_ready'[k_][x_] \in 1 .. MESSAGES))) = TRUE
  /\ queue_unacked' = [queue_unacked EXCEPT ![q] = <<>>]
  /\ UNCHANGED <<published, dead, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_restarted>>

crash_before_ack_errs(q, m) ==
  LET t == 6 <= Len(done[q])
  IN
  \/ /\ crashes < CRASHES
     /\ m \in DOMAIN memory[q]
     /\ ~AUTO_ACK
     /\ t
  \/ /\ crashes < CRASHES
     /\ m \in DOMAIN memory[q]
     /\ ~AUTO_ACK
     /\ ~t
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)
  \/ /\ crashes < CRASHES
     /\ m \in DOMAIN memory[q]
     /\ ~AUTO_ACK
     /\ ~t
     /\ LET new_2 == [queue_ready EXCEPT ![q] = queue_unacked[q] \o queue_ready[q]] IN ~(\A k_ \in Name : (Len(new_2[k_]) <= 4 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in 1 .. MESSAGES)))

\* ---- component link

\* The connection breaks; the next one begins with the outstanding messages.
link_disconnect ==
  /\ link_broken < link_breaks
  /\ 0 < Len(link_wire) + Len(link_confirms)
  /\ link_wire' = link_outstanding
  /\ link_confirms' = <<>>
  /\ link_broken' = link_broken + 1
  /\ link_broken' \in 0 .. 1
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_outstanding, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

link_disconnect_errs ==
  \/ /\ link_broken < link_breaks
     /\ 0 < Len(link_wire) + Len(link_confirms)
     /\ LET new == link_broken + 1 IN ~(new \in 0 .. 1)

\* ---- component queue

\* The broker restarts: a durable queue has everything ready again, another one is empty.
queue_broker_restarts(i) ==
  /\ FALSE
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_outstanding, link_wire, link_confirms, link_broken, exchange_bound, queue_ready, queue_unacked, queue_restarted>>

Next ==
  \/ publish
  \/ store
  \/ settle
  \/ \E q \in Name : deliver(q)
  \/ \E q \in Name, m \in 1 .. MESSAGES : process(q, m)
  \/ \E q \in Name, m \in 1 .. MESSAGES : reject(q, m)
  \/ \E q \in Name, m \in 1 .. MESSAGES : send_back(q, m)
  \/ \E q \in Name : crash(q)
  \/ \E q \in Name, m \in 1 .. MESSAGES : crash_before_ack(q, m)
  \/ link_disconnect
  \/ \E i \in Name : queue_broker_restarts(i)

Fairness ==
  /\ WF_vars(publish)
  /\ WF_vars(store)
  /\ WF_vars(settle)
  /\ \A q \in Name : WF_vars(deliver(q))
  /\ \A q \in Name, m \in 1 .. MESSAGES : WF_vars(process(q, m))
  /\ \A q \in Name, m \in 1 .. MESSAGES : WF_vars(reject(q, m))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~publish_errs
  /\ ~store_errs
  /\ ~settle_errs
  /\ ~(\E q \in Name : deliver_errs(q))
  /\ ~(\E q \in Name, m \in 1 .. MESSAGES : process_errs(q, m))
  /\ ~(\E q \in Name : crash_errs(q))
  /\ ~(\E q \in Name, m \in 1 .. MESSAGES : crash_before_ack_errs(q, m))
  /\ ~link_disconnect_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

demand_holds == (demand \/ vars # vars)

\* forall m in Message: [] (sent(m) -> <> settled(m))
all_processed ==
  \A m \in 1 .. MESSAGES : [](sent(m) => <>settled(m))
=========================================================================
