---------------------------- MODULE EventualConsistency ----------------------------
\* Orders are accepted or refused by the command side, and shown by a query side that learns of it by events.
\*
\* Pattern: the client sends a command and asks the query side right away, which may not know of it yet. It asks again
\* until it does (RETRY); meanwhile the screen shows what is expected, marked as such (OPTIMISTIC), and is corrected by
\* the first real answer (RECONCILE).
\* Source: the event-driven architecture guide, section 8.1 (eventual consistency: retries, optimistic UI).
\*
\* Assumes: the bus loses nothing and may deliver twice; an order's outcome does not change once it is decided.
\* Guarantees: the screen never contradicts what the command side has decided; every order comes to be shown as what
\* it is, if the services and the client keep running.
\* FRESH=True demands that a query after the decision knows of it: it may be stale. RETRY=False: the client asks once,
\* is told that there is no such order, and leaves it at that. RECONCILE=False: the screen shows the order as created
\* as soon as it is sent, whatever becomes of it; REFUSALS=False shows that only a refusal makes that a lie.
\* RUNNING=False: the event waits for ever.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders
  COPIES,  \* events that the bus delivers twice
  OPTIMISTIC,  \* the screen shows the expected outcome at once
  RECONCILE,  \* what is expected is marked, and corrected by the first answer
  RETRY,  \* the client asks again until the order is found
  REFUSALS,  \* the command side may refuse an order
  FRESH,  \* demand that answers are never stale
  RUNNING,  \* the query side keeps running (weak fairness)
  bus_capacity,  \* messages in transit at once
  bus_duplicates,  \* redeliveries that the bus may add
  bus_losses  \* messages that the bus may drop

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 2
  /\ COPIES = 1
  /\ OPTIMISTIC = TRUE
  /\ RECONCILE = TRUE
  /\ RETRY = TRUE
  /\ REFUSALS = TRUE
  /\ FRESH = FALSE
  /\ RUNNING = FALSE
  /\ bus_capacity = 3
  /\ bus_duplicates = 1
  /\ bus_losses = 0

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

CountSeq(s_, x_) == Cardinality({i_ \in DOMAIN s_ : s_[i_] = x_})

\* A bag is a function from its elements to how often it holds them.
BagAdd(b_, x_) ==
  [y_ \in DOMAIN b_ \cup {x_} |-> (IF y_ \in DOMAIN b_ THEN b_[y_] ELSE 0) + (IF y_ = x_ THEN 1 ELSE 0)]

BagRemove(b_, x_) ==
  IF x_ \notin DOMAIN b_ THEN b_
  ELSE IF b_[x_] = 1 THEN [y_ \in DOMAIN b_ \ {x_} |-> b_[y_]] ELSE [b_ EXCEPT ![x_] = @ - 1]

RECURSIVE SumOver(_, _)
SumOver(f_, S_) == IF S_ = {} THEN 0 ELSE LET x_ == CHOOSE y_ \in S_ : TRUE IN f_[x_] + SumOver(f_, S_ \ {x_})

SeqToBag(s_) == [x_ \in Elements(s_) |-> CountSeq(s_, x_)]

BagSize(b_) == SumOver(b_, DOMAIN b_)

Order == 0 .. 1
State == {"NONE", "CREATED", "REFUSED"}
Screen == {"EMPTY", "EXPECTED", "NOT_FOUND", "CREATED", "REFUSED"}
Decided == [order : Order, state : State]

VARIABLES
  sent,  \* commands on their way
  decided,  \* the command side
  view,  \* the query side
  screen,
  stale,  \* was an order not found although it was decided?
  bus_transit,
  bus_redelivered,
  bus_lost

vars == <<sent, decided, view, screen, stale, bus_transit, bus_redelivered, bus_lost>>

TypeOK ==
  /\ sent \in SUBSET Order
  /\ decided \in [Order -> State]
  /\ view \in [Order -> State]
  /\ screen \in [Order -> Screen]
  /\ stale \in BOOLEAN
  /\ BagSize(bus_transit) <= 3 /\ (\A x_ \in DOMAIN bus_transit : x_ \in Decided)
  /\ bus_redelivered \in 0 .. 1
  /\ bus_lost \in 0 .. 0

shown(state) ==
  IF state = "CREATED" THEN "CREATED" ELSE "REFUSED"

placed(o) ==
  o \in sent \/ decided[o] # "NONE"

settled(o) ==
  decided[o] # "NONE" /\ screen[o] = shown(decided[o])

\* The set of messages that can be received now.
bus_deliverable ==
  DOMAIN bus_transit

\* Nothing is on its way, and no client waits for an answer.
at_rest ==
  Cardinality(sent) = 0 /\ Cardinality(bus_deliverable) = 0 /\ (\A o \in Order : screen[o] \notin {"EMPTY", "EXPECTED"} \/ (~placed(o)))

the_screen_is_right ==
  \A o \in Order : (screen[o] \in {"CREATED", "REFUSED"} /\ decided[o] # "NONE") => (screen[o] = shown(decided[o]))

fresh ==
  (~FRESH) \/ (~stale)

\* stale or not RECONCILE
may_be_stale ==
  stale \/ (~RECONCILE)

Init ==
  /\ sent = {}
  /\ decided = [k_ \in Order |-> "NONE"]
  /\ view = [k_ \in Order |-> "NONE"]
  /\ screen = [k_ \in Order |-> "EMPTY"]
  /\ stale = FALSE
  /\ bus_transit = SeqToBag(<<>>)
  /\ bus_redelivered = 0
  /\ bus_lost = 0

submit(o) ==
  /\ screen[o] = "EMPTY"
  /\ o \notin sent
  /\ decided[o] = "NONE"
  /\ sent' = sent \cup {o}
  /\ screen' = IF OPTIMISTIC THEN [screen EXCEPT ![o] = IF RECONCILE THEN "EXPECTED" ELSE "CREATED"] ELSE screen
  /\ UNCHANGED <<decided, view, stale, bus_transit, bus_redelivered, bus_lost>>

decide(o) ==
  \E outcome \in (IF o \in sent THEN (IF REFUSALS THEN {"CREATED", "REFUSED"} ELSE {"CREATED"}) ELSE {"NONE"}) :
    /\ o \in sent
    /\ BagSize(bus_transit) < bus_capacity
    /\ sent' = sent \ {o}
    /\ decided' = [decided EXCEPT ![o] = outcome]
    /\ bus_transit' = BagAdd(bus_transit, [order |-> o, state |-> outcome])
    /\ UNCHANGED <<view, screen, stale, bus_redelivered, bus_lost>>

project(d) ==
  /\ d \in DOMAIN bus_transit
  /\ view' = [view EXCEPT ![d.order] = d.state]
  /\ bus_transit' = BagRemove(bus_transit, d)
  /\ UNCHANGED <<sent, decided, screen, stale, bus_redelivered, bus_lost>>

\* The client asks what has become of its order.
query(o) ==
  /\ (o \in sent \/ decided[o] # "NONE") = TRUE
  /\ screen[o] \in {"EMPTY", "EXPECTED"}
  /\ screen' = IF view[o] = "NONE" THEN IF RETRY THEN screen ELSE [screen EXCEPT ![o] = "NOT_FOUND"] ELSE [screen EXCEPT ![o] = shown(view[o])]
  /\ stale' = IF view[o] = "NONE" THEN stale \/ decided[o] # "NONE" ELSE stale
  /\ UNCHANGED <<sent, decided, view, bus_transit, bus_redelivered, bus_lost>>

\* ---- component bus

\* The bus will deliver a message once more.
bus_duplicate(m) ==
  /\ m \in DOMAIN bus_transit
  /\ bus_redelivered < bus_duplicates
  /\ BagSize(bus_transit) < bus_capacity
  /\ bus_transit' = BagAdd(bus_transit, m)
  /\ bus_redelivered' = bus_redelivered + 1
  /\ bus_redelivered' \in 0 .. 1
  /\ UNCHANGED <<sent, decided, view, screen, stale, bus_lost>>

bus_duplicate_errs(m) ==
  \/ /\ m \in DOMAIN bus_transit
     /\ bus_redelivered < bus_duplicates
     /\ BagSize(bus_transit) < bus_capacity
     /\ LET new == bus_redelivered + 1 IN ~(new \in 0 .. 1)

\* The bus drops a message.
bus_lose(m) ==
  /\ FALSE
  /\ UNCHANGED <<sent, decided, view, screen, stale, bus_transit, bus_redelivered, bus_lost>>

Next ==
  \/ \E o \in Order : submit(o)
  \/ \E o \in Order : decide(o)
  \/ \E d \in Decided : project(d)
  \/ \E o \in Order : query(o)
  \/ \E m \in Decided : bus_duplicate(m)
  \/ \E m \in Decided : bus_lose(m)

Fairness ==
  /\ \A o \in Order : WF_vars(decide(o))
  /\ \A o \in Order : WF_vars(query(o))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E m \in Decided : bus_duplicate_errs(m))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ at_rest
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: may_be_stale must be possible.
Never_may_be_stale == ~may_be_stale

\* forall o in Order: [] (placed(o) -> <> settled(o))
comes_to_be_shown ==
  \A o \in Order : [](placed(o) => <>settled(o))
====================================================================================
