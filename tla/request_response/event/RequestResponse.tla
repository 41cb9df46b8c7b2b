---------------------------- MODULE RequestResponse ----------------------------
\* A service that calls another one synchronously, beside one that only publishes an event (STYLE=EVENT).
\*
\* Pattern: the caller sends a request and is blocked until the response arrives; a deadline (DEADLINE) frees it, and
\* then it does not know whether the request was carried out, so it asks again with the same id.
\* Source: the event-driven architecture guide, section 1.2 (coupling, synchrony, fault isolation).
\*
\* Assumes: the network delivers; the server fails at most CRASHES times, between two requests or within one, and
\* stays down unless RECOVERS; what it carried out before a crash is kept.
\* Guarantees: an answered request was carried out, and exactly once (the server remembers ids); a caller with a
\* deadline never stays blocked. DEADLINE=False: a crashed server blocks the caller for ever, a deadlock. STYLE=EVENT
\* needs no deadline: the producer goes on whatever happens to the consumer. REMEMBER=False: a request that is
\* repeated is carried out twice. HASTY=True: the server answers before it does the work, and the answer is a lie if
\* it crashes.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  REQUESTS,  \* requests, one after the other
  CRASHES,  \* failures of the server
  RETRIES,  \* repetitions of a request after its deadline
  STYLE,  \* a synchronous call, or an event that nobody waits for
  DEADLINE,  \* the caller gives up waiting
  RECOVERS,  \* the server starts again after a crash
  REMEMBER,  \* the server recognises a request that it has carried out
  HASTY  \* the server answers before it carries the request out

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ REQUESTS = 2
  /\ CRASHES = 1
  /\ RETRIES = 1
  /\ STYLE = "EVENT"
  /\ DEADLINE = FALSE
  /\ RECOVERS = FALSE
  /\ REMEMBER = TRUE
  /\ HASTY = FALSE

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

Caller == {"FREE", "WAITING"}

VARIABLES
  caller,
  current,  \* number of the request being made
  retried,
  inbox,  \* requests on the way to the server or waiting there
  replies,  \* responses on the way back
  working,  \* what the server is about to carry out
  done,  \* how often each request was carried out
  answered,  \* requests whose response reached the caller
  up,
  crashes

vars == <<caller, current, retried, inbox, replies, working, done, answered, up, crashes>>

TypeOK ==
  /\ caller \in Caller
  /\ current \in 0 .. REQUESTS
  /\ retried \in 0 .. RETRIES
  /\ Len(inbox) <= 3 /\ (\A x_ \in DOMAIN inbox : inbox[x_] \in 0 .. 1)
  /\ replies \in (SUBSET (0 .. 1))
  /\ working \in ({<<>>} \cup {<<x_>> : x_ \in (0 .. 1)})
  /\ done \in [(0 .. 1) -> (0 .. 2)]
  /\ answered \in (SUBSET (0 .. 1))
  /\ up \in BOOLEAN
  /\ crashes \in 0 .. CRASHES

waiting ==
  caller = "WAITING"

\* The caller is through with its own work; whether the server lives is another matter.
finished ==
  current = REQUESTS

answered_was_done ==
  \A i \in answered : 0 < done[i]

done_once ==
  \A i \in 0 .. 1 : done[i] <= 1

\* not up and current == REQUESTS
goes_on_without_the_server ==
  (~up) /\ current = REQUESTS

Init ==
  /\ caller = "FREE"
  /\ current = 0
  /\ retried = 0
  /\ inbox = <<>>
  /\ replies = {}
  /\ working = <<>>
  /\ done = [k_ \in 0 .. 1 |-> 0]
  /\ answered = {}
  /\ up = TRUE
  /\ crashes = 0

request ==
  /\ caller = "FREE"
  /\ current < REQUESTS
  /\ Len(inbox) < 3
  /\ current' = current + 1
  /\ current' \in 0 .. REQUESTS
  /\ inbox' = Append(inbox, current)
  /\ (Len(inbox') <= 3 /\ (\A x_ \in DOMAIN inbox' : inbox'[x_] \in 0 .. 1)) = TRUE
  /\ UNCHANGED <<caller, retried, replies, working, done, answered, up, crashes>>

request_errs ==
  \/ /\ caller = "FREE"
     /\ current < REQUESTS
     /\ 3 <= Len(inbox)
  \/ /\ caller = "FREE"
     /\ current < REQUESTS
     /\ Len(inbox) < 3
     /\ LET new == current + 1 IN ~(new \in 0 .. REQUESTS)
  \/ /\ caller = "FREE"
     /\ current < REQUESTS
     /\ Len(inbox) < 3
     /\ LET new_2 == Append(inbox, current) IN ~(Len(new_2) <= 3 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in 0 .. 1))

begin ==
  /\ up
  /\ working = <<>>
  /\ 0 < Len(inbox)
  /\ inbox' = Tail(inbox)
  /\ replies' = IF HASTY THEN replies \cup {inbox[1]} ELSE replies
  /\ working' = <<inbox[1]>>
  /\ UNCHANGED <<caller, current, retried, done, answered, up, crashes>>

finish ==
  LET t == (done[working[1]]) = 0 \/ (~REMEMBER)
  IN
  /\ up
  /\ working # <<>>
  /\ ((~t) \/ working # <<>>) = TRUE
  /\ working' = <<>>
  /\ done' = IF t THEN [done EXCEPT ![working[1]] = (done[working[1]]) + 1] ELSE done
  /\ done' \in [(0 .. 1) -> (0 .. 2)]
  /\ UNCHANGED <<caller, current, retried, inbox, replies, answered, up, crashes>>

finish_errs ==
  LET t == (done[working[1]]) = 0 \/ (~REMEMBER)
  IN
  \/ /\ up
     /\ working # <<>>
     /\ working = <<>> \/ (t /\ working = <<>>)
  \/ /\ up
     /\ working # <<>>
     /\ (~t) \/ working # <<>>
     /\ LET new == IF t THEN [done EXCEPT ![working[1]] = (done[working[1]]) + 1] ELSE done IN ~(new \in [(0 .. 1) -> (0 .. 2)])

receive ==
  /\ caller = "WAITING"
  /\ current \in replies
  /\ caller' = "FREE"
  /\ current' = current + 1
  /\ current' \in 0 .. REQUESTS
  /\ replies' = {}
  /\ answered' = answered \cup {current}
  /\ answered' \in (SUBSET (0 .. 1))
  /\ UNCHANGED <<retried, inbox, working, done, up, crashes>>

receive_errs ==
  \/ /\ caller = "WAITING"
     /\ current \in replies
     /\ LET new == current + 1 IN ~(new \in 0 .. REQUESTS)
  \/ /\ caller = "WAITING"
     /\ current \in replies
     /\ LET new_2 == answered \cup {current} IN ~(new_2 \in (SUBSET (0 .. 1)))

\* The deadline passes: ask again, or go on without an answer.
give_up ==
  /\ DEADLINE
  /\ caller = "WAITING"
  /\ (RETRIES <= retried \/ Len(inbox) < 3) = TRUE
  /\ caller' = IF retried < RETRIES THEN caller ELSE "FREE"
  /\ current' = IF retried < RETRIES THEN current ELSE current + 1
  /\ current' \in 0 .. REQUESTS
  /\ retried' = IF retried < RETRIES THEN retried + 1 ELSE retried
  /\ retried' \in 0 .. RETRIES
  /\ inbox' = IF retried < RETRIES THEN Append(inbox, current) ELSE inbox
  /\ (Len(inbox') <= 3 /\ (\A x_ \in DOMAIN inbox' : inbox'[x_] \in 0 .. 1)) = TRUE
  /\ UNCHANGED <<replies, working, done, answered, up, crashes>>

give_up_errs ==
  \/ /\ DEADLINE
     /\ caller = "WAITING"
     /\ retried < RETRIES
     /\ 3 <= Len(inbox)
  \/ /\ DEADLINE
     /\ caller = "WAITING"
     /\ RETRIES <= retried \/ Len(inbox) < 3
     /\ LET new == IF retried < RETRIES THEN current ELSE current + 1 IN ~(new \in 0 .. REQUESTS)
  \/ /\ DEADLINE
     /\ caller = "WAITING"
     /\ RETRIES <= retried \/ Len(inbox) < 3
     /\ LET new_2 == IF retried < RETRIES THEN retried + 1 ELSE retried IN ~(new_2 \in 0 .. RETRIES)
  \/ /\ DEADLINE
     /\ caller = "WAITING"
     /\ RETRIES <= retried \/ Len(inbox) < 3
     /\ LET new_3 == IF retried < RETRIES THEN Append(inbox, current) ELSE inbox IN ~(Len(new_3) <= 3 /\ (\A x_ \in DOMAIN new_3 : new_3[x_] \in 0 .. 1))

crash ==
  /\ up
  /\ crashes < CRASHES
  /\ working' = <<>>
  /\ up' = FALSE
  /\ crashes' = crashes + 1
  /\ crashes' \in 0 .. CRASHES
  /\ UNCHANGED <<caller, current, retried, inbox, replies, done, answered>>

crash_errs ==
  \/ /\ up
     /\ crashes < CRASHES
     /\ LET new == crashes + 1 IN ~(new \in 0 .. CRASHES)

recover ==
  /\ RECOVERS
  /\ ~up
  /\ up' = TRUE
  /\ UNCHANGED <<caller, current, retried, inbox, replies, working, done, answered, crashes>>

Next ==
  \/ request
  \/ begin
  \/ finish
  \/ receive
  \/ give_up
  \/ crash
  \/ recover

Fairness ==
  /\ WF_vars(request)
  /\ WF_vars(begin)
  /\ WF_vars(finish)
  /\ WF_vars(receive)
  /\ WF_vars(give_up)
  /\ WF_vars(recover)

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~request_errs
  /\ ~finish_errs
  /\ ~receive_errs
  /\ ~give_up_errs
  /\ ~crash_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ finished
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: goes_on_without_the_server must be possible.
Never_goes_on_without_the_server == ~goes_on_without_the_server

\* [] (waiting -> <> !waiting)
never_blocked_for_ever ==
  [](waiting => <>(~waiting))
================================================================================
