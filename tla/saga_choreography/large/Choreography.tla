---------------------------- MODULE Choreography ----------------------------
\* Order saga by choreography, over an at-least-once bus.
\*
\* Pattern: no coordinator; each service consumes one event, does one local transaction and publishes the next
\* event. OrderCreated, StockReserved, PaymentDone, Shipped leads to COMPLETED; on PaymentFailed the stock is
\* released by a compensating event before the order is CANCELLED.
\* Source: the event-driven architecture guide, section 6.3 (Saga, choreography) and section 9.2, project 2.
\* Assumes: a service commits its own state, the acknowledgement and the next event in one step (an outbox); the
\* bus loses nothing but may deliver again, in any order.
\* Guarantees: stock is conserved and never oversold, an order is never shipped and cancelled, a cancelled order
\* keeps no stock; every placed order settles if the services keep running (weak fairness of each handler).
\* Fails with IDEMPOTENT=False (a redelivery loses stock), COMPENSATE=False (a cancelled order keeps its stock) and
\* RUNNING=False (an order may wait for ever).
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  ORDERS,  \* orders placed concurrently
  STOCK,  \* units in stock, one per order
  COPIES,  \* redeliveries the bus may add
  IDEMPOTENT,  \* handlers ignore an event that they have handled before
  COMPENSATE,  \* the inventory releases the stock of an order whose payment failed
  RUNNING,  \* the services keep running: each handles what waits for it (weak fairness)
  bus_capacity,  \* messages in transit at once
  bus_duplicates,  \* redeliveries that the bus may add
  bus_losses  \* messages that the bus may drop

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ ORDERS = 3
  /\ STOCK = 2
  /\ COPIES = 1
  /\ IDEMPOTENT = TRUE
  /\ COMPENSATE = TRUE
  /\ RUNNING = TRUE
  /\ bus_capacity = 4
  /\ bus_duplicates = 1
  /\ bus_losses = 0

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

Order == 0 .. 2
Status == {"NEW", "PENDING", "COMPLETED", "CANCELLED"}
Stock == {"NONE", "RESERVED", "REFUSED", "RELEASED", "SHIPPED"}
Payment == {"NONE", "PAID", "DECLINED"}
Kind == {"ORDER_CREATED", "STOCK_RESERVED", "STOCK_REFUSED", "PAYMENT_DONE", "PAYMENT_FAILED", "STOCK_RELEASED", "SHIPPED"}
Message == [kind : Kind, order : Order]

VARIABLES
  status,
  inventory,  \* what the inventory did for each order
  payment,  \* what the payment service did for each order
  stock,  \* units that can still be reserved
  bus_transit,
  bus_redelivered,
  bus_lost

vars == <<status, inventory, payment, stock, bus_transit, bus_redelivered, bus_lost>>

TypeOK ==
  /\ status \in [Order -> Status]
  /\ inventory \in [Order -> Stock]
  /\ payment \in [Order -> Payment]
  /\ stock \in 0 .. 6
  /\ BagSize(bus_transit) <= 4 /\ (\A x_ \in DOMAIN bus_transit : x_ \in Message)
  /\ bus_redelivered \in 0 .. 1
  /\ bus_lost \in 0 .. 0

\* The set of messages that can be received now.
bus_deliverable ==
  DOMAIN bus_transit

settled(o) ==
  status[o] \in {"COMPLETED", "CANCELLED"}

placed(o) ==
  status[o] # "NEW"

all_settled ==
  \A o \in Order : settled(o)

held ==
  Cardinality({o \in Order : inventory[o] \in {"RESERVED", "SHIPPED"}})

no_overselling ==
  held <= STOCK

stock_conserved ==
  stock + held = STOCK

never_shipped_and_cancelled ==
  ~(\E o \in Order : inventory[o] = "SHIPPED" /\ status[o] = "CANCELLED")

cancelled_keeps_no_stock ==
  ~(\E o \in Order : inventory[o] = "RESERVED" /\ status[o] = "CANCELLED")

\* any(status[o] == Status.COMPLETED for o in Order)
some_completed ==
  \E o \in Order : status[o] = "COMPLETED"

Init ==
  /\ status = [k_ \in Order |-> "NEW"]
  /\ inventory = [k_ \in Order |-> "NONE"]
  /\ payment = [k_ \in Order |-> "NONE"]
  /\ stock = STOCK
  /\ bus_transit = SeqToBag(<<>>)
  /\ bus_redelivered = 0
  /\ bus_lost = 0

place(o) ==
  /\ status[o] = "NEW"
  /\ BagSize(bus_transit) < bus_capacity
  /\ status' = [status EXCEPT ![o] = "PENDING"]
  /\ bus_transit' = BagAdd(bus_transit, [kind |-> "ORDER_CREATED", order |-> o])
  /\ UNCHANGED <<inventory, payment, stock, bus_redelivered, bus_lost>>

reserve(m) ==
  LET t == inventory[m.order] = "NONE" \/ (~IDEMPOTENT)
  IN
  /\ m.kind = "ORDER_CREATED"
  /\ m \in bus_deliverable
  /\ m \in DOMAIN bus_transit
  /\ ((~t) \/ (BagSize(BagRemove(bus_transit, m))) < bus_capacity) = TRUE
  /\ inventory' = IF t THEN [inventory EXCEPT ![m.order] = IF 0 < stock THEN "RESERVED" ELSE "REFUSED"] ELSE inventory
  /\ stock' = IF t THEN Max(stock - 1, 0) ELSE stock
  /\ stock' \in 0 .. 6
  /\ bus_transit' = IF t THEN BagAdd(BagRemove(bus_transit, m), [kind |-> IF 0 < stock THEN "STOCK_RESERVED" ELSE "STOCK_REFUSED", order |-> m.order]) ELSE BagRemove(bus_transit, m)
  /\ UNCHANGED <<status, payment, bus_redelivered, bus_lost>>

reserve_errs(m) ==
  LET t == inventory[m.order] = "NONE" \/ (~IDEMPOTENT)
  IN
  \/ /\ m.kind = "ORDER_CREATED"
     /\ m \in bus_deliverable
     /\ m \in DOMAIN bus_transit
     /\ (~t) \/ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
     /\ LET new == IF t THEN Max(stock - 1, 0) ELSE stock IN ~(new \in 0 .. 6)

charge(m) ==
  \E chosen \in (IF m.kind = "STOCK_RESERVED" /\ m \in bus_deliverable /\ m \in DOMAIN bus_transit /\ (payment[m.order] = "NONE" \/ (~IDEMPOTENT)) THEN {"PAID", "DECLINED"} ELSE {"NONE"}) :
    LET t == payment[m.order] = "NONE" \/ (~IDEMPOTENT)
    IN
    /\ m.kind = "STOCK_RESERVED"
    /\ m \in bus_deliverable
    /\ m \in DOMAIN bus_transit
    /\ ((~t) \/ (BagSize(BagRemove(bus_transit, m))) < bus_capacity) = TRUE
    /\ payment' = IF t THEN [payment EXCEPT ![m.order] = chosen] ELSE payment
    /\ bus_transit' = IF t THEN BagAdd(BagRemove(bus_transit, m), [kind |-> IF ([payment EXCEPT ![m.order] = chosen][m.order]) = "PAID" THEN "PAYMENT_DONE" ELSE "PAYMENT_FAILED", order |-> m.order]) ELSE BagRemove(bus_transit, m)
    /\ UNCHANGED <<status, inventory, stock, bus_redelivered, bus_lost>>

ship(m) ==
  LET t == inventory[m.order] = "RESERVED" \/ (~IDEMPOTENT)
  IN
  /\ m.kind = "PAYMENT_DONE"
  /\ m \in bus_deliverable
  /\ m \in DOMAIN bus_transit
  /\ ((~t) \/ (BagSize(BagRemove(bus_transit, m))) < bus_capacity) = TRUE
  /\ inventory' = IF t THEN [inventory EXCEPT ![m.order] = "SHIPPED"] ELSE inventory
  /\ bus_transit' = IF t THEN BagAdd(BagRemove(bus_transit, m), [kind |-> "SHIPPED", order |-> m.order]) ELSE BagRemove(bus_transit, m)
  /\ UNCHANGED <<status, payment, stock, bus_redelivered, bus_lost>>

release(m) ==
  LET t == inventory[m.order] = "RESERVED" \/ (~IDEMPOTENT)
  IN
  /\ m.kind = "PAYMENT_FAILED"
  /\ m \in bus_deliverable
  /\ m \in DOMAIN bus_transit
  /\ ((~t) \/ (BagSize(BagRemove(bus_transit, m))) < bus_capacity) = TRUE
  /\ inventory' = IF t THEN IF COMPENSATE THEN [inventory EXCEPT ![m.order] = "RELEASED"] ELSE inventory ELSE inventory
  /\ stock' = IF t THEN IF COMPENSATE THEN stock + 1 ELSE stock ELSE stock
  /\ stock' \in 0 .. 6
  /\ bus_transit' = IF t THEN BagAdd(BagRemove(bus_transit, m), [kind |-> "STOCK_RELEASED", order |-> m.order]) ELSE BagRemove(bus_transit, m)
  /\ UNCHANGED <<status, payment, bus_redelivered, bus_lost>>

release_errs(m) ==
  LET t == inventory[m.order] = "RESERVED" \/ (~IDEMPOTENT)
  IN
  \/ /\ m.kind = "PAYMENT_FAILED"
     /\ m \in bus_deliverable
     /\ m \in DOMAIN bus_transit
     /\ (~t) \/ (BagSize(BagRemove(bus_transit, m))) < bus_capacity
     /\ LET new == IF t THEN IF COMPENSATE THEN stock + 1 ELSE stock ELSE stock IN ~(new \in 0 .. 6)

settle(m) ==
  /\ m.kind \in {"STOCK_REFUSED", "STOCK_RELEASED", "SHIPPED"}
  /\ m \in bus_deliverable
  /\ m \in DOMAIN bus_transit
  /\ status' = [status EXCEPT ![m.order] = IF m.kind = "SHIPPED" THEN "COMPLETED" ELSE "CANCELLED"]
  /\ bus_transit' = BagRemove(bus_transit, m)
  /\ UNCHANGED <<inventory, payment, stock, bus_redelivered, bus_lost>>

\* ---- component bus

\* The bus will deliver a message once more.
bus_duplicate(m) ==
  /\ m \in DOMAIN bus_transit
  /\ bus_redelivered < bus_duplicates
  /\ BagSize(bus_transit) < bus_capacity
  /\ bus_transit' = BagAdd(bus_transit, m)
  /\ bus_redelivered' = bus_redelivered + 1
  /\ bus_redelivered' \in 0 .. 1
  /\ UNCHANGED <<status, inventory, payment, stock, bus_lost>>

bus_duplicate_errs(m) ==
  \/ /\ m \in DOMAIN bus_transit
     /\ bus_redelivered < bus_duplicates
     /\ BagSize(bus_transit) < bus_capacity
     /\ LET new == bus_redelivered + 1 IN ~(new \in 0 .. 1)

\* The bus drops a message.
bus_lose(m) ==
  /\ FALSE
  /\ UNCHANGED <<status, inventory, payment, stock, bus_transit, bus_redelivered, bus_lost>>

Next ==
  \/ \E o \in Order : place(o)
  \/ \E m \in Message : reserve(m)
  \/ \E m \in Message : charge(m)
  \/ \E m \in Message : ship(m)
  \/ \E m \in Message : release(m)
  \/ \E m \in Message : settle(m)
  \/ \E m \in Message : bus_duplicate(m)
  \/ \E m \in Message : bus_lose(m)

Fairness ==
  /\ \A m \in Message : WF_vars(reserve(m))
  /\ \A m \in Message : WF_vars(charge(m))
  /\ \A m \in Message : WF_vars(ship(m))
  /\ \A m \in Message : WF_vars(release(m))
  /\ \A m \in Message : WF_vars(settle(m))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E m \in Message : reserve_errs(m))
  /\ ~(\E m \in Message : release_errs(m))
  /\ ~(\E m \in Message : bus_duplicate_errs(m))

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
=============================================================================
