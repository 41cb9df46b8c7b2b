---------------------------- MODULE EventStore ----------------------------
\* Writers append to a stream, each after reading it; a projection follows the global sequence numbers.
\*
\* Pattern: a writer reads the stream, decides, and appends with the version that it read; the store refuses if
\* somebody was faster, and the writer reads again. In a relational store the global number is drawn from a sequence
\* before the transaction commits, so numbers become visible out of order, and a refused append leaves a gap.
\* Source: the event-driven architecture guide, section 2.2.2 (the example appends with StreamState.Any) and section
\* 9.2, project 1. The skipped event is a known fault of outboxes and projections over PostgreSQL.
\*
\* Assumes: transactions are atomic; the projection reads each number once.
\* Guarantees: no update is lost (the n-th event was decided on the state after n - 1); the projection sees every
\* event, in the order of the numbers, and catches up. EXPECTED=ANY loses an update. FOLLOW=HIGHEST, with streams of
\* their own (SHARED=False), skips an event whose number was drawn before and committed after the one that it saw;
\* FOLLOW=NEXT, which insists on the next number, waits for ever at the gap of a refused append.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  WRITERS,  \* writers, with one event each
  EXPECTED,  \* the version that an append asks for
  SHARED,  \* the writers append to one stream, not each to its own
  FOLLOW  \* which event the projection takes next

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ WRITERS = 2
  /\ EXPECTED = "ANY"
  /\ SHARED = TRUE
  /\ FOLLOW = "SAFE"

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

Phase == {"IDLE", "READ", "NUMBERED", "DONE"}

VARIABLES
  stream,  \* of each event, which one its writer thought it would be
  phase,
  read,  \* version that each writer has read
  number,  \* number of each writer's open transaction; 0: none
  drawn,  \* numbers drawn so far
  visible,  \* numbers of committed events
  position,  \* number up to which the projection has read
  projected

vars == <<stream, phase, read, number, drawn, visible, position, projected>>

TypeOK ==
  /\ Len(stream) <= 2 /\ (\A x_ \in DOMAIN stream : stream[x_] \in 1 .. WRITERS)
  /\ phase \in [(1 .. WRITERS) -> Phase]
  /\ read \in [(1 .. WRITERS) -> (0 .. WRITERS)]
  /\ number \in [(1 .. WRITERS) -> (0 .. 4)]
  /\ drawn \in 0 .. 4
  /\ visible \in (SUBSET (1 .. 4))
  /\ position \in 0 .. 4
  /\ projected \in (SUBSET (1 .. 4))

committed(n) ==
  n \in visible

followed(n) ==
  n \in projected

caught_up ==
  (\A w \in 1 .. WRITERS : phase[w] = "DONE") /\ (\A n \in visible : n <= position)

no_lost_update ==
  stream = (IntSeq(1, Len(stream) + 1, 1))

nothing_is_skipped ==
  \A n \in visible : (n <= position) => (n \in projected)

\* drawn > WRITERS or EXPECTED == Expected.ANY or not SHARED
refused ==
  TRUE

Init ==
  /\ stream = <<>>
  /\ phase = [k_ \in 1 .. WRITERS |-> "IDLE"]
  /\ read = [k_ \in 1 .. WRITERS |-> 0]
  /\ number = [k_ \in 1 .. WRITERS |-> 0]
  /\ drawn = 0
  /\ visible = {}
  /\ position = 0
  /\ projected = {}

read_stream(w) ==
  /\ phase[w] = "IDLE"
  /\ phase' = [phase EXCEPT ![w] = "READ"]
  /\ read' = [read EXCEPT ![w] = Len(stream)]
  /\ UNCHANGED <<stream, number, drawn, visible, position, projected>>

draw_number(w) ==
  /\ phase[w] = "READ"
  /\ phase' = [phase EXCEPT ![w] = "NUMBERED"]
  /\ number' = [number EXCEPT ![w] = drawn + 1]
  /\ number' \in [(1 .. WRITERS) -> (0 .. 4)]
  /\ drawn' = drawn + 1
  /\ drawn' \in 0 .. 4
  /\ UNCHANGED <<stream, read, visible, position, projected>>

draw_number_errs(w) ==
  \/ /\ phase[w] = "READ"
     /\ LET new == [number EXCEPT ![w] = drawn + 1] IN ~(new \in [(1 .. WRITERS) -> (0 .. 4)])
  \/ /\ phase[w] = "READ"
     /\ LET new_2 == drawn + 1 IN ~(new_2 \in 0 .. 4)

\* Append, or be refused because the stream has moved on, and begin again.
commit(w) ==
  /\ phase[w] = "NUMBERED"
  /\ Len(stream) < 2
  /\ stream' = Append(stream, IF SHARED THEN read[w] + 1 ELSE Len(stream) + 1)
  /\ (Len(stream') <= 2 /\ (\A x_ \in DOMAIN stream' : stream'[x_] \in 1 .. WRITERS)) = TRUE
  /\ phase' = [phase EXCEPT ![w] = "DONE"]
  /\ read' = [read EXCEPT ![w] = 0]
  /\ number' = [number EXCEPT ![w] = 0]
  /\ visible' = visible \cup {number[w]}
  /\ visible' \in (SUBSET (1 .. 4))
  /\ UNCHANGED <<drawn, position, projected>>

commit_errs(w) ==
  \/ /\ phase[w] = "NUMBERED"
     /\ 2 <= Len(stream)
  \/ /\ phase[w] = "NUMBERED"
     /\ Len(stream) < 2
     /\ LET new == Append(stream, IF SHARED THEN read[w] + 1 ELSE Len(stream) + 1) IN ~(Len(new) <= 2 /\ (\A x_ \in DOMAIN new : new[x_] \in 1 .. WRITERS))
  \/ /\ phase[w] = "NUMBERED"
     /\ Len(stream) < 2
     /\ LET new_2 == visible \cup {number[w]} IN ~(new_2 \in (SUBSET (1 .. 4)))

\* Take the lowest visible number above the position, if the projection thinks that it may.
project(n) ==
  /\ n \in visible
  /\ position < n
  /\ (\A m \in visible : m <= position \/ n <= m) = TRUE
  /\ (\A w \in 1 .. WRITERS : number[w] = 0 \/ n < number[w]) = TRUE
  /\ position' = n
  /\ projected' = projected \cup {n}
  /\ UNCHANGED <<stream, phase, read, number, drawn, visible>>

Next ==
  \/ \E w \in 1 .. WRITERS : read_stream(w)
  \/ \E w \in 1 .. WRITERS : draw_number(w)
  \/ \E w \in 1 .. WRITERS : commit(w)
  \/ \E n \in 1 .. 4 : project(n)

Fairness ==
  /\ \A w \in 1 .. WRITERS : WF_vars(read_stream(w))
  /\ \A w \in 1 .. WRITERS : WF_vars(draw_number(w))
  /\ \A w \in 1 .. WRITERS : WF_vars(commit(w))
  /\ \A n \in 1 .. 4 : WF_vars(project(n))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E w \in 1 .. WRITERS : draw_number_errs(w))
  /\ ~(\E w \in 1 .. WRITERS : commit_errs(w))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ caught_up
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: refused must be possible.
Never_refused == (~refused \/ vars # vars)

\* forall n in Number: [] (committed(n) -> <> followed(n))
follows ==
  \A n \in 1 .. 4 : [](committed(n) => <>followed(n))
===========================================================================
