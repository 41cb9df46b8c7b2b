---------------------------- MODULE Cqrs ----------------------------
\* One stream of events, two projections of it, and a client that writes and then reads.
\*
\* Pattern: the command side appends events; each projection applies them in order, at its own pace, and stores its
\* position together with its state; a query may carry the version of the client's last command and wait for it
\* (TOKEN).
\* Source: the event-driven architecture guide, section 3.4 (CQRS and event sourcing) and section 8.1.
\*
\* Assumes: events reach the projections in order, and up to COPIES of them once more.
\* Guarantees: projections converge to the stream; at equal positions they agree; a client that shows its token reads
\* its own writes, and never goes back in time on one view. TOKEN=False: the query after the command is answered from
\* the past. ATOMIC=False: the position is stored apart from the state, a repeated event is applied twice, and two
\* projections of one stream disagree. ANY_VIEW=True: a client that shows the token to the one view and asks the
\* other.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  EVENTS,  \* events, each adding its number
  COPIES,  \* events that are delivered once more
  TOKEN,  \* a query waits for the version of the client's last command
  ATOMIC,  \* a projection stores its position with its state, and so knows a repetition
  ANY_VIEW,  \* the token was checked against the other view
  view_last,  \* the last number that there may be
  view_repeats,  \* redeliveries that can be applied again
  view_follow,  \* which event it takes next
  view_atomic  \* the position is stored with the view, so that a redelivery is recognised

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ EVENTS = 3
  /\ COPIES = 1
  /\ TOKEN = TRUE
  /\ ATOMIC = TRUE
  /\ ANY_VIEW = TRUE
  /\ view_last = 3
  /\ view_repeats = 1
  /\ view_follow = "SAFE"
  /\ view_atomic = TRUE

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

SumSeq(s_) == FoldSeq(LAMBDA a_, b_ : a_ + b_, 0, s_)

View == {"LIST", "SEARCH"}

VARIABLES
  stream,  \* events 1 .. stream are written
  copies,
  asked,  \* the view that the client has just read
  answer,  \* version of the answer
  view_position,  \* number up to which it has read
  view_applied  \* numbers of the events in the view

vars == <<stream, copies, asked, answer, view_position, view_applied>>

TypeOK ==
  /\ stream \in 0 .. EVENTS
  /\ copies \in 0 .. COPIES
  /\ asked \in {<<>>} \cup {<<x_>> : x_ \in View}
  /\ answer \in 0 .. EVENTS
  /\ view_position \in [View -> (0 .. 3)]
  /\ \A k_ \in View : (Len(view_applied[k_]) <= 4 /\ (\A x_ \in DOMAIN view_applied[k_] : view_applied[k_][x_] \in 1 .. 3))

other(v) ==
  IF v = "LIST" THEN "SEARCH" ELSE "LIST"

written(n) ==
  n <= stream

shown(v, n) ==
  n <= view_position[v]

converged ==
  stream = EVENTS /\ (\A v \in View : view_position[v] = stream)

\* The last answer contains the last command, as nothing was written since.
reads_its_own_writes ==
  asked = <<>> \/ answer = stream

\* The state of a projection: the sum of the numbers that it has applied.
total(v) ==
  SumSeq(view_applied[v])

equal_positions_agree ==
  view_position["LIST"] # view_position["SEARCH"] \/ total("LIST") = total("SEARCH")

a_view_is_the_fold_of_its_prefix ==
  \A v \in View : total(v) = (SumSeq(IntSeq(1, view_position[v] + 1, 1)))

Init ==
  /\ stream = 0
  /\ copies = 0
  /\ asked = <<>>
  /\ answer = 0
  /\ view_position = [k_ \in View |-> 0]
  /\ view_applied = [k_ \in View |-> <<>>]

command ==
  /\ stream < EVENTS
  /\ stream' = stream + 1
  /\ stream' \in 0 .. EVENTS
  /\ asked' = <<>>
  /\ UNCHANGED <<copies, answer, view_position, view_applied>>

command_errs ==
  \/ /\ stream < EVENTS
     /\ LET new == stream + 1 IN ~(new \in 0 .. EVENTS)

apply(v) ==
  /\ view_position[v] + 1 <= stream
  /\ Len(view_applied[v]) < 4
  /\ view_position' = [view_position EXCEPT ![v] = view_position[v] + 1]
  /\ view_position' \in [View -> (0 .. 3)]
  /\ view_applied' = [view_applied EXCEPT ![v] = Append(view_applied[v], view_position[v] + 1)]
  /\ (\A k_ \in View : (Len(view_applied'[k_]) <= 4 /\ (\A x_ \in DOMAIN view_applied'[k_] : view_applied'[k_][x_] \in 1 .. 3))) = TRUE
  /\ UNCHANGED <<stream, copies, asked, answer>>

apply_errs(v) ==
  LET t == view_position[v] + 1 <= stream
      t_2 == 4 <= Len(view_applied[v])
  IN
  \/ /\ t
     /\ t_2
  \/ /\ t
     /\ ~t_2
     /\ LET new == [view_position EXCEPT ![v] = view_position[v] + 1] IN ~(new \in [View -> (0 .. 3)])
  \/ /\ t
     /\ ~t_2
     /\ LET new_2 == [view_applied EXCEPT ![v] = Append(view_applied[v], view_position[v] + 1)] IN ~(\A k_ \in View : (Len(new_2[k_]) <= 4 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in 1 .. 3)))

\* The last event comes again.
repeat(v) ==
  /\ copies < COPIES
  /\ 0 < view_position[v]
  /\ (view_atomic \/ Len(view_applied[v]) < 4) = TRUE
  /\ copies' = copies + 1
  /\ copies' \in 0 .. COPIES
  /\ view_applied' = IF view_atomic THEN view_applied ELSE [view_applied EXCEPT ![v] = Append(view_applied[v], view_position[v])]
  /\ (\A k_ \in View : (Len(view_applied'[k_]) <= 4 /\ (\A x_ \in DOMAIN view_applied'[k_] : view_applied'[k_][x_] \in 1 .. 3))) = TRUE
  /\ UNCHANGED <<stream, asked, answer, view_position>>

repeat_errs(v) ==
  LET t == 4 <= Len(view_applied[v])
  IN
  \/ /\ copies < COPIES
     /\ 0 < view_position[v]
     /\ ~view_atomic
     /\ t
  \/ /\ copies < COPIES
     /\ 0 < view_position[v]
     /\ view_atomic \/ ~t
     /\ LET new == copies + 1 IN ~(new \in 0 .. COPIES)
  \/ /\ copies < COPIES
     /\ 0 < view_position[v]
     /\ view_atomic \/ ~t
     /\ LET new_2 == IF view_atomic THEN view_applied ELSE [view_applied EXCEPT ![v] = Append(view_applied[v], view_position[v])] IN ~(\A k_ \in View : (Len(new_2[k_]) <= 4 /\ (\A x_ \in DOMAIN new_2[k_] : new_2[k_][x_] \in 1 .. 3)))

\* The client asks for what it has just written.
query(v) ==
  /\ 0 < stream
  /\ asked = <<>>
  /\ ((~TOKEN) \/ view_position[IF ANY_VIEW THEN other(v) ELSE v] = stream) = TRUE
  /\ asked' = <<v>>
  /\ answer' = view_position[v]
  /\ UNCHANGED <<stream, copies, view_position, view_applied>>

Next ==
  \/ command
  \/ \E v \in View : apply(v)
  \/ \E v \in View : repeat(v)
  \/ \E v \in View : query(v)

Fairness ==
  /\ WF_vars(command)
  /\ \A v \in View : WF_vars(apply(v))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~command_errs
  /\ ~(\E v \in View : apply_errs(v))
  /\ ~(\E v \in View : repeat_errs(v))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ converged
  \/ ~NoError
  \/ ENABLED Next

\* forall v in View: forall n in Number: [] (written(n) -> <> shown(v, n))
converges ==
  \A v \in View : \A n \in 1 .. EVENTS : [](written(n) => <>shown(v, n))
=====================================================================
