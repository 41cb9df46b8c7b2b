---------------------------- MODULE CepWindows ----------------------------
\* Payments of several cards, out of order; a keyed window operator raises an alert for a window that exceeds.
\*
\* Pattern: keyBy(card), window, aggregate, filter(> threshold), as in Flink's fraud sum and Esper's average. A window
\* is of event time; the watermark follows the newest payment at the distance DISORDER and says when a window is
\* complete. SLIDE = SIZE: tumbling windows, SLIDE < SIZE: sliding ones. A window that takes a late payment fires
\* again, and its alert is raised or taken back.
\* Source: the event-driven architecture guide, section 2.3 and section 9.2, project 3; Akidau et al., The Dataflow
\* Model (VLDB 2015); Apache Flink, "Generating Watermarks", "Windows".
\*
\* Assumes: a payment comes at most DELAY after the newest one of any card; the operator loses nothing (checkpoints);
\* a source that ends, or is idle, says so.
\* Guarantees while DELAY <= DISORDER + LATENESS: the alert of a window is there exactly when its payments exceed the
\* threshold, in whichever order they come: no_alert_is_missed, no_false_alarm; and in the end. While DELAY <= DISORDER
\* an alert is final: alerts_stand.
\* DISORDER=0: the watermark is too eager, the late payment is dropped and its alert is missed; of an average the
\* dropped payment makes a false alarm, too. LATENESS=1 repairs both, but the alert of an average may be taken back.
\* TIME=PROCESSING: a payment belongs to the window in which it happened to come. KEYED=False: the payments of all
\* cards are one sum. ENDS=False: a source that is idle and does not say so holds the last windows back for ever.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  CARDS,  \* cards, the keys
  PAYMENTS,  \* payments, at most one for each card and time
  LARGEST,  \* amount of a large payment; that of a small one is 1
  HORIZON,  \* times are 0 .. HORIZON - 1
  SIZE,  \* length of a window
  SLIDE,  \* distance of the starts of windows
  DELAY,  \* by how much a payment may be behind the newest one
  DISORDER,  \* by how much the watermark assumes that it may be
  LATENESS,  \* time for which a window takes late payments
  AGGREGATE,  \* what is compared with the threshold
  THRESHOLD,  \* what a window must exceed
  TIME,  \* the time by which a payment is put into windows
  KEYED,  \* windows are of each card separately
  ENDS,  \* the source says when nothing more will come
  windows_horizon,  \* times are 0 .. horizon - 1
  windows_size,  \* length of a window
  windows_slide,  \* distance of the starts of windows
  windows_disorder,  \* by how much an element is assumed to be behind the newest one, at most
  windows_lateness,  \* time for which a window that has fired takes late elements
  windows_largest,  \* largest value of an element
  windows_elements,  \* elements in a window, at most
  windows_clock_horizon,  \* times are 0 .. horizon - 1
  windows_clock_disorder  \* by how much an event is assumed to be behind the newest one, at most

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ CARDS = 2
  /\ PAYMENTS = 3
  /\ LARGEST = 3
  /\ HORIZON = 3
  /\ SIZE = 2
  /\ SLIDE = 2
  /\ DELAY = 1
  /\ DISORDER = 1
  /\ LATENESS = 0
  /\ AGGREGATE = "AVERAGE"
  /\ THRESHOLD = 2
  /\ TIME = "EVENT"
  /\ KEYED = TRUE
  /\ ENDS = TRUE
  /\ windows_horizon = 3
  /\ windows_size = 2
  /\ windows_slide = 2
  /\ windows_disorder = 1
  /\ windows_lateness = 0
  /\ windows_largest = 3
  /\ windows_elements = 3
  /\ windows_clock_horizon = 3
  /\ windows_clock_disorder = 1

Max(a_, b_) == IF a_ >= b_ THEN a_ ELSE b_

IntLess(a_, b_) == a_ < b_

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

MapSeq(Op_(_), s_) == [i_ \in 1 .. Len(s_) |-> Op_(s_[i_])]

Greatest(Less_(_, _), S_) == CHOOSE x_ \in S_ : \A y_ \in S_ : ~Less_(x_, y_)

SumSeq(s_) == FoldSeq(LAMBDA a_, b_ : a_ + b_, 0, s_)

Flatten(s_) == FoldSeq(LAMBDA a_, b_ : a_ \o b_, <<>>, s_)

Pane == [total : (0 .. 9), count : (0 .. 3)]

VARIABLES
  paid,  \* what happened; 0: no payment
  alerts,  \* windows whose alert is raised
  ended,  \* nothing more will come
  windows_pane,
  windows_fired,  \* windows whose last result has all their elements so far
  windows_clock_newest,  \* one past the largest time that was observed
  windows_clock_mark  \* events before this time have come; horizon: the stream has ended

vars == <<paid, alerts, ended, windows_pane, windows_fired, windows_clock_newest, windows_clock_mark>>

TypeOK ==
  /\ paid \in [(1 .. CARDS) -> [(0 .. 2) -> (0 .. LARGEST)]]
  /\ alerts \in [(1 .. CARDS) -> (SUBSET (0 .. 1))]
  /\ ended \in BOOLEAN
  /\ windows_pane \in [(1 .. CARDS) -> [(0 .. 1) -> Pane]]
  /\ windows_fired \in [(1 .. CARDS) -> (SUBSET (0 .. 1))]
  /\ windows_clock_newest \in 0 .. 3
  /\ windows_clock_mark \in 0 .. 3

\* The first time of a window.
windows_start(w) ==
  (w - ((windows_size - 1) \div windows_slide)) * windows_slide

\* The first time after a window.
windows_end(w) ==
  windows_start(w) + windows_size

\* Is time t in the window?
windows_covers(w, t) ==
  windows_start(w) <= t /\ t < windows_end(w)

\* Has the end of the stream been marked?
windows_clock_finished ==
  windows_clock_mark = windows_clock_horizon

\* Has the mark reached time t?
windows_clock_passed(t) ==
  t <= windows_clock_mark \/ windows_clock_finished

\* Does the window take elements no more?
windows_closed(w) ==
  windows_clock_passed(windows_end(w) + windows_lateness)

\* Is the mark further behind the newest event than the disorder?
windows_clock_can_advance ==
  windows_clock_mark < (windows_clock_newest - 1) - windows_clock_disorder

exceeds(total, count) ==
  THRESHOLD * count < total

\* By what happened: do the payments of this card in these times exceed the threshold?
suspicious(c, w) ==
  LET t == (w - ((SIZE - 1) \div SLIDE)) * SLIDE
      t_3 == MapSeq(LAMBDA t_2 : paid[c][t_2], SelectSeq(<<0, 1, 2>>, LAMBDA t_2 : (t <= t_2 /\ t_2 < t + SIZE /\ 0 < paid[c][t_2])))
  IN 0 < Len(t_3) /\ (exceeds(SumSeq(t_3), Len(t_3)))

alerted(c, w) ==
  w \in alerts[c]

due ==
  \E c \in 1 .. CARDS : (\E w \in 0 .. 1 : 0 < windows_pane[c][w].count /\ w \notin windows_fired[c] /\ (windows_clock_passed(windows_end(w))))

over ==
  ended /\ (~windows_clock_can_advance) /\ (~due)

\* A window that the watermark has passed, and that has nothing to do, has its alert if it should.
no_alert_is_missed ==
  \A c \in 1 .. CARDS : (\A w \in 0 .. 1 : (0 < (Len(MapSeq(LAMBDA t : paid[c][t], SelectSeq(<<0, 1, 2>>, LAMBDA t : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t /\ t < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t]))))) /\ (exceeds(SumSeq(MapSeq(LAMBDA t_2 : paid[c][t_2], SelectSeq(<<0, 1, 2>>, LAMBDA t_2 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_2 /\ t_2 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_2])))), Len(MapSeq(LAMBDA t_3 : paid[c][t_3], SelectSeq(<<0, 1, 2>>, LAMBDA t_3 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_3 /\ t_3 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_3])))))) /\ (windows_clock_passed(windows_end(w))) /\ (~(0 < windows_pane[c][w].count /\ w \notin windows_fired[c] /\ (windows_clock_passed(windows_end(w)))))) => (w \in alerts[c]))

no_false_alarm ==
  \A c \in 1 .. CARDS : (\A w \in alerts[c] : LET t == (w - ((SIZE - 1) \div SLIDE)) * SLIDE t_3 == MapSeq(LAMBDA t_2 : paid[c][t_2], SelectSeq(<<0, 1, 2>>, LAMBDA t_2 : (t <= t_2 /\ t_2 < t + SIZE /\ 0 < paid[c][t_2]))) IN (0 < Len(t_3) /\ (exceeds(SumSeq(t_3), Len(t_3)))) \/ (0 < windows_pane[c][w].count /\ w \notin windows_fired[c] /\ (windows_clock_passed(windows_end(w)))))

\* any(len(alerts[c]) > 0 for c in Card)
raised ==
  \E c \in 1 .. CARDS : 0 < Cardinality(alerts[c])

Init ==
  /\ paid = [k2_ \in 1 .. CARDS |-> [k_ \in 0 .. 2 |-> 0]]
  /\ alerts = [k_ \in 1 .. CARDS |-> {}]
  /\ ended = FALSE
  /\ windows_pane = [k2_ \in 1 .. CARDS |-> [k_ \in 0 .. 1 |-> [total |-> 0, count |-> 0]]]
  /\ windows_fired = [k_ \in 1 .. CARDS |-> {}]
  /\ windows_clock_newest = 0
  /\ windows_clock_mark = 0

\* A payment comes, perhaps behind newer ones.
pay(c, t) ==
  \E amount \in (IF LET t_3 == (UNION Elements(MapSeq(LAMBDA c_2 : {t_2 \in 0 .. 2 : (0 < paid[c_2][t_2])}, <<1, 2>>))) \cup {0} IN (~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_3) = 0)) /\ (~ended) /\ paid[c][t] = 0 /\ Greatest(IntLess, t_3) - DELAY <= t /\ (SumSeq(Flatten(MapSeq(LAMBDA d : MapSeq(LAMBDA i : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i : (0 < paid[d][i]))), <<1, 2>>)))) < PAYMENTS THEN {1, LARGEST} ELSE {1}) :
    LET t_5 == (UNION Elements(MapSeq(LAMBDA c_3 : {t_4 \in 0 .. 2 : (0 < paid[c_3][t_4])}, <<1, 2>>))) \cup {0}
    IN
    /\ ~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_5) = 0)
    /\ ~ended
    /\ paid[c][t] = 0
    /\ Greatest(IntLess, t_5) - DELAY <= t
    /\ (SumSeq(Flatten(MapSeq(LAMBDA d_2 : MapSeq(LAMBDA i_2 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i_2 : (0 < paid[d_2][i_2]))), <<1, 2>>)))) < PAYMENTS
    /\ paid' = [paid EXCEPT ![c][t] = amount]
    /\ paid' \in [(1 .. CARDS) -> [(0 .. 2) -> (0 .. LARGEST)]]
    /\ windows_pane' = (FoldSeq(LAMBDA acc, w : LET t_6 == windows_covers(w, t) /\ (~windows_closed(w)) t_7 == acc[1][IF KEYED THEN c ELSE 1][w] IN <<IF t_6 THEN [acc[1] EXCEPT ![IF KEYED THEN c ELSE 1][w] = [total |-> t_7.total + amount, count |-> t_7.count + 1]] ELSE acc[1], IF t_6 THEN [acc[2] EXCEPT ![IF KEYED THEN c ELSE 1] = acc[2][IF KEYED THEN c ELSE 1] \ {w}] ELSE acc[2]>>, <<windows_pane, windows_fired>>, <<0, 1>>))[1]
    /\ windows_pane' \in [(1 .. CARDS) -> [(0 .. 1) -> Pane]]
    /\ windows_fired' = (FoldSeq(LAMBDA acc_2, w_2 : LET t_8 == windows_covers(w_2, t) /\ (~windows_closed(w_2)) t_9 == acc_2[1][IF KEYED THEN c ELSE 1][w_2] IN <<IF t_8 THEN [acc_2[1] EXCEPT ![IF KEYED THEN c ELSE 1][w_2] = [total |-> t_9.total + amount, count |-> t_9.count + 1]] ELSE acc_2[1], IF t_8 THEN [acc_2[2] EXCEPT ![IF KEYED THEN c ELSE 1] = acc_2[2][IF KEYED THEN c ELSE 1] \ {w_2}] ELSE acc_2[2]>>, <<windows_pane, windows_fired>>, <<0, 1>>))[2]
    /\ windows_fired' \in [(1 .. CARDS) -> (SUBSET (0 .. 1))]
    /\ windows_clock_newest' = Max(windows_clock_newest, t + 1)
    /\ windows_clock_newest' \in 0 .. 3
    /\ UNCHANGED <<alerts, ended, windows_clock_mark>>

pay_errs(c, t) ==
  \E amount \in (IF LET t_3 == (UNION Elements(MapSeq(LAMBDA c_2 : {t_2 \in 0 .. 2 : (0 < paid[c_2][t_2])}, <<1, 2>>))) \cup {0} IN (~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_3) = 0)) /\ (~ended) /\ paid[c][t] = 0 /\ Greatest(IntLess, t_3) - DELAY <= t /\ (SumSeq(Flatten(MapSeq(LAMBDA d : MapSeq(LAMBDA i : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i : (0 < paid[d][i]))), <<1, 2>>)))) < PAYMENTS THEN {1, LARGEST} ELSE {1}) :
    LET t_5 == (UNION Elements(MapSeq(LAMBDA c_3 : {t_4 \in 0 .. 2 : (0 < paid[c_3][t_4])}, <<1, 2>>))) \cup {0}
    IN
    \/ /\ ~ended
       /\ paid[c][t] = 0
       /\ Cardinality(t_5) = 0
    \/ /\ ~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_5) = 0)
       /\ ~ended
       /\ paid[c][t] = 0
       /\ Greatest(IntLess, t_5) - DELAY <= t
       /\ (SumSeq(Flatten(MapSeq(LAMBDA d_2 : MapSeq(LAMBDA i_2 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i_2 : (0 < paid[d_2][i_2]))), <<1, 2>>)))) < PAYMENTS
       /\ LET new == [paid EXCEPT ![c][t] = amount] IN ~(new \in [(1 .. CARDS) -> [(0 .. 2) -> (0 .. LARGEST)]])
    \/ /\ ~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_5) = 0)
       /\ ~ended
       /\ paid[c][t] = 0
       /\ Greatest(IntLess, t_5) - DELAY <= t
       /\ (SumSeq(Flatten(MapSeq(LAMBDA d_3 : MapSeq(LAMBDA i_3 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i_3 : (0 < paid[d_3][i_3]))), <<1, 2>>)))) < PAYMENTS
       /\ LET new_2 == (FoldSeq(LAMBDA acc, w : LET t_6 == windows_covers(w, t) /\ (~windows_closed(w)) t_7 == acc[1][IF KEYED THEN c ELSE 1][w] IN <<IF t_6 THEN [acc[1] EXCEPT ![IF KEYED THEN c ELSE 1][w] = [total |-> t_7.total + amount, count |-> t_7.count + 1]] ELSE acc[1], IF t_6 THEN [acc[2] EXCEPT ![IF KEYED THEN c ELSE 1] = acc[2][IF KEYED THEN c ELSE 1] \ {w}] ELSE acc[2]>>, <<windows_pane, windows_fired>>, <<0, 1>>))[1] IN ~(new_2 \in [(1 .. CARDS) -> [(0 .. 1) -> Pane]])
    \/ /\ ~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_5) = 0)
       /\ ~ended
       /\ paid[c][t] = 0
       /\ Greatest(IntLess, t_5) - DELAY <= t
       /\ (SumSeq(Flatten(MapSeq(LAMBDA d_4 : MapSeq(LAMBDA i_4 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i_4 : (0 < paid[d_4][i_4]))), <<1, 2>>)))) < PAYMENTS
       /\ LET new_3 == (FoldSeq(LAMBDA acc_2, w_2 : LET t_8 == windows_covers(w_2, t) /\ (~windows_closed(w_2)) t_9 == acc_2[1][IF KEYED THEN c ELSE 1][w_2] IN <<IF t_8 THEN [acc_2[1] EXCEPT ![IF KEYED THEN c ELSE 1][w_2] = [total |-> t_9.total + amount, count |-> t_9.count + 1]] ELSE acc_2[1], IF t_8 THEN [acc_2[2] EXCEPT ![IF KEYED THEN c ELSE 1] = acc_2[2][IF KEYED THEN c ELSE 1] \ {w_2}] ELSE acc_2[2]>>, <<windows_pane, windows_fired>>, <<0, 1>>))[2] IN ~(new_3 \in [(1 .. CARDS) -> (SUBSET (0 .. 1))])
    \/ /\ ~((~ended) /\ paid[c][t] = 0 /\ Cardinality(t_5) = 0)
       /\ ~ended
       /\ paid[c][t] = 0
       /\ Greatest(IntLess, t_5) - DELAY <= t
       /\ (SumSeq(Flatten(MapSeq(LAMBDA d_5 : MapSeq(LAMBDA i_5 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA i_5 : (0 < paid[d_5][i_5]))), <<1, 2>>)))) < PAYMENTS
       /\ LET new_4 == Max(windows_clock_newest, t + 1) IN ~(new_4 \in 0 .. 3)

watermark ==
  /\ windows_clock_can_advance = TRUE
  /\ windows_clock_mark' = (windows_clock_newest - 1) - windows_clock_disorder
  /\ windows_clock_mark' \in 0 .. 3
  /\ UNCHANGED <<paid, alerts, ended, windows_pane, windows_fired, windows_clock_newest>>

watermark_errs ==
  \/ /\ windows_clock_can_advance
     /\ LET new == (windows_clock_newest - 1) - windows_clock_disorder IN ~(new \in 0 .. 3)

end ==
  /\ ~ended
  /\ ((~ENDS) \/ (~windows_clock_finished)) = TRUE
  /\ ended' = TRUE
  /\ windows_clock_mark' = IF ENDS THEN windows_clock_horizon ELSE windows_clock_mark
  /\ UNCHANGED <<paid, alerts, windows_pane, windows_fired, windows_clock_newest>>

\* A window is complete, or has taken a late payment.
fire(c, w) ==
  /\ 0 < windows_pane[c][w].count
  /\ w \notin windows_fired[c]
  /\ (windows_clock_passed(windows_end(w))) = TRUE
  /\ alerts' = IF exceeds(windows_pane[c][w].total, windows_pane[c][w].count) THEN [alerts EXCEPT ![c] = alerts[c] \cup {w}] ELSE [alerts EXCEPT ![c] = alerts[c] \ {w}]
  /\ windows_fired' = [windows_fired EXCEPT ![c] = windows_fired[c] \cup {w}]
  /\ UNCHANGED <<paid, ended, windows_pane, windows_clock_newest, windows_clock_mark>>

Next ==
  \/ \E c \in 1 .. CARDS, t \in 0 .. 2 : pay(c, t)
  \/ watermark
  \/ end
  \/ \E c \in 1 .. CARDS, w \in 0 .. 1 : fire(c, w)

Fairness ==
  /\ WF_vars(watermark)
  /\ WF_vars(end)
  /\ \A c \in 1 .. CARDS, w \in 0 .. 1 : WF_vars(fire(c, w))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E c \in 1 .. CARDS, t \in 0 .. 2 : pay_errs(c, t))
  /\ ~watermark_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ over
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: raised must be possible.
Never_raised == ~raised

alerts_stand_step ==
  (\A c \in 1 .. CARDS : alerts[c] \subseteq alerts'[c])

alerts_stand == [][alerts_stand_step]_vars

\* forall c in Card: forall w in Window: [] (suspicious(c, w) -> <> (alerted(c, w) or not suspicious(c, w)))
in_the_end ==
  \A c \in 1 .. CARDS : \A w \in 0 .. 1 : []((~(\E t_4 \in 0 .. 2 : LET t_5 == (w - ((SIZE - 1) \div SLIDE)) * SLIDE t_6 == t_5 <= t_4 t_7 == t_4 < t_5 + SIZE IN (t_6 /\ t_7 /\ (~(1 <= c /\ c <= 2))) \/ (t_6 /\ t_7 /\ 0 < paid[c][t_4] /\ (~(1 <= c /\ c <= 2)))) /\ (0 < (Len(MapSeq(LAMBDA t : paid[c][t], SelectSeq(<<0, 1, 2>>, LAMBDA t : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t /\ t < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t]))))) /\ (exceeds(SumSeq(MapSeq(LAMBDA t_2 : paid[c][t_2], SelectSeq(<<0, 1, 2>>, LAMBDA t_2 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_2 /\ t_2 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_2])))), Len(MapSeq(LAMBDA t_3 : paid[c][t_3], SelectSeq(<<0, 1, 2>>, LAMBDA t_3 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_3 /\ t_3 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_3])))))))) => <>(~((~(1 <= c /\ c <= 2)) \/ (w \notin alerts[c] /\ (\E t_11 \in 0 .. 2 : LET t_12 == (w - ((SIZE - 1) \div SLIDE)) * SLIDE t_13 == t_12 <= t_11 t_14 == t_11 < t_12 + SIZE IN (t_13 /\ t_14 /\ (~(1 <= c /\ c <= 2))) \/ (t_13 /\ t_14 /\ 0 < paid[c][t_11] /\ (~(1 <= c /\ c <= 2)))))) /\ (w \in alerts[c] \/ (~(0 < (Len(MapSeq(LAMBDA t_8 : paid[c][t_8], SelectSeq(<<0, 1, 2>>, LAMBDA t_8 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_8 /\ t_8 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_8]))))) /\ (exceeds(SumSeq(MapSeq(LAMBDA t_9 : paid[c][t_9], SelectSeq(<<0, 1, 2>>, LAMBDA t_9 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_9 /\ t_9 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_9])))), Len(MapSeq(LAMBDA t_10 : paid[c][t_10], SelectSeq(<<0, 1, 2>>, LAMBDA t_10 : ((w - ((SIZE - 1) \div SLIDE)) * SLIDE <= t_10 /\ t_10 < (w - ((SIZE - 1) \div SLIDE)) * SLIDE + SIZE /\ 0 < paid[c][t_10])))))))))))
===========================================================================
