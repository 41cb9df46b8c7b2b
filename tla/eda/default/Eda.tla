---------------------------- MODULE Eda ----------------------------
\* EDA = (E, P, C, R, phi): at most EVENTS events of the types that each producer EMITS, subscriptions R, and the
\* property phi that each event must come to have.
\*
\* Pattern: a producer publishes events and knows no consumer; the broker hands each event to every consumer that
\* subscribed to its type. Event = (id, type, timestamp, payload, metadata); here the payload is the order, and the
\* metadata name the producer. A timestamp is what the producer's own clock says.
\* Source: the event-driven architecture guide, section 1.1.
\*
\* Assumes: a reliable broker; consumers subscribe before anything is published.
\* Guarantees: deliveries respect R; every subscriber gets every event (never forgotten; in the end, delivered); ids
\* are unique, published events immutable, timestamps monotone for each producer; phi holds of each event in the end.
\* Each FAULT breaks the guarantee that its name suggests.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  EVENTS,  \* events that may be published
  CLOCK,  \* highest time of a producer's clock
  FAULT  \* a fault of the broker or of a producer

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ EVENTS = 3
  /\ CLOCK = 1
  /\ FAULT = "NONE"

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Enumerate(s_) == [i_ \in 1 .. Len(s_) |-> <<i_ - 1, s_[i_]>>]

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

Type == {"PLACED", "PAID"}
Producer == {"SHOP", "BANK"}
Event == [id : (0 .. 2), type : Type, timestamp : (0 .. CLOCK), producer : Producer]
Consumer == {"MAIL", "STOCK"}

VARIABLES
  log,  \* E: what has been published
  clock,
  pending,  \* to be delivered
  delivered

vars == <<log, clock, pending, delivered>>

TypeOK ==
  /\ Len(log) <= 3 /\ (\A x_ \in DOMAIN log : log[x_] \in Event)
  /\ clock \in [Producer -> (0 .. CLOCK)]
  /\ pending \in [Consumer -> (SUBSET Event)]
  /\ delivered \in [Consumer -> (SUBSET Event)]

published(i) ==
  i < Len(log)

\* What must come true of an event, by its type: an order reaches everybody, a payment is announced by mail.
phi(i) ==
  i < Len(log) /\ (IF log[i + 1].type = "PLACED" THEN (\A c \in Consumer : (<<log[i + 1].type, c>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>}) => (log[i + 1] \in delivered[c])) ELSE log[i + 1] \in delivered["MAIL"])

quiet ==
  Len(log) = EVENTS /\ (\A c \in Consumer : Cardinality(pending[c]) = 0)

delivery_respects_the_subscriptions ==
  \A c \in Consumer : (\A e \in delivered[c] : <<e.type, c>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>})

no_subscriber_is_forgotten ==
  \A e \in Elements(log) : (\A c \in Consumer : (<<e.type, c>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>}) => (e \in pending[c] \/ e \in delivered[c]))

ids_are_unique ==
  (Cardinality({e.id : e \in Elements(log)})) = Len(log)

\* Where timestamps_are_monotone cannot be evaluated.
timestamps_are_monotone_errs ==
  (FoldSeq(LAMBDA progress_1, it : IF progress_1 = 0 THEN IF it[1] < 0 THEN 2 ELSE IF (\A b \in Elements(Slice(log, it[1], Len(log))) : (it[2].producer = b.producer) => (it[2].timestamp <= b.timestamp)) THEN progress_1 ELSE 1 ELSE progress_1, 0, Enumerate(log))) = 2

timestamps_are_monotone ==
  \A it \in Elements(Enumerate(log)) : (\A b \in Elements(Slice(log, it[1], Len(log))) : (it[2].producer = b.producer) => (it[2].timestamp <= b.timestamp))

Init ==
  /\ log = <<>>
  /\ clock = [k_ \in Producer |-> 0]
  /\ pending = [k_ \in Consumer |-> {}]
  /\ delivered = [k_ \in Consumer |-> {}]

tick(p) ==
  /\ clock[p] < CLOCK
  /\ clock' = [clock EXCEPT ![p] = clock[p] + 1]
  /\ clock' \in [Producer -> (0 .. CLOCK)]
  /\ UNCHANGED <<log, pending, delivered>>

tick_errs(p) ==
  \/ /\ clock[p] < CLOCK
     /\ LET new == [clock EXCEPT ![p] = clock[p] + 1] IN ~(new \in [Producer -> (0 .. CLOCK)])

\* A correction of the clock, as NTP may make one.
set_back(p) ==
  /\ FALSE
  /\ UNCHANGED <<log, clock, pending, delivered>>

publish(p, t) ==
  LET t_2 == [id |-> Len(log), type |-> t, timestamp |-> clock[p], producer |-> p]
  IN
  /\ <<p, t>> \in {<<"SHOP", "PLACED">>, <<"BANK", "PAID">>}
  /\ Len(log) < EVENTS
  /\ log' = Append(log, t_2)
  /\ (Len(log') <= 3 /\ (\A x_ \in DOMAIN log' : log'[x_] \in Event)) = TRUE
  /\ pending' = FoldSeq(LAMBDA acc, c : IF <<t, c>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>} THEN [acc EXCEPT ![c] = acc[c] \cup {t_2}] ELSE acc, pending, <<"MAIL", "STOCK">>)
  /\ pending' \in [Consumer -> (SUBSET Event)]
  /\ UNCHANGED <<clock, delivered>>

publish_errs(p, t) ==
  LET t_2 == [id |-> Len(log), type |-> t, timestamp |-> clock[p], producer |-> p]
  IN
  \/ /\ <<p, t>> \in {<<"SHOP", "PLACED">>, <<"BANK", "PAID">>}
     /\ Len(log) < EVENTS
     /\ LET new == Append(log, t_2) IN ~(Len(new) <= 3 /\ (\A x_ \in DOMAIN new : new[x_] \in Event))
  \/ /\ <<p, t>> \in {<<"SHOP", "PLACED">>, <<"BANK", "PAID">>}
     /\ Len(log) < EVENTS
     /\ LET new_2 == FoldSeq(LAMBDA acc, c : IF <<t, c>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>} THEN [acc EXCEPT ![c] = acc[c] \cup {t_2}] ELSE acc, pending, <<"MAIL", "STOCK">>) IN ~(new_2 \in [Consumer -> (SUBSET Event)])

\* Somebody corrects a published event, instead of publishing another one.
rewrite(i) ==
  /\ FALSE
  /\ UNCHANGED <<log, clock, pending, delivered>>

deliver(c, e) ==
  /\ e \in pending[c]
  /\ pending' = [pending EXCEPT ![c] = pending[c] \ {e}]
  /\ delivered' = [delivered EXCEPT ![c] = delivered[c] \cup {e}]
  /\ UNCHANGED <<log, clock>>

Next ==
  \/ \E p \in Producer : tick(p)
  \/ \E p \in Producer : set_back(p)
  \/ \E p \in Producer, t \in Type : publish(p, t)
  \/ \E i \in 0 .. 2 : rewrite(i)
  \/ \E c \in Consumer, e \in Event : deliver(c, e)

Fairness ==
  /\ \A c \in Consumer, e \in Event : WF_vars(deliver(c, e))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E p \in Producer : tick_errs(p))
  /\ ~(\E p \in Producer, t \in Type : publish_errs(p, t))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ quiet
  \/ ~NoError
  \/ ENABLED Next

timestamps_are_monotone_holds == (~timestamps_are_monotone_errs /\ timestamps_are_monotone)

events_are_immutable_step ==
  ~(Len(log) < 0) /\ ((Slice(log', 0, Len(log))) = log)

events_are_immutable == [][events_are_immutable_step]_vars

\* forall i in Number: [] (published(i) -> <> phi(i))
phi_comes_true ==
  \A i \in 0 .. 2 : [](published(i) => <>(~(i < Len(log) /\ (i < 0 \/ Len(log) <= i \/ (IF log[i + 1].type = "PLACED" THEN (FoldSeq(LAMBDA progress_4, c_2 : LET t == <<log[i + 1].type, c_2>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>} IN IF progress_4 = 0 THEN IF i < 0 \/ Len(log) <= i \/ (t /\ (i < 0 \/ Len(log) <= i)) THEN 2 ELSE IF t /\ log[i + 1] \notin delivered[c_2] THEN 1 ELSE progress_4 ELSE progress_4, 0, <<"MAIL", "STOCK">>)) = 2 ELSE i < 0 \/ Len(log) <= i))) /\ (i < Len(log) /\ (IF log[i + 1].type = "PLACED" THEN (\A c \in Consumer : (<<log[i + 1].type, c>> \in {<<"PLACED", "MAIL">>, <<"PLACED", "STOCK">>, <<"PAID", "MAIL">>}) => (log[i + 1] \in delivered[c])) ELSE log[i + 1] \in delivered["MAIL"]))))
====================================================================
