------------------------- MODULE EventOrderingCorrected -------------------------
(***************************************************************************)
(* Causal delivery of events: an event may be delivered only after the      *)
(* event that caused it.  Compare EventOrdering, which this module corrects *)
(* and makes finite; README.md lists what was changed and why.              *)
(***************************************************************************)
EXTENDS Integers, Sequences

CONSTANTS Ids,        \* identifiers of events, a finite set
          MaxTime,    \* timestamps run from 1 to MaxTime
          None        \* "caused by nothing"; not an element of Ids

ASSUME None \notin Ids /\ MaxTime \in Nat \ {0}

Event == [id : Ids, causedBy : Ids \cup {None}, timestamp : 1 .. MaxTime]

VARIABLES events,     \* every event produced so far, in the order of production
          delivered   \* those of them that have been delivered

vars == <<events, delivered>>

Range(s) == {s[i] : i \in DOMAIN s}

TypeOK ==
  /\ events \in Seq(Event)
  /\ delivered \subseteq Range(events)
  /\ \A i, j \in DOMAIN events : events[i].id = events[j].id => i = j

Init ==
  /\ events = <<>>
  /\ delivered = {}

\* Identifiers are unique, and an event is younger than its cause, which exists already.
Produce(e) ==
  /\ \A f \in Range(events) : f.id # e.id
  /\ (e.causedBy = None \/ \E c \in Range(events) : c.id = e.causedBy /\ c.timestamp < e.timestamp) = TRUE
  /\ events' = Append(events, e)
  /\ UNCHANGED delivered

\* The cause, not the effects, must have been delivered.
Deliver(e) ==
  /\ e \in Range(events) \ delivered
  /\ \A c \in Range(events) : c.id = e.causedBy => c \in delivered
  /\ delivered' = delivered \cup {e}
  /\ UNCHANGED events

Next == \E e \in Event : Produce(e) \/ Deliver(e)

Spec == Init /\ [][Next]_vars

FairSpec == Spec /\ \A e \in Event : WF_vars(Deliver(e))

\* What the original claims: effects carry a later time than their causes.
CausalConsistency ==
  \A e, c \in delivered : e.causedBy = c.id => e.timestamp > c.timestamp

\* What it means to claim: at every moment, the causes of what was delivered were delivered too.
CausalDelivery ==
  \A e \in delivered : e.causedBy = None \/ \E c \in delivered : c.id = e.causedBy

\* Needs FairSpec: without fairness the system may stop delivering.
EveryEventIsDelivered == \A e \in Event : (e \in Range(events)) ~> (e \in delivered)

THEOREM Spec => [](CausalConsistency /\ CausalDelivery)
THEOREM FairSpec => EveryEventIsDelivered
=============================================================================
