---------------------------- MODULE DualWrite ----------------------------
\* A service stores an order and publishes an event about it: two systems, no common transaction.
\*
\* Pattern: with an outbox the event is a row in the same database transaction as the order; a relay reads the rows in
\* order, publishes each, and deletes it when the broker has it (at-least-once: a crash between the two repeats the
\* event).
\* Source: the event-driven architecture guide, section 7 (design of events), dual writes; the transactional outbox
\* pattern.
\*
\* Assumes: the database keeps what is committed; the broker keeps what it is sent; the service may crash at any
\* point and restarts with nothing in memory; a transaction may be rolled back.
\* Guarantees with OUTBOX: every stored order is announced in the end (nothing is lost: its row is there until
\* then), and nothing is announced that is not stored.
\* WAY=STORE_THEN_SEND loses an event, SEND_THEN_STORE announces a ghost. The relay matters as much as the row: with
\* RELAY=HIGHEST it polls for numbers above the highest that it saw, but PostgreSQL assigns them before the commit, so
\* rows become visible out of order and one is skipped; DIRTY publishes rows of transactions that are rolled back
\* afterwards; HASTY (MassTransit issue 4990) takes a transaction for delivered before its row is persisted, and the
\* row is deleted unpublished.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders, each in a transaction of its own
  CRASHES,  \* crashes of the service or of the relay
  WAY,  \* how the order and its event are written
  RELAY,  \* how the relay finds the rows that it has not published yet
  outbox_length,  \* numbers of the sequence, for all rows that are ever inserted
  outbox_relay,  \* how the relay finds what it has not published yet
  outbox_restarts  \* restarts of the relay

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 2
  /\ CRASHES = 1
  /\ WAY = "OUTBOX"
  /\ RELAY = "FIRST"
  /\ outbox_length = 2
  /\ outbox_relay = "FIRST"
  /\ outbox_restarts = 0

Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_

IntLess(a_, b_) == a_ < b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

\* The elements of a set as a sequence, in order.
SortedSet(Less_(_, _), S_) ==
  [i_ \in 1 .. Cardinality(S_) |-> CHOOSE x_ \in S_ : Cardinality({y_ \in S_ : Less_(y_, x_)}) = i_ - 1]

Least(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(y_, x_)

VARIABLES
  begun,  \* transactions that are open; in memory
  half,  \* orders of which the first of two writes is done; in memory
  stored,  \* orders in the database
  sent,  \* how often the broker got each event
  given_up,  \* rolled back, or begun before a crash
  crashes,
  outbox_drawn,  \* the sequence: the number drawn last
  outbox_row,  \* the table, with rows that are not committed yet
  outbox_uncommitted,  \* numbers whose transaction is open
  outbox_passed,  \* numbers at which the relay looks no more, if it deletes no rows
  outbox_publishing,  \* published, and not marked yet; in the relay's memory
  outbox_restarted

vars == <<begun, half, stored, sent, given_up, crashes, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted>>

TypeOK ==
  /\ begun \in (SUBSET (1 .. ORDERS))
  /\ half \in (SUBSET (1 .. ORDERS))
  /\ stored \in (SUBSET (1 .. ORDERS))
  /\ sent \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ given_up \in (SUBSET (1 .. ORDERS))
  /\ crashes \in 0 .. CRASHES
  /\ outbox_drawn \in 0 .. 2
  /\ outbox_row \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})]
  /\ outbox_uncommitted \in (SUBSET (1 .. 2))
  /\ outbox_passed \in (SUBSET (1 .. 2))
  /\ outbox_publishing \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)})
  /\ outbox_restarted \in 0 .. 0

is_stored(o) ==
  o \in stored

announced(o) ==
  0 < sent[o]

\* Is nothing left to publish or to mark?
outbox_empty ==
  outbox_publishing = <<>> /\ (~(\E n \in 1 .. 2 : outbox_row[n] # <<>> /\ n \notin outbox_passed))

finished ==
  (\A o \in 1 .. ORDERS : o \in stored \/ o \in given_up) /\ Cardinality(half) = 0 /\ outbox_empty

\* A stored order has been announced, or something still is there from which it will be.
nothing_is_lost ==
  \A o \in stored : 0 < sent[o] \/ o \in half \/ (outbox_row[o] # <<>> /\ o \notin outbox_passed)

\* What was announced is stored, or about to be.
no_ghosts ==
  \A o \in 1 .. ORDERS : sent[o] = 0 \/ o \in stored \/ o \in half

\* any(sent[o] > 1 for o in Number) or WAY != Way.OUTBOX
announced_twice ==
  \E o \in 1 .. ORDERS : 1 < sent[o]

Init ==
  /\ begun = {}
  /\ half = {}
  /\ stored = {}
  /\ sent = [k_ \in 1 .. ORDERS |-> 0]
  /\ given_up = {}
  /\ crashes = 0
  /\ outbox_drawn = 0
  /\ outbox_row = [k_ \in 1 .. 2 |-> <<>>]
  /\ outbox_uncommitted = {}
  /\ outbox_passed = {}
  /\ outbox_publishing = <<>>
  /\ outbox_restarted = 0

\* Open a transaction; with an outbox the order and its row are in it, and its number is taken now.
begin(o) ==
  /\ o \notin begun
  /\ o \notin half
  /\ o \notin stored
  /\ o \notin given_up
  /\ (o = 1 \/ o - 1 \in ((begun \cup half) \cup stored) \cup given_up) = TRUE
  /\ outbox_drawn < outbox_length
  /\ outbox_drawn + 1 <= 2
  /\ begun' = begun \cup {o}
  /\ outbox_drawn' = outbox_drawn + 1
  /\ outbox_drawn' \in 0 .. 2
  /\ outbox_row' = [outbox_row EXCEPT ![outbox_drawn + 1] = <<o>>]
  /\ outbox_uncommitted' = outbox_uncommitted \cup {outbox_drawn + 1}
  /\ outbox_uncommitted' \in (SUBSET (1 .. 2))
  /\ UNCHANGED <<half, stored, sent, given_up, crashes, outbox_passed, outbox_publishing, outbox_restarted>>

begin_errs(o) ==
  LET t == o = 1 \/ o - 1 \in ((begun \cup half) \cup stored) \cup given_up
  IN
  \/ /\ o \notin begun
     /\ o \notin half
     /\ o \notin stored
     /\ o \notin given_up
     /\ t
     /\ outbox_drawn < outbox_length
     /\ 2 < outbox_drawn + 1
  \/ /\ o \notin begun
     /\ o \notin half
     /\ o \notin stored
     /\ o \notin given_up
     /\ t
     /\ outbox_drawn < outbox_length
     /\ outbox_drawn + 1 <= 2
     /\ LET new == outbox_drawn + 1 IN ~(new \in 0 .. 2)
  \/ /\ o \notin begun
     /\ o \notin half
     /\ o \notin stored
     /\ o \notin given_up
     /\ t
     /\ outbox_drawn < outbox_length
     /\ outbox_drawn + 1 <= 2
     /\ LET new_2 == outbox_uncommitted \cup {outbox_drawn + 1} IN ~(new_2 \in (SUBSET (1 .. 2)))

commit(o) ==
  /\ o \in begun
  /\ o \in outbox_uncommitted
  /\ begun' = begun \ {o}
  /\ stored' = stored \cup {o}
  /\ outbox_uncommitted' = outbox_uncommitted \ {o}
  /\ UNCHANGED <<half, sent, given_up, crashes, outbox_drawn, outbox_row, outbox_passed, outbox_publishing, outbox_restarted>>

commit_errs(o) ==
  \/ /\ o \in begun
     /\ o \notin outbox_uncommitted

roll_back(o) ==
  /\ o \in begun
  /\ o \in outbox_uncommitted
  /\ begun' = begun \ {o}
  /\ given_up' = given_up \cup {o}
  /\ outbox_row' = [outbox_row EXCEPT ![o] = <<>>]
  /\ outbox_uncommitted' = outbox_uncommitted \ {o}
  /\ UNCHANGED <<half, stored, sent, crashes, outbox_drawn, outbox_passed, outbox_publishing, outbox_restarted>>

roll_back_errs(o) ==
  \/ /\ o \in begun
     /\ o \notin outbox_uncommitted

\* Without an outbox: the other of the two writes.
second_write(o) ==
  /\ o \in half
  /\ half' = half \ {o}
  /\ stored' = stored \cup {o}
  /\ UNCHANGED <<begun, sent, given_up, crashes, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted>>

\* The relay publishes the first row that it has not published yet.
relay ==
  LET t == Least(IntLess, Elements(SelectSeq(<<1, 2>>, LAMBDA n_2 : (outbox_row[n_2] # <<>> /\ n_2 \notin outbox_passed /\ n_2 \notin outbox_uncommitted))))
      t_2 == outbox_row[t]
      t_3 == t_2[1]
  IN
  /\ outbox_publishing = <<>>
  /\ (\E n \in 1 .. 2 : outbox_row[n] # <<>> /\ n \notin outbox_passed /\ n \notin outbox_uncommitted) = TRUE
  /\ (Len(SelectSeq(<<1, 2>>, LAMBDA n_2_2 : (outbox_row[n_2_2] # <<>> /\ n_2_2 \notin outbox_passed /\ n_2_2 \notin outbox_uncommitted)))) # 0
  /\ 1 <= t
  /\ t <= 2
  /\ t_2 # <<>>
  /\ sent' = [sent EXCEPT ![t_3] = Min(sent[t_3] + 1, 1 + CRASHES)]
  /\ sent' \in [(1 .. ORDERS) -> (0 .. 2)]
  /\ outbox_publishing' = <<t>>
  /\ outbox_publishing' \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)})
  /\ UNCHANGED <<begun, half, stored, given_up, crashes, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_restarted>>

relay_errs ==
  LET t == (\E n \in 1 .. 2 : outbox_row[n] # <<>> /\ n \notin outbox_passed /\ n \notin outbox_uncommitted)
      t_2 == (Len(SelectSeq(<<1, 2>>, LAMBDA n_2 : (outbox_row[n_2] # <<>> /\ n_2 \notin outbox_passed /\ n_2 \notin outbox_uncommitted)))) = 0
      t_3 == ~t_2
      t_4 == Least(IntLess, Elements(SelectSeq(<<1, 2>>, LAMBDA n_2_2 : (outbox_row[n_2_2] # <<>> /\ n_2_2 \notin outbox_passed /\ n_2_2 \notin outbox_uncommitted))))
      t_5 == 1 <= t_4
      t_6 == t_4 <= 2
      t_7 == outbox_row[t_4]
      t_8 == t_7 # <<>>
      t_9 == t_7 = <<>>
      t_10 == t_7[1]
  IN
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_2
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ ~(t_5 /\ t_6)
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ t_5
     /\ t_6
     /\ t_8
     /\ t_9
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ t_5
     /\ t_6
     /\ t_8
     /\ ~t_9
     /\ LET new == [sent EXCEPT ![t_10] = Min(sent[t_10] + 1, 1 + CRASHES)] IN ~(new \in [(1 .. ORDERS) -> (0 .. 2)])
  \/ /\ outbox_publishing = <<>>
     /\ t
     /\ t_3
     /\ t_5
     /\ t_6
     /\ t_8
     /\ ~t_9
     /\ LET new_2 == <<t_4>> IN ~(new_2 \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. 2)}))

crash ==
  LET t == FoldSeq(LAMBDA acc, o : IF acc[3] = 0 THEN <<IF o \in acc[1] THEN acc[1] \ {o} ELSE acc[1], IF o \in acc[1] THEN [acc[2] EXCEPT ![o] = <<>>] ELSE acc[2], IF o \in acc[1] THEN 0 ELSE IF o \in acc[1] THEN 1 ELSE 2>> ELSE acc, <<outbox_uncommitted, outbox_row, 0>>, SortedSet(IntLess, outbox_uncommitted))
  IN
  /\ crashes < CRASHES
  /\ t[3] = 0
  /\ begun' = {}
  /\ half' = {}
  /\ given_up' = (given_up \cup begun) \cup (half \ stored)
  /\ given_up' \in (SUBSET (1 .. ORDERS))
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ outbox_row' = t[2]
  /\ outbox_row' \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})]
  /\ outbox_uncommitted' = t[1]
  /\ outbox_uncommitted' \in (SUBSET (1 .. 2))
  /\ outbox_publishing' = <<>>
  /\ UNCHANGED <<stored, sent, outbox_drawn, outbox_passed, outbox_restarted>>

crash_errs ==
  LET t == FoldSeq(LAMBDA acc, o : IF acc[3] = 0 THEN <<IF o \in acc[1] THEN acc[1] \ {o} ELSE acc[1], IF o \in acc[1] THEN [acc[2] EXCEPT ![o] = <<>>] ELSE acc[2], IF o \in acc[1] THEN 0 ELSE IF o \in acc[1] THEN 1 ELSE 2>> ELSE acc, <<outbox_uncommitted, outbox_row, 0>>, SortedSet(IntLess, outbox_uncommitted))
      t_2 == t[3]
  IN
  \/ /\ crashes < CRASHES
     /\ t_2 = 2
  \/ /\ crashes < CRASHES
     /\ t_2 = 0
     /\ LET new == (given_up \cup begun) \cup (half \ stored) IN ~(new \in (SUBSET (1 .. ORDERS)))
  \/ /\ crashes < CRASHES
     /\ t_2 = 0
     /\ LET new_2 == crashes + 1 IN ~(new_2 \in 0 .. CRASHES)
  \/ /\ crashes < CRASHES
     /\ t_2 = 0
     /\ LET new_3 == t[2] IN ~(new_3 \in [(1 .. 2) -> ({<<>>} \cup {<<x_>> : x_ \in (1 .. ORDERS)})])
  \/ /\ crashes < CRASHES
     /\ t_2 = 0
     /\ LET new_4 == t[1] IN ~(new_4 \in (SUBSET (1 .. 2)))

\* ---- component outbox

\* What the relay has published is done: its row is deleted, or passed.
outbox_mark ==
  /\ outbox_publishing # <<>>
  /\ outbox_row' = [outbox_row EXCEPT ![outbox_publishing[1]] = <<>>]
  /\ outbox_publishing' = <<>>
  /\ UNCHANGED <<begun, half, stored, sent, given_up, crashes, outbox_drawn, outbox_uncommitted, outbox_passed, outbox_restarted>>

\* The relay restarts between publishing and marking.
outbox_relay_restarts ==
  /\ FALSE
  /\ UNCHANGED <<begun, half, stored, sent, given_up, crashes, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted>>

\* The delivery for an open transaction finds no row.
outbox_come_too_early(n) ==
  /\ FALSE
  /\ UNCHANGED <<begun, half, stored, sent, given_up, crashes, outbox_drawn, outbox_row, outbox_uncommitted, outbox_passed, outbox_publishing, outbox_restarted>>

Next ==
  \/ \E o \in 1 .. ORDERS : begin(o)
  \/ \E o \in 1 .. ORDERS : commit(o)
  \/ \E o \in 1 .. ORDERS : roll_back(o)
  \/ \E o \in 1 .. ORDERS : second_write(o)
  \/ relay
  \/ crash
  \/ outbox_mark
  \/ outbox_relay_restarts
  \/ \E n \in 1 .. 2 : outbox_come_too_early(n)

Fairness ==
  /\ \A o \in 1 .. ORDERS : WF_vars(begin(o))
  /\ \A o \in 1 .. ORDERS : WF_vars(commit(o))
  /\ \A o \in 1 .. ORDERS : WF_vars(second_write(o))
  /\ WF_vars(relay)
  /\ WF_vars(outbox_mark)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E o \in 1 .. ORDERS : begin_errs(o))
  /\ ~(\E o \in 1 .. ORDERS : commit_errs(o))
  /\ ~(\E o \in 1 .. ORDERS : roll_back_errs(o))
  /\ ~relay_errs
  /\ ~crash_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: announced_twice must be possible.
Never_announced_twice == ~announced_twice

\* forall o in Number: [] (is_stored(o) -> <> announced(o))
announced_in_the_end ==
  \A o \in 1 .. ORDERS : [](is_stored(o) => <>(~(~(1 <= o /\ o <= 2)) /\ (0 < sent[o])))
==========================================================================
