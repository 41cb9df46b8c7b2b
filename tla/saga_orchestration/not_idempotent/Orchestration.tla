---------------------------- MODULE Orchestration ----------------------------
\* Order saga by orchestration, over a bus that loses, repeats and reorders.
\*
\* Pattern: the orchestrator keeps, for each order, the command whose reply it awaits; the reply decides what comes
\* next. RESERVE, CHARGE, SHIP leads to COMPLETED; after PAYMENT_FAILED, or when it gives up on a reservation, it
\* sends the compensation RELEASE, and the order is CANCELLED when that is confirmed.
\* Source: the event-driven architecture guide, section 6.3 (Saga) and section 9.2, project 2; Garcia-Molina and Salem,
\* Sagas (1987). docs/sagas.md compares what can be seen of it with saga_choreography.
\* Assumes: orchestrator and services commit their own state, the acknowledgement and the next message in one step
\* (an outbox); the bus loses at most LOSSES messages and repeats at most COPIES; a command is sent again only when
\* neither it nor its reply is on the way (a premature repetition is what COPIES stands for).
\* Guarantees: stock is conserved and never oversold, an order is never shipped and cancelled nor shipped without
\* payment, a cancelled order keeps neither stock nor money; every placed order settles if everybody keeps running.
\* Fails with RESEND=False (a lost command or compensation leaves its saga waiting for ever), COMPENSATE=False,
\* TOMBSTONE=False (the release overtakes the reservation, which then holds a unit for a cancelled order),
\* CORRELATE=False (a late reply drives on a saga that is being undone), IDEMPOTENT=False (a repeated command is
\* obeyed again) and RUNNING=False (an order may wait for ever).
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders placed concurrently
  STOCK,  \* units in stock, one per order
  COPIES,  \* redeliveries the bus may add
  LOSSES,  \* messages the bus may lose
  TIMEOUTS,  \* reservations on which the orchestrator gives up
  RESEND,  \* the orchestrator repeats a command that stays without reply
  COMPENSATE,  \* the inventory releases what it is told to release
  TOMBSTONE,  \* the inventory remembers the release of what was not reserved yet
  CORRELATE,  \* the orchestrator ignores replies to other commands than the one it waits for
  IDEMPOTENT,  \* a service answers a repeated command with the result it has
  RUNNING,  \* everybody keeps running: each handles what waits for it (weak fairness)
  bus_capacity,  \* messages in transit at once
  bus_duplicates,  \* redeliveries that the bus may add
  bus_losses  \* messages that the bus may drop

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 2
  /\ STOCK = 1
  /\ COPIES = 0
  /\ LOSSES = 1
  /\ TIMEOUTS = 1
  /\ RESEND = TRUE
  /\ COMPENSATE = TRUE
  /\ TOMBSTONE = TRUE
  /\ CORRELATE = TRUE
  /\ IDEMPOTENT = FALSE
  /\ RUNNING = TRUE
  /\ bus_capacity = 3
  /\ bus_duplicates = 0
  /\ bus_losses = 1

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

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
Status == {"NEW", "PENDING", "COMPLETED", "CANCELLED"}
Kind == {"RESERVE", "CHARGE", "SHIP", "RELEASE", "STOCK_RESERVED", "STOCK_REFUSED", "PAYMENT_DONE", "PAYMENT_FAILED", "SHIPPED", "STOCK_RELEASED"}
Stock == {"NONE", "RESERVED", "REFUSED", "RELEASED", "SHIPPED"}
Payment == {"NONE", "PAID", "DECLINED"}
Message == [kind : Kind, order : Order]

VARIABLES
  status,
  waits,  \* the command whose reply the saga awaits
  inventory,  \* what the inventory did for each order
  payment,  \* what the payment service did for each order
  stock,  \* units that can still be reserved
  timeouts,
  bus_transit,
  bus_redelivered,
  bus_lost

vars == <<status, waits, inventory, payment, stock, timeouts, bus_transit, bus_redelivered, bus_lost>>

TypeOK ==
  /\ status \in [Order -> Status]
  /\ waits \in [Order -> ({<<>>} \cup {<<x_>> : x_ \in Kind})]
  /\ inventory \in [Order -> Stock]
  /\ payment \in [Order -> Payment]
  /\ stock \in 0 .. 3
  /\ timeouts \in 0 .. TIMEOUTS
  /\ BagSize(bus_transit) <= 3 /\ (\A x_ \in DOMAIN bus_transit : x_ \in Message)
  /\ bus_redelivered \in 0 .. 0
  /\ bus_lost \in 0 .. 1

\* Is it a reply to the command for which its saga waits?
awaited(m) ==
  LET t == waits[m.order] = <<"RESERVE">>
      t_2 == waits[m.order] = <<"CHARGE">>
  IN IF t \/ t_2 \/ waits[m.order] = <<"SHIP">> THEN IF t THEN m.kind \in {"STOCK_RESERVED", "STOCK_REFUSED"} ELSE IF t_2 THEN m.kind \in {"PAYMENT_DONE", "PAYMENT_FAILED"} ELSE m.kind = "SHIPPED" ELSE waits[m.order] = <<"RELEASE">> /\ m.kind = "STOCK_RELEASED"

\* The set of messages that can be received now.
bus_deliverable ==
  DOMAIN bus_transit

settled(o) ==
  status[o] \in {"COMPLETED", "CANCELLED"}

placed(o) ==
  status[o] # "NEW"

all_settled ==
  \A o \in Order : settled(o)

\* Nothing is oversold, or lost: the stock is what it was without the units that are reserved or shipped.
stock_conserved ==
  stock + Cardinality({o \in Order : inventory[o] \in {"RESERVED", "SHIPPED"}}) = STOCK

never_shipped_and_cancelled ==
  \A o \in Order : (inventory[o] = "SHIPPED") => (status[o] # "CANCELLED")

shipped_is_paid ==
  \A o \in Order : (inventory[o] = "SHIPPED") => (payment[o] = "PAID")

\* Neither stock nor money.
cancelled_keeps_nothing ==
  \A o \in Order : (status[o] = "CANCELLED") => (inventory[o] # "RESERVED" /\ payment[o] # "PAID")

\* any(status[o] == Status.COMPLETED for o in Order)
some_completed ==
  \E o \in Order : status[o] = "COMPLETED"

Init ==
  /\ status = [k_ \in Order |-> "NEW"]
  /\ waits = [k_ \in Order |-> <<>>]
  /\ inventory = [k_ \in Order |-> "NONE"]
  /\ payment = [k_ \in Order |-> "NONE"]
  /\ stock = STOCK
  /\ timeouts = 0
  /\ bus_transit = SeqToBag(<<>>)
  /\ bus_redelivered = 0
  /\ bus_lost = 0

place(o) ==
  /\ status[o] = "NEW"
  /\ BagSize(bus_transit) < bus_capacity
  /\ status' = [status EXCEPT ![o] = "PENDING"]
  /\ waits' = [waits EXCEPT ![o] = <<"RESERVE">>]
  /\ bus_transit' = BagAdd(bus_transit, [kind |-> "RESERVE", order |-> o])
  /\ UNCHANGED <<inventory, payment, stock, timeouts, bus_redelivered, bus_lost>>

\* The orchestrator takes a reply and sends the next command.
proceed(m) ==
  /\ (awaited(m) \/ (~CORRELATE)) = TRUE
  /\ m.kind \in {"STOCK_RESERVED", "PAYMENT_DONE", "PAYMENT_FAILED"}
  /\ m \in DOMAIN bus_transit
  /\ (IF m.kind = "STOCK_RESERVED" THEN (BagSize(BagRemove(bus_transit, m))) < bus_capacity /\ (BagSize(BagRemove(bus_transit, m))) < 3 ELSE IF m.kind = "PAYMENT_DONE" THEN (BagSize(BagRemove(bus_transit, m))) < bus_capacity /\ (BagSize(BagRemove(bus_transit, m))) < 3 ELSE m.kind # "PAYMENT_FAILED" \/ ((BagSize(BagRemove(bus_transit, m))) < bus_capacity /\ (BagSize(BagRemove(bus_transit, m))) < 3)) = TRUE
  /\ waits' = IF m.kind = "STOCK_RESERVED" THEN [waits EXCEPT ![m.order] = <<"CHARGE">>] ELSE IF m.kind = "PAYMENT_DONE" THEN [waits EXCEPT ![m.order] = <<"SHIP">>] ELSE IF m.kind = "PAYMENT_FAILED" THEN [waits EXCEPT ![m.order] = <<"RELEASE">>] ELSE waits
  /\ bus_transit' = IF m.kind = "STOCK_RESERVED" THEN BagAdd(BagRemove(bus_transit, m), [kind |-> "CHARGE", order |-> m.order]) ELSE IF m.kind = "PAYMENT_DONE" THEN BagAdd(BagRemove(bus_transit, m), [kind |-> "SHIP", order |-> m.order]) ELSE IF m.kind = "PAYMENT_FAILED" THEN BagAdd(BagRemove(bus_transit, m), [kind |-> "RELEASE", order |-> m.order]) ELSE BagRemove(bus_transit, m)
  /\ UNCHANGED <<status, inventory, payment, stock, timeouts, bus_redelivered, bus_lost>>

proceed_errs(m) ==
  \/ /\ awaited(m) \/ (~CORRELATE)
     /\ m.kind \in {"STOCK_RESERVED", "PAYMENT_DONE", "PAYMENT_FAILED"}
     /\ m \in DOMAIN bus_transit
     /\ IF m.kind = "STOCK_RESERVED" THEN (BagSize(BagRemove(bus_transit, m))) < bus_capacity /\ 3 <= (BagSize(BagRemove(bus_transit, m))) ELSE IF m.kind = "PAYMENT_DONE" THEN (BagSize(BagRemove(bus_transit, m))) < bus_capacity /\ 3 <= (BagSize(BagRemove(bus_transit, m))) ELSE m.kind = "PAYMENT_FAILED" /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity /\ 3 <= (BagSize(BagRemove(bus_transit, m)))

\* The orchestrator takes the last reply of a saga.
settle(m) ==
  /\ (awaited(m) \/ (~CORRELATE)) = TRUE
  /\ m.kind \in {"STOCK_REFUSED", "STOCK_RELEASED", "SHIPPED"}
  /\ m \in DOMAIN bus_transit
  /\ status' = [status EXCEPT ![m.order] = IF m.kind = "SHIPPED" THEN "COMPLETED" ELSE "CANCELLED"]
  /\ waits' = [waits EXCEPT ![m.order] = <<>>]
  /\ bus_transit' = BagRemove(bus_transit, m)
  /\ UNCHANGED <<inventory, payment, stock, timeouts, bus_redelivered, bus_lost>>

\* The orchestrator takes a reply for which no saga waits any more.
ignore(m) ==
  /\ CORRELATE
  /\ ~awaited(m)
  /\ m.kind \in Kind \ {"RESERVE", "CHARGE", "SHIP", "RELEASE"}
  /\ m \in DOMAIN bus_transit
  /\ bus_transit' = BagRemove(bus_transit, m)
  /\ UNCHANGED <<status, waits, inventory, payment, stock, timeouts, bus_redelivered, bus_lost>>

\* The orchestrator does not wait any longer for a reservation: it may or may not have been made.
give_up(o) ==
  /\ waits[o] = <<"RESERVE">>
  /\ timeouts < TIMEOUTS
  /\ BagSize(bus_transit) < bus_capacity
  /\ waits' = [waits EXCEPT ![o] = <<"RELEASE">>]
  /\ timeouts' = timeouts + 1
  /\ timeouts' \in 0 .. TIMEOUTS
  /\ bus_transit' = BagAdd(bus_transit, [kind |-> "RELEASE", order |-> o])
  /\ UNCHANGED <<status, inventory, payment, stock, bus_redelivered, bus_lost>>

give_up_errs(o) ==
  \/ /\ waits[o] = <<"RESERVE">>
     /\ timeouts < TIMEOUTS
     /\ BagSize(bus_transit) < bus_capacity
     /\ LET new == timeouts + 1 IN ~(new \in 0 .. TIMEOUTS)

resend(o) ==
  /\ RESEND
  /\ waits[o] # <<>>
  /\ (\A m \in bus_deliverable : m.order # o)
  /\ BagSize(bus_transit) < bus_capacity
  /\ bus_transit' = BagAdd(bus_transit, [kind |-> waits[o][1], order |-> o])
  /\ UNCHANGED <<status, waits, inventory, payment, stock, timeouts, bus_redelivered, bus_lost>>

reserve(m) ==
  LET t == inventory[m.order] = "NONE" \/ (~IDEMPOTENT)
      t_2 == IF t THEN [inventory EXCEPT ![m.order] = IF 0 < stock THEN "RESERVED" ELSE "REFUSED"] ELSE inventory
  IN
  /\ m.kind \in {"RESERVE"}
  /\ m \in DOMAIN bus_transit
  /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
  /\ inventory' = t_2
  /\ stock' = IF t THEN Max(stock - 1, 0) ELSE stock
  /\ stock' \in 0 .. 3
  /\ bus_transit' = BagAdd(BagRemove(bus_transit, m), [kind |-> IF t_2[m.order] \in {"REFUSED", "RELEASED"} THEN "STOCK_REFUSED" ELSE "STOCK_RESERVED", order |-> m.order])
  /\ UNCHANGED <<status, waits, payment, timeouts, bus_redelivered, bus_lost>>

reserve_errs(m) ==
  \/ /\ m.kind \in {"RESERVE"}
     /\ m \in DOMAIN bus_transit
     /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
     /\ LET new == IF inventory[m.order] = "NONE" \/ (~IDEMPOTENT) THEN Max(stock - 1, 0) ELSE stock IN ~(new \in 0 .. 3)

charge(m) ==
  \E chosen \in (IF m.kind \in {"CHARGE"} /\ m \in DOMAIN bus_transit /\ (payment[m.order] = "NONE" \/ (~IDEMPOTENT)) THEN {"PAID", "DECLINED"} ELSE {"NONE"}) :
    LET t == IF payment[m.order] = "NONE" \/ (~IDEMPOTENT) THEN [payment EXCEPT ![m.order] = chosen] ELSE payment
    IN
    /\ m.kind \in {"CHARGE"}
    /\ m \in DOMAIN bus_transit
    /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
    /\ payment' = t
    /\ bus_transit' = BagAdd(BagRemove(bus_transit, m), [kind |-> IF t[m.order] = "PAID" THEN "PAYMENT_DONE" ELSE "PAYMENT_FAILED", order |-> m.order])
    /\ UNCHANGED <<status, waits, inventory, stock, timeouts, bus_redelivered, bus_lost>>

ship(m) ==
  /\ m.kind \in {"SHIP"}
  /\ m \in DOMAIN bus_transit
  /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
  /\ inventory' = [inventory EXCEPT ![m.order] = "SHIPPED"]
  /\ bus_transit' = BagAdd(BagRemove(bus_transit, m), [kind |-> "SHIPPED", order |-> m.order])
  /\ UNCHANGED <<status, waits, payment, stock, timeouts, bus_redelivered, bus_lost>>

\* The compensation. It may come before the reservation that it undoes, and must then prevent it.
release(m) ==
  LET t == COMPENSATE /\ (inventory[m.order] = "RESERVED" \/ (~IDEMPOTENT))
      t_2 == IF t THEN [inventory EXCEPT ![m.order] = "RELEASED"] ELSE inventory
  IN
  /\ m.kind \in {"RELEASE"}
  /\ m \in DOMAIN bus_transit
  /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
  /\ inventory' = IF TOMBSTONE /\ t_2[m.order] = "NONE" THEN [t_2 EXCEPT ![m.order] = "RELEASED"] ELSE t_2
  /\ stock' = IF t THEN stock + 1 ELSE stock
  /\ stock' \in 0 .. 3
  /\ bus_transit' = BagAdd(BagRemove(bus_transit, m), [kind |-> "STOCK_RELEASED", order |-> m.order])
  /\ UNCHANGED <<status, waits, payment, timeouts, bus_redelivered, bus_lost>>

release_errs(m) ==
  \/ /\ m.kind \in {"RELEASE"}
     /\ m \in DOMAIN bus_transit
     /\ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
     /\ LET new == IF COMPENSATE /\ (inventory[m.order] = "RESERVED" \/ (~IDEMPOTENT)) THEN stock + 1 ELSE stock IN ~(new \in 0 .. 3)

\* ---- component bus

\* The bus will deliver a message once more.
bus_duplicate(m) ==
  /\ FALSE
  /\ UNCHANGED <<status, waits, inventory, payment, stock, timeouts, bus_transit, bus_redelivered, bus_lost>>

\* The bus drops a message.
bus_lose(m) ==
  /\ bus_lost < bus_losses
  /\ m \in DOMAIN bus_transit
  /\ bus_transit' = BagRemove(bus_transit, m)
  /\ bus_lost' = bus_lost + 1
  /\ bus_lost' \in 0 .. 1
  /\ UNCHANGED <<status, waits, inventory, payment, stock, timeouts, bus_redelivered>>

bus_lose_errs(m) ==
  \/ /\ bus_lost < bus_losses
     /\ m \in DOMAIN bus_transit
     /\ LET new == bus_lost + 1 IN ~(new \in 0 .. 1)

Next ==
  \/ \E o \in Order : place(o)
  \/ \E m \in Message : proceed(m)
  \/ \E m \in Message : settle(m)
  \/ \E m \in Message : ignore(m)
  \/ \E o \in Order : give_up(o)
  \/ \E o \in Order : resend(o)
  \/ \E m \in Message : reserve(m)
  \/ \E m \in Message : charge(m)
  \/ \E m \in Message : ship(m)
  \/ \E m \in Message : release(m)
  \/ \E m \in Message : bus_duplicate(m)
  \/ \E m \in Message : bus_lose(m)

Fairness ==
  /\ \A m \in Message : WF_vars(proceed(m))
  /\ \A m \in Message : WF_vars(settle(m))
  /\ \A m \in Message : WF_vars(ignore(m))
  /\ \A o \in Order : WF_vars(resend(o))
  /\ \A m \in Message : WF_vars(reserve(m))
  /\ \A m \in Message : WF_vars(charge(m))
  /\ \A m \in Message : WF_vars(ship(m))
  /\ \A m \in Message : WF_vars(release(m))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E m \in Message : proceed_errs(m))
  /\ ~(\E o \in Order : give_up_errs(o))
  /\ ~(\E m \in Message : reserve_errs(m))
  /\ ~(\E m \in Message : release_errs(m))
  /\ ~(\E m \in Message : bus_lose_errs(m))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ all_settled
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: some_completed must be possible.
Never_some_completed == ~some_completed

\* forall o in Order: [] (placed(o) -> <> settled(o))
settles ==
  \A o \in Order : [](placed(o) => <>settled(o))
==============================================================================
