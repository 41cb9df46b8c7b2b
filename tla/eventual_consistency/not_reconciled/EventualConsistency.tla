---------------------------- MODULE EventualConsistency ----------------------------
\* A user places orders; the command side decides on each; the query side, which the screen asks, hears of it later.
\*
\* Pattern, the guide's two remedies. REFRESH=RETRY: the screen asks until it has seen the decisions on all its orders
\* (PUSH: the query side sends each change, as over a WebSocket). SCREEN=OPTIMISTIC: an order is shown at once, as
\* pending, and reconciled with each answer: what the answer does not know of stays pending, the rest is as decided.
\* Source: the event-driven architecture guide, section 8.1. The session guarantees read-your-writes and monotonic
\* reads: Terry et al., Session Guarantees for Weakly Consistent Replicated Data (1994). Queries that are on their way
\* overwriting an optimistic update: TanStack Query, "Optimistic Updates" (which is why they are cancelled there).
\*
\* Assumes: decisions are made in the order of the commands, and never changed; events reach the query side in
\* order, after any time; an answer says up to which decision it knows; answers come in any order, LOSSES are lost.
\* Guarantees: own_orders_are_shown from the moment when they were placed, nothing_false_is_confirmed,
\* decisions_stay on the screen; every order is settled on it in the end, as it was decided, and stays so.
\* Violated by SCREEN=PESSIMISTIC (the problem itself: the query after the command is answered from the past),
\* SCREEN=BELIEVES (the screen takes a sent command for a done one), RECONCILE=False (the answer replaces the screen,
\* and the order that was pending vanishes), VERSIONS=False (an older answer comes after a newer one), REFRESH=ASK_ONCE
\* (stale for ever), LOSSES=1 with PUSH (nobody asks again) and RUNNING=False.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders of the user
  LOSSES,  \* answers that are lost on the way
  SCREEN,  \* what is shown of an order that was just sent
  REFRESH,  \* how the screen learns of decisions
  RECONCILE,  \* an order that is pending stays when an answer does not know of it
  VERSIONS,  \* an answer that is older than what the screen knows is ignored
  RUNNING  \* the query side keeps following the command side (weak fairness)

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 2
  /\ LOSSES = 0
  /\ SCREEN = "OPTIMISTIC"
  /\ REFRESH = "RETRY"
  /\ RECONCILE = FALSE
  /\ VERSIONS = TRUE
  /\ RUNNING = TRUE

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Shown == {"NOTHING", "PENDING", "CONFIRMED", "REJECTED"}

VARIABLES
  sent,  \* orders 1 .. sent were placed
  decided,  \* orders 1 .. decided were decided on
  accepted,
  view,  \* decisions that the query side knows of
  answers,  \* on the way to the screen, each with what was known at this version
  asked,  \* questions so far, if the screen asks once for each order
  known,  \* version of the answer that the screen shows
  screen,
  losses

vars == <<sent, decided, accepted, view, answers, asked, known, screen, losses>>

TypeOK ==
  /\ sent \in 0 .. ORDERS
  /\ decided \in 0 .. ORDERS
  /\ accepted \in (SUBSET (1 .. ORDERS))
  /\ view \in 0 .. ORDERS
  /\ answers \in (SUBSET (0 .. ORDERS))
  /\ asked \in 0 .. ORDERS
  /\ known \in 0 .. ORDERS
  /\ screen \in [(1 .. ORDERS) -> Shown]
  /\ losses \in 0 .. LOSSES

decision(n) ==
  IF n \in accepted THEN "CONFIRMED" ELSE "REJECTED"

\* Does the screen show what was decided?
settled(n) ==
  n <= decided /\ screen[n] = decision(n)

placed(n) ==
  n <= sent

caught_up ==
  sent = view /\ view = ORDERS /\ Cardinality(answers) = 0

\* Read your writes.
own_orders_are_shown ==
  \A n \in 1 .. ORDERS : (n <= sent) => (screen[n] # "NOTHING")

nothing_false_is_confirmed ==
  \A n \in 1 .. ORDERS : (screen[n] \in {"CONFIRMED", "REJECTED"}) => (n <= decided /\ screen[n] = decision(n))

\* any(v < decided for v in answers)
stale ==
  \E v \in answers : v < decided

\* any(screen[n] == Shown.REJECTED for n in Number)
taken_back ==
  \E n \in 1 .. ORDERS : screen[n] = "REJECTED"

Init ==
  /\ sent = 0
  /\ decided = 0
  /\ accepted = {}
  /\ view = 0
  /\ answers = {}
  /\ asked = 0
  /\ known = 0
  /\ screen = [k_ \in 1 .. ORDERS |-> "NOTHING"]
  /\ losses = 0

place ==
  /\ sent < ORDERS
  /\ sent + 1 <= 2
  /\ sent' = sent + 1
  /\ sent' \in 0 .. ORDERS
  /\ screen' = [screen EXCEPT ![sent + 1] = "PENDING"]
  /\ UNCHANGED <<decided, accepted, view, answers, asked, known, losses>>

place_errs ==
  \/ /\ sent < ORDERS
     /\ 2 < sent + 1
  \/ /\ sent < ORDERS
     /\ sent + 1 <= 2
     /\ LET new == sent + 1 IN ~(new \in 0 .. ORDERS)

\* The command side accepts the next order, or rejects it.
decide ==
  \E accept \in (IF decided < sent THEN {TRUE, FALSE} ELSE {FALSE}) :
    /\ decided < sent
    /\ decided' = decided + 1
    /\ decided' \in 0 .. ORDERS
    /\ accepted' = IF accept THEN accepted \cup {decided + 1} ELSE accepted
    /\ accepted' \in (SUBSET (1 .. ORDERS))
    /\ UNCHANGED <<sent, view, answers, asked, known, screen, losses>>

decide_errs ==
  \E accept \in (IF decided < sent THEN {TRUE, FALSE} ELSE {FALSE}) :
    \/ /\ decided < sent
       /\ LET new == decided + 1 IN ~(new \in 0 .. ORDERS)
    \/ /\ decided < sent
       /\ LET new_2 == IF accept THEN accepted \cup {decided + 1} ELSE accepted IN ~(new_2 \in (SUBSET (1 .. ORDERS)))

\* The query side applies the next event.
project ==
  /\ view < decided
  /\ view' = view + 1
  /\ view' \in 0 .. ORDERS
  /\ UNCHANGED <<sent, decided, accepted, answers, asked, known, screen, losses>>

project_errs ==
  \/ /\ view < decided
     /\ LET new == view + 1 IN ~(new \in 0 .. ORDERS)

\* The screen asks, and is answered with what the query side knows now.
ask ==
  /\ known < sent
  /\ view \notin answers
  /\ answers' = answers \cup {view}
  /\ UNCHANGED <<sent, decided, accepted, view, asked, known, screen, losses>>

lose(v) ==
  /\ FALSE
  /\ UNCHANGED <<sent, decided, accepted, view, answers, asked, known, screen, losses>>

\* An answer arrives.
show(v) ==
  LET t == known <= v \/ (~VERSIONS)
  IN
  /\ v \in answers
  /\ answers' = answers \ {v}
  /\ known' = IF t THEN v ELSE known
  /\ screen' = IF t THEN FoldSeq(LAMBDA acc, n : IF n <= v THEN [acc EXCEPT ![n] = decision(n)] ELSE IF (~RECONCILE) \/ acc[n] # "PENDING" THEN [acc EXCEPT ![n] = "NOTHING"] ELSE acc, screen, <<1, 2>>) ELSE screen
  /\ UNCHANGED <<sent, decided, accepted, view, asked, losses>>

Next ==
  \/ place
  \/ decide
  \/ project
  \/ ask
  \/ \E v \in 0 .. ORDERS : lose(v)
  \/ \E v \in 0 .. ORDERS : show(v)

Fairness ==
  /\ WF_vars(decide)
  /\ WF_vars(project)
  /\ WF_vars(ask)
  /\ \A v \in 0 .. ORDERS : WF_vars(show(v))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~place_errs
  /\ ~decide_errs
  /\ ~project_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ caught_up
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: stale must be possible.
Never_stale == ~stale

\* To be violated: taken_back must be possible.
Never_taken_back == ~taken_back

\* Monotonic reads: a decision that was shown is not taken from the screen.
decisions_stay_step ==
  (\A n \in 1 .. ORDERS : (screen[n] \in {"CONFIRMED", "REJECTED"}) => (screen'[n] = screen[n]))

decisions_stay == [][decisions_stay_step]_vars

\* forall n in Number: [] (placed(n) -> <> [] settled(n))
settles ==
  \A n \in 1 .. ORDERS : [](placed(n) => <>[](~(n <= decided /\ (~(1 <= n /\ n <= 2))) /\ (n <= decided /\ screen[n] = decision(n))))
====================================================================================
