---------------------------- MODULE Outbox ----------------------------
\* A service stores an order and publishes an event about it: two systems, no common transaction.
\*
\* Pattern: with an outbox the event is a row in the same database transaction as the order; a relay reads the rows in
\* order, publishes each, and deletes it when the broker has it (at-least-once: a crash between the two repeats the
\* event).
\* Source: the event-driven architecture guide, section 7 (design of events), dual writes; the transactional outbox
\* pattern. RELAY=BEFORE_COMMIT is MassTransit issue 4990: a row delivered before it is persisted, then deleted.
\* GAPS=True is the polling relay over PostgreSQL: sequence numbers are assigned before the commit, so rows become
\* visible out of order, and a relay that remembers the highest number it saw skips one.
\*
\* Assumes: the database keeps what is committed; the broker keeps what it is sent; the service may crash at any
\* point and restarts with nothing in memory; a transaction may be rolled back.
\* Guarantees with OUTBOX: every stored order is announced in the end (nothing is lost: its row is there until
\* then), and nothing is announced that is not stored.
\* WAY=STORE_THEN_SEND loses an event, SEND_THEN_STORE announces a ghost.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders, each in a transaction of its own
  CRASHES,  \* crashes of the service or of the relay
  WAY,  \* how the order and its event are written
  RELAY,  \* whether the relay is handed a row before its transaction is committed
  GAPS  \* the relay skips to the highest number that it has seen, instead of deleting rows

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 2
  /\ CRASHES = 1
  /\ WAY = "SEND_THEN_STORE"
  /\ RELAY = "AFTER_COMMIT"
  /\ GAPS = FALSE

Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_

IntLess(a_, b_) == a_ < b_

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

VARIABLES
  begun,  \* transactions that are open; in memory
  half,  \* orders of which the first of two writes is done; in memory
  stored,  \* orders in the database
  rows,  \* rows of the outbox
  sent,  \* how often the broker got each event
  seen,  \* highest number that the relay has published, if it skips
  publishing,  \* published by the relay, row not deleted yet; in memory
  given_up,  \* rolled back, or begun before a crash
  crashes

vars == <<begun, half, stored, rows, sent, seen, publishing, given_up, crashes>>

TypeOK ==
  /\ begun \in (SUBSET (1 .. ORDERS))
  /\ half \in (SUBSET (1 .. ORDERS))
  /\ stored \in (SUBSET (1 .. ORDERS))
  /\ rows \in (SUBSET (1 .. ORDERS))
  /\ sent \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ seen \in 0 .. ORDERS
  /\ publishing \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})
  /\ given_up \in (SUBSET (1 .. ORDERS))
  /\ crashes \in 0 .. CRASHES

is_stored(o) ==
  o \in stored

announced(o) ==
  0 < sent[o]

finished ==
  (\A o \in 1 .. ORDERS : o \in stored \/ o \in given_up) /\ Cardinality(half) = 0 /\ publishing = <<>> /\ (GAPS \/ Cardinality(rows) = 0)

\* A stored order has been announced, or something still is there from which it will be.
nothing_is_lost ==
  \A o \in stored : 0 < sent[o] \/ o \in half \/ (o \in rows /\ seen < o)

\* What was announced is stored, or about to be.
no_ghosts ==
  \A o \in 1 .. ORDERS : sent[o] = 0 \/ o \in stored \/ o \in half

\* any(sent[o] > 1 for o in Number) or WAY != Way.OUTBOX or GAPS
announced_twice ==
  TRUE

Init ==
  /\ begun = {}
  /\ half = {}
  /\ stored = {}
  /\ rows = {}
  /\ sent = [k_ \in 1 .. ORDERS |-> 0]
  /\ seen = 0
  /\ publishing = <<>>
  /\ given_up = {}
  /\ crashes = 0

\* Open a transaction; its number is taken from a sequence now.
begin(o) ==
  /\ o \notin begun
  /\ o \notin half
  /\ o \notin stored
  /\ o \notin given_up
  /\ (o = 1 \/ o - 1 \in ((begun \cup half) \cup stored) \cup given_up) = TRUE
  /\ begun' = begun \cup {o}
  /\ UNCHANGED <<half, stored, rows, sent, seen, publishing, given_up, crashes>>

commit(o) ==
  /\ o \in begun
  /\ begun' = begun \ {o}
  /\ half' = half \cup {o}
  /\ sent' = [sent EXCEPT ![o] = Min(sent[o] + 1, 1 + CRASHES)]
  /\ sent' \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ UNCHANGED <<stored, rows, seen, publishing, given_up, crashes>>

commit_errs(o) ==
  \/ /\ o \in begun
     /\ LET new == [sent EXCEPT ![o] = Min(sent[o] + 1, 1 + CRASHES)] IN ~(new \in [(1 .. ORDERS) -> (0 .. 2)])

roll_back(o) ==
  /\ o \in begun
  /\ begun' = begun \ {o}
  /\ rows' = rows \ {o}
  /\ given_up' = given_up \cup {o}
  /\ UNCHANGED <<half, stored, sent, seen, publishing, crashes>>

\* Without an outbox: the other of the two writes.
second_write(o) ==
  /\ o \in half
  /\ half' = half \ {o}
  /\ stored' = stored \cup {o}
  /\ UNCHANGED <<begun, rows, sent, seen, publishing, given_up, crashes>>

\* The relay publishes the first row that it has not published yet.
relay(o) ==
  /\ publishing = <<>>
  /\ o \in rows
  /\ ~((~GAPS) /\ Cardinality(rows) = 0)
  /\ (IF GAPS THEN seen < o ELSE o = Least(IntLess, rows)) = TRUE
  /\ sent' = [sent EXCEPT ![o] = Min(sent[o] + 1, 1 + CRASHES)]
  /\ sent' \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ publishing' = <<o>>
  /\ UNCHANGED <<begun, half, stored, rows, seen, given_up, crashes>>

relay_errs(o) ==
  \/ /\ publishing = <<>>
     /\ o \in rows
     /\ ~GAPS
     /\ Cardinality(rows) = 0
  \/ /\ publishing = <<>>
     /\ o \in rows
     /\ ~((~GAPS) /\ Cardinality(rows) = 0)
     /\ IF GAPS THEN seen < o ELSE o = Least(IntLess, rows)
     /\ LET new == [sent EXCEPT ![o] = Min(sent[o] + 1, 1 + CRASHES)] IN ~(new \in [(1 .. ORDERS) -> (0 .. 2)])

relayed ==
  /\ publishing # <<>>
  /\ (IF GAPS THEN publishing # <<>> ELSE publishing # <<>>) = TRUE
  /\ rows' = IF GAPS THEN rows ELSE rows \ {publishing[1]}
  /\ seen' = IF GAPS THEN publishing[1] ELSE seen
  /\ publishing' = <<>>
  /\ UNCHANGED <<begun, half, stored, sent, given_up, crashes>>

relayed_errs ==
  \/ /\ publishing # <<>>
     /\ IF GAPS THEN publishing = <<>> ELSE publishing = <<>>

crash ==
  /\ crashes < CRASHES
  /\ begun' = {}
  /\ half' = {}
  /\ rows' = rows \ begun
  /\ publishing' = <<>>
  /\ given_up' = (given_up \cup begun) \cup (half \ stored)
  /\ given_up' \in (SUBSET (1 .. ORDERS))
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ UNCHANGED <<stored, sent, seen>>

crash_errs ==
  \/ /\ crashes < CRASHES
     /\ LET new == (given_up \cup begun) \cup (half \ stored) IN ~(new \in (SUBSET (1 .. ORDERS)))
  \/ /\ crashes < CRASHES
     /\ LET new_2 == crashes + 1 IN ~(new_2 \in 0 .. CRASHES)

Next ==
  \/ \E o \in 1 .. ORDERS : begin(o)
  \/ \E o \in 1 .. ORDERS : commit(o)
  \/ \E o \in 1 .. ORDERS : roll_back(o)
  \/ \E o \in 1 .. ORDERS : second_write(o)
  \/ \E o \in 1 .. ORDERS : relay(o)
  \/ relayed
  \/ crash

Fairness ==
  /\ \A o \in 1 .. ORDERS : WF_vars(begin(o))
  /\ \A o \in 1 .. ORDERS : WF_vars(commit(o))
  /\ \A o \in 1 .. ORDERS : WF_vars(second_write(o))
  /\ \A o \in 1 .. ORDERS : WF_vars(relay(o))
  /\ WF_vars(relayed)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E o \in 1 .. ORDERS : commit_errs(o))
  /\ ~(\E o \in 1 .. ORDERS : relay_errs(o))
  /\ ~relayed_errs
  /\ ~crash_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: announced_twice must be possible.
Never_announced_twice == (~announced_twice \/ vars # vars)

\* forall o in Number: [] (is_stored(o) -> <> announced(o))
announced_in_the_end ==
  \A o \in 1 .. ORDERS : [](is_stored(o) => <>(~(~(1 <= o /\ o <= 2)) /\ (0 < sent[o])))
=======================================================================
