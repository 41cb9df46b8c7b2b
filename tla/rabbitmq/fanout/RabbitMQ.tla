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
  /\ AUTO_ACK = FALSE
  /\ PREFETCH = 1
  /\ POISON = 0
  /\ DEAD_LETTER = TRUE
  /\ ROUTING = "FANOUT"
  /\ BREAKS = 1
  /\ CRASHES = 1
  /\ REQUEUES = 0
  /\ DEMAND = "AT_LEAST_ONCE"
  /\ link_capacity = 2
  /\ link_confirmed = TRUE
  /\ link_breaks = 1
  /\ exchange_routing = "FANOUT"
  /\ exchange_words = 2
  /\ exchange_bindings = 1
  /\ queue_capacity = 4
  /\ queue_prefetch = 1
  /\ queue_auto_ack = FALSE
  /\ queue_durable = TRUE
  /\ queue_restarts = 0

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

\* The elements of a set as a sequence, in order.
SortedSet(Less_(_, _), S_) ==
  [i_ \in 1 .. Cardinality(S_) |-> CHOOSE x_ \in S_ : Cardinality({y_ \in S_ : Less_(y_, x_)}) = i_ - 1]

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

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

Name == {"ERRORS", "ALL"}
Wild == {"WORD", "STAR", "HASH"}
Word == {"INFO", "ERROR", "APP"}
Part == [wild : Wild, word : ({<<>>} \cup {<<x_>> : x_ \in Word})]
NameLess(a_, b_) == LET rank_ == "ERRORS" :> 0 @@ "ALL" :> 1 IN rank_[a_] < rank_[b_]

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

\* Does a binding take a message with this key and these headers?
exchange_selects(b, key, headers) ==
  TRUE

\* The queues that get the message.
exchange_route(key, headers) ==
  {q \in Name : (\E b \in exchange_bound[q] : exchange_selects(b, key, headers))}

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
  LET t_4 == FoldSeq(LAMBDA acc, q : LET t == Len(acc[1][q]) + Len(queue_unacked[q]) < queue_capacity t_2 == 4 <= Len(acc[1][q]) t_3 == t /\ ~t_2 IN IF acc[2] = 0 THEN <<IF t_3 THEN [acc[1] EXCEPT ![q] = Append(acc[1][q], link_wire[1])] ELSE acc[1], IF t_3 THEN 0 ELSE IF t /\ t_2 THEN 2 ELSE 1>> ELSE acc, <<queue_ready, 0>>, SortedSet(NameLess, exchange_route(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>, {})))
  IN
  /\ 0 < Len(link_wire)
  /\ ((~link_confirmed) \/ Len(link_confirms) < 2) = TRUE
  /\ t_4[2] = 0
  /\ link_wire' = Tail(link_wire)
  /\ link_confirms' = IF link_confirmed THEN Append(link_confirms, link_wire[1]) ELSE link_confirms
  /\ queue_ready' = t_4[1]
  /\ (\A k_ \in Name : (Len(queue_ready'[k_]) <= 4 /\ (\A x_ \in DOMAIN queue_ready'[k_] : queue_ready'[k_][x_] \in 1 .. MESSAGES))) = TRUE
  /\ UNCHANGED <<published, memory, done, dead, crashes, requeued, link_outstanding, link_broken, exchange_bound, queue_unacked, queue_restarted>>

store_errs ==
  LET t == (~link_confirmed) \/ Len(link_confirms) < 2
      t_5 == FoldSeq(LAMBDA acc, q : LET t_2 == Len(acc[1][q]) + Len(queue_unacked[q]) < queue_capacity t_3 == 4 <= Len(acc[1][q]) t_4 == t_2 /\ ~t_3 IN IF acc[2] = 0 THEN <<IF t_4 THEN [acc[1] EXCEPT ![q] = Append(acc[1][q], link_wire[1])] ELSE acc[1], IF t_4 THEN 0 ELSE IF t_2 /\ t_3 THEN 2 ELSE 1>> ELSE acc, <<queue_ready, 0>>, SortedSet(NameLess, exchange_route(<<IF link_wire[1] = 1 THEN "ERROR" ELSE "INFO", "APP">>, {})))
      t_6 == t_5[2]
  IN
  \/ /\ 0 < Len(link_wire)
     /\ link_confirmed
     /\ 2 <= Len(link_confirms)
  \/ /\ 0 < Len(link_wire)
     /\ t
     /\ t_6 = 2
  \/ /\ 0 < Len(link_wire)
     /\ t
     /\ t_6 = 0
     /\ LET new == t_5[1] IN ~(\A k_ \in Name : (Len(new[k_]) <= 4 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in 1 .. MESSAGES)))

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
