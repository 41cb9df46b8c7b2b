---------------------------- MODULE KafkaProducer ----------------------------
\* A producer with requests in flight, a partition leader, and one follower that takes over if the leader fails.
\*
\* Pattern: a record carries its sequence number; with idempotence the leader appends it only if it is the next one,
\* and acknowledges a repetition without appending. The producer sends again what is not acknowledged.
\* Source: the event-driven architecture guide, section 2.1.1 (acks=all, enable.idempotence=true); KIP-98; KIP-360 for
\* EXPIRES=True: the broker forgets the state of a quiet producer, and takes a retry for something new.
\*
\* Assumes: one partition, one producer session; requests may be lost on the way and so may acknowledgements, LOSSES
\* in all; the leader fails at most FAILURES times, and its follower has a prefix of its log.
\* Guarantees with acks=all, idempotence and retries: an acknowledged record is kept, none is stored twice, and they
\* stand in the order of sending.
\* ACKS=LEADER loses an acknowledged record when the leader fails; ACKS=NONE loses without anybody failing.
\* IDEMPOTENT=False duplicates (the acknowledgement was lost) and reorders (the first of two in flight was lost).
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  RECORDS,  \* records sent
  INFLIGHT,  \* requests in flight (max.in.flight.requests.per.connection)
  RETRIES,  \* repetitions of requests, in all
  LOSSES,  \* requests or acknowledgements that get lost, in all
  FAILURES,  \* failures of the leader
  ACKS,  \* when a record counts as acknowledged
  IDEMPOTENT,  \* the leader recognises repetitions and gaps
  EXPIRES,  \* the leader may forget what it knows of the producer
  producer_records,  \* records sent
  producer_inflight,  \* requests in flight (max.in.flight.requests.per.connection)
  producer_retries,  \* repetitions of requests, in all
  producer_losses,  \* requests that get lost, in all
  producer_acks,  \* when a record counts as acknowledged
  producer_idempotent,  \* the broker recognises repetitions and gaps (enable.idempotence)
  producer_restarts,  \* 1: the producer may crash, and begin a session with the next epoch
  producer_fenced  \* the sessions share their producer id: a newer epoch fences the older one

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ RECORDS = 2
  /\ INFLIGHT = 2
  /\ RETRIES = 1
  /\ LOSSES = 1
  /\ FAILURES = 1
  /\ ACKS = "LEADER"
  /\ IDEMPOTENT = TRUE
  /\ EXPIRES = FALSE
  /\ producer_records = 2
  /\ producer_inflight = 2
  /\ producer_retries = 1
  /\ producer_losses = 1
  /\ producer_acks = "LEADER"
  /\ producer_idempotent = TRUE
  /\ producer_restarts = 0
  /\ producer_fenced = TRUE

IntLess(a_, b_) == a_ < b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Greatest(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(x_, y_)

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

VARIABLES
  leader,
  follower,
  failures,
  producer_sent,  \* records sent for the first time
  producer_wire,  \* requests on the way, first in, first out
  producer_stale,  \* those of the epoch before
  producer_acked,  \* acknowledged, as the producer knows
  producer_known,  \* the broker knows the producer's last sequence number
  producer_retried,
  producer_lost,
  producer_epoch,
  producer_before  \* records that were sent before this session

vars == <<leader, follower, failures, producer_sent, producer_wire, producer_stale, producer_acked, producer_known, producer_retried, producer_lost, producer_epoch, producer_before>>

TypeOK ==
  /\ Len(leader) <= 3 /\ (\A x_ \in DOMAIN leader : leader[x_] \in 1 .. RECORDS)
  /\ Len(follower) <= 3 /\ (\A x_ \in DOMAIN follower : follower[x_] \in 1 .. RECORDS)
  /\ failures \in 0 .. FAILURES
  /\ producer_sent \in 0 .. 2
  /\ Len(producer_wire) <= 2 /\ (\A x_ \in DOMAIN producer_wire : producer_wire[x_] \in 1 .. 2)
  /\ Len(producer_stale) <= 0 /\ (\A x_ \in DOMAIN producer_stale : producer_stale[x_] \in 1 .. 2)
  /\ producer_acked \in (SUBSET (1 .. 2))
  /\ producer_known \in BOOLEAN
  /\ producer_retried \in 0 .. 1
  /\ producer_lost \in 0 .. 1
  /\ producer_epoch \in 0 .. 0
  /\ producer_before \in 0 .. 0

\* Everything is sent; the producer may give up on what is not acknowledged.
finished ==
  producer_sent = RECORDS /\ Len(producer_wire) = 0 /\ Len(follower) = Len(leader)

acknowledged_is_kept ==
  \A r \in producer_acked : r \in Elements(leader)

stored_once ==
  Len(leader) = (Cardinality(Elements(leader)))

\* Where in_order cannot be evaluated.
in_order_errs ==
  (FoldSeq(LAMBDA progress, it : IF progress = 0 THEN IF it[1] < 0 THEN 2 ELSE IF (\A b \in Elements(Slice(leader, it[1], Len(leader))) : it[2] <= b) THEN progress ELSE 1 ELSE progress, 0, Enumerate(leader))) = 2

in_order ==
  \A it \in Elements(Enumerate(leader)) : (\A b \in Elements(Slice(leader, it[1], Len(leader))) : it[2] <= b)

\* len(producer.acked) == RECORDS and failures == FAILURES
everything_arrives ==
  Cardinality(producer_acked) = RECORDS /\ failures = FAILURES

Init ==
  /\ leader = <<>>
  /\ follower = <<>>
  /\ failures = 0
  /\ producer_sent = 0
  /\ producer_wire = <<>>
  /\ producer_stale = <<>>
  /\ producer_acked = {}
  /\ producer_known = TRUE
  /\ producer_retried = 0
  /\ producer_lost = 0
  /\ producer_epoch = 0
  /\ producer_before = 0

\* The leader takes a request: appends it, knows it already, or refuses it because of a gap.
receive ==
  LET t == IF (~producer_idempotent) \/ (~producer_known) \/ producer_wire[1] = (Greatest(IntLess, Elements(<<producer_before>> \o leader))) + 1 THEN <<producer_wire[1]>> ELSE <<>>
      t_2 == t = <<>>
  IN
  /\ 0 < Len(producer_wire)
  /\ Len(<<producer_before>> \o leader) # 0
  /\ (t_2 \/ (~(t = <<>> \/ 3 <= Len(leader)))) = TRUE
  /\ leader' = IF t_2 THEN leader ELSE Append(leader, t[1])
  /\ (Len(leader') <= 3 /\ (\A x_ \in DOMAIN leader' : leader'[x_] \in 1 .. RECORDS)) = TRUE
  /\ producer_wire' = Tail(producer_wire)
  /\ producer_known' = TRUE
  /\ UNCHANGED <<follower, failures, producer_sent, producer_stale, producer_acked, producer_retried, producer_lost, producer_epoch, producer_before>>

receive_errs ==
  LET t == Len(<<producer_before>> \o leader) = 0
      t_2 == ~t
      t_3 == IF (~producer_idempotent) \/ (~producer_known) \/ producer_wire[1] = (Greatest(IntLess, Elements(<<producer_before>> \o leader))) + 1 THEN <<producer_wire[1]>> ELSE <<>>
      t_4 == t_3 = <<>>
      t_5 == t_3 = <<>>
  IN
  \/ /\ 0 < Len(producer_wire)
     /\ t
  \/ /\ 0 < Len(producer_wire)
     /\ t_2
     /\ ~t_4
     /\ t_5 \/ 3 <= Len(leader)
  \/ /\ 0 < Len(producer_wire)
     /\ t_2
     /\ t_4 \/ (~(t_5 \/ 3 <= Len(leader)))
     /\ LET new == IF t_4 THEN leader ELSE Append(leader, t_3[1]) IN ~(Len(new) <= 3 /\ (\A x_ \in DOMAIN new : new[x_] \in 1 .. RECORDS))

replicate ==
  /\ Len(follower) < Len(leader)
  /\ ~(Len(leader) <= Len(follower) \/ 3 <= Len(follower))
  /\ follower' = Append(follower, leader[Len(follower) + 1])
  /\ UNCHANGED <<leader, failures, producer_sent, producer_wire, producer_stale, producer_acked, producer_known, producer_retried, producer_lost, producer_epoch, producer_before>>

replicate_errs ==
  \/ /\ Len(follower) < Len(leader)
     /\ Len(leader) <= Len(follower) \/ 3 <= Len(follower)

\* The acknowledgement of a stored record reaches the producer; not taken is lost or late.
acknowledge(r) ==
  /\ r \notin producer_acked
  /\ r \in Elements(leader)
  /\ producer_acked' = producer_acked \cup {r}
  /\ UNCHANGED <<leader, follower, failures, producer_sent, producer_wire, producer_stale, producer_known, producer_retried, producer_lost, producer_epoch, producer_before>>

\* The leader fails, with what only it had; the old leader comes back as the follower.
fail_over ==
  /\ failures < FAILURES
  /\ leader' = follower
  /\ failures' = failures + 1
  /\ failures' \in 0 .. FAILURES
  /\ UNCHANGED <<follower, producer_sent, producer_wire, producer_stale, producer_acked, producer_known, producer_retried, producer_lost, producer_epoch, producer_before>>

fail_over_errs ==
  \/ /\ failures < FAILURES
     /\ LET new == failures + 1 IN ~(new \in 0 .. FAILURES)

expire ==
  /\ EXPIRES
  /\ 0 < Len(leader)
  /\ producer_known
  /\ producer_known' = FALSE
  /\ UNCHANGED <<leader, follower, failures, producer_sent, producer_wire, producer_stale, producer_acked, producer_retried, producer_lost, producer_epoch, producer_before>>

\* ---- component producer

producer_send ==
  /\ producer_sent < producer_records
  /\ Len(producer_wire) < producer_inflight
  /\ producer_sent' = producer_sent + 1
  /\ producer_sent' \in 0 .. 2
  /\ producer_wire' = Append(producer_wire, producer_sent + 1)
  /\ (Len(producer_wire') <= 2 /\ (\A x_ \in DOMAIN producer_wire' : producer_wire'[x_] \in 1 .. 2)) = TRUE
  /\ UNCHANGED <<leader, follower, failures, producer_stale, producer_acked, producer_known, producer_retried, producer_lost, producer_epoch, producer_before>>

producer_send_errs ==
  \/ /\ producer_sent < producer_records
     /\ Len(producer_wire) < producer_inflight
     /\ LET new == producer_sent + 1 IN ~(new \in 0 .. 2)
  \/ /\ producer_sent < producer_records
     /\ Len(producer_wire) < producer_inflight
     /\ LET new_2 == Append(producer_wire, producer_sent + 1) IN ~(Len(new_2) <= 2 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. 2))

\* Send again what is not acknowledged and not on the way.
producer_retry(r) ==
  /\ producer_retried < producer_retries
  /\ Len(producer_wire) < producer_inflight
  /\ r <= producer_sent
  /\ r \notin producer_acked
  /\ r \notin Elements(producer_wire)
  /\ producer_wire' = Append(producer_wire, r)
  /\ producer_retried' = producer_retried + 1
  /\ producer_retried' \in 0 .. 1
  /\ UNCHANGED <<leader, follower, failures, producer_sent, producer_stale, producer_acked, producer_known, producer_lost, producer_epoch, producer_before>>

producer_retry_errs(r) ==
  \/ /\ producer_retried < producer_retries
     /\ Len(producer_wire) < producer_inflight
     /\ r <= producer_sent
     /\ r \notin producer_acked
     /\ r \notin Elements(producer_wire)
     /\ LET new == producer_retried + 1 IN ~(new \in 0 .. 1)

producer_lose_request ==
  /\ producer_lost < producer_losses
  /\ 0 < Len(producer_wire)
  /\ producer_wire' = Slice(producer_wire, 1, Len(producer_wire))
  /\ producer_lost' = producer_lost + 1
  /\ producer_lost' \in 0 .. 1
  /\ UNCHANGED <<leader, follower, failures, producer_sent, producer_stale, producer_acked, producer_known, producer_retried, producer_epoch, producer_before>>

producer_lose_request_errs ==
  \/ /\ producer_lost < producer_losses
     /\ 0 < Len(producer_wire)
     /\ LET new == producer_lost + 1 IN ~(new \in 0 .. 1)

\* The producer crashes and comes back, over a new connection.
producer_restart ==
  /\ FALSE
  /\ UNCHANGED <<leader, follower, failures, producer_sent, producer_wire, producer_stale, producer_acked, producer_known, producer_retried, producer_lost, producer_epoch, producer_before>>

Next ==
  \/ receive
  \/ replicate
  \/ \E r \in 1 .. RECORDS : acknowledge(r)
  \/ fail_over
  \/ expire
  \/ producer_send
  \/ \E r \in 1 .. 2 : producer_retry(r)
  \/ producer_lose_request
  \/ producer_restart

Fairness ==
  /\ WF_vars(receive)
  /\ WF_vars(replicate)
  /\ WF_vars(producer_send)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~receive_errs
  /\ ~replicate_errs
  /\ ~fail_over_errs
  /\ ~producer_send_errs
  /\ ~(\E r \in 1 .. 2 : producer_retry_errs(r))
  /\ ~producer_lose_request_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

in_order_holds == (~in_order_errs /\ in_order)

\* To be violated: everything_arrives must be possible.
Never_everything_arrives == ~everything_arrives
==============================================================================
