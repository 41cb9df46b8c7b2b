---------------------------- MODULE Tracing ----------------------------
\* A request passes through services by events; each hop carries the trace context in the event's metadata.
\*
\* Pattern: who publishes puts its trace and span ids into the metadata; who consumes begins a span that links to
\* them, and passes the same trace id on with what it publishes (W3C Trace Context, OpenTelemetry messaging
\* conventions).
\* Source: the event-driven architecture guide, section 5.1.
\*
\* Assumes: reliable delivery; the services form a line, and REQUESTS pass through it at the same time, in any order.
\* Guarantees: every consume span links to its publish span; all spans of a request have its trace id, so the trace
\* is connected from end to end.
\* DROPS=k: service k forwards an event without its metadata, and the trace breaks there. MIXES=True: a service
\* keeps the context in a variable shared by its handlers, and two requests at a time get each other's trace.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  REQUESTS,  \* requests under way at the same time
  HOPS,  \* services that an event passes through
  DROPS,  \* the service that forwards without metadata; 0: none
  MIXES  \* the context is kept in a variable shared by the handlers of a service

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ REQUESTS = 2
  /\ HOPS = 2
  /\ DROPS = 0
  /\ MIXES = FALSE

Elements(s_) == {s_[i_] : i_ \in DOMAIN s_}

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

\* a, a + step, ... as long as b is not reached.
IntSeq(a_, b_, step_) ==
  LET n_ == IF step_ > 0 THEN (b_ - a_ + step_ - 1) \div step_ ELSE (a_ - b_ - step_ - 1) \div (-step_)
  IN [i_ \in 1 .. (IF n_ > 0 THEN n_ ELSE 0) |-> a_ + (i_ - 1) * step_]

Context == [trace : (1 .. REQUESTS), span : (0 .. HOPS)]

VARIABLES
  events,  \* the metadata of each request's event in transit
  hop,  \* services passed; 0: the request is not made yet
  moving,  \* is its event in transit?
  working,  \* is a service at work on it?
  current,  \* the context in which each service works
  own,  \* the context in which the handler of a request works
  links  \* the link of each consume span

vars == <<events, hop, moving, working, current, own, links>>

TypeOK ==
  /\ events \in [(1 .. REQUESTS) -> ({<<>>} \cup {<<x_>> : x_ \in Context})]
  /\ hop \in [(1 .. REQUESTS) -> (0 .. HOPS)]
  /\ moving \in [(1 .. REQUESTS) -> BOOLEAN]
  /\ working \in [(1 .. REQUESTS) -> BOOLEAN]
  /\ current \in [(0 .. HOPS) -> ({<<>>} \cup {<<x_>> : x_ \in Context})]
  /\ own \in [(1 .. REQUESTS) -> ({<<>>} \cup {<<x_>> : x_ \in Context})]
  /\ links \in [(1 .. REQUESTS) -> [(0 .. HOPS) -> ({<<>>} \cup {<<x_>> : x_ \in Context})]]

through(r) ==
  hop[r] = HOPS

arrived ==
  \A r \in 1 .. REQUESTS : hop[r] = HOPS /\ (~working[r])

\* Where every_span_has_its_link cannot be evaluated.
every_span_has_its_link_errs ==
  (FoldSeq(LAMBDA progress_3, r : LET t == IntSeq(1, hop[r] + 1, 1) IN IF progress_3 = 0 THEN IF FoldSeq(LAMBDA progress_2, h : IF progress_2 = 0 THEN IF 0 <= h /\ h <= 2 THEN IF links[r][h] = <<>> THEN 1 ELSE progress_2 ELSE 2 ELSE progress_2, 0, t) = 2 THEN 2 ELSE IF (\A h_2 \in Elements(t) : links[r][h_2] # <<>>) THEN progress_3 ELSE 1 ELSE progress_3, 0, <<1, 2>>)) = 2

every_span_has_its_link ==
  \A r \in 1 .. REQUESTS : (\A h \in Elements(IntSeq(1, hop[r] + 1, 1)) : links[r][h] # <<>>)

\* Where links_stay_in_their_trace cannot be evaluated.
links_stay_in_their_trace_errs ==
  (FoldSeq(LAMBDA progress_9, r : LET t == IntSeq(1, hop[r] + 1, 1) IN IF progress_9 = 0 THEN IF (FoldSeq(LAMBDA progress_8, h : IF progress_8 = 0 THEN IF (~(0 <= h /\ h <= 2)) \/ (links[r][h] # <<>> /\ (links[r][h] = <<>> \/ (links[r][h][1].trace = r /\ links[r][h] = <<>>))) THEN 2 ELSE IF links[r][h] = <<>> \/ (links[r][h][1].trace = r /\ links[r][h][1].span = h - 1) THEN progress_8 ELSE 1 ELSE progress_8, 0, t)) = 2 THEN 2 ELSE IF (\A h_2 \in Elements(t) : links[r][h_2] = <<>> \/ (links[r][h_2][1].trace = r /\ links[r][h_2][1].span = h_2 - 1)) THEN progress_9 ELSE 1 ELSE progress_9, 0, <<1, 2>>)) = 2

links_stay_in_their_trace ==
  \A r \in 1 .. REQUESTS : (\A h \in Elements(IntSeq(1, hop[r] + 1, 1)) : links[r][h] = <<>> \/ (links[r][h][1].trace = r /\ links[r][h][1].span = h - 1))

Init ==
  /\ events = [k_ \in 1 .. REQUESTS |-> <<>>]
  /\ hop = [k_ \in 1 .. REQUESTS |-> 0]
  /\ moving = [k_ \in 1 .. REQUESTS |-> FALSE]
  /\ working = [k_ \in 1 .. REQUESTS |-> FALSE]
  /\ current = [k_ \in 0 .. HOPS |-> <<>>]
  /\ own = [k_ \in 1 .. REQUESTS |-> <<>>]
  /\ links = [k2_ \in 1 .. REQUESTS |-> [k_ \in 0 .. HOPS |-> <<>>]]

request(r) ==
  /\ hop[r] = 0
  /\ ~moving[r]
  /\ ~working[r]
  /\ events' = [events EXCEPT ![r] = <<[trace |-> r, span |-> 0]>>]
  /\ moving' = [moving EXCEPT ![r] = TRUE]
  /\ UNCHANGED <<hop, working, current, own, links>>

\* The next service receives the event, and begins a span.
consume(r) ==
  LET t == [hop EXCEPT ![r] = hop[r] + 1]
      t_2 == t[r]
  IN
  /\ moving[r]
  /\ hop[r] < HOPS
  /\ 0 <= t_2
  /\ t_2 <= 2
  /\ ((~MIXES) \/ (0 <= t_2 /\ t_2 <= 2)) = TRUE
  /\ hop' = t
  /\ hop' \in [(1 .. REQUESTS) -> (0 .. HOPS)]
  /\ moving' = [moving EXCEPT ![r] = FALSE]
  /\ working' = [working EXCEPT ![r] = TRUE]
  /\ current' = IF MIXES THEN [current EXCEPT ![t_2] = events[r]] ELSE current
  /\ own' = [own EXCEPT ![r] = events[r]]
  /\ links' = [links EXCEPT ![r][t_2] = events[r]]
  /\ UNCHANGED events

consume_errs(r) ==
  LET t == [hop EXCEPT ![r] = hop[r] + 1]
      t_2 == t[r]
      t_3 == 0 <= t_2
      t_4 == t_2 <= 2
      t_5 == 0 <= t_2 /\ t_2 <= 2
  IN
  \/ /\ moving[r]
     /\ hop[r] < HOPS
     /\ ~(t_3 /\ t_4)
  \/ /\ moving[r]
     /\ hop[r] < HOPS
     /\ t_3
     /\ t_4
     /\ MIXES
     /\ ~t_5
  \/ /\ moving[r]
     /\ hop[r] < HOPS
     /\ t_3
     /\ t_4
     /\ (~MIXES) \/ t_5
     /\ LET new == t IN ~(new \in [(1 .. REQUESTS) -> (0 .. HOPS)])

\* The service is done, and publishes what the next one consumes.
publish(r) ==
  LET t == IF MIXES THEN current[hop[r]] ELSE own[r]
  IN
  /\ working[r]
  /\ events' = IF hop[r] = DROPS \/ t = <<>> THEN [events EXCEPT ![r] = <<>>] ELSE [events EXCEPT ![r] = <<[trace |-> t[1].trace, span |-> hop[r]]>>]
  /\ moving' = [moving EXCEPT ![r] = TRUE]
  /\ working' = [working EXCEPT ![r] = FALSE]
  /\ own' = [own EXCEPT ![r] = <<>>]
  /\ UNCHANGED <<hop, current, links>>

publish_errs(r) ==
  LET t == IF MIXES THEN current[hop[r]] ELSE own[r]
  IN
  \/ /\ working[r]
     /\ ~(hop[r] = DROPS \/ t = <<>>)
     /\ t = <<>>

Next ==
  \/ \E r \in 1 .. REQUESTS : request(r)
  \/ \E r \in 1 .. REQUESTS : consume(r)
  \/ \E r \in 1 .. REQUESTS : publish(r)

Fairness ==
  /\ \A r \in 1 .. REQUESTS : WF_vars(request(r))
  /\ \A r \in 1 .. REQUESTS : WF_vars(consume(r))
  /\ \A r \in 1 .. REQUESTS : WF_vars(publish(r))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E r \in 1 .. REQUESTS : consume_errs(r))
  /\ ~(\E r \in 1 .. REQUESTS : publish_errs(r))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ arrived
  \/ ~NoError
  \/ ENABLED Next

every_span_has_its_link_holds == (~every_span_has_its_link_errs /\ every_span_has_its_link)

links_stay_in_their_trace_holds == (~links_stay_in_their_trace_errs /\ links_stay_in_their_trace)

\* forall r in Request: <> through(r)
every_request_arrives ==
  \A r \in 1 .. REQUESTS : <>(~(~(1 <= r /\ r <= 2)) /\ (hop[r] = HOPS))
========================================================================
