---------------------------- MODULE SchemaEvolution ----------------------------
\* Version 2 of an event changes one field (the currency); nobody upgrades everybody at once.
\*
\* Pattern: an event carries its version; a consumer ignores fields that it does not know and has a default for
\* fields that an old event does not have (the guide's handle_order_created: version 1 means USD).
\* Source: the event-driven architecture guide, section 7.1 (versions of events).
\*
\* Assumes: the log keeps old events; consumers read it in order and are upgraded while they read.
\* Guarantees with CHANGE=ADD_WITH_DEFAULT: every consumer reads every event, whatever the order of the upgrades.
\* CHANGE=ADD_REQUIRED: a new consumer breaks on an old event (not backward compatible). CHANGE=REMOVE: an old consumer
\* breaks on a new event (not forward compatible), unless CONSUMERS_FIRST. IGNORE_UNKNOWN=False: a strict old
\* consumer breaks on any new field.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  EVENTS,  \* events in the log
  CONSUMERS,  \* consumers
  CHANGE,  \* what version 2 does to the field
  IGNORE_UNKNOWN,  \* a consumer ignores a field that it does not know
  CONSUMERS_FIRST  \* the producer is upgraded after every consumer

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ EVENTS = 3
  /\ CONSUMERS = 2
  /\ CHANGE = "REMOVE"
  /\ IGNORE_UNKNOWN = TRUE
  /\ CONSUMERS_FIRST = FALSE

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Event == [version : (1 .. 2), field : BOOLEAN]
Outcome == {"UNREAD", "READ", "BROKEN"}

VARIABLES
  producer,
  version,
  log,
  position,
  last  \* how the last event was read

vars == <<producer, version, log, position, last>>

TypeOK ==
  /\ producer \in 1 .. 2
  /\ version \in [(1 .. CONSUMERS) -> (1 .. 2)]
  /\ Len(log) <= 3 /\ (\A x_ \in DOMAIN log : log[x_] \in Event)
  /\ position \in [(1 .. CONSUMERS) -> (0 .. EVENTS)]
  /\ last \in [(1 .. CONSUMERS) -> Outcome]

\* Can code of version v read the event?
readable(v, e) ==
  IF v = 1 THEN e.field ELSE (~e.field) \/ IGNORE_UNKNOWN

through(c) ==
  position[c] = EVENTS

all_read ==
  \A c \in 1 .. CONSUMERS : position[c] = EVENTS \/ last[c] = "BROKEN"

nobody_breaks ==
  \A c \in 1 .. CONSUMERS : last[c] # "BROKEN"

\* Where old_reads_new cannot be evaluated.
old_reads_new_errs ==
  (~CONSUMERS_FIRST) /\ (FoldSeq(LAMBDA progress_6, c : IF progress_6 = 0 THEN IF version[c] = 1 /\ 0 < position[c] /\ (position[c] - 1 < 0 \/ Len(log) <= position[c] - 1) THEN 2 ELSE IF version[c] = 1 /\ 0 < position[c] /\ ((log[(position[c] - 1) + 1]).version) = 2 THEN 1 ELSE progress_6 ELSE progress_6, 0, <<1, 2>>)) = 2

\* CONSUMERS_FIRST or any(version[c] == 1 and position[c] > 0 and log[position[c] - 1].version == 2 for c in Consumer)
old_reads_new ==
  CONSUMERS_FIRST \/ (\E c \in 1 .. CONSUMERS : version[c] = 1 /\ 0 < position[c] /\ ((log[(position[c] - 1) + 1]).version) = 2)

Init ==
  /\ producer = 1
  /\ version = [k_ \in 1 .. CONSUMERS |-> 1]
  /\ log = <<>>
  /\ position = [k_ \in 1 .. CONSUMERS |-> 0]
  /\ last = [k_ \in 1 .. CONSUMERS |-> "UNREAD"]

upgrade_producer ==
  /\ producer = 1
  /\ ((~CONSUMERS_FIRST) \/ (\A c \in 1 .. CONSUMERS : version[c] = 2)) = TRUE
  /\ producer' = 2
  /\ UNCHANGED <<version, log, position, last>>

upgrade_consumer(c) ==
  /\ version[c] = 1
  /\ version' = [version EXCEPT ![c] = 2]
  /\ UNCHANGED <<producer, log, position, last>>

publish ==
  /\ Len(log) < EVENTS
  /\ log' = Append(log, [version |-> producer, field |-> (producer = 1) = TRUE])
  /\ UNCHANGED <<producer, version, position, last>>

read(c) ==
  LET t == readable(version[c], log[position[c] + 1])
  IN
  /\ last[c] # "BROKEN"
  /\ position[c] < Len(log)
  /\ position' = IF t THEN [position EXCEPT ![c] = position[c] + 1] ELSE position
  /\ position' \in [(1 .. CONSUMERS) -> (0 .. EVENTS)]
  /\ last' = IF t THEN [last EXCEPT ![c] = "READ"] ELSE [last EXCEPT ![c] = "BROKEN"]
  /\ UNCHANGED <<producer, version, log>>

read_errs(c) ==
  \/ /\ last[c] # "BROKEN"
     /\ position[c] < Len(log)
     /\ LET new == IF readable(version[c], log[position[c] + 1]) THEN [position EXCEPT ![c] = position[c] + 1] ELSE position IN ~(new \in [(1 .. CONSUMERS) -> (0 .. EVENTS)])

Next ==
  \/ upgrade_producer
  \/ \E c \in 1 .. CONSUMERS : upgrade_consumer(c)
  \/ publish
  \/ \E c \in 1 .. CONSUMERS : read(c)

Fairness ==
  /\ WF_vars(upgrade_producer)
  /\ \A c \in 1 .. CONSUMERS : WF_vars(upgrade_consumer(c))
  /\ WF_vars(publish)
  /\ \A c \in 1 .. CONSUMERS : WF_vars(read(c))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E c \in 1 .. CONSUMERS : read_errs(c))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ all_read
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: old_reads_new must be possible.
Never_old_reads_new == ~(~old_reads_new_errs /\ old_reads_new)

\* forall c in Consumer: <> through(c)
all_is_read ==
  \A c \in 1 .. CONSUMERS : <>(~(~(1 <= c /\ c <= 2)) /\ (position[c] = EVENTS))
================================================================================
