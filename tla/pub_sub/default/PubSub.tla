---------------------------- MODULE PubSub ----------------------------
\* Subscribers come and go; the producer publishes without knowing them.
\*
\* Pattern: a plain broker hands an event to whoever is connected and forgets it; a log keeps it, and each subscriber
\* has a position in the log at which it resumes, and to which it can be set back (replay).
\* Source: the event-driven architecture guide, section 1.2 (event-driven against plain publish-subscribe:
\* persistence, event sourcing, fault isolation).
\*
\* Assumes: one topic; a subscriber that fails keeps what it has processed (unless it LOSES_STATE) and may come back.
\* Guarantees, with a log: a subscriber that was away misses nothing; it can rebuild its state from the beginning; the
\* producer and the other subscribers go on while one is away (temporal decoupling and fault isolation).
\* BROKER=PLAIN: what is published while a subscriber is away is missed. RETENTION below EVENTS: the log forgets what
\* nobody has read yet, and a replay finds a gap. BACKPRESSURE=True: the producer waits for every subscriber, and one
\* that stays away stops everybody: `isolation` is out of reach, and nothing makes the producer go on.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  EVENTS,  \* events published
  ABSENCES,  \* times that a subscriber goes away
  BROKER,  \* whether the broker keeps events
  RETENTION,  \* events that the log keeps
  BACKPRESSURE,  \* publishing waits until every subscriber has read the event before
  LOSES_STATE  \* a subscriber that goes away loses its state and replays the log

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ EVENTS = 3
  /\ ABSENCES = 1
  /\ BROKER = "LOG"
  /\ RETENTION = 3
  /\ BACKPRESSURE = FALSE
  /\ LOSES_STATE = FALSE

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

Subscriber == {"MAIL", "STOCK"}

VARIABLES
  published,
  first,  \* number of the oldest event that the log still has
  position,  \* number of the next event to read
  seen,
  here,
  absences

vars == <<published, first, position, seen, here, absences>>

TypeOK ==
  /\ published \in 0 .. EVENTS
  /\ first \in 0 .. EVENTS
  /\ position \in [Subscriber -> (0 .. EVENTS)]
  /\ seen \in [Subscriber -> (SUBSET (0 .. 2))]
  /\ here \in [Subscriber -> BOOLEAN]
  /\ absences \in 0 .. ABSENCES

complete(s) ==
  Cardinality(seen[s]) = EVENTS

\* Away, and it has seen nothing.
absent(s) ==
  (~here[s]) /\ Cardinality(seen[s]) = 0

through ==
  published = EVENTS

\* A subscriber may stay away for ever; the others have read everything.
all_published ==
  published = EVENTS /\ (\A s \in Subscriber : position[s] = EVENTS \/ (~here[s]))

\* Whatever lies before a subscriber's position was seen by it.
nothing_is_missed ==
  \A s \in Subscriber : (\A i \in Elements(IntSeq(0, position[s], 1)) : i \in seen[s])

\* any(complete(s) for s in Subscriber) and any(absent(s) for s in Subscriber)
isolation ==
  (\E s \in Subscriber : complete(s)) /\ (\E s_2 \in Subscriber : absent(s_2))

\* absences > 0 and all(complete(s) for s in Subscriber)
returned ==
  0 < absences /\ (\A s \in Subscriber : complete(s))

Init ==
  /\ published = 0
  /\ first = 0
  /\ position = [k_ \in Subscriber |-> 0]
  /\ seen = [k_ \in Subscriber |-> {}]
  /\ here = [k_ \in Subscriber |-> TRUE]
  /\ absences = 0

publish ==
  /\ published < EVENTS
  /\ ((~BACKPRESSURE) \/ (\A s \in Subscriber : position[s] = published)) = TRUE
  /\ published' = published + 1
  /\ published' \in 0 .. EVENTS
  /\ first' = Max(first, (published + 1) - RETENTION)
  /\ first' \in 0 .. EVENTS
  /\ UNCHANGED <<position, seen, here, absences>>

publish_errs ==
  \/ /\ published < EVENTS
     /\ (~BACKPRESSURE) \/ (\A s \in Subscriber : position[s] = published)
     /\ LET new == published + 1 IN ~(new \in 0 .. EVENTS)
  \/ /\ published < EVENTS
     /\ (~BACKPRESSURE) \/ (\A s_2 \in Subscriber : position[s_2] = published)
     /\ LET new_2 == Max(first, (published + 1) - RETENTION) IN ~(new_2 \in 0 .. EVENTS)

read(s) ==
  LET t == Max(position[s], first)
  IN
  /\ here[s]
  /\ position[s] < published
  /\ position' = [position EXCEPT ![s] = t + 1]
  /\ position' \in [Subscriber -> (0 .. EVENTS)]
  /\ seen' = [seen EXCEPT ![s] = seen[s] \cup {t}]
  /\ seen' \in [Subscriber -> (SUBSET (0 .. 2))]
  /\ UNCHANGED <<published, first, here, absences>>

read_errs(s) ==
  LET t == Max(position[s], first)
  IN
  \/ /\ here[s]
     /\ position[s] < published
     /\ LET new == [position EXCEPT ![s] = t + 1] IN ~(new \in [Subscriber -> (0 .. EVENTS)])
  \/ /\ here[s]
     /\ position[s] < published
     /\ LET new_2 == [seen EXCEPT ![s] = seen[s] \cup {t}] IN ~(new_2 \in [Subscriber -> (SUBSET (0 .. 2))])

go_away(s) ==
  /\ here[s]
  /\ absences < ABSENCES
  /\ position' = IF LOSES_STATE THEN [position EXCEPT ![s] = 0] ELSE position
  /\ seen' = IF LOSES_STATE THEN [seen EXCEPT ![s] = {}] ELSE seen
  /\ here' = [here EXCEPT ![s] = FALSE]
  /\ absences' = absences + 1
  /\ absences' \in 0 .. ABSENCES
  /\ UNCHANGED <<published, first>>

go_away_errs(s) ==
  \/ /\ here[s]
     /\ absences < ABSENCES
     /\ LET new == absences + 1 IN ~(new \in 0 .. ABSENCES)

come_back(s) ==
  /\ ~here[s]
  /\ here' = [here EXCEPT ![s] = TRUE]
  /\ UNCHANGED <<published, first, position, seen, absences>>

Next ==
  \/ publish
  \/ \E s \in Subscriber : read(s)
  \/ \E s \in Subscriber : go_away(s)
  \/ \E s \in Subscriber : come_back(s)

Fairness ==
  /\ WF_vars(publish)
  /\ \A s \in Subscriber : WF_vars(read(s))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~publish_errs
  /\ ~(\E s \in Subscriber : read_errs(s))
  /\ ~(\E s \in Subscriber : go_away_errs(s))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ all_published
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: isolation must be possible.
Never_isolation == ~isolation

\* To be violated: returned must be possible.
Never_returned == ~returned

\* <> through
the_producer_goes_on ==
  <>through
=======================================================================
