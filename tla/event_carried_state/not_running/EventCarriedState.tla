---------------------------- MODULE EventCarriedState ----------------------------
\* An owner of several entities, events that carry an entity's whole state, and a consumer with a copy of its own.
\*
\* Pattern: each change publishes the entity as it is now, with its version; the consumer stores it and answers from
\* its copy, whether the owner is there or not. The copy is stale until the event arrives.
\* Source: the event-driven architecture guide, section 3.2 (event-carried state transfer).
\*
\* Assumes: the channel delivers all events, SWAPS of them out of order and COPIES of them twice; the owner may fail
\* at any time and need not come back.
\* Guarantees: the copy never goes back, equals the owner's state once everything has arrived, and catches up with
\* every change if the consumer keeps running; the consumer answers although the owner is down.
\* VERSIONED=False: an event that was overtaken, or comes again, puts the copy back, for ever if it is the last one.
\* LOSSES=1: a lost event leaves the copy stale until the entity changes again. FRESH=True demands that answers are
\* never stale: they are, until the event arrives. RUNNING=False: nobody handles what arrives.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  KEYS,  \* entities
  CHANGES,  \* changes of each of them
  SWAPS,  \* events that overtake the one before
  COPIES,  \* events that come twice
  LOSSES,  \* events that get lost
  VERSIONED,  \* an event that is older than the copy is ignored
  RUNNING,  \* the consumer keeps running (weak fairness)
  FRESH,  \* demand that an answer is what the owner would say
  channel_capacity,  \* messages in transit at once
  channel_losses,  \* messages that the channel may drop
  channel_duplicates,  \* messages that the channel may deliver twice in a row
  channel_swaps,  \* times that a message may overtake the one before it
  channel_resets  \* times that the connection may break

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ KEYS = 2
  /\ CHANGES = 2
  /\ SWAPS = 1
  /\ COPIES = 1
  /\ LOSSES = 0
  /\ VERSIONED = TRUE
  /\ RUNNING = FALSE
  /\ FRESH = FALSE
  /\ channel_capacity = 5
  /\ channel_losses = 0
  /\ channel_duplicates = 1
  /\ channel_swaps = 1
  /\ channel_resets = 0

RemoveAt(s_, i_) == SubSeq(s_, 1, i_ - 1) \o SubSeq(s_, i_ + 1, Len(s_))

Slice(s_, a_, b_) == SubSeq(s_, a_ + 1, IF b_ < Len(s_) THEN b_ ELSE Len(s_))

Entity == 0 .. 1
Event == [key : Entity, version : (1 .. CHANGES)]

VARIABLES
  owner,
  copy,
  answer,  \* the last answer of the consumer, until the owner changes
  up,
  channel_queue,
  channel_lost,
  channel_doubled,
  channel_swapped,
  channel_broken

vars == <<owner, copy, answer, up, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

TypeOK ==
  /\ owner \in [Entity -> (0 .. CHANGES)]
  /\ copy \in [Entity -> (0 .. CHANGES)]
  /\ answer \in {<<>>} \cup {<<x_>> : x_ \in Event}
  /\ up \in BOOLEAN
  /\ Len(channel_queue) <= 5 /\ (\A x_ \in DOMAIN channel_queue : channel_queue[x_] \in Event)
  /\ channel_lost \in 0 .. 0
  /\ channel_doubled \in 0 .. 1
  /\ channel_swapped \in 0 .. 1
  /\ channel_broken \in 0 .. 0

changed(e) ==
  e.version <= owner[e.key]

known(e) ==
  e.version <= copy[e.key]

\* Is nothing in transit?
channel_empty ==
  Len(channel_queue) = 0

at_rest ==
  channel_empty

\* Where fresh cannot be evaluated.
fresh_errs ==
  FRESH /\ answer # <<>> /\ (answer = <<>>)

fresh ==
  (~FRESH) \/ answer = <<>> \/ answer[1].version = (owner[answer[1].key])

caught_up_when_all_has_arrived ==
  (~channel_empty) \/ (\A k \in Entity : copy[k] = owner[k])

\* not up and answer is not None
answers_without_the_owner ==
  (~up) /\ answer # <<>>

Init ==
  /\ owner = [k_ \in Entity |-> 0]
  /\ copy = [k_ \in Entity |-> 0]
  /\ answer = <<>>
  /\ up = TRUE
  /\ channel_queue = <<>>
  /\ channel_lost = 0
  /\ channel_doubled = 0
  /\ channel_swapped = 0
  /\ channel_broken = 0

change(k) ==
  LET t == [owner EXCEPT ![k] = owner[k] + 1]
  IN
  /\ up
  /\ owner[k] < CHANGES
  /\ Len(channel_queue) < channel_capacity
  /\ owner' = t
  /\ owner' \in [Entity -> (0 .. CHANGES)]
  /\ answer' = <<>>
  /\ channel_queue' = Append(channel_queue, [key |-> k, version |-> t[k]])
  /\ (Len(channel_queue') <= 5 /\ (\A x_ \in DOMAIN channel_queue' : channel_queue'[x_] \in Event)) = TRUE
  /\ UNCHANGED <<copy, up, channel_lost, channel_doubled, channel_swapped, channel_broken>>

change_errs(k) ==
  LET t == [owner EXCEPT ![k] = owner[k] + 1]
  IN
  \/ /\ up
     /\ owner[k] < CHANGES
     /\ Len(channel_queue) < channel_capacity
     /\ LET new == t IN ~(new \in [Entity -> (0 .. CHANGES)])
  \/ /\ up
     /\ owner[k] < CHANGES
     /\ Len(channel_queue) < channel_capacity
     /\ LET new_2 == Append(channel_queue, [key |-> k, version |-> t[k]]) IN ~(Len(new_2) <= 5 /\ (\A x_ \in DOMAIN new_2 : new_2[x_] \in Event))

store ==
  /\ 0 < Len(channel_queue)
  /\ copy' = IF (~VERSIONED) \/ (copy[channel_queue[1].key]) < channel_queue[1].version THEN [copy EXCEPT ![channel_queue[1].key] = channel_queue[1].version] ELSE copy
  /\ channel_queue' = Tail(channel_queue)
  /\ UNCHANGED <<owner, answer, up, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* Somebody asks the consumer, which has the answer at hand.
ask(k) ==
  /\ 0 < copy[k]
  /\ answer' = <<[key |-> k, version |-> copy[k]]>>
  /\ answer' \in {<<>>} \cup {<<x_>> : x_ \in Event}
  /\ UNCHANGED <<owner, copy, up, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

ask_errs(k) ==
  \/ /\ 0 < copy[k]
     /\ LET new == <<[key |-> k, version |-> copy[k]]>> IN ~(new \in {<<>>} \cup {<<x_>> : x_ \in Event})

crash ==
  /\ up
  /\ up' = FALSE
  /\ UNCHANGED <<owner, copy, answer, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* ---- component channel

\* The message at place i is dropped.
channel_lose(i) ==
  /\ FALSE
  /\ UNCHANGED <<owner, copy, answer, up, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

\* The message at place i will come twice.
channel_duplicate(i) ==
  /\ channel_doubled < channel_duplicates
  /\ i < Len(channel_queue)
  /\ Len(channel_queue) < channel_capacity
  /\ channel_queue' = Slice(channel_queue, 0, i + 1) \o (Slice(channel_queue, i, Len(channel_queue)))
  /\ (Len(channel_queue') <= 5 /\ (\A x_ \in DOMAIN channel_queue' : channel_queue'[x_] \in Event)) = TRUE
  /\ channel_doubled' = channel_doubled + 1
  /\ channel_doubled' \in 0 .. 1
  /\ UNCHANGED <<owner, copy, answer, up, channel_lost, channel_swapped, channel_broken>>

channel_duplicate_errs(i) ==
  \/ /\ channel_doubled < channel_duplicates
     /\ i < Len(channel_queue)
     /\ Len(channel_queue) < channel_capacity
     /\ LET new == Slice(channel_queue, 0, i + 1) \o (Slice(channel_queue, i, Len(channel_queue))) IN ~(Len(new) <= 5 /\ (\A x_ \in DOMAIN new : new[x_] \in Event))
  \/ /\ channel_doubled < channel_duplicates
     /\ i < Len(channel_queue)
     /\ Len(channel_queue) < channel_capacity
     /\ LET new_2 == channel_doubled + 1 IN ~(new_2 \in 0 .. 1)

\* The message at place i + 1 overtakes the one before it.
channel_swap(i) ==
  /\ channel_swapped < channel_swaps
  /\ i + 1 < Len(channel_queue)
  /\ ~(Len(channel_queue) <= i + 1 \/ Len(channel_queue) <= i)
  /\ channel_queue' = (Slice(channel_queue, 0, i) \o <<channel_queue[(i + 1) + 1], channel_queue[i + 1]>>) \o (Slice(channel_queue, i + 2, Len(channel_queue)))
  /\ (Len(channel_queue') <= 5 /\ (\A x_ \in DOMAIN channel_queue' : channel_queue'[x_] \in Event)) = TRUE
  /\ channel_swapped' = channel_swapped + 1
  /\ channel_swapped' \in 0 .. 1
  /\ UNCHANGED <<owner, copy, answer, up, channel_lost, channel_doubled, channel_broken>>

channel_swap_errs(i) ==
  LET t == i + 1 < Len(channel_queue)
      t_2 == Len(channel_queue) <= i + 1 \/ Len(channel_queue) <= i
  IN
  \/ /\ channel_swapped < channel_swaps
     /\ t
     /\ t_2
  \/ /\ channel_swapped < channel_swaps
     /\ t
     /\ ~t_2
     /\ LET new == (Slice(channel_queue, 0, i) \o <<channel_queue[(i + 1) + 1], channel_queue[i + 1]>>) \o (Slice(channel_queue, i + 2, Len(channel_queue))) IN ~(Len(new) <= 5 /\ (\A x_ \in DOMAIN new : new[x_] \in Event))
  \/ /\ channel_swapped < channel_swaps
     /\ t
     /\ ~t_2
     /\ LET new_2 == channel_swapped + 1 IN ~(new_2 \in 0 .. 1)

\* The connection breaks.
channel_reset ==
  /\ FALSE
  /\ UNCHANGED <<owner, copy, answer, up, channel_queue, channel_lost, channel_doubled, channel_swapped, channel_broken>>

Next ==
  \/ \E k \in Entity : change(k)
  \/ store
  \/ \E k \in Entity : ask(k)
  \/ crash
  \/ \E i \in 0 .. 5 : channel_lose(i)
  \/ \E i \in 0 .. 5 : channel_duplicate(i)
  \/ \E i \in 0 .. 5 : channel_swap(i)
  \/ channel_reset

Spec == Init /\ [][Next]_vars

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E k \in Entity : change_errs(k))
  /\ ~(\E k \in Entity : ask_errs(k))
  /\ ~(\E i \in 0 .. 5 : channel_duplicate_errs(i))
  /\ ~(\E i \in 0 .. 5 : channel_swap_errs(i))

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ at_rest
  \/ ~NoError
  \/ ENABLED Next

fresh_holds == (~fresh_errs /\ fresh)

\* To be violated: answers_without_the_owner must be possible.
Never_answers_without_the_owner == ~answers_without_the_owner

never_goes_back_step ==
  (\A k \in Entity : copy[k] <= copy'[k])

never_goes_back == [][never_goes_back_step]_vars

\* forall e in Event: [] (changed(e) -> <> known(e))
catches_up ==
  \A e \in Event : [](changed(e) => <>known(e))
==================================================================================
