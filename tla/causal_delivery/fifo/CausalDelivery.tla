---------------------------- MODULE CausalDelivery ----------------------------
\* Every process broadcasts; a receiver delays an event until everything that its sender knew of is delivered.
\*
\* Pattern: an event carries the vector clock of its sender; a receiver delivers it when it is the sender's next one
\* and the receiver has delivered everything else that the vector counts (Birman, Schiper and Stephenson 1991).
\* Source: the event-driven architecture guide, section 4.1 (EventOrdering) and section 8.2 (version vectors).
\* tla/seed holds the guide's specification as written and as corrected; its property speaks of timestamps only and
\* cannot see a delivery in the wrong order, which is why `causes_first` is stated of deliveries.
\*
\* Assumes: the network loses nothing and repeats nothing; it may delay any message for any time.
\* Guarantees: causes_first, in_order_of_each_sender; every event is delivered everywhere if deliveries are not
\* held up for ever. ORDER=FIFO keeps the order of each sender and yet delivers an answer before the question;
\* ORDER=NONE keeps nothing.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  PROCESSES,  \* processes
  EVENTS,  \* broadcasts of each process
  ORDER,  \* what a receiver waits for
  vc_limit  \* events of one process

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ PROCESSES = 3
  /\ EVENTS = 1
  /\ ORDER = "FIFO"
  /\ vc_limit = 1

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

VARIABLES
  sent,
  stamp,
  past,  \* what the sender had delivered: the causes
  delivered,
  vc_clock

vars == <<sent, stamp, past, delivered, vc_clock>>

TypeOK ==
  /\ sent \in [(1 .. PROCESSES) -> (0 .. EVENTS)]
  /\ stamp \in [((1 .. PROCESSES) \X (1 .. EVENTS)) -> [(1 .. PROCESSES) -> (0 .. EVENTS)]]
  /\ past \in [((1 .. PROCESSES) \X (1 .. EVENTS)) -> (SUBSET ((1 .. PROCESSES) \X (1 .. EVENTS)))]
  /\ delivered \in [(1 .. PROCESSES) -> (SUBSET ((1 .. PROCESSES) \X (1 .. EVENTS)))]
  /\ vc_clock \in [(1 .. PROCESSES) -> [(1 .. PROCESSES) -> (0 .. 1)]]

published(e) ==
  e[2] <= (sent[e[1]])

arrived(p, e) ==
  e \in delivered[p]

all_delivered ==
  \A p \in 1 .. PROCESSES : Cardinality(delivered[p]) = PROCESSES * EVENTS

causes_first ==
  \A p \in 1 .. PROCESSES : (\A e \in delivered[p] : past[e] \subseteq delivered[p])

in_order_of_each_sender ==
  \A p \in 1 .. PROCESSES : (\A e \in delivered[p] : (\A n \in Elements(IntSeq(1, e[2], 1)) : <<e[1], n>> \in delivered[p]))

Init ==
  /\ sent = [k_ \in 1 .. PROCESSES |-> 0]
  /\ stamp = [k2_ \in ((1 .. PROCESSES) \X (1 .. EVENTS)) |-> [k_ \in 1 .. PROCESSES |-> 0]]
  /\ past = [k_ \in ((1 .. PROCESSES) \X (1 .. EVENTS)) |-> {}]
  /\ delivered = [k_ \in 1 .. PROCESSES |-> {}]
  /\ vc_clock = [k2_ \in 1 .. PROCESSES |-> [k_ \in 1 .. PROCESSES |-> 0]]

broadcast(p) ==
  LET t == [sent EXCEPT ![p] = sent[p] + 1]
      t_2 == t[p]
      t_3 == <<p, t_2>>
      t_4 == [vc_clock EXCEPT ![p][p] = vc_clock[p][p] + 1]
  IN
  /\ sent[p] < EVENTS
  /\ 1 <= t_2
  /\ t_2 <= 1
  /\ sent' = t
  /\ sent' \in [(1 .. PROCESSES) -> (0 .. EVENTS)]
  /\ stamp' = [stamp EXCEPT ![t_3] = t_4[p]]
  /\ stamp' \in [((1 .. PROCESSES) \X (1 .. EVENTS)) -> [(1 .. PROCESSES) -> (0 .. EVENTS)]]
  /\ past' = [past EXCEPT ![t_3] = delivered[p]]
  /\ delivered' = [delivered EXCEPT ![p] = delivered[p] \cup {t_3}]
  /\ delivered' \in [(1 .. PROCESSES) -> (SUBSET ((1 .. PROCESSES) \X (1 .. EVENTS)))]
  /\ vc_clock' = t_4
  /\ vc_clock' \in [(1 .. PROCESSES) -> [(1 .. PROCESSES) -> (0 .. 1)]]

broadcast_errs(p) ==
  LET t == [sent EXCEPT ![p] = sent[p] + 1]
      t_2 == t[p]
      t_3 == 1 <= t_2
      t_4 == t_2 <= 1
      t_5 == <<p, t_2>>
      t_6 == [vc_clock EXCEPT ![p][p] = vc_clock[p][p] + 1]
  IN
  \/ /\ sent[p] < EVENTS
     /\ ~(t_3 /\ t_4)
  \/ /\ sent[p] < EVENTS
     /\ t_3
     /\ t_4
     /\ ~(1 <= t_2 /\ t_2 <= 1)
  \/ /\ sent[p] < EVENTS
     /\ t_3
     /\ t_4
     /\ LET new == t IN ~(new \in [(1 .. PROCESSES) -> (0 .. EVENTS)])
  \/ /\ sent[p] < EVENTS
     /\ t_3
     /\ t_4
     /\ LET new_2 == [stamp EXCEPT ![t_5] = t_6[p]] IN ~(new_2 \in [((1 .. PROCESSES) \X (1 .. EVENTS)) -> [(1 .. PROCESSES) -> (0 .. EVENTS)]])
  \/ /\ sent[p] < EVENTS
     /\ t_3
     /\ t_4
     /\ LET new_3 == [delivered EXCEPT ![p] = delivered[p] \cup {t_5}] IN ~(new_3 \in [(1 .. PROCESSES) -> (SUBSET ((1 .. PROCESSES) \X (1 .. EVENTS)))])
  \/ /\ sent[p] < EVENTS
     /\ t_3
     /\ t_4
     /\ LET new_4 == t_6 IN ~(new_4 \in [(1 .. PROCESSES) -> [(1 .. PROCESSES) -> (0 .. 1)]])

deliver(p, e) ==
  /\ e[2] <= (sent[e[1]])
  /\ e \notin delivered[p]
  /\ (e[2] = 1 \/ <<e[1], e[2] - 1>> \in delivered[p]) = TRUE
  /\ ~(\E q \in 1 .. PROCESSES : Len(<<vc_clock[p][q], stamp[e][q]>>) = 0)
  /\ delivered' = [delivered EXCEPT ![p] = delivered[p] \cup {e}]
  /\ vc_clock' = [vc_clock EXCEPT ![p] = [q_2 \in 1 .. PROCESSES |-> Max(vc_clock[p][q_2], stamp[e][q_2])]]
  /\ vc_clock' \in [(1 .. PROCESSES) -> [(1 .. PROCESSES) -> (0 .. 1)]]
  /\ UNCHANGED <<sent, stamp, past>>

deliver_errs(p, e) ==
  LET t == e[2] <= (sent[e[1]])
      t_2 == e \notin delivered[p]
      t_3 == e[2] = 1 \/ <<e[1], e[2] - 1>> \in delivered[p]
      t_4 == (\E q \in 1 .. PROCESSES : Len(<<vc_clock[p][q], stamp[e][q]>>) = 0)
  IN
  \/ /\ t
     /\ t_2
     /\ t_3
     /\ t_4
  \/ /\ t
     /\ t_2
     /\ t_3
     /\ ~t_4
     /\ LET new == [vc_clock EXCEPT ![p] = [q_2 \in 1 .. PROCESSES |-> Max(vc_clock[p][q_2], stamp[e][q_2])]] IN ~(new \in [(1 .. PROCESSES) -> [(1 .. PROCESSES) -> (0 .. 1)]])

Next ==
  \/ \E p \in 1 .. PROCESSES : broadcast(p)
  \/ \E p \in 1 .. PROCESSES, e \in (1 .. PROCESSES) \X (1 .. EVENTS) : deliver(p, e)

Fairness ==
  /\ \A p \in 1 .. PROCESSES, e \in (1 .. PROCESSES) \X (1 .. EVENTS) : WF_vars(deliver(p, e))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E p \in 1 .. PROCESSES : broadcast_errs(p))
  /\ ~(\E p \in 1 .. PROCESSES, e \in (1 .. PROCESSES) \X (1 .. EVENTS) : deliver_errs(p, e))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ all_delivered
  \/ ~NoError
  \/ ENABLED Next

\* forall p in Process: forall e in Event: [] (published(e) -> <> arrived(p, e))
delivered_everywhere ==
  \A p \in 1 .. PROCESSES : \A e \in (1 .. PROCESSES) \X (1 .. EVENTS) : []((~(~(1 <= e[1] /\ e[1] <= 3)) /\ (e[2] <= (sent[e[1]]))) => <>(~(~(1 <= p /\ p <= 3)) /\ (e \in delivered[p])))
===============================================================================
