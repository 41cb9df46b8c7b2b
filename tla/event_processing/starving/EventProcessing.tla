---------------------------- MODULE EventProcessing ----------------------------
\* A producer, and consumers of which each takes nothing but a PaymentProcessed after an OrderCreated.
\*
\* Pattern: competing consumers, where a step of one waits for a particular event. They are linked in three ways.
\* NONE: the process of the document with its syntax error mended, where production and consumption never meet;
\* HANDSHAKE: an event is consumed in the step in which it is produced; CHANNEL: first in, first out.
\* Source: the event-driven architecture guide, section 4.2 (mCRL2). mcrl2/seed has its process as written and each
\* correction; states, transitions and deadlocks of mCRL2 are those of the configurations here.
\*
\* Assumes: nothing is lost or repeated; who waits for a payment leaves every other event where it is.
\* Guarantees with a channel and a producer that keeps to the order of the business: no deadlock; nothing is consumed
\* before it was produced; what has come to the head of the channel is consumed, and nobody waits for ever.
\* ORDERED=False: deadlock. Every consumer waits for a payment, and the head of the channel is another event; a larger
\* channel only postpones it. LINK=NONE: no deadlock, but events are consumed that nobody produced, so that
\* the absence of deadlocks says nothing. LINK=HANDSHAKE needs no order: the producer offers every event at any time.
\* STRONG=False: the payments always go to the consumer that does not wait for one, and the other starves.
\* RUNNING=False: an event may stay for ever.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  LINK,  \* how an event gets from the producer to a consumer
  CONSUMERS,  \* consumers that compete for the events
  CAPACITY,  \* events in the channel at once
  ORDERED,  \* the producer keeps to the order of the business: created, paid, shipped, created, ...
  RUNNING,  \* producer and consumers keep running (weak fairness)
  STRONG,  \* a consumer that is free to take an event again and again takes it (strong fairness)
  channel_capacity,  \* messages in transit at once
  channel_losses,  \* messages that the channel may drop
  channel_duplicates,  \* messages that the channel may deliver twice in a row
  channel_swaps,  \* times that a message may overtake the one before it
  channel_resets  \* times that the connection may break

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ LINK = "CHANNEL"
  /\ CONSUMERS = 2
  /\ CAPACITY = 2
  /\ ORDERED = TRUE
  /\ RUNNING = TRUE
  /\ STRONG = FALSE
  /\ channel_capacity = 2
  /\ channel_losses = 0
  /\ channel_duplicates = 0
  /\ channel_swaps = 0
  /\ channel_resets = 0

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

Event == {"ORDER_CREATED", "PAYMENT_PROCESSED", "ORDER_SHIPPED"}

VARIABLES
  next,  \* what an ordered producer produces next
  waiting,  \* for a payment
  channel_queue,
  channel_lost,
  channel_doubled,
  channel_swapped,
  channel_broken

vars == <<next, waiting, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

TypeOK ==
  /\ next \in Event
  /\ waiting \in [(1 .. CONSUMERS) -> BOOLEAN]
  /\ Len(channel_queue) <= 2 /\ (\A x_ \in DOMAIN channel_queue : channel_queue[x_] \in Event)
  /\ channel_lost \in 0 .. 0
  /\ channel_doubled \in 0 .. 0
  /\ channel_swapped \in 0 .. 0
  /\ channel_broken \in 0 .. 0

at_head(e) ==
  Slice(channel_queue, 0, 1) = <<e>>

waits(c) ==
  waiting[c]

\* all(waiting[c] for c in Consumer)
both_wait ==
  \A c \in 1 .. CONSUMERS : waiting[c]

Init ==
  /\ next = "ORDER_CREATED"
  /\ waiting = [k_ \in 1 .. CONSUMERS |-> FALSE]
  /\ channel_queue = <<>>
  /\ channel_lost = 0
  /\ channel_doubled = 0
  /\ channel_swapped = 0
  /\ channel_broken = 0

produce(e) ==
  /\ (e = next \/ (~ORDERED)) = TRUE
  /\ Len(channel_queue) < channel_capacity
  /\ next' = IF ORDERED THEN IF e = "ORDER_CREATED" THEN "PAYMENT_PROCESSED" ELSE IF e = "PAYMENT_PROCESSED" THEN "ORDER_SHIPPED" ELSE IF e = "ORDER_SHIPPED" THEN "ORDER_CREATED" ELSE next ELSE next
  /\ channel_queue' = Append(channel_queue, e)
  /\ UNCHANGED <<waiting, channel_lost, channel_doubled, channel_swapped, channel_broken>>

consume(c, e) ==
  /\ (e = "PAYMENT_PROCESSED" \/ (~waiting[c])) = TRUE
  /\ 0 < Len(channel_queue)
  /\ e = channel_queue[1]
  /\ waiting' = [waiting EXCEPT ![c] = e = "ORDER_CREATED"]
  /\ channel_queue' = Tail(channel_queue)
  /\ UNCHANGED <<next, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* ---- component channel

\* The message at place i is dropped.
channel_lose(i) ==
  /\ FALSE
  /\ UNCHANGED <<next, waiting, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The message at place i will come twice.
channel_duplicate(i) ==
  /\ FALSE
  /\ UNCHANGED <<next, waiting, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The message at place i + 1 overtakes the one before it.
channel_swap(i) ==
  /\ FALSE
  /\ UNCHANGED <<next, waiting, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The connection breaks.
channel_reset ==
  /\ FALSE
  /\ UNCHANGED <<next, waiting, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

Next ==
  \/ \E e \in Event : produce(e)
  \/ \E c \in 1 .. CONSUMERS, e \in Event : consume(c, e)
  \/ \E i \in 0 .. 2 : channel_lose(i)
  \/ \E i \in 0 .. 2 : channel_duplicate(i)
  \/ \E i \in 0 .. 2 : channel_swap(i)
  \/ channel_reset

Fairness ==
  /\ WF_vars(\E e \in Event : produce(e))
  /\ WF_vars(\E c \in 1 .. CONSUMERS, e \in Event : consume(c, e))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  TRUE

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ ENABLED Next

\* To be violated: both_wait must be possible.
Never_both_wait == ~both_wait

\* Who begins to wait took an OrderCreated from the head of the channel, who ends a PaymentProcessed.
consumes_what_was_produced_step ==
  (\A c_2 \in 1 .. CONSUMERS : (waiting'[c_2] # waiting[c_2]) => (Slice(channel_queue, 0, 1) = <<[c \in 1 .. CONSUMERS |-> IF waiting'[c] THEN "ORDER_CREATED" ELSE "PAYMENT_PROCESSED"][c_2]>>))

consumes_what_was_produced == [][consumes_what_was_produced_step]_vars

\* forall e in Event: [] (at_head(e) -> <> exists c in Consumer: <consume(c, e)>)
consumed_in_the_end ==
  \A e \in Event : [](at_head(e) => <><<\E c \in 1 .. CONSUMERS : consume(c, e)>>_vars)

\* forall c in Consumer: [] (waits(c) -> <> !waits(c))
nobody_waits_for_ever ==
  \A c \in 1 .. CONSUMERS : []((~(~(1 <= c /\ c <= 2)) /\ waiting[c]) => <>(~(~(1 <= c /\ c <= 2)) /\ (~waiting[c])))
================================================================================
