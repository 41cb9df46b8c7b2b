---------------------------- MODULE QueueMutex ----------------------------
\* Workers add one to a counter in a store, under a lock that is the single message of a queue.
\*
\* Pattern: who gets the message holds the lock; the worker reads the counter, writes it plus one, and puts the message
\* back (basic.reject with requeue). The lock is gone when the broker takes the worker for dead, as heartbeats fail
\* to come during a pause or a partition: the message is redelivered, and nobody can tell the worker in time. A
\* fencing token, here the number of the delivery, goes with every access, and the store refuses a token that is older
\* than one that it has seen; a worker that is refused takes the lock again.
\* Source: Kingsbury, "Jepsen: RabbitMQ" (2014), on the distributed semaphores proposed by RabbitMQ; Kleppmann, "How to
\* do distributed locking" (2016), for fencing tokens.
\*
\* Assumes: the store is one linearizable register that compares tokens and carries an access out in one step; delivery
\* numbers grow; the broker takes at most PAUSES workers for dead that are not; nobody crashes.
\* Guarantees with FENCE=ALL: no update is lost, and every worker has its turn if it keeps running (RUNNING).
\* FENCE=NONE: two workers read the same number and one update is lost. FENCE=WRITES, a token carried by writes only, is
\* not enough: the store has not heard of the second worker, which has read and not written yet, when the first one
\* writes. Nothing of this is needed while nobody is taken for dead (PAUSES=0). No fence makes the queue a mutex
\* (EXCLUSIVE=True demands that two workers never both believe that they hold the lock): it makes the harm impossible,
\* not the belief.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  WORKERS,  \* workers, each with one update to make
  PAUSES,  \* workers that the broker takes for dead, and that are not
  FENCE,  \* which accesses carry a fencing token that the store compares
  RUNNING,  \* the workers keep running (weak fairness)
  EXCLUSIVE,  \* demand that only one worker at a time believes that it has the lock
  queue_capacity,  \* messages in the queue, delivered ones included
  queue_prefetch,  \* messages that may be delivered before the first is acknowledged
  queue_auto_ack,  \* a message is acknowledged by its delivery
  queue_durable,  \* the queue and its messages survive a restart of the broker
  queue_restarts  \* restarts of the broker

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ WORKERS = 2
  /\ PAUSES = 1
  /\ FENCE = "ALL"
  /\ RUNNING = TRUE
  /\ EXCLUSIVE = FALSE
  /\ queue_capacity = 1
  /\ queue_prefetch = 1
  /\ queue_auto_ack = FALSE
  /\ queue_durable = TRUE
  /\ queue_restarts = 0

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

RemoveFirst(s_, x_) ==
  RemoveAt(s_, CHOOSE i_ \in DOMAIN s_ : s_[i_] = x_ /\ \A j_ \in 1 .. (i_ - 1) : s_[j_] # x_)

Phase == {"IDLE", "LOCKED", "READ", "WRITTEN", "REFUSED", "DONE"}

VARIABLES
  deliveries,  \* how often the message was delivered; the number is the fencing token
  holder,  \* to whom the message is delivered, as the broker sees it
  token,  \* of the worker's last delivery
  phase,
  copy,  \* the counter as the worker has read it
  counter,  \* in the store
  newest,  \* the newest token that the store has seen
  confirmed,  \* updates that the store has confirmed
  pauses,
  queue_ready,
  queue_unacked,
  queue_restarted

vars == <<deliveries, holder, token, phase, copy, counter, newest, confirmed, pauses, queue_ready, queue_unacked, queue_restarted>>

TypeOK ==
  /\ deliveries \in 0 .. 3
  /\ holder \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. WORKERS)})
  /\ token \in [(1 .. WORKERS) -> (0 .. 3)]
  /\ phase \in [(1 .. WORKERS) -> Phase]
  /\ copy \in [(1 .. WORKERS) -> (0 .. WORKERS)]
  /\ counter \in 0 .. WORKERS
  /\ newest \in 0 .. 3
  /\ confirmed \in 0 .. WORKERS
  /\ pauses \in 0 .. PAUSES
  /\ Len(queue_ready) <= 1 /\ (\A x_ \in DOMAIN queue_ready : queue_ready[x_] \in 1 .. WORKERS)
  /\ Len(queue_unacked) <= 1 /\ (\A x_ \in DOMAIN queue_unacked : queue_unacked[x_] \in 1 .. WORKERS)
  /\ queue_restarted \in 0 .. 0

done(w) ==
  phase[w] = "DONE"

finished ==
  \A w \in 1 .. WORKERS : phase[w] = "DONE"

no_update_is_lost ==
  counter = confirmed

\* Whoever works believes to hold the lock.
exclusive ==
  (~EXCLUSIVE) \/ Cardinality({w \in 1 .. WORKERS : phase[w] \notin {"IDLE", "DONE"}}) <= 1

\* PAUSES == 0 or FENCE == Fence.NONE or any(phase[w] == Phase.REFUSED for w in Worker)
somebody_is_refused ==
  \E w \in 1 .. WORKERS : phase[w] = "REFUSED"

InitErrs ==
  \/ /\ Len(<<>>) + Len(<<>>) < queue_capacity
     /\ 1 <= Len(<<>>)

ASSUME ~InitErrs

Init ==
  /\ Len(<<>>) + Len(<<>>) < queue_capacity
  /\ Len(<<>>) < 1
  /\ deliveries = 0
  /\ holder = <<>>
  /\ token = [k_ \in 1 .. WORKERS |-> 0]
  /\ phase = [k_ \in 1 .. WORKERS |-> "IDLE"]
  /\ copy = [k_ \in 1 .. WORKERS |-> 0]
  /\ counter = 0
  /\ newest = 0
  /\ confirmed = 0
  /\ pauses = 0
  /\ queue_ready = Append(<<>>, 1)
  /\ queue_unacked = <<>>
  /\ queue_restarted = 0

lock(w) ==
  /\ phase[w] = "IDLE"
  /\ 0 < Len(queue_ready)
  /\ Len(queue_unacked) < queue_prefetch
  /\ (queue_auto_ack \/ Len(queue_unacked) < 1) = TRUE
  /\ deliveries' = deliveries + 1
  /\ deliveries' \in 0 .. 3
  /\ holder' = <<w>>
  /\ token' = [token EXCEPT ![w] = deliveries + 1]
  /\ token' \in [(1 .. WORKERS) -> (0 .. 3)]
  /\ phase' = [phase EXCEPT ![w] = "LOCKED"]
  /\ queue_ready' = Tail(queue_ready)
  /\ queue_unacked' = IF queue_auto_ack THEN queue_unacked ELSE Append(queue_unacked, queue_ready[1])
  /\ UNCHANGED <<copy, counter, newest, confirmed, pauses, queue_restarted>>

lock_errs(w) ==
  \/ /\ phase[w] = "IDLE"
     /\ 0 < Len(queue_ready)
     /\ Len(queue_unacked) < queue_prefetch
     /\ queue_auto_ack \/ Len(queue_unacked) < 1
     /\ LET new == deliveries + 1 IN ~(new \in 0 .. 3)
  \/ /\ phase[w] = "IDLE"
     /\ 0 < Len(queue_ready)
     /\ Len(queue_unacked) < queue_prefetch
     /\ queue_auto_ack \/ Len(queue_unacked) < 1
     /\ LET new_2 == [token EXCEPT ![w] = deliveries + 1] IN ~(new_2 \in [(1 .. WORKERS) -> (0 .. 3)])

read(w) ==
  /\ phase[w] = "LOCKED"
  /\ phase' = [phase EXCEPT ![w] = IF token[w] < newest THEN "REFUSED" ELSE "READ"]
  /\ copy' = IF token[w] < newest THEN copy ELSE [copy EXCEPT ![w] = counter]
  /\ newest' = IF token[w] < newest THEN newest ELSE token[w]
  /\ UNCHANGED <<deliveries, holder, token, counter, confirmed, pauses, queue_ready, queue_unacked, queue_restarted>>

write(w) ==
  /\ phase[w] = "READ"
  /\ phase' = [phase EXCEPT ![w] = IF token[w] < newest THEN "REFUSED" ELSE "WRITTEN"]
  /\ counter' = IF token[w] < newest THEN counter ELSE copy[w] + 1
  /\ counter' \in 0 .. WORKERS
  /\ newest' = IF token[w] < newest THEN newest ELSE token[w]
  /\ confirmed' = IF token[w] < newest THEN confirmed ELSE confirmed + 1
  /\ confirmed' \in 0 .. WORKERS
  /\ UNCHANGED <<deliveries, holder, token, copy, pauses, queue_ready, queue_unacked, queue_restarted>>

write_errs(w) ==
  \/ /\ phase[w] = "READ"
     /\ LET new == IF token[w] < newest THEN counter ELSE copy[w] + 1 IN ~(new \in 0 .. WORKERS)
  \/ /\ phase[w] = "READ"
     /\ LET new_2 == IF token[w] < newest THEN confirmed ELSE confirmed + 1 IN ~(new_2 \in 0 .. WORKERS)

\* Put the message back, if it is still this worker's.
unlock(w) ==
  /\ phase[w] \in {"WRITTEN", "REFUSED"}
  /\ (holder # <<w>> \/ 1 \in Elements(queue_unacked)) = TRUE
  /\ holder' = IF holder = <<w>> THEN <<>> ELSE holder
  /\ token' = [token EXCEPT ![w] = 0]
  /\ phase' = [phase EXCEPT ![w] = IF phase[w] = "WRITTEN" THEN "DONE" ELSE "IDLE"]
  /\ copy' = [copy EXCEPT ![w] = 0]
  /\ queue_ready' = IF holder = <<w>> THEN <<1>> \o queue_ready ELSE queue_ready
  /\ (Len(queue_ready') <= 1 /\ (\A x_ \in DOMAIN queue_ready' : queue_ready'[x_] \in 1 .. WORKERS)) = TRUE
  /\ queue_unacked' = IF holder = <<w>> THEN RemoveFirst(queue_unacked, 1) ELSE queue_unacked
  /\ UNCHANGED <<deliveries, counter, newest, confirmed, pauses, queue_restarted>>

unlock_errs(w) ==
  \/ /\ phase[w] \in {"WRITTEN", "REFUSED"}
     /\ holder # <<w>> \/ 1 \in Elements(queue_unacked)
     /\ LET new == IF holder = <<w>> THEN <<1>> \o queue_ready ELSE queue_ready IN ~(Len(new) <= 1 /\ (\A x_ \in DOMAIN new : new[x_] \in 1 .. WORKERS))

\* The holder is silent for too long: the broker closes its connection and the message is ready again.
take_for_dead ==
  /\ holder # <<>>
  /\ pauses < PAUSES
  /\ holder' = <<>>
  /\ pauses' = pauses + 1
  /\ pauses' \in 0 .. PAUSES
  /\ queue_ready' = queue_unacked \o queue_ready
  /\ (Len(queue_ready') <= 1 /\ (\A x_ \in DOMAIN queue_ready' : queue_ready'[x_] \in 1 .. WORKERS)) = TRUE
  /\ queue_unacked' = <<>>
  /\ UNCHANGED <<deliveries, token, phase, copy, counter, newest, confirmed, queue_restarted>>

take_for_dead_errs ==
  \/ /\ holder # <<>>
     /\ pauses < PAUSES
     /\ LET new == pauses + 1 IN ~(new \in 0 .. PAUSES)
  \/ /\ holder # <<>>
     /\ pauses < PAUSES
     /\ LET new_2 == queue_unacked \o queue_ready IN ~(Len(new_2) <= 1 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. WORKERS))

\* ---- component queue

\* The broker restarts: a durable queue has everything ready again, another one is empty.
queue_broker_restarts ==
  /\ FALSE
  /\ UNCHANGED <<deliveries, holder, token, phase, copy, counter, newest, confirmed, pauses, queue_ready, queue_unacked, queue_restarted>>

Next ==
  \/ \E w \in 1 .. WORKERS : lock(w)
  \/ \E w \in 1 .. WORKERS : read(w)
  \/ \E w \in 1 .. WORKERS : write(w)
  \/ \E w \in 1 .. WORKERS : unlock(w)
  \/ take_for_dead
  \/ queue_broker_restarts

Fairness ==
  /\ \A w \in 1 .. WORKERS : WF_vars(lock(w))
  /\ \A w \in 1 .. WORKERS : WF_vars(read(w))
  /\ \A w \in 1 .. WORKERS : WF_vars(write(w))
  /\ \A w \in 1 .. WORKERS : WF_vars(unlock(w))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E w \in 1 .. WORKERS : lock_errs(w))
  /\ ~(\E w \in 1 .. WORKERS : write_errs(w))
  /\ ~(\E w \in 1 .. WORKERS : unlock_errs(w))
  /\ ~take_for_dead_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: somebody_is_refused must be possible.
Never_somebody_is_refused == ~somebody_is_refused

\* forall w in Worker: <> done(w)
everybody_has_a_turn ==
  \A w \in 1 .. WORKERS : <>(~(~(1 <= w /\ w <= 2)) /\ (phase[w] = "DONE"))
===========================================================================
