---------------------------- MODULE LoginPattern ----------------------------
\* Logins come out of order; the operator sorts them by event time and follows one partial match for each user.
\*
\* Pattern: FAILURES failed logins of the same user, no login that passed between them, the first and the last less
\* than WITHIN apart: Flink CEP's times(n).consecutive().within(...). Logins wait in a buffer until the watermark has
\* passed their time, and are then taken in the order of their times; a login behind the watermark is dropped.
\* Source: the event-driven architecture guide, section 2.3.1 (several failed logins in a short time); Apache Flink,
\* "FlinkCEP" (contiguity, time constraints, handling of lateness in event time).
\*
\* Assumes: a login comes at most DELAY after the newest one of any user; a source that ends, or is idle, says so.
\* Guarantees while DELAY <= DISORDER: an alert for exactly the failures that complete the pattern, in whichever order
\* they come: no_alert_is_missed, no_false_alarm; and in the end.
\* DETECT=TUMBLING counts failures in aligned windows: those on the two sides of a boundary are missed. SORTED=False
\* takes logins as they come, DISORDER=0 drops what comes later: alerts are missed, and false alarms are raised where
\* the login that had passed between is not seen. CONSECUTIVE=False (relaxed contiguity) and KEYED=False accuse the
\* innocent. ENDS=False: the last logins wait in the buffer for ever.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  USERS,  \* users, the keys
  LOGINS,  \* logins, at most one for each user and time
  HORIZON,  \* times are 0 .. HORIZON - 1
  FAILURES,  \* failures that raise an alert
  WITHIN,  \* the first and the last of them are less than this apart
  DELAY,  \* by how much a login may be behind the newest one
  DISORDER,  \* by how much the watermark assumes that it may be
  DETECT,  \* failures are related to each other, or counted in aligned windows
  SORTED,  \* logins wait for the watermark, and are taken by their times
  CONSECUTIVE,  \* a login that passes ends the partial match
  KEYED,  \* partial matches are of each user separately
  ENDS,  \* the source says when nothing more will come
  clock_horizon,  \* times are 0 .. horizon - 1
  clock_disorder  \* by how much an event is assumed to be behind the newest one, at most

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ USERS = 2
  /\ LOGINS = 3
  /\ HORIZON = 3
  /\ FAILURES = 2
  /\ WITHIN = 2
  /\ DELAY = 1
  /\ DISORDER = 1
  /\ DETECT = "TUMBLING"
  /\ SORTED = TRUE
  /\ CONSECUTIVE = TRUE
  /\ KEYED = TRUE
  /\ ENDS = TRUE
  /\ clock_horizon = 3
  /\ clock_disorder = 1

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

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

SumSeq(s_) == FoldSeq(LAMBDA a_, b_ : a_ + b_, 0, s_)

Flatten(s_) == FoldSeq(LAMBDA a_, b_ : a_ \o b_, <<>>, s_)

Login == {"NONE", "FAILED", "PASSED"}

VARIABLES
  logins,  \* what happened
  buffer,  \* logins that wait for the watermark
  match,  \* the failures that may begin the pattern
  alerts,  \* failures that raised an alert
  ended,  \* nothing more will come
  clock_newest,  \* one past the largest time that was observed
  clock_mark  \* events before this time have come; horizon: the stream has ended

vars == <<logins, buffer, match, alerts, ended, clock_newest, clock_mark>>

TypeOK ==
  /\ logins \in [(1 .. USERS) -> [(0 .. 2) -> Login]]
  /\ buffer \in [(1 .. USERS) -> (SUBSET (0 .. 2))]
  /\ \A k_ \in 1 .. USERS : (Len(match[k_]) <= 1 /\ (\A x_ \in DOMAIN match[k_] : match[k_][x_] \in 0 .. 2))
  /\ alerts \in [(1 .. USERS) -> (SUBSET (0 .. 2))]
  /\ ended \in BOOLEAN
  /\ clock_newest \in 0 .. 3
  /\ clock_mark \in 0 .. 3

together(s, t) ==
  (s \div WITHIN) = (t \div WITHIN)

\* Is an event of time t behind the mark?
clock_late(t) ==
  t < clock_mark

\* Is the mark further behind the newest event than the disorder?
clock_can_advance ==
  clock_mark < (clock_newest - 1) - clock_disorder

\* Has the end of the stream been marked?
clock_finished ==
  clock_mark = clock_horizon

\* Has the mark reached time t?
clock_passed(t) ==
  t <= clock_mark \/ clock_finished

\* By what happened: is this failure preceded by enough others, not too old, and none that passed between?
suspicious(u, t) ==
  logins[u][t] = "FAILED" /\ FAILURES - 1 <= (Len(SelectSeq(<<0, 1, 2>>, LAMBDA s : (t - WITHIN < s /\ s < t /\ logins[u][s] = "FAILED" /\ (~(\E r \in 0 .. 2 : s < r /\ r < t /\ logins[u][r] = "PASSED"))))))

alerted(u, t) ==
  t \in alerts[u]

over ==
  ended /\ (~clock_can_advance) /\ (~(\E u \in 1 .. USERS : (\E t \in 0 .. 2 : t \in buffer[u] /\ clock_passed(t + 1) /\ (\A v \in 1 .. USERS : (\A s \in buffer[v] : t <= s)))))

\* What the watermark has passed, and is not in the buffer, has its alert if it should.
no_alert_is_missed ==
  \A u \in 1 .. USERS : (\A t \in 0 .. 2 : (logins[u][t] = "FAILED" /\ FAILURES - 1 <= (Len(SelectSeq(<<0, 1, 2>>, LAMBDA s : (t - WITHIN < s /\ s < t /\ logins[u][s] = "FAILED" /\ (~(\E r \in 0 .. 2 : s < r /\ r < t /\ logins[u][r] = "PASSED")))))) /\ clock_passed(t + 1) /\ t \notin buffer[u]) => (t \in alerts[u]))

no_false_alarm ==
  \A u \in 1 .. USERS : (\A t \in alerts[u] : logins[u][t] = "FAILED" /\ FAILURES - 1 <= (Len(SelectSeq(<<0, 1, 2>>, LAMBDA s : (t - WITHIN < s /\ s < t /\ logins[u][s] = "FAILED" /\ (~(\E r \in 0 .. 2 : s < r /\ r < t /\ logins[u][r] = "PASSED")))))))

\* any(len(alerts[u]) > 0 for u in User)
raised ==
  \E u \in 1 .. USERS : 0 < Cardinality(alerts[u])

Init ==
  /\ logins = [k2_ \in 1 .. USERS |-> [k_ \in 0 .. 2 |-> "NONE"]]
  /\ buffer = [k_ \in 1 .. USERS |-> {}]
  /\ match = [k_ \in 1 .. USERS |-> <<>>]
  /\ alerts = [k_ \in 1 .. USERS |-> {}]
  /\ ended = FALSE
  /\ clock_newest = 0
  /\ clock_mark = 0

\* A login comes, perhaps behind newer ones.
login(u, t) ==
  \E outcome \in (IF (~((~ended) /\ logins[u][t] = "NONE" /\ (Cardinality((UNION Elements(MapSeq(LAMBDA u_2 : {t_2 \in 0 .. 2 : (logins[u_2][t_2] # "NONE")}, <<1, 2>>))) \cup {0})) = 0)) /\ (~ended) /\ logins[u][t] = "NONE" /\ (Greatest(IntLess, ((UNION Elements(MapSeq(LAMBDA u_3 : {t_3 \in 0 .. 2 : (logins[u_3][t_3] # "NONE")}, <<1, 2>>))) \cup {0}))) - DELAY <= t /\ (SumSeq(Flatten(MapSeq(LAMBDA v : MapSeq(LAMBDA s : 1, SelectSeq(<<0, 1, 2>>, LAMBDA s : (logins[v][s] # "NONE"))), <<1, 2>>)))) < LOGINS THEN {"FAILED", "PASSED"} ELSE {"NONE"}) :
    /\ ~((~ended) /\ logins[u][t] = "NONE" /\ (Cardinality((UNION Elements(MapSeq(LAMBDA u_4 : {t_4 \in 0 .. 2 : (logins[u_4][t_4] # "NONE")}, <<1, 2>>))) \cup {0})) = 0)
    /\ ~ended
    /\ logins[u][t] = "NONE"
    /\ (Greatest(IntLess, ((UNION Elements(MapSeq(LAMBDA u_5 : {t_5 \in 0 .. 2 : (logins[u_5][t_5] # "NONE")}, <<1, 2>>))) \cup {0}))) - DELAY <= t
    /\ (SumSeq(Flatten(MapSeq(LAMBDA v_2 : MapSeq(LAMBDA s_2 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA s_2 : (logins[v_2][s_2] # "NONE"))), <<1, 2>>)))) < LOGINS
    /\ (SORTED \/ (([logins EXCEPT ![u][t] = outcome][u])[t]) = "PASSED" \/ (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_2 : together(s_2_2, t)))) # FAILURES - 1 \/ 0 <= (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_3 : together(s_2_3, t))))) = TRUE
    /\ logins' = [logins EXCEPT ![u][t] = outcome]
    /\ buffer' = IF SORTED THEN IF clock_late(t) THEN buffer ELSE [buffer EXCEPT ![u] = buffer[u] \cup {t}] ELSE buffer
    /\ match' = IF SORTED THEN match ELSE IF (([logins EXCEPT ![u][t] = outcome][u])[t]) = "PASSED" THEN IF CONSECUTIVE THEN [match EXCEPT ![IF KEYED THEN u ELSE 1] = <<>>] ELSE match ELSE [match EXCEPT ![IF KEYED THEN u ELSE 1] = (IF (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_4 : together(s_2_4, t)))) = FAILURES - 1 THEN Slice(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_5 : together(s_2_5, t)), 1, Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_6 : together(s_2_6, t)))) ELSE SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_7 : together(s_2_7, t))) \o <<t>>]
    /\ (\A k_ \in 1 .. USERS : (Len(match'[k_]) <= 1 /\ (\A x_ \in DOMAIN match'[k_] : match'[k_][x_] \in 0 .. 2))) = TRUE
    /\ alerts' = IF SORTED THEN alerts ELSE IF (([logins EXCEPT ![u][t] = outcome][u])[t]) = "PASSED" THEN alerts ELSE IF (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_8 : together(s_2_8, t)))) = FAILURES - 1 THEN [alerts EXCEPT ![u] = alerts[u] \cup {t}] ELSE alerts
    /\ clock_newest' = Max(clock_newest, t + 1)
    /\ clock_newest' \in 0 .. 3
    /\ UNCHANGED <<ended, clock_mark>>

login_errs(u, t) ==
  \E outcome \in (IF (~((~ended) /\ logins[u][t] = "NONE" /\ (Cardinality((UNION Elements(MapSeq(LAMBDA u_2 : {t_2 \in 0 .. 2 : (logins[u_2][t_2] # "NONE")}, <<1, 2>>))) \cup {0})) = 0)) /\ (~ended) /\ logins[u][t] = "NONE" /\ (Greatest(IntLess, ((UNION Elements(MapSeq(LAMBDA u_3 : {t_3 \in 0 .. 2 : (logins[u_3][t_3] # "NONE")}, <<1, 2>>))) \cup {0}))) - DELAY <= t /\ (SumSeq(Flatten(MapSeq(LAMBDA v : MapSeq(LAMBDA s : 1, SelectSeq(<<0, 1, 2>>, LAMBDA s : (logins[v][s] # "NONE"))), <<1, 2>>)))) < LOGINS THEN {"FAILED", "PASSED"} ELSE {"NONE"}) :
    LET t_4 == (SumSeq(Flatten(MapSeq(LAMBDA v_2 : MapSeq(LAMBDA s_2 : 1, SelectSeq(<<0, 1, 2>>, LAMBDA s_2 : (logins[v_2][s_2] # "NONE"))), <<1, 2>>)))) < LOGINS
    IN
    \/ /\ ~ended
       /\ logins[u][t] = "NONE"
       /\ (Cardinality((UNION Elements(MapSeq(LAMBDA u_4 : {t_5 \in 0 .. 2 : (logins[u_4][t_5] # "NONE")}, <<1, 2>>))) \cup {0})) = 0
    \/ /\ ~ended
       /\ logins[u][t] = "NONE"
       /\ (Greatest(IntLess, ((UNION Elements(MapSeq(LAMBDA u_5 : {t_6 \in 0 .. 2 : (logins[u_5][t_6] # "NONE")}, <<1, 2>>))) \cup {0}))) - DELAY <= t
       /\ t_4
       /\ ~SORTED
       /\ (([logins EXCEPT ![u][t] = outcome][u])[t]) # "PASSED"
       /\ (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_2 : together(s_2_2, t)))) = FAILURES - 1
       /\ (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_3 : together(s_2_3, t)))) < 0
    \/ /\ ~((~ended) /\ logins[u][t] = "NONE" /\ (Cardinality((UNION Elements(MapSeq(LAMBDA u_6 : {t_7 \in 0 .. 2 : (logins[u_6][t_7] # "NONE")}, <<1, 2>>))) \cup {0})) = 0)
       /\ ~ended
       /\ logins[u][t] = "NONE"
       /\ (Greatest(IntLess, ((UNION Elements(MapSeq(LAMBDA u_7 : {t_8 \in 0 .. 2 : (logins[u_7][t_8] # "NONE")}, <<1, 2>>))) \cup {0}))) - DELAY <= t
       /\ t_4
       /\ SORTED \/ (([logins EXCEPT ![u][t] = outcome][u])[t]) = "PASSED" \/ (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_8 : together(s_2_8, t)))) # FAILURES - 1 \/ 0 <= (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_9 : together(s_2_9, t))))
       /\ LET new == IF SORTED THEN match ELSE IF (([logins EXCEPT ![u][t] = outcome][u])[t]) = "PASSED" THEN IF CONSECUTIVE THEN [match EXCEPT ![IF KEYED THEN u ELSE 1] = <<>>] ELSE match ELSE [match EXCEPT ![IF KEYED THEN u ELSE 1] = (IF (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_4 : together(s_2_4, t)))) = FAILURES - 1 THEN Slice(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_5 : together(s_2_5, t)), 1, Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_6 : together(s_2_6, t)))) ELSE SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_7 : together(s_2_7, t))) \o <<t>>] IN ~(\A k_ \in 1 .. USERS : (Len(new[k_]) <= 1 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in 0 .. 2)))
    \/ /\ ~((~ended) /\ logins[u][t] = "NONE" /\ (Cardinality((UNION Elements(MapSeq(LAMBDA u_8 : {t_9 \in 0 .. 2 : (logins[u_8][t_9] # "NONE")}, <<1, 2>>))) \cup {0})) = 0)
       /\ ~ended
       /\ logins[u][t] = "NONE"
       /\ (Greatest(IntLess, ((UNION Elements(MapSeq(LAMBDA u_9 : {t_10 \in 0 .. 2 : (logins[u_9][t_10] # "NONE")}, <<1, 2>>))) \cup {0}))) - DELAY <= t
       /\ t_4
       /\ SORTED \/ (([logins EXCEPT ![u][t] = outcome][u])[t]) = "PASSED" \/ (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_10 : together(s_2_10, t)))) # FAILURES - 1 \/ 0 <= (Len(SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2_11 : together(s_2_11, t))))
       /\ LET new_2 == Max(clock_newest, t + 1) IN ~(new_2 \in 0 .. 3)

watermark ==
  /\ clock_can_advance = TRUE
  /\ clock_mark' = (clock_newest - 1) - clock_disorder
  /\ clock_mark' \in 0 .. 3
  /\ UNCHANGED <<logins, buffer, match, alerts, ended, clock_newest>>

watermark_errs ==
  \/ /\ clock_can_advance
     /\ LET new == (clock_newest - 1) - clock_disorder IN ~(new \in 0 .. 3)

end ==
  /\ ~ended
  /\ ((~ENDS) \/ (~clock_finished)) = TRUE
  /\ ended' = TRUE
  /\ clock_mark' = IF ENDS THEN clock_horizon ELSE clock_mark
  /\ UNCHANGED <<logins, buffer, match, alerts, clock_newest>>

process(u, t) ==
  LET t_2 == logins[u][t] = "PASSED"
      t_3 == SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s : together(s, t))
      t_4 == Len(t_3) = FAILURES - 1
  IN
  /\ t \in buffer[u]
  /\ clock_passed(t + 1) = TRUE
  /\ (\A v \in 1 .. USERS : (\A s_2 \in buffer[v] : t <= s_2))
  /\ (t_2 \/ ~t_4 \/ 0 <= Len(t_3)) = TRUE
  /\ buffer' = [buffer EXCEPT ![u] = buffer[u] \ {t}]
  /\ match' = IF t_2 THEN IF CONSECUTIVE THEN [match EXCEPT ![IF KEYED THEN u ELSE 1] = <<>>] ELSE match ELSE [match EXCEPT ![IF KEYED THEN u ELSE 1] = (IF t_4 THEN Slice(t_3, 1, Len(t_3)) ELSE t_3) \o <<t>>]
  /\ (\A k_ \in 1 .. USERS : (Len(match'[k_]) <= 1 /\ (\A x_ \in DOMAIN match'[k_] : match'[k_][x_] \in 0 .. 2))) = TRUE
  /\ alerts' = IF t_2 THEN alerts ELSE IF t_4 THEN [alerts EXCEPT ![u] = alerts[u] \cup {t}] ELSE alerts
  /\ UNCHANGED <<logins, ended, clock_newest, clock_mark>>

process_errs(u, t) ==
  LET t_2 == (\A v \in 1 .. USERS : (\A s \in buffer[v] : t <= s))
      t_3 == logins[u][t] = "PASSED"
      t_4 == SelectSeq(match[IF KEYED THEN u ELSE 1], LAMBDA s_2 : together(s_2, t))
      t_5 == Len(t_4) = FAILURES - 1
      t_6 == Len(t_4) < 0
  IN
  \/ /\ t \in buffer[u]
     /\ clock_passed(t + 1)
     /\ t_2
     /\ ~t_3
     /\ t_5
     /\ t_6
  \/ /\ t \in buffer[u]
     /\ clock_passed(t + 1)
     /\ t_2
     /\ t_3 \/ ~t_5 \/ ~t_6
     /\ LET new == IF t_3 THEN IF CONSECUTIVE THEN [match EXCEPT ![IF KEYED THEN u ELSE 1] = <<>>] ELSE match ELSE [match EXCEPT ![IF KEYED THEN u ELSE 1] = (IF t_5 THEN Slice(t_4, 1, Len(t_4)) ELSE t_4) \o <<t>>] IN ~(\A k_ \in 1 .. USERS : (Len(new[k_]) <= 1 /\ (\A x_ \in DOMAIN new[k_] : new[k_][x_] \in 0 .. 2)))

Next ==
  \/ \E u \in 1 .. USERS, t \in 0 .. 2 : login(u, t)
  \/ watermark
  \/ end
  \/ \E u \in 1 .. USERS, t \in 0 .. 2 : process(u, t)

Fairness ==
  /\ WF_vars(watermark)
  /\ WF_vars(end)
  /\ \A u \in 1 .. USERS, t \in 0 .. 2 : WF_vars(process(u, t))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E u \in 1 .. USERS, t \in 0 .. 2 : login_errs(u, t))
  /\ ~watermark_errs
  /\ ~(\E u \in 1 .. USERS, t \in 0 .. 2 : process_errs(u, t))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ over
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: raised must be possible.
Never_raised == ~raised

\* forall u in User: forall t in Time: [] (suspicious(u, t) -> <> (alerted(u, t) or not suspicious(u, t)))
in_the_end ==
  \A u \in 1 .. USERS : \A t \in 0 .. 2 : []((~((\E s_2 \in 0 .. 2 : t - WITHIN < s_2 /\ s_2 < t /\ ((~(1 <= u /\ u <= 2)) \/ (logins[u][s_2] = "FAILED" /\ (FoldSeq(LAMBDA progress_6, r_2 : IF progress_6 = 0 THEN IF s_2 < r_2 /\ r_2 < t /\ (~(1 <= u /\ u <= 2)) THEN 2 ELSE IF s_2 < r_2 /\ r_2 < t /\ logins[u][r_2] = "PASSED" THEN 1 ELSE progress_6 ELSE progress_6, 0, <<0, 1, 2>>)) = 2))) \/ (~(1 <= u /\ u <= 2)) \/ (~(0 <= t /\ t <= 2))) /\ (logins[u][t] = "FAILED" /\ FAILURES - 1 <= (Len(SelectSeq(<<0, 1, 2>>, LAMBDA s : (t - WITHIN < s /\ s < t /\ logins[u][s] = "FAILED" /\ (~(\E r \in 0 .. 2 : s < r /\ r < t /\ logins[u][r] = "PASSED")))))))) => <>(~((~(1 <= u /\ u <= 2)) \/ (t \notin alerts[u] /\ ((\E s_4 \in 0 .. 2 : t - WITHIN < s_4 /\ s_4 < t /\ ((~(1 <= u /\ u <= 2)) \/ (logins[u][s_4] = "FAILED" /\ (FoldSeq(LAMBDA progress_6_2, r_4 : IF progress_6_2 = 0 THEN IF s_4 < r_4 /\ r_4 < t /\ (~(1 <= u /\ u <= 2)) THEN 2 ELSE IF s_4 < r_4 /\ r_4 < t /\ logins[u][r_4] = "PASSED" THEN 1 ELSE progress_6_2 ELSE progress_6_2, 0, <<0, 1, 2>>)) = 2))) \/ (~(1 <= u /\ u <= 2)) \/ (~(0 <= t /\ t <= 2))))) /\ (t \in alerts[u] \/ (~(logins[u][t] = "FAILED" /\ FAILURES - 1 <= (Len(SelectSeq(<<0, 1, 2>>, LAMBDA s_3 : (t - WITHIN < s_3 /\ s_3 < t /\ logins[u][s_3] = "FAILED" /\ (~(\E r_3 \in 0 .. 2 : s_3 < r_3 /\ r_3 < t /\ logins[u][r_3] = "PASSED")))))))))))
=============================================================================
