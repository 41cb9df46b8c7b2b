---------------------------- MODULE DeadLetter ----------------------------
\* A partition read in order; a message that fails TRIES times goes to the dead-letter queue.
\*
\* Pattern: the consumer tries a message; if that fails for the last time, the message is published to the dead-letter
\* queue and the offset is committed past it: two systems, two steps.
\* Source: the event-driven architecture guide, section 5.2 (size of the dead-letter queue) and section 7.3 (alerts on
\* lag and on its growth).
\*
\* Assumes: the last message but one is poison and fails always; the first one fails up to TRANSIENT times and then
\* succeeds; the consumer crashes at most CRASHES times and resumes at the committed offset, having forgotten its
\* tries.
\* Guarantees: the partition never blocks for ever, every message is processed or in the dead-letter queue before the
\* offset moves past it, only poison is dead-lettered, an alert follows when the queue reaches ALERT.
\* LIMITED=False: the poison message is retried for ever and nothing behind it is read. MOVE=COMMIT_FIRST: a crash
\* between the two steps loses the message. TRIES too small: a message that would have succeeded is dead-lettered.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  MESSAGES,  \* messages in the partition
  TRIES,  \* tries of one message
  TRANSIENT,  \* failures of the first message before it succeeds
  CRASHES,  \* crashes of the consumer
  ALERT,  \* dead letters that raise the alert
  LIMITED,  \* a message is given up after TRIES
  MOVE  \* which of the two steps of a move comes first

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ MESSAGES = 3
  /\ TRIES = 2
  /\ TRANSIENT = 1
  /\ CRASHES = 1
  /\ ALERT = 1
  /\ LIMITED = TRUE
  /\ MOVE = "COMMIT_FIRST"

Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

VARIABLES
  offset,  \* committed offset: the next message to read
  tried,  \* failed tries of the message at the offset; in memory
  transient,  \* failures of message 0 so far
  moving,  \* a message of whose move the first step is done; in memory
  processed,
  dead,  \* the dead-letter queue; a repetition is the same message
  alerted,
  crashes

vars == <<offset, tried, transient, moving, processed, dead, alerted, crashes>>

TypeOK ==
  /\ offset \in 0 .. MESSAGES
  /\ tried \in 0 .. TRIES
  /\ transient \in 0 .. TRANSIENT
  /\ moving \in ({<<>>} \cup {<<x_>> : x_ \in (0 .. 2)})
  /\ processed \in (SUBSET (0 .. 2))
  /\ dead \in (SUBSET (0 .. 2))
  /\ alerted \in BOOLEAN
  /\ crashes \in 0 .. CRASHES

may_try ==
  moving = <<>> /\ offset < MESSAGES /\ (tried < TRIES \/ (~LIMITED))

\* Does the next try fail?
fails ==
  offset = 1 \/ (offset = 0 /\ transient < TRANSIENT)

growing ==
  ALERT <= Cardinality(dead)

alarmed ==
  alerted

through ==
  offset = MESSAGES

finished ==
  offset = MESSAGES /\ moving = <<>> /\ (alerted \/ Cardinality(dead) < ALERT)

nothing_is_lost ==
  \A m \in Elements(IntSeq(0, offset, 1)) : m \in processed \/ m \in dead \/ <<m>> = moving

only_poison_is_dead ==
  \A m \in dead : m = 1

\* MESSAGES - 1 in processed
behind_the_poison ==
  MESSAGES - 1 \in processed

Init ==
  /\ offset = 0
  /\ tried = 0
  /\ transient = 0
  /\ moving = <<>>
  /\ processed = {}
  /\ dead = {}
  /\ alerted = FALSE
  /\ crashes = 0

succeed ==
  /\ may_try = TRUE
  /\ ~fails
  /\ offset' = offset + 1
  /\ offset' \in 0 .. MESSAGES
  /\ tried' = 0
  /\ processed' = processed \cup {offset}
  /\ processed' \in (SUBSET (0 .. 2))
  /\ UNCHANGED <<transient, moving, dead, alerted, crashes>>

succeed_errs ==
  \/ /\ may_try
     /\ ~fails
     /\ LET new == offset + 1 IN ~(new \in 0 .. MESSAGES)
  \/ /\ may_try
     /\ ~fails
     /\ LET new_2 == processed \cup {offset} IN ~(new_2 \in (SUBSET (0 .. 2)))

fail ==
  /\ may_try = TRUE
  /\ fails = TRUE
  /\ tried' = Min(tried + 1, TRIES)
  /\ tried' \in 0 .. TRIES
  /\ transient' = IF offset = 0 THEN transient + 1 ELSE transient
  /\ transient' \in 0 .. TRANSIENT
  /\ UNCHANGED <<offset, moving, processed, dead, alerted, crashes>>

fail_errs ==
  \/ /\ may_try
     /\ fails
     /\ LET new == Min(tried + 1, TRIES) IN ~(new \in 0 .. TRIES)
  \/ /\ may_try
     /\ fails
     /\ LET new_2 == IF offset = 0 THEN transient + 1 ELSE transient IN ~(new_2 \in 0 .. TRANSIENT)

give_up ==
  /\ LIMITED
  /\ moving = <<>>
  /\ tried = TRIES
  /\ offset' = offset + 1
  /\ offset' \in 0 .. MESSAGES
  /\ moving' = <<offset>>
  /\ moving' \in ({<<>>} \cup {<<x_>> : x_ \in (0 .. 2)})
  /\ UNCHANGED <<tried, transient, processed, dead, alerted, crashes>>

give_up_errs ==
  \/ /\ LIMITED
     /\ moving = <<>>
     /\ tried = TRIES
     /\ LET new == offset + 1 IN ~(new \in 0 .. MESSAGES)
  \/ /\ LIMITED
     /\ moving = <<>>
     /\ tried = TRIES
     /\ LET new_2 == <<offset>> IN ~(new_2 \in ({<<>>} \cup {<<x_>> : x_ \in (0 .. 2)}))

finish_move ==
  /\ moving # <<>>
  /\ tried' = 0
  /\ moving' = <<>>
  /\ dead' = dead \cup {moving[1]}
  /\ UNCHANGED <<offset, transient, processed, alerted, crashes>>

alert ==
  /\ ~alerted
  /\ ALERT <= Cardinality(dead)
  /\ alerted' = TRUE
  /\ UNCHANGED <<offset, tried, transient, moving, processed, dead, crashes>>

crash ==
  /\ crashes < CRASHES
  /\ tried' = 0
  /\ moving' = <<>>
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ UNCHANGED <<offset, transient, processed, dead, alerted>>

crash_errs ==
  \/ /\ crashes < CRASHES
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)

Next ==
  \/ succeed
  \/ fail
  \/ give_up
  \/ finish_move
  \/ alert
  \/ crash

Fairness ==
  /\ WF_vars(succeed)
  /\ WF_vars(fail)
  /\ WF_vars(give_up)
  /\ WF_vars(finish_move)
  /\ WF_vars(alert)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~succeed_errs
  /\ ~fail_errs
  /\ ~give_up_errs
  /\ ~crash_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: behind_the_poison must be possible.
Never_behind_the_poison == ~behind_the_poison

\* <> through
never_blocked ==
  <>through

\* [] (growing -> <> alarmed)
growth_is_alerted ==
  [](growing => <>alarmed)
===========================================================================
