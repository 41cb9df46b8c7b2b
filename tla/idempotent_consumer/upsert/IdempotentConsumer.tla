---------------------------- MODULE IdempotentConsumer ----------------------------
\* One event, delivered up to DELIVERIES times within REDELIVERY ticks, to consumers that must charge for it once.
\*
\* Pattern, by METHOD: CHECK looks the id up in a store, processes, and marks the id (the guide's Redis set); CLAIM
\* marks the id first, atomically (SET NX); UPSERT stores the effect under the id (INSERT ... ON CONFLICT DO NOTHING),
\* so the check and the effect are one transaction. A mark lives TTL ticks.
\* Source: the event-driven architecture guide, section 7.2. A window shorter than the redelivery is a real bug,
\* and TTL=2 is its model: SQS FIFO deduplicates for 5 minutes, NServiceBus keeps its outbox for 7 days, and whoever
\* repeats an event after that (a consumer that was down, a message returned from a dead-letter queue) is not noticed.
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
  REDELIVERY,  \* ticks after the first copy when no copy comes any more
  TTL,  \* ticks that a mark lives
  CRASHES,  \* crashes of consumers
  METHOD,  \* how a repetition is recognised
  window_limit,  \* ticks from the start until a timer is due
  marks_ttl,  \* ticks that an id is remembered; 0: for ever
  marks_ticks,  \* ticks of a clock of its own; 0: the model calls `tick`
  marks_losses,  \* ids that may be lost before their time
  ledger_ttl,  \* ticks that an id is remembered; 0: for ever
  ledger_ticks,  \* ticks of a clock of its own; 0: the model calls `tick`
  ledger_losses  \* ids that may be lost before their time

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ CONSUMERS = 2
  /\ DELIVERIES = 3
  /\ REDELIVERY = 3
  /\ TTL = 1
  /\ CRASHES = 1
  /\ METHOD = "UPSERT"
  /\ window_limit = 3
  /\ marks_ttl = 1
  /\ marks_ticks = 0
  /\ marks_losses = 0
  /\ ledger_ttl = 0
  /\ ledger_ticks = 0
  /\ ledger_losses = 0

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Step == {"IDLE", "CHECKED", "PROCESSED"}

VARIABLES
  copies,  \* copies handed out so far
  waiting,  \* copies in the queue
  step,
  charges,
  crashes,
  window_elapsed,  \* ticks since the start, at most `limit`; None: off
  marks_left,  \* ticks that an id still has; 0: not in the store
  marks_now,
  marks_lost,
  ledger_left,  \* ticks that an id still has; 0: not in the store
  ledger_now,
  ledger_lost

vars == <<copies, waiting, step, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

TypeOK ==
  /\ copies \in 0 .. DELIVERIES
  /\ waiting \in 0 .. DELIVERIES
  /\ step \in [(1 .. CONSUMERS) -> Step]
  /\ charges \in 0 .. DELIVERIES
  /\ crashes \in 0 .. CRASHES
  /\ window_elapsed \in [(1 .. 1) -> ({<<>>} \cup {<<x_>> : x_ \in (0 .. 3)})]
  /\ marks_left \in [(1 .. 1) -> (0 .. 1)]
  /\ marks_now \in 0 .. 0
  /\ marks_lost \in 0 .. 0
  /\ ledger_left \in [(1 .. 1) -> (0 .. 1)]
  /\ ledger_now \in 0 .. 0
  /\ ledger_lost \in 0 .. 0

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
  marks_left[1] <= 0 \/ 0 < charges \/ (\E c \in 1 .. CONSUMERS : step[c] # "IDLE")

\* window.due(EVENT) and copies == DELIVERIES and charges == 1
late_copy ==
  window_elapsed[1] = <<window_limit>> /\ copies = DELIVERIES /\ charges = 1

Init ==
  /\ copies = 0
  /\ waiting = 0
  /\ step = [k_ \in 1 .. CONSUMERS |-> "IDLE"]
  /\ charges = 0
  /\ crashes = 0
  /\ window_elapsed = [k_ \in 1 .. 1 |-> <<>>]
  /\ marks_left = [k_ \in 1 .. 1 |-> 0]
  /\ marks_now = 0
  /\ marks_lost = 0
  /\ ledger_left = [k_ \in 1 .. 1 |-> 0]
  /\ ledger_now = 0
  /\ ledger_lost = 0

tick ==
  LET t_3 == FoldSeq(LAMBDA acc, k : LET t == Len(<<acc[1][k][1] + 1, window_limit>>) = 0 t_2 == ~(acc[1][k] = <<>> \/ t) IN IF acc[2] = 0 THEN <<IF acc[1][k] = <<>> \/ t_2 THEN IF acc[1][k] = <<>> THEN acc[1] ELSE [acc[1] EXCEPT ![k] = <<Min(acc[1][k][1] + 1, window_limit)>>] ELSE acc[1], IF acc[1][k] = <<>> \/ t_2 THEN 0 ELSE IF acc[1][k] # <<>> /\ (acc[1][k] = <<>> \/ t) THEN 2 ELSE 1>> ELSE acc, <<window_elapsed, 0>>, <<1>>)
      t_5 == FoldSeq(LAMBDA acc_1, k_2 : LET t_4 == Len(<<acc_1[1][k_2] - 1, 0>>) = 0 IN IF acc_1[2] = 0 THEN <<IF t_4 THEN acc_1[1] ELSE [acc_1[1] EXCEPT ![k_2] = Max(acc_1[1][k_2] - 1, 0)], IF t_4 THEN IF t_4 THEN 2 ELSE 1 ELSE 0>> ELSE acc_1, <<marks_left, 0>>, <<1>>)
  IN
  /\ window_elapsed[1] # <<>>
  /\ window_elapsed[1] # <<window_limit>>
  /\ t_3[2] = 0
  /\ t_5[2] = 0
  /\ window_elapsed' = t_3[1]
  /\ window_elapsed' \in [(1 .. 1) -> ({<<>>} \cup {<<x_>> : x_ \in (0 .. 3)})]
  /\ marks_left' = t_5[1]
  /\ marks_left' \in [(1 .. 1) -> (0 .. 1)]
  /\ UNCHANGED <<copies, waiting, step, charges, crashes, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

tick_errs ==
  LET t == window_elapsed[1] # <<window_limit>>
      t_4 == FoldSeq(LAMBDA acc, k : LET t_2 == Len(<<acc[1][k][1] + 1, window_limit>>) = 0 t_3 == ~(acc[1][k] = <<>> \/ t_2) IN IF acc[2] = 0 THEN <<IF acc[1][k] = <<>> \/ t_3 THEN IF acc[1][k] = <<>> THEN acc[1] ELSE [acc[1] EXCEPT ![k] = <<Min(acc[1][k][1] + 1, window_limit)>>] ELSE acc[1], IF acc[1][k] = <<>> \/ t_3 THEN 0 ELSE IF acc[1][k] # <<>> /\ (acc[1][k] = <<>> \/ t_2) THEN 2 ELSE 1>> ELSE acc, <<window_elapsed, 0>>, <<1>>)
      t_5 == t_4[2]
      t_6 == t_5 = 0
      t_8 == FoldSeq(LAMBDA acc_1, k_2 : LET t_7 == Len(<<acc_1[1][k_2] - 1, 0>>) = 0 IN IF acc_1[2] = 0 THEN <<IF t_7 THEN acc_1[1] ELSE [acc_1[1] EXCEPT ![k_2] = Max(acc_1[1][k_2] - 1, 0)], IF t_7 THEN IF t_7 THEN 2 ELSE 1 ELSE 0>> ELSE acc_1, <<marks_left, 0>>, <<1>>)
      t_9 == t_8[2]
  IN
  \/ /\ window_elapsed[1] # <<>>
     /\ t
     /\ t_5 = 2
  \/ /\ window_elapsed[1] # <<>>
     /\ t
     /\ t_6
     /\ t_9 = 2
  \/ /\ window_elapsed[1] # <<>>
     /\ t
     /\ t_6
     /\ t_9 = 0
     /\ LET new == t_4[1] IN ~(new \in [(1 .. 1) -> ({<<>>} \cup {<<x_>> : x_ \in (0 .. 3)})])
  \/ /\ window_elapsed[1] # <<>>
     /\ t
     /\ t_6
     /\ t_9 = 0
     /\ LET new_2 == t_8[1] IN ~(new_2 \in [(1 .. 1) -> (0 .. 1)])

\* The broker puts a copy in the queue: the event itself, or a redelivery.
deliver ==
  /\ copies < DELIVERIES
  /\ copies' = copies + 1
  /\ copies' \in 0 .. DELIVERIES
  /\ waiting' = waiting + 1
  /\ waiting' \in 0 .. DELIVERIES
  /\ window_elapsed' = IF copies = 0 THEN [window_elapsed EXCEPT ![1] = <<0>>] ELSE window_elapsed
  /\ UNCHANGED <<step, charges, crashes, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

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
  /\ step' = IF 0 < marks_left[1] THEN step ELSE [step EXCEPT ![c] = "CHECKED"]
  /\ UNCHANGED <<copies, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

receive_errs(c) ==
  \/ /\ step[c] = "IDLE"
     /\ 0 < waiting
     /\ LET new == waiting - 1 IN ~(new \in 0 .. DELIVERIES)

process(c) ==
  /\ step[c] = "CHECKED"
  /\ step' = [step EXCEPT ![c] = "PROCESSED"]
  /\ charges' = IF ledger_left[1] = 0 THEN charges + 1 ELSE charges
  /\ charges' \in 0 .. DELIVERIES
  /\ ledger_left' = IF ledger_left[1] = 0 THEN [ledger_left EXCEPT ![1] = Max(ledger_ttl, 1)] ELSE ledger_left
  /\ ledger_left' \in [(1 .. 1) -> (0 .. 1)]
  /\ UNCHANGED <<copies, waiting, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_now, ledger_lost>>

process_errs(c) ==
  \/ /\ step[c] = "CHECKED"
     /\ LET new == IF ledger_left[1] = 0 THEN charges + 1 ELSE charges IN ~(new \in 0 .. DELIVERIES)
  \/ /\ step[c] = "CHECKED"
     /\ LET new_2 == IF ledger_left[1] = 0 THEN [ledger_left EXCEPT ![1] = Max(ledger_ttl, 1)] ELSE ledger_left IN ~(new_2 \in [(1 .. 1) -> (0 .. 1)])

remember(c) ==
  /\ step[c] = "PROCESSED"
  /\ step' = [step EXCEPT ![c] = "IDLE"]
  /\ UNCHANGED <<copies, waiting, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

\* The consumer fails; its copy is not acknowledged and comes again if the broker has tries left.
crash(c) ==
  /\ crashes < CRASHES
  /\ step[c] # "IDLE"
  /\ step' = [step EXCEPT ![c] = "IDLE"]
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ UNCHANGED <<copies, waiting, charges, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

crash_errs(c) ==
  \/ /\ crashes < CRASHES
     /\ step[c] # "IDLE"
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)

\* ---- component marks

marks_time_passes ==
  /\ FALSE
  /\ UNCHANGED <<copies, waiting, step, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

\* The id is evicted, or a replica without it takes over.
marks_lose(k) ==
  /\ FALSE
  /\ UNCHANGED <<copies, waiting, step, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

\* ---- component ledger

ledger_time_passes ==
  /\ FALSE
  /\ UNCHANGED <<copies, waiting, step, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

\* The id is evicted, or a replica without it takes over.
ledger_lose(k) ==
  /\ FALSE
  /\ UNCHANGED <<copies, waiting, step, charges, crashes, window_elapsed, marks_left, marks_now, marks_lost, ledger_left, ledger_now, ledger_lost>>

Next ==
  \/ tick
  \/ deliver
  \/ \E c \in 1 .. CONSUMERS : receive(c)
  \/ \E c \in 1 .. CONSUMERS : process(c)
  \/ \E c \in 1 .. CONSUMERS : remember(c)
  \/ \E c \in 1 .. CONSUMERS : crash(c)
  \/ marks_time_passes
  \/ \E k \in 1 .. 1 : marks_lose(k)
  \/ ledger_time_passes
  \/ \E k \in 1 .. 1 : ledger_lose(k)

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
