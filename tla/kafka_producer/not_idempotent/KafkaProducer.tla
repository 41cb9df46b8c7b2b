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
  EXPIRES  \* the leader may forget what it knows of the producer

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ RECORDS = 2
  /\ INFLIGHT = 2
  /\ RETRIES = 1
  /\ LOSSES = 1
  /\ FAILURES = 1
  /\ ACKS = "ALL"
  /\ IDEMPOTENT = FALSE
  /\ EXPIRES = FALSE

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
  sent,  \* records sent for the first time
  wire,  \* requests on the way, first in, first out
  leader,
  follower,
  acked,  \* acknowledged, as the producer knows
  known,  \* the leader knows the producer's last sequence number
  retried,
  lost,
  failures

vars == <<sent, wire, leader, follower, acked, known, retried, lost, failures>>

TypeOK ==
  /\ sent \in 0 .. RECORDS
  /\ Len(wire) <= 2 /\ (\A x_ \in DOMAIN wire : wire[x_] \in 1 .. RECORDS)
  /\ Len(leader) <= 3 /\ (\A x_ \in DOMAIN leader : leader[x_] \in 1 .. RECORDS)
  /\ Len(follower) <= 3 /\ (\A x_ \in DOMAIN follower : follower[x_] \in 1 .. RECORDS)
  /\ acked \in (SUBSET (1 .. RECORDS))
  /\ known \in BOOLEAN
  /\ retried \in 0 .. RETRIES
  /\ lost \in 0 .. LOSSES
  /\ failures \in 0 .. FAILURES

\* Everything is sent; the producer may give up on what is not acknowledged.
finished ==
  sent = RECORDS /\ Len(wire) = 0 /\ Len(follower) = Len(leader)

acknowledged_is_kept ==
  \A r \in acked : r \in Elements(leader)

stored_once ==
  Len(leader) = (Cardinality(Elements(leader)))

\* Where in_order cannot be evaluated.
in_order_errs ==
  (FoldSeq(LAMBDA progress, it : IF progress = 0 THEN IF it[1] < 0 THEN 2 ELSE IF (\A b \in Elements(Slice(leader, it[1], Len(leader))) : it[2] <= b) THEN progress ELSE 1 ELSE progress, 0, Enumerate(leader))) = 2

in_order ==
  \A it \in Elements(Enumerate(leader)) : (\A b \in Elements(Slice(leader, it[1], Len(leader))) : it[2] <= b)

\* len(acked) == RECORDS and failures == FAILURES
everything_arrives ==
  Cardinality(acked) = RECORDS /\ failures = FAILURES

Init ==
  /\ sent = 0
  /\ wire = <<>>
  /\ leader = <<>>
  /\ follower = <<>>
  /\ acked = {}
  /\ known = TRUE
  /\ retried = 0
  /\ lost = 0
  /\ failures = 0

send ==
  /\ sent < RECORDS
  /\ Len(wire) < INFLIGHT
  /\ sent' = sent + 1
  /\ sent' \in 0 .. RECORDS
  /\ wire' = Append(wire, sent + 1)
  /\ (Len(wire') <= 2 /\ (\A x_ \in DOMAIN wire' : wire'[x_] \in 1 .. RECORDS)) = TRUE
  /\ UNCHANGED <<leader, follower, acked, known, retried, lost, failures>>

send_errs ==
  \/ /\ sent < RECORDS
     /\ Len(wire) < INFLIGHT
     /\ LET new == sent + 1 IN ~(new \in 0 .. RECORDS)
  \/ /\ sent < RECORDS
     /\ Len(wire) < INFLIGHT
     /\ LET new_2 == Append(wire, sent + 1) IN ~(Len(new_2) <= 2 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. RECORDS))

\* Send again what is not acknowledged and not on the way.
retry(r) ==
  /\ retried < RETRIES
  /\ Len(wire) < INFLIGHT
  /\ r <= sent
  /\ r \notin acked
  /\ r \notin Elements(wire)
  /\ wire' = Append(wire, r)
  /\ retried' = retried + 1
  /\ retried' \in 0 .. RETRIES
  /\ UNCHANGED <<sent, leader, follower, acked, known, lost, failures>>

retry_errs(r) ==
  \/ /\ retried < RETRIES
     /\ Len(wire) < INFLIGHT
     /\ r <= sent
     /\ r \notin acked
     /\ r \notin Elements(wire)
     /\ LET new == retried + 1 IN ~(new \in 0 .. RETRIES)

\* The leader takes a request: appends it, knows it already, or refuses it because of a gap.
receive ==
  LET t == (~IDEMPOTENT) \/ (~known) \/ wire[1] = (Greatest(IntLess, Elements(<<0>> \o leader))) + 1
  IN
  /\ 0 < Len(wire)
  /\ Len(<<0>> \o leader) # 0
  /\ ((~t) \/ Len(leader) < 3) = TRUE
  /\ wire' = Tail(wire)
  /\ leader' = IF t THEN Append(leader, wire[1]) ELSE leader
  /\ known' = TRUE
  /\ UNCHANGED <<sent, follower, acked, retried, lost, failures>>

receive_errs ==
  LET t == Len(<<0>> \o leader) = 0
  IN
  \/ /\ 0 < Len(wire)
     /\ t
  \/ /\ 0 < Len(wire)
     /\ ~t
     /\ (~IDEMPOTENT) \/ (~known) \/ wire[1] = (Greatest(IntLess, Elements(<<0>> \o leader))) + 1
     /\ 3 <= Len(leader)

lose_request ==
  /\ lost < LOSSES
  /\ 0 < Len(wire)
  /\ wire' = Slice(wire, 1, Len(wire))
  /\ lost' = lost + 1
  /\ lost' \in 0 .. LOSSES
  /\ UNCHANGED <<sent, leader, follower, acked, known, retried, failures>>

lose_request_errs ==
  \/ /\ lost < LOSSES
     /\ 0 < Len(wire)
     /\ LET new == lost + 1 IN ~(new \in 0 .. LOSSES)

replicate ==
  /\ Len(follower) < Len(leader)
  /\ ~(Len(leader) <= Len(follower) \/ 3 <= Len(follower))
  /\ follower' = Append(follower, leader[Len(follower) + 1])
  /\ UNCHANGED <<sent, wire, leader, acked, known, retried, lost, failures>>

replicate_errs ==
  \/ /\ Len(follower) < Len(leader)
     /\ Len(leader) <= Len(follower) \/ 3 <= Len(follower)

\* The acknowledgement of a stored record reaches the producer; not taken is lost or late.
acknowledge(r) ==
  /\ r \in Elements(leader)
  /\ r \notin acked
  /\ r \in Elements(follower)
  /\ acked' = acked \cup {r}
  /\ UNCHANGED <<sent, wire, leader, follower, known, retried, lost, failures>>

\* The leader fails, with what only it had; the old leader comes back as the follower.
fail_over ==
  /\ failures < FAILURES
  /\ leader' = follower
  /\ failures' = failures + 1
  /\ failures' \in 0 .. FAILURES
  /\ UNCHANGED <<sent, wire, follower, acked, known, retried, lost>>

fail_over_errs ==
  \/ /\ failures < FAILURES
     /\ LET new == failures + 1 IN ~(new \in 0 .. FAILURES)

expire ==
  /\ EXPIRES
  /\ known
  /\ 0 < Len(leader)
  /\ known' = FALSE
  /\ UNCHANGED <<sent, wire, leader, follower, acked, retried, lost, failures>>

Next ==
  \/ send
  \/ \E r \in 1 .. RECORDS : retry(r)
  \/ receive
  \/ lose_request
  \/ replicate
  \/ \E r \in 1 .. RECORDS : acknowledge(r)
  \/ fail_over
  \/ expire

Fairness ==
  /\ WF_vars(send)
  /\ WF_vars(receive)
  /\ WF_vars(replicate)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~send_errs
  /\ ~(\E r \in 1 .. RECORDS : retry_errs(r))
  /\ ~receive_errs
  /\ ~lose_request_errs
  /\ ~replicate_errs
  /\ ~fail_over_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

in_order_holds == (~in_order_errs /\ in_order)

\* To be violated: everything_arrives must be possible.
Never_everything_arrives == ~everything_arrives
==============================================================================
