---------------------------- MODULE EventNotification ----------------------------
\* An owner of data, thin events about its changes, and a consumer that queries the owner for each of them.
\*
\* Pattern: a notification carries no state, only which change it is about; the consumer calls the owner for the
\* details. By then the owner may have changed again, so the answer can be newer than the event; and where the query
\* goes to a replica, it can be older.
\* Source: the event-driven architecture guide, section 3.1 (event notification).
\*
\* Assumes: notifications arrive in order, none is lost; the owner fails at most CRASHES times and keeps its data.
\* Guarantees: an answer is never older than the notification it is for, what the consumer knows never goes back to
\* an older version, and every change becomes known to it, if the consumer keeps running and the owner recovers.
\* VERSIONED=False: an answer from the replica predates the event, and the change stays unknown. MONOTONE=False: an
\* answer that is new enough for its event may be older than the one before, if that came from the owner and this one
\* from the replica. EVERY=True demands that the consumer sees every version: it does not, as an answer may be newer.
\* RECOVERS=False: the consumer depends on an owner that does not come back, a deadlock (event_carried_state does not).
\* RUNNING=False: nobody handles what arrives.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  CHANGES,  \* changes of the owner's data
  CRASHES,  \* failures of the owner
  REPLICA,  \* queries may be answered by a replica that is behind
  BALANCED,  \* queries may also be answered by the owner itself
  VERSIONED,  \* a notification names the version, and older answers are asked for again
  MONOTONE,  \* so are answers older than what the consumer knows
  RECOVERS,  \* the owner starts again after a failure
  RUNNING,  \* the consumer keeps running (weak fairness)
  EVERY,  \* demand that the consumer sees every version
  channel_capacity,  \* messages in transit at once
  channel_losses,  \* messages that the channel may drop
  channel_duplicates,  \* messages that the channel may deliver twice in a row
  channel_swaps,  \* times that a message may overtake the one before it
  channel_resets  \* times that the connection may break

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ CHANGES = 6
  /\ CRASHES = 3
  /\ REPLICA = TRUE
  /\ BALANCED = TRUE
  /\ VERSIONED = TRUE
  /\ MONOTONE = TRUE
  /\ RECOVERS = TRUE
  /\ RUNNING = TRUE
  /\ EVERY = FALSE
  /\ channel_capacity = 6
  /\ channel_losses = 0
  /\ channel_duplicates = 0
  /\ channel_swaps = 0
  /\ channel_resets = 0

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

VARIABLES
  version,  \* of the owner's data
  replica,  \* what the replica has of it
  asking,  \* the notification that the consumer is handling
  handled,  \* the last notification handled
  known,  \* what the consumer knows
  seen,  \* versions that the consumer has seen
  up,
  crashes,
  channel_queue,
  channel_lost,
  channel_doubled,
  channel_swapped,
  channel_broken

vars == <<version, replica, asking, handled, known, seen, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

TypeOK ==
  /\ version \in 0 .. CHANGES
  /\ replica \in 0 .. CHANGES
  /\ asking \in ({<<>>} \cup {<<x_>> : x_ \in (1 .. CHANGES)})
  /\ handled \in 0 .. CHANGES
  /\ known \in 0 .. CHANGES
  /\ seen \in (SUBSET (1 .. CHANGES))
  /\ up \in BOOLEAN
  /\ crashes \in 0 .. CRASHES
  /\ Len(channel_queue) <= 6 /\ (\A x_ \in DOMAIN channel_queue : channel_queue[x_] \in 1 .. CHANGES)
  /\ channel_lost \in 0 .. 0
  /\ channel_doubled \in 0 .. 0
  /\ channel_swapped \in 0 .. 0
  /\ channel_broken \in 0 .. 0

changed(v) ==
  v <= version

informed(v) ==
  v <= known

\* Is nothing in transit?
channel_empty ==
  Len(channel_queue) = 0

\* Nothing is left to be handled, and nothing more can change.
at_rest ==
  channel_empty /\ asking = <<>> /\ (version = CHANGES \/ (~up))

answer_is_not_older ==
  handled <= known

sees_every_version ==
  (~EVERY) \/ (\A v \in 1 .. CHANGES : (v <= handled) => (v \in seen))

\* known > handled
newer_than_the_event ==
  handled < known

Init ==
  /\ version = 0
  /\ replica = 0
  /\ asking = <<>>
  /\ handled = 0
  /\ known = 0
  /\ seen = {}
  /\ up = TRUE
  /\ crashes = 0
  /\ channel_queue = <<>>
  /\ channel_lost = 0
  /\ channel_doubled = 0
  /\ channel_swapped = 0
  /\ channel_broken = 0

change ==
  /\ up
  /\ version < CHANGES
  /\ Len(channel_queue) < channel_capacity
  /\ version' = version + 1
  /\ version' \in 0 .. CHANGES
  /\ channel_queue' = Append(channel_queue, version + 1)
  /\ (Len(channel_queue') <= 6 /\ (\A x_ \in DOMAIN channel_queue' : channel_queue'[x_] \in 1 .. CHANGES)) = TRUE
  /\ UNCHANGED <<replica, asking, handled, known, seen, up, crashes, channel_lost, channel_doubled, channel_swapped, channel_broken>>

change_errs ==
  \/ /\ up
     /\ version < CHANGES
     /\ Len(channel_queue) < channel_capacity
     /\ LET new == version + 1 IN ~(new \in 0 .. CHANGES)
  \/ /\ up
     /\ version < CHANGES
     /\ Len(channel_queue) < channel_capacity
     /\ LET new_2 == Append(channel_queue, version + 1) IN ~(Len(new_2) <= 6 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 1 .. CHANGES))

replicate ==
  /\ REPLICA
  /\ replica < version
  /\ replica' = replica + 1
  /\ replica' \in 0 .. CHANGES
  /\ UNCHANGED <<version, asking, handled, known, seen, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

replicate_errs ==
  \/ /\ REPLICA
     /\ replica < version
     /\ LET new == replica + 1 IN ~(new \in 0 .. CHANGES)

receive ==
  /\ asking = <<>>
  /\ 0 < Len(channel_queue)
  /\ asking' = <<channel_queue[1]>>
  /\ channel_queue' = Tail(channel_queue)
  /\ UNCHANGED <<version, replica, handled, known, seen, up, crashes, channel_lost, channel_doubled, channel_swapped, channel_broken>>

query ==
  \E answer \in (IF asking # <<>> /\ up /\ REPLICA THEN (IF BALANCED THEN {replica, version} ELSE {replica}) ELSE {0}) :
    /\ asking # <<>>
    /\ up
    /\ ~(VERSIONED /\ asking = <<>>)
    /\ ((~VERSIONED) \/ asking[1] <= (IF REPLICA THEN answer ELSE version)) = TRUE
    /\ ((~MONOTONE) \/ known <= (IF REPLICA THEN answer ELSE version)) = TRUE
    /\ asking' = <<>>
    /\ handled' = asking[1]
    /\ known' = IF REPLICA THEN answer ELSE version
    /\ known' \in 0 .. CHANGES
    /\ seen' = IF 0 < (IF REPLICA THEN answer ELSE version) THEN seen \cup {IF REPLICA THEN answer ELSE version} ELSE seen
    /\ seen' \in (SUBSET (1 .. CHANGES))
    /\ UNCHANGED <<version, replica, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

query_errs ==
  \E answer \in (IF asking # <<>> /\ up /\ REPLICA THEN (IF BALANCED THEN {replica, version} ELSE {replica}) ELSE {0}) :
    \/ /\ asking # <<>>
       /\ up
       /\ ~(VERSIONED /\ asking = <<>>)
       /\ (~VERSIONED) \/ asking[1] <= (IF REPLICA THEN answer ELSE version)
       /\ (~MONOTONE) \/ known <= (IF REPLICA THEN answer ELSE version)
       /\ LET new == IF REPLICA THEN answer ELSE version IN ~(new \in 0 .. CHANGES)
    \/ /\ asking # <<>>
       /\ up
       /\ ~(VERSIONED /\ asking = <<>>)
       /\ (~VERSIONED) \/ asking[1] <= (IF REPLICA THEN answer ELSE version)
       /\ (~MONOTONE) \/ known <= (IF REPLICA THEN answer ELSE version)
       /\ LET new_2 == IF 0 < (IF REPLICA THEN answer ELSE version) THEN seen \cup {IF REPLICA THEN answer ELSE version} ELSE seen IN ~(new_2 \in (SUBSET (1 .. CHANGES)))

crash ==
  /\ up
  /\ crashes < CRASHES
  /\ up' = FALSE
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ UNCHANGED <<version, replica, asking, handled, known, seen, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

crash_errs ==
  \/ /\ up
     /\ crashes < CRASHES
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)

recover ==
  /\ RECOVERS
  /\ ~up
  /\ up' = TRUE
  /\ UNCHANGED <<version, replica, asking, handled, known, seen, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* ---- component channel

\* The message at place i is dropped.
channel_lose(i) ==
  /\ FALSE
  /\ UNCHANGED <<version, replica, asking, handled, known, seen, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The message at place i will come twice.
channel_duplicate(i) ==
  /\ FALSE
  /\ UNCHANGED <<version, replica, asking, handled, known, seen, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The message at place i + 1 overtakes the one before it.
channel_swap(i) ==
  /\ FALSE
  /\ UNCHANGED <<version, replica, asking, handled, known, seen, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The connection breaks.
channel_reset ==
  /\ FALSE
  /\ UNCHANGED <<version, replica, asking, handled, known, seen, up, crashes, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

Next ==
  \/ change
  \/ replicate
  \/ receive
  \/ query
  \/ crash
  \/ recover
  \/ \E i \in 0 .. 6 : channel_lose(i)
  \/ \E i \in 0 .. 6 : channel_duplicate(i)
  \/ \E i \in 0 .. 6 : channel_swap(i)
  \/ channel_reset

Fairness ==
  /\ WF_vars(replicate)
  /\ WF_vars(receive)
  /\ WF_vars(query)
  /\ WF_vars(recover)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~change_errs
  /\ ~replicate_errs
  /\ ~query_errs
  /\ ~crash_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ at_rest
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: newer_than_the_event must be possible.
Never_newer_than_the_event == ~newer_than_the_event

never_goes_back_step ==
  (known <= known')

never_goes_back == [][never_goes_back_step]_vars

\* forall v in Change: [] (changed(v) -> <> informed(v))
becomes_known ==
  \A v \in 1 .. CHANGES : [](changed(v) => <>informed(v))
==================================================================================
