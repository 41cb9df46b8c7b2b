---------------------------- MODULE KafkaRebalance ----------------------------
\* Members of a group process the records of their partitions and commit, while members come, go and time out.
\*
\* Pattern: a member resumes a partition at its committed offset, processes, commits, and commits once more before it
\* gives the partition up. PROTOCOL is EAGER (a rebalance stops everybody), COOPERATIVE (KIP-429: what stays is kept)
\* or CONSUMER (KIP-848: the coordinator reconciles member by member); the component Group has the details.
\* Source: the event-driven architecture guide, section 7.2 (rebalance duplicates); KIP-429; KIP-848.
\*
\* Assumes: the log is given; a session may time out though its member lives (EXPIRIES), and this zombie goes on until
\* it notices; a commit may arrive late (DELAYS), but not after one for that partition which its sender sent later;
\* effects of processing survive.
\* Guarantees: no partition is owned by two members of the group, by their own account; a stale commit (of a zombie, or
\* late) is fenced, so that committed offsets never move back; at-least-once; what stays does not stop (not with
\* EAGER); every partition is owned again and again and every record processed, but not with RUNNING=False.
\* Not guaranteed: exactly-once (DEMAND=EXACTLY_ONCE fails: a zombie works on what its successor works on). Without
\* time-outs it holds, unless COMMIT_ON_REVOKE=False: processed, revoked, processed again by the next owner.
\* RELEASE=TOLD: a partition is advertised as free before its owner has revoked it: two owners, with any protocol.
\* RELEASE=FORGOTTEN (KAFKA-16147): the coordinator forgets who owns a partition that it asked for and then gave back.
\* FENCED=False: a stale commit moves the offset back. COMMIT_FIRST=True: committed, revoked, never processed.
EXTENDS Integers, Sequences, FiniteSets, TLC

CONSTANTS
  MEMBERS,  \* consumers
  PARTITIONS,  \* partitions of the topic
  RECORDS,  \* records in each partition
  EXPIRIES,  \* sessions that time out though the member lives
  LEAVES,  \* members that leave, as in a rolling restart; they join again
  DELAYS,  \* commits that arrive late
  PROTOCOL,  \* how the group rebalances
  RELEASE,  \* when a partition may go to its next owner
  FENCED,  \* the coordinator refuses commits of another generation or epoch
  COMMIT_ON_REVOKE,  \* a member commits before it gives a partition up
  COMMIT_FIRST,  \* a member commits a record before it processes it
  RUNNING,  \* the members keep running (weak fairness)
  DEMAND,  \* what is demanded of the processing
  group_members,  \* consumers that may be members
  group_partitions,  \* partitions of the topic
  group_length,  \* the highest offset that may be committed
  group_epochs,  \* the highest generation or epoch
  group_expiries,  \* sessions that may time out
  group_protocol,  \* how the group rebalances
  group_release,  \* when a partition may go to its next owner
  group_fenced,  \* commits with another epoch than the coordinator's are refused
  group_running  \* members keep joining and sending heartbeats (weak fairness)

\* The types below, and what follows from them, are those of these values: export again for others.
ASSUME
  /\ MEMBERS = 2
  /\ PARTITIONS = 2
  /\ RECORDS = 1
  /\ EXPIRIES = 0
  /\ LEAVES = 0
  /\ DELAYS = 0
  /\ PROTOCOL = "COOPERATIVE"
  /\ RELEASE = "TOLD"
  /\ FENCED = TRUE
  /\ COMMIT_ON_REVOKE = TRUE
  /\ COMMIT_FIRST = FALSE
  /\ RUNNING = TRUE
  /\ DEMAND = "AT_LEAST_ONCE"
  /\ group_members = 2
  /\ group_partitions = 2
  /\ group_length = 1
  /\ group_epochs = 6
  /\ group_expiries = 0
  /\ group_protocol = "COOPERATIVE"
  /\ group_release = "TOLD"
  /\ group_fenced = TRUE
  /\ group_running = TRUE

Min(a_, b_) == IF a_ <= b_ THEN a_ ELSE b_

FloorMod(a_, b_) == IF b_ > 0 THEN a_ % b_ ELSE -((-a_) % (-b_))

\* p_ ranges over one value, so that TLC evaluates the part of the fold before it once.
FoldSeq(Op_(_, _), init_, s_) ==
  LET fold_[i_ \in 0 .. Len(s_)] ==
        IF i_ = 0 THEN init_ ELSE CHOOSE r_ \in {Op_(p_, s_[i_]) : p_ \in {fold_[i_ - 1]}} : TRUE
  IN fold_[Len(s_)]

Commit == [member : (1 .. MEMBERS), partition : (0 .. 1), offset : (0 .. RECORDS), epoch : (0 .. 6)]

VARIABLES
  position,  \* processed below; 0 for what is not held
  late,  \* a commit that is still on its way
  processed,  \* how often, at most twice
  delays,
  leaves,
  group_generation,  \* the generation, or the epoch of the group
  group_preparing,  \* classic: a rebalance waits for the members to join
  group_joined,  \* classic: who has joined this rebalance
  group_granted,  \* the coordinator's epoch of each member; 0: none
  group_held,  \* to the coordinator's knowledge: what is not free
  group_committed,
  group_expired,
  group_epoch,  \* at the member: its epoch; 0 if it is in no group
  group_told,  \* at the member: what it shall hold
  group_holds,  \* at the member: what it works on
  group_again  \* at the member, cooperative: it has to join once more

vars == <<position, late, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_epoch, group_told, group_holds, group_again>>

TypeOK ==
  /\ position \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]]
  /\ late \in {<<>>} \cup {<<x_>> : x_ \in Commit}
  /\ processed \in [(0 .. 1) -> [(0 .. 0) -> (0 .. 2)]]
  /\ delays \in 0 .. DELAYS
  /\ leaves \in 0 .. LEAVES
  /\ group_generation \in 0 .. 6
  /\ group_preparing \in BOOLEAN
  /\ group_joined \in (SUBSET (1 .. 2))
  /\ group_granted \in [(1 .. 2) -> (0 .. 6)]
  /\ group_held \in [(1 .. 2) -> (SUBSET (0 .. 1))]
  /\ group_committed \in [(0 .. 1) -> (0 .. 1)]
  /\ group_expired \in 0 .. 0
  /\ group_epoch \in [(1 .. 2) -> (0 .. 6)]
  /\ group_told \in [(1 .. 2) -> (SUBSET (0 .. 1))]
  /\ group_holds \in [(1 .. 2) -> (SUBSET (0 .. 1))]
  /\ group_again \in (SUBSET (1 .. 2))

handled(p, o) ==
  0 < processed[p][o]

started ==
  0 < group_generation

owned(p) ==
  \E m \in 1 .. MEMBERS : p \in group_holds[m] /\ (0 < group_granted[m] \/ m \in group_joined)

\* Where finished cannot be evaluated.
finished_errs ==
  late = <<>> /\ (\A p \in 0 .. 1 : group_committed[p] = RECORDS) /\ (FoldSeq(LAMBDA progress_3, m : IF progress_3 = 0 THEN IF (\E p_2 \in 0 .. 1 : (0 < group_granted[m] \/ m \in group_joined) /\ Cardinality({n \in 1 .. 2 : 0 < group_granted[n] \/ n \in group_joined}) = 0) THEN 2 ELSE IF group_holds[m] = {p_3 \in 0 .. 1 : ((0 < group_granted[m] \/ m \in group_joined) /\ (FloorMod(p_3, Cardinality({n_2 \in 1 .. 2 : 0 < group_granted[n_2] \/ n_2 \in group_joined}))) = (Cardinality({n_2_2 \in 1 .. 2 : (0 < group_granted[n_2_2] \/ n_2_2 \in group_joined) /\ n_2_2 < m})))} /\ (0 < group_granted[m] \/ m \in group_joined) THEN progress_3 ELSE 1 ELSE progress_3, 0, <<1, 2>>)) = 2

finished ==
  late = <<>> /\ (\A p \in 0 .. 1 : group_committed[p] = RECORDS) /\ (\A m \in 1 .. MEMBERS : group_holds[m] = {p_2 \in 0 .. 1 : ((0 < group_granted[m] \/ m \in group_joined) /\ (FloorMod(p_2, Cardinality({n \in 1 .. 2 : 0 < group_granted[n] \/ n \in group_joined}))) = (Cardinality({n_2 \in 1 .. 2 : (0 < group_granted[n_2] \/ n_2 \in group_joined) /\ n_2 < m})))} /\ (0 < group_granted[m] \/ m \in group_joined))

\* No two members of the group work on the same partition.
owned_once ==
  \A p \in 0 .. 1 : (Cardinality({m \in 1 .. MEMBERS : (0 < group_granted[m] \/ m \in group_joined) /\ p \in group_holds[m]})) <= 1

\* Nobody has moved past a record that never took effect; and exactly once: none took effect twice.
demand ==
  \A m \in 1 .. MEMBERS : (\A p \in group_holds[m] : (\A o \in 0 .. 0 : (o < position[m][p]) => (0 < processed[p][o])))

\* Where recovered cannot be evaluated.
recovered_errs ==
  late = <<>> /\ (\A p \in 0 .. 1 : group_committed[p] = RECORDS) /\ (FoldSeq(LAMBDA progress_25, m : IF progress_25 = 0 THEN IF (\E p_2 \in 0 .. 1 : (0 < group_granted[m] \/ m \in group_joined) /\ Cardinality({n \in 1 .. 2 : 0 < group_granted[n] \/ n \in group_joined}) = 0) THEN 2 ELSE IF group_holds[m] = {p_3 \in 0 .. 1 : ((0 < group_granted[m] \/ m \in group_joined) /\ (FloorMod(p_3, Cardinality({n_2 \in 1 .. 2 : 0 < group_granted[n_2] \/ n_2 \in group_joined}))) = (Cardinality({n_2_2 \in 1 .. 2 : (0 < group_granted[n_2_2] \/ n_2_2 \in group_joined) /\ n_2_2 < m})))} /\ (0 < group_granted[m] \/ m \in group_joined) THEN progress_25 ELSE 1 ELSE progress_25, 0, <<1, 2>>)) = 2

\* finished() and group.expired == EXPIRIES and leaves == LEAVES and delays == DELAYS
recovered ==
  late = <<>> /\ (\A p \in 0 .. 1 : group_committed[p] = RECORDS) /\ (\A m \in 1 .. MEMBERS : group_holds[m] = {p_2 \in 0 .. 1 : ((0 < group_granted[m] \/ m \in group_joined) /\ (FloorMod(p_2, Cardinality({n \in 1 .. 2 : 0 < group_granted[n] \/ n \in group_joined}))) = (Cardinality({n_2 \in 1 .. 2 : (0 < group_granted[n_2] \/ n_2 \in group_joined) /\ n_2 < m})))} /\ (0 < group_granted[m] \/ m \in group_joined)) /\ group_expired = EXPIRIES /\ leaves = LEAVES /\ delays = DELAYS

Init ==
  /\ position = [k2_ \in 1 .. MEMBERS |-> [k_ \in 0 .. 1 |-> 0]]
  /\ late = <<>>
  /\ processed = [k2_ \in 0 .. 1 |-> [k_ \in 0 .. 0 |-> 0]]
  /\ delays = 0
  /\ leaves = 0
  /\ group_generation = 0
  /\ group_preparing = FALSE
  /\ group_joined = {}
  /\ group_granted = [k_ \in 1 .. 2 |-> 0]
  /\ group_held = [k_ \in 1 .. 2 |-> {}]
  /\ group_committed = [k_ \in 0 .. 1 |-> 0]
  /\ group_expired = 0
  /\ group_epoch = [k_ \in 1 .. 2 |-> 0]
  /\ group_told = [k_ \in 1 .. 2 |-> {}]
  /\ group_holds = [k_ \in 1 .. 2 |-> {}]
  /\ group_again = {}

\* Give up what is no longer assigned, and start on what is new where its last owner committed.
settle(m) ==
  LET t == (~group_fenced) \/ group_granted[m] = group_epoch[m]
      t_2 == (~group_fenced) \/ group_granted[m] = group_epoch[m]
      t_9 == FoldSeq(LAMBDA acc, p : LET t_3 == p \in group_holds[m] \ group_told[m] t_4 == t_3 /\ COMMIT_ON_REVOKE /\ t t_5 == ~t_4 t_6 == COMMIT_FIRST /\ Len(<<position[m][p] + 1, RECORDS>>) = 0 t_7 == acc[2] = <<>> \/ (acc[2][1].member = m /\ acc[2] = <<>>) t_8 == (~t_6) /\ t_2 /\ (~(acc[2] # <<>> /\ t_7)) IN IF acc[3] = 0 THEN <<IF t_5 \/ t_8 THEN IF t_4 THEN [acc[1] EXCEPT ![p] = IF COMMIT_FIRST THEN Min(position[m][p] + 1, RECORDS) ELSE position[m][p]] ELSE acc[1] ELSE acc[1], IF t_5 \/ t_8 THEN IF t_4 THEN IF acc[2] # <<>> /\ acc[2][1].member = m /\ acc[2][1].partition = p THEN <<>> ELSE acc[2] ELSE acc[2] ELSE acc[2], IF t_5 \/ t_8 THEN 0 ELSE IF t_3 /\ COMMIT_ON_REVOKE /\ t /\ (t_6 \/ (t_2 /\ acc[2] # <<>> /\ t_7)) THEN 2 ELSE 1>> ELSE acc, <<group_committed, late, 0>>, <<0, 1>>)
      t_10 == t_9[1]
  IN
  /\ t_9[3] = 0
  /\ group_holds[m] # group_told[m]
  /\ position' = FoldSeq(LAMBDA acc_1, p_2 : IF p_2 \notin group_holds[m] \/ p_2 \notin group_told[m] THEN [acc_1 EXCEPT ![m][p_2] = IF p_2 \in group_told[m] THEN t_10[p_2] ELSE 0] ELSE acc_1, position, <<0, 1>>)
  /\ position' \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]]
  /\ late' = t_9[2]
  /\ late' \in {<<>>} \cup {<<x_>> : x_ \in Commit}
  /\ group_committed' = t_10
  /\ group_committed' \in [(0 .. 1) -> (0 .. 1)]
  /\ group_holds' = [group_holds EXCEPT ![m] = group_told[m]]
  /\ UNCHANGED <<processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_expired, group_epoch, group_told, group_again>>

settle_errs(m) ==
  LET t == (~group_fenced) \/ group_granted[m] = group_epoch[m]
      t_2 == (~group_fenced) \/ group_granted[m] = group_epoch[m]
      t_9 == FoldSeq(LAMBDA acc, p : LET t_3 == p \in group_holds[m] \ group_told[m] t_4 == t_3 /\ COMMIT_ON_REVOKE /\ t t_5 == ~t_4 t_6 == COMMIT_FIRST /\ Len(<<position[m][p] + 1, RECORDS>>) = 0 t_7 == acc[2] = <<>> \/ (acc[2][1].member = m /\ acc[2] = <<>>) t_8 == (~t_6) /\ t_2 /\ (~(acc[2] # <<>> /\ t_7)) IN IF acc[3] = 0 THEN <<IF t_5 \/ t_8 THEN IF t_4 THEN [acc[1] EXCEPT ![p] = IF COMMIT_FIRST THEN Min(position[m][p] + 1, RECORDS) ELSE position[m][p]] ELSE acc[1] ELSE acc[1], IF t_5 \/ t_8 THEN IF t_4 THEN IF acc[2] # <<>> /\ acc[2][1].member = m /\ acc[2][1].partition = p THEN <<>> ELSE acc[2] ELSE acc[2] ELSE acc[2], IF t_5 \/ t_8 THEN 0 ELSE IF t_3 /\ COMMIT_ON_REVOKE /\ t /\ (t_6 \/ (t_2 /\ acc[2] # <<>> /\ t_7)) THEN 2 ELSE 1>> ELSE acc, <<group_committed, late, 0>>, <<0, 1>>)
      t_10 == t_9[3]
      t_11 == t_9[1]
  IN
  \/ t_10 = 2
  \/ /\ t_10 = 0
     /\ group_holds[m] # group_told[m]
     /\ LET new == FoldSeq(LAMBDA acc_1, p_2 : IF p_2 \notin group_holds[m] \/ p_2 \notin group_told[m] THEN [acc_1 EXCEPT ![m][p_2] = IF p_2 \in group_told[m] THEN t_11[p_2] ELSE 0] ELSE acc_1, position, <<0, 1>>) IN ~(new \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]])
  \/ /\ t_10 = 0
     /\ group_holds[m] # group_told[m]
     /\ LET new_2 == t_9[2] IN ~(new_2 \in {<<>>} \cup {<<x_>> : x_ \in Commit})
  \/ /\ t_10 = 0
     /\ group_holds[m] # group_told[m]
     /\ LET new_3 == t_11 IN ~(new_3 \in [(0 .. 1) -> (0 .. 1)])

\* The member notices that it was expelled; it may not commit any more.
lose(m) ==
  /\ 0 < group_epoch[m]
  /\ ~(0 < group_granted[m] \/ m \in group_joined)
  /\ position' = [position EXCEPT ![m] = [p \in 0 .. 1 |-> 0]]
  /\ position' \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]]
  /\ group_epoch' = [group_epoch EXCEPT ![m] = 0]
  /\ group_told' = [group_told EXCEPT ![m] = {}]
  /\ group_holds' = [group_holds EXCEPT ![m] = {}]
  /\ UNCHANGED <<late, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_again>>

lose_errs(m) ==
  \/ /\ 0 < group_epoch[m]
     /\ ~(0 < group_granted[m] \/ m \in group_joined)
     /\ LET new == [position EXCEPT ![m] = [p \in 0 .. 1 |-> 0]] IN ~(new \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]])

leave(m) ==
  /\ FALSE
  /\ UNCHANGED <<position, late, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_epoch, group_told, group_holds, group_again>>

process(m, p) ==
  /\ p \in group_holds[m]
  /\ position[m][p] < RECORDS
  /\ ((~COMMIT_FIRST) \/ position[m][p] < group_committed[p]) = TRUE
  /\ position[m][p] <= 0
  /\ position' = [position EXCEPT ![m][p] = position[m][p] + 1]
  /\ position' \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]]
  /\ processed' = [processed EXCEPT ![p][position[m][p]] = Min((processed[p][position[m][p]]) + 1, 2)]
  /\ processed' \in [(0 .. 1) -> [(0 .. 0) -> (0 .. 2)]]
  /\ UNCHANGED <<late, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_epoch, group_told, group_holds, group_again>>

process_errs(m, p) ==
  LET t == position[m][p] < RECORDS
      t_2 == (~COMMIT_FIRST) \/ position[m][p] < group_committed[p]
      t_3 == position[m][p] <= 0
  IN
  \/ /\ p \in group_holds[m]
     /\ t
     /\ t_2
     /\ ~t_3
  \/ /\ p \in group_holds[m]
     /\ t
     /\ t_2
     /\ t_3
     /\ LET new == [position EXCEPT ![m][p] = position[m][p] + 1] IN ~(new \in [(1 .. MEMBERS) -> [(0 .. 1) -> (0 .. RECORDS)]])
  \/ /\ p \in group_holds[m]
     /\ t
     /\ t_2
     /\ t_3
     /\ LET new_2 == [processed EXCEPT ![p][position[m][p]] = Min((processed[p][position[m][p]]) + 1, 2)] IN ~(new_2 \in [(0 .. 1) -> [(0 .. 0) -> (0 .. 2)]])

commit(m, p) ==
  /\ p \in group_holds[m]
  /\ (IF COMMIT_FIRST THEN Min(position[m][p] + 1, RECORDS) ELSE position[m][p]) # group_committed[p]
  /\ ((~group_fenced) \/ group_granted[m] = group_epoch[m]) = TRUE
  /\ ~(late # <<>> /\ (late = <<>> \/ (late[1].member = m /\ late = <<>>)))
  /\ late' = IF late # <<>> /\ late[1].member = m /\ late[1].partition = p THEN <<>> ELSE late
  /\ group_committed' = [group_committed EXCEPT ![p] = IF COMMIT_FIRST THEN Min(position[m][p] + 1, RECORDS) ELSE position[m][p]]
  /\ group_committed' \in [(0 .. 1) -> (0 .. 1)]
  /\ UNCHANGED <<position, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_expired, group_epoch, group_told, group_holds, group_again>>

commit_errs(m, p) ==
  LET t == (IF COMMIT_FIRST THEN Min(position[m][p] + 1, RECORDS) ELSE position[m][p]) # group_committed[p]
      t_2 == (~group_fenced) \/ group_granted[m] = group_epoch[m]
      t_3 == late = <<>> \/ (late[1].member = m /\ late = <<>>)
  IN
  \/ /\ p \in group_holds[m]
     /\ t
     /\ t_2
     /\ late # <<>>
     /\ t_3
  \/ /\ p \in group_holds[m]
     /\ t
     /\ t_2
     /\ ~(late # <<>> /\ t_3)
     /\ LET new == [group_committed EXCEPT ![p] = IF COMMIT_FIRST THEN Min(position[m][p] + 1, RECORDS) ELSE position[m][p]] IN ~(new \in [(0 .. 1) -> (0 .. 1)])

\* The request is sent, and is delayed on its way.
commit_late(m, p) ==
  /\ FALSE
  /\ UNCHANGED <<position, late, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_epoch, group_told, group_holds, group_again>>

\* A late commit arrives, and counts or is refused.
arrive ==
  LET t == (~group_fenced) \/ (group_granted[late[1].member]) = late[1].epoch
  IN
  /\ late # <<>>
  /\ ((~t) \/ late # <<>>) = TRUE
  /\ late' = <<>>
  /\ group_committed' = IF t THEN [group_committed EXCEPT ![late[1].partition] = late[1].offset] ELSE group_committed
  /\ UNCHANGED <<position, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_expired, group_epoch, group_told, group_holds, group_again>>

\* ---- component group

\* JoinGroup, or the first heartbeat of the consumer protocol.
group_join(m) ==
  /\ ~(0 < group_epoch[m] /\ (~(0 < group_granted[m] \/ m \in group_joined)))
  /\ m \notin group_joined
  /\ group_holds[m] = group_told[m]
  /\ (group_granted[m] = 0 \/ group_preparing \/ m \in group_again) = TRUE
  /\ group_preparing' = TRUE
  /\ group_joined' = group_joined \cup {m}
  /\ group_again' = group_again \ {m}
  /\ UNCHANGED <<position, late, processed, delays, leaves, group_generation, group_granted, group_held, group_committed, group_expired, group_epoch, group_told, group_holds>>

\* Classic: all members have joined, and a generation begins with its assignment.
group_complete ==
  /\ group_preparing
  /\ (\A m \in 1 .. 2 : (0 < group_granted[m]) => (m \in group_joined)) = TRUE
  /\ ~(\E m_2 \in 1 .. 2 : (\E p \in 0 .. 1 : (0 < group_granted[m_2] \/ m_2 \in group_joined) /\ Cardinality({n \in 1 .. 2 : 0 < group_granted[n] \/ n \in group_joined}) = 0))
  /\ group_generation' = group_generation + 1
  /\ group_generation' \in 0 .. 6
  /\ group_preparing' = FALSE
  /\ group_joined' = {}
  /\ group_granted' = [m_3 \in 1 .. 2 |-> IF m_3 \in group_joined THEN group_generation + 1 ELSE 0]
  /\ group_granted' \in [(1 .. 2) -> (0 .. 6)]
  /\ group_held' = [m_2_2 \in 1 .. 2 |-> {p_2 \in 0 .. 1 : ((0 < group_granted[m_2_2] \/ m_2_2 \in group_joined) /\ (FloorMod(p_2, Cardinality({n_2 \in 1 .. 2 : 0 < group_granted[n_2] \/ n_2 \in group_joined}))) = (Cardinality({n_2_2 \in 1 .. 2 : (0 < group_granted[n_2_2] \/ n_2_2 \in group_joined) /\ n_2_2 < m_2_2})))}]
  /\ group_held' \in [(1 .. 2) -> (SUBSET (0 .. 1))]
  /\ UNCHANGED <<position, late, processed, delays, leaves, group_committed, group_expired, group_epoch, group_told, group_holds, group_again>>

group_complete_errs ==
  LET t == (\A m \in 1 .. 2 : (0 < group_granted[m]) => (m \in group_joined))
      t_2 == (\E m_2 \in 1 .. 2 : (\E p \in 0 .. 1 : (0 < group_granted[m_2] \/ m_2 \in group_joined) /\ Cardinality({n \in 1 .. 2 : 0 < group_granted[n] \/ n \in group_joined}) = 0))
  IN
  \/ /\ group_preparing
     /\ t
     /\ t_2
  \/ /\ group_preparing
     /\ t
     /\ ~t_2
     /\ LET new == group_generation + 1 IN ~(new \in 0 .. 6)
  \/ /\ group_preparing
     /\ t
     /\ ~t_2
     /\ LET new_2 == [m_3 \in 1 .. 2 |-> IF m_3 \in group_joined THEN group_generation + 1 ELSE 0] IN ~(new_2 \in [(1 .. 2) -> (0 .. 6)])
  \/ /\ group_preparing
     /\ t
     /\ ~t_2
     /\ LET new_3 == [m_2_2 \in 1 .. 2 |-> {p_2 \in 0 .. 1 : ((0 < group_granted[m_2_2] \/ m_2_2 \in group_joined) /\ (FloorMod(p_2, Cardinality({n_2 \in 1 .. 2 : 0 < group_granted[n_2] \/ n_2 \in group_joined}))) = (Cardinality({n_2_2 \in 1 .. 2 : (0 < group_granted[n_2_2] \/ n_2_2 \in group_joined) /\ n_2_2 < m_2_2})))}] IN ~(new_3 \in [(1 .. 2) -> (SUBSET (0 .. 1))])

\* A heartbeat, or SyncGroup, from which m hears something new.
group_hear(m) ==
  /\ ~(0 < group_epoch[m] /\ (~(0 < group_granted[m] \/ m \in group_joined)))
  /\ ~group_preparing
  /\ group_epoch[m] # group_granted[m]
  /\ group_epoch' = [group_epoch EXCEPT ![m] = group_granted[m]]
  /\ group_told' = [group_told EXCEPT ![m] = group_held[m]]
  /\ group_again' = IF group_holds[m] \subseteq ([group_told EXCEPT ![m] = group_held[m]][m]) THEN group_again ELSE group_again \cup {m}
  /\ UNCHANGED <<position, late, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_holds>>

\* The session of m times out.
group_expire(m) ==
  /\ FALSE
  /\ UNCHANGED <<position, late, processed, delays, leaves, group_generation, group_preparing, group_joined, group_granted, group_held, group_committed, group_expired, group_epoch, group_told, group_holds, group_again>>

Next ==
  \/ \E m \in 1 .. MEMBERS : settle(m)
  \/ \E m \in 1 .. MEMBERS : lose(m)
  \/ \E m \in 1 .. MEMBERS : leave(m)
  \/ \E m \in 1 .. MEMBERS, p \in 0 .. 1 : process(m, p)
  \/ \E m \in 1 .. MEMBERS, p \in 0 .. 1 : commit(m, p)
  \/ \E m \in 1 .. MEMBERS, p \in 0 .. 1 : commit_late(m, p)
  \/ arrive
  \/ \E m \in 1 .. 2 : group_join(m)
  \/ group_complete
  \/ \E m \in 1 .. 2 : group_hear(m)
  \/ \E m \in 1 .. 2 : group_expire(m)

Fairness ==
  /\ \A m \in 1 .. MEMBERS : WF_vars(settle(m))
  /\ \A m \in 1 .. MEMBERS : WF_vars(lose(m))
  /\ \A m \in 1 .. MEMBERS, p \in 0 .. 1 : WF_vars(process(m, p))
  /\ \A m \in 1 .. MEMBERS, p \in 0 .. 1 : WF_vars(commit(m, p))
  /\ WF_vars(arrive)
  /\ \A m \in 1 .. 2 : WF_vars(group_join(m))
  /\ WF_vars(group_complete)
  /\ \A m \in 1 .. 2 : WF_vars(group_hear(m))

Spec == Init /\ [][Next]_vars /\ Fairness

\* No step can fail: leave a range, exceed a capacity, break an assertion.
NoError ==
  /\ ~(\E m \in 1 .. MEMBERS : settle_errs(m))
  /\ ~(\E m \in 1 .. MEMBERS : lose_errs(m))
  /\ ~(\E m \in 1 .. MEMBERS, p \in 0 .. 1 : process_errs(m, p))
  /\ ~(\E m \in 1 .. MEMBERS, p \in 0 .. 1 : commit_errs(m, p))
  /\ ~group_complete_errs

\* Some step is possible wherever stopping is not allowed.
NoDeadlock ==
  \/ ~finished_errs /\ finished
  \/ ~NoError
  \/ ENABLED Next

\* To be violated: recovered must be possible.
Never_recovered == ~(~recovered_errs /\ recovered)

committed_never_moves_back_step ==
  (\A p \in 0 .. 1 : group_committed[p] <= group_committed'[p])

committed_never_moves_back == [][committed_never_moves_back_step]_vars

\* A member of the group is told to give up only what is not its own any more.
what_stays_does_not_stop_step ==
  ~((FoldSeq(LAMBDA progress_29, m : IF progress_29 = 0 THEN IF (FoldSeq(LAMBDA progress_28, p : IF progress_28 = 0 THEN IF p \notin group_told'[m] /\ p \in group_told[m] /\ (\E p_1 \in 0 .. 1 : (0 < group_granted'[m] \/ m \in group_joined') /\ Cardinality({n \in 1 .. 2 : 0 < group_granted'[n] \/ n \in group_joined'}) = 0) THEN 2 ELSE IF p \in group_told'[m] \/ p \notin group_told[m] \/ p \notin {p_3 \in 0 .. 1 : ((0 < group_granted'[m] \/ m \in group_joined') /\ (FloorMod(p_3, Cardinality({n_2 \in 1 .. 2 : 0 < group_granted'[n_2] \/ n_2 \in group_joined'}))) = (Cardinality({n_2_2 \in 1 .. 2 : (0 < group_granted'[n_2_2] \/ n_2_2 \in group_joined') /\ n_2_2 < m})))} THEN progress_28 ELSE 1 ELSE progress_28, 0, <<0, 1>>)) = 2 THEN 2 ELSE IF (\A p_2 \in 0 .. 1 : p_2 \in group_told'[m] \/ p_2 \notin group_told[m] \/ p_2 \notin {p_4 \in 0 .. 1 : ((0 < group_granted'[m] \/ m \in group_joined') /\ (FloorMod(p_4, Cardinality({n_3 \in 1 .. 2 : 0 < group_granted'[n_3] \/ n_3 \in group_joined'}))) = (Cardinality({n_2_3 \in 1 .. 2 : (0 < group_granted'[n_2_3] \/ n_2_3 \in group_joined') /\ n_2_3 < m})))}) THEN progress_29 ELSE 1 ELSE progress_29, 0, <<1, 2>>)) = 2) /\ (\A m_2 \in 1 .. MEMBERS : (\A p_5 \in 0 .. 1 : p_5 \in group_told'[m_2] \/ p_5 \notin group_told[m_2] \/ p_5 \notin {p_5_2 \in 0 .. 1 : ((0 < group_granted'[m_2] \/ m_2 \in group_joined') /\ (FloorMod(p_5_2, Cardinality({n_4 \in 1 .. 2 : 0 < group_granted'[n_4] \/ n_4 \in group_joined'}))) = (Cardinality({n_2_4 \in 1 .. 2 : (0 < group_granted'[n_2_4] \/ n_2_4 \in group_joined') /\ n_2_4 < m_2})))}))

what_stays_does_not_stop == [][what_stays_does_not_stop_step]_vars

\* forall p in Partition: [] (started -> <> owned(p))
always_owned_again ==
  \A p \in 0 .. 1 : [](started => <>owned(p))

\* forall p in Partition: forall o in Offset: [] (started -> <> handled(p, o))
all_handled ==
  \A p \in 0 .. 1 : \A o \in 0 .. 0 : [](started => <>(~((~(0 <= p /\ p <= 1)) \/ (~(0 <= o /\ o <= 0))) /\ (0 < processed[p][o])))
===============================================================================
