---------------------------- MODULE IdempotentConsumer ----------------------------
\* One event, delivered up to DELIVERIES times within REDELIVERY ticks, to consumers that must charge for it once.
\*
\* Pattern, by METHOD: CHECK looks the id up in a store, processes, and marks the id (the guide's Redis set); CLAIM
\* marks the id first, atomically (SET NX), and takes the mark back if it fails; UPSERT stores the effect under the id
\* (INSERT ... ON CONFLICT DO NOTHING), so the check and the effect are one transaction. A mark lives TTL ticks.
\* Source: the event-driven architecture guide, section 7.2. The window that is shorter than the redelivery is real:
\* SQS FIFO deduplicates for 5 minutes, NServiceBus keeps its outbox for 7 days, and redeliveries come later than
\* that.
\*
\* Assumes: a copy of the event may come at any time up to REDELIVERY ticks after the first, and a later copy is
\* impossible; a consumer may crash between any two steps.
\* Guarantees: charged at most once with METHOD=UPSERT always, and with CHECK by one consumer that does not crash,
\* as long as TTL > REDELIVERY.
\* TTL too small: the id is forgotten and a late copy is charged again. CONSUMERS=2 with CHECK: both look before
\* either marks. CRASHES=1 with CHECK: charged, crashed before the mark, charged again. CLAIM closes the race, and
\* then a crash between claim and charge loses the event: `not_lost` fails.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  CONSUMERS,  \* consumers of the queue
  DELIVERIES,  \* copies of the event that may come
  REDELIVERY,  \* ticks after which no copy comes any more
  TTL,  \* ticks that a mark lives
  CRASHES,  \* crashes of consumers
  METHOD  \* how a repetition is recognised

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ CONSUMERS = 1
  /\ DELIVERIES = 3
  /\ REDELIVERY = 3
  /\ TTL = 4
  /\ CRASHES = 1
  /\ METHOD = "CLAIM"

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

Step == {"IDLE", "CHECKED", "PROCESSED"}

VARIABLES
  clock,  \* stops when no copy can come any more
  copies,  \* copies handed out so far
  waiting,  \* copies in the queue
  step,
  mark,  \* ticks that the mark still lives; 0: none
  charges,
  crashes

vars == <<clock, copies, waiting, step, mark, charges, crashes>>

TypeOK ==
  /\ clock \in 0 .. REDELIVERY
  /\ copies \in 0 .. DELIVERIES
  /\ waiting \in 0 .. DELIVERIES
  /\ step \in [(1 .. CONSUMERS) -> Step]
  /\ mark \in 0 .. TTL
  /\ charges \in 0 .. DELIVERIES
  /\ crashes \in 0 .. CRASHES

delivered ==
  0 < copies

charged ==
  0 < charges

over ==
  copies = DELIVERIES /\ waiting = 0 /\ (\A c \in 1 .. CONSUMERS : step[c] = "IDLE")

charged_once ==
  charges <= 1

\* A mark without an effect and without anybody at work on it blocks every later copy.
not_lost ==
  mark = 0 \/ 0 < charges \/ (\E c \in 1 .. CONSUMERS : step[c] # "IDLE")

\* clock == REDELIVERY and copies == DELIVERIES and charges == 1
late_copy ==
  clock = REDELIVERY /\ copies = DELIVERIES /\ charges = 1

Init ==
  /\ clock = 0
  /\ copies = 0
  /\ waiting = 0
  /\ step = [k_ \in 1 .. CONSUMERS |-> "IDLE"]
  /\ mark = 0
  /\ charges = 0
  /\ crashes = 0

tick ==
  /\ clock < REDELIVERY
  /\ clock' = clock + 1
  /\ clock' \in 0 .. REDELIVERY
  /\ mark' = Max(mark - 1, 0)
  /\ mark' \in 0 .. TTL
  /\ UNCHANGED <<copies, waiting, step, charges, crashes>>

tick_errs ==
  \/ /\ clock < REDELIVERY
     /\ LET new == clock + 1 IN ~(new \in 0 .. REDELIVERY)
  \/ /\ clock < REDELIVERY
     /\ LET new_2 == Max(mark - 1, 0) IN ~(new_2 \in 0 .. TTL)

\* The broker puts a copy in the queue: the event itself, or a redelivery.
deliver ==
  /\ copies < DELIVERIES
  /\ copies' = copies + 1
  /\ copies' \in 0 .. DELIVERIES
  /\ waiting' = waiting + 1
  /\ waiting' \in 0 .. DELIVERIES
  /\ UNCHANGED <<clock, step, mark, charges, crashes>>

deliver_errs ==
  \/ /\ copies < DELIVERIES
     /\ LET new == copies + 1 IN ~(new \in 0 .. DELIVERIES)
  \/ /\ copies < DELIVERIES
     /\ LET new_2 == waiting + 1 IN ~(new_2 \in 0 .. DELIVERIES)

\* Take a copy, and look whether the id is marked.
receive(c) ==
  /\ step[c] = "IDLE"
  /\ 0 < waiting
  /\ waiting' = waiting - 1
  /\ waiting' \in 0 .. DELIVERIES
  /\ step' = IF mark = 0 THEN [step EXCEPT ![c] = "CHECKED"] ELSE step
  /\ mark' = IF mark = 0 THEN TTL ELSE mark
  /\ UNCHANGED <<clock, copies, charges, crashes>>

receive_errs(c) ==
  \/ /\ step[c] = "IDLE"
     /\ 0 < waiting
     /\ LET new == waiting - 1 IN ~(new \in 0 .. DELIVERIES)

process(c) ==
  /\ step[c] = "CHECKED"
  /\ step' = [step EXCEPT ![c] = "PROCESSED"]
  /\ charges' = charges + 1
  /\ charges' \in 0 .. DELIVERIES
  /\ UNCHANGED <<clock, copies, waiting, mark, crashes>>

process_errs(c) ==
  \/ /\ step[c] = "CHECKED"
     /\ LET new == charges + 1 IN ~(new \in 0 .. DELIVERIES)

remember(c) ==
  /\ step[c] = "PROCESSED"
  /\ step' = [step EXCEPT ![c] = "IDLE"]
  /\ UNCHANGED <<clock, copies, waiting, mark, charges, crashes>>

\* The consumer fails; its copy is not acknowledged and comes again if the broker has tries left.
crash(c) ==
  /\ crashes < CRASHES
  /\ step[c] # "IDLE"
  /\ step' = [step EXCEPT ![c] = "IDLE"]
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ UNCHANGED <<clock, copies, waiting, mark, charges>>

crash_errs(c) ==
  \/ /\ crashes < CRASHES
     /\ step[c] # "IDLE"
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)

Next ==
  \/ tick
  \/ deliver
  \/ \E c \in 1 .. CONSUMERS : receive(c)
  \/ \E c \in 1 .. CONSUMERS : process(c)
  \/ \E c \in 1 .. CONSUMERS : remember(c)
  \/ \E c \in 1 .. CONSUMERS : crash(c)

Fairness ==
  /\ WF_vars(deliver)
  /\ \A c \in 1 .. CONSUMERS : WF_vars(receive(c))
  /\ \A c \in 1 .. CONSUMERS : WF_vars(process(c))
  /\ \A c \in 1 .. CONSUMERS : WF_vars(remember(c))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~tick_errs
  /\ ~deliver_errs
  /\ ~(\E c \in 1 .. CONSUMERS : receive_errs(c))
  /\ ~(\E c \in 1 .. CONSUMERS : process_errs(c))
  /\ ~(\E c \in 1 .. CONSUMERS : crash_errs(c))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ over
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: late_copy must be possible.
Never_late_copy == ~late_copy

\* [] (delivered -> <> charged)
charged_in_the_end ==
  [](delivered => <>charged)
===================================================================================
