--------------------------- MODULE EventOrdering ---------------------------
EXTENDS Naturals, Sequences

VARIABLES events, delivered

EventOrdering ==
  /\ events = <<>>         \* 初始事件序列为空
  /\ delivered = {}        \* 已交付事件集合为空

Produce(e) ==
  /\ events' = Append(events, e)
  /\ UNCHANGED delivered

Deliver(e) ==
  /\ e \in Range(events)
  /\ \A e2 \in Range(events) : 
       (e2.causedBy = e.id) => (e2 \in delivered)  \* 因果前驱必须已交付
  /\ delivered' = delivered \union {e}
  /\ UNCHANGED events

Next == \E e : Produce(e) \/ Deliver(e)

Spec == EventOrdering /\ [][Next]_<<events, delivered>>

CausalConsistency ==
  \A e1, e2 \in delivered :
    (e1.causedBy = e2.id) => (e1.timestamp > e2.timestamp)

THEOREM Spec => []CausalConsistency
=============================================================================
