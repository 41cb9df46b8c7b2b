"""The models of the corpus once more, as plain searches that share no code with the package.

They exist to confirm the figures of models/manifest.toml: `counts` is a breadth-first search over hashable
states, and each function below yields the successors of one state, written from the description of the system.
"""


def counts(start, successors):
    """(states, transitions, levels) of the states reachable from `start`."""
    seen, level, transitions, depth = {start}, [start], 0, 0
    while level:
        depth, following = depth + 1, []
        for state in level:
            for target in successors(state):
                transitions += 1
                if target not in seen:
                    seen.add(target)
                    following.append(target)
        level = following
    return len(seen), transitions, depth


def put(t, i, x):
    """The tuple with position i replaced."""
    return t[:i] + (x,) + t[i + 1:]


def saga_choreography(ORDERS=2, STOCK=1, COPIES=1, IDEMPOTENT=True, COMPENSATE=True, RUNNING=True):
    """State: per order (status, inventory, payment); units left; redeliveries; messages in transit, sorted."""
    nxt = {"reserved": "stock reserved", "refused": "stock refused",
           "paid": "payment done", "declined": "payment failed"}

    def handled(kind, order, units):
        """What one delivery may do: (order, units, next message or None)."""
        status, inv, pay = order
        if kind == "created":
            if inv != "none" and IDEMPOTENT:
                return [(order, units, None)]
            inv = "reserved" if units else "refused"
            return [((status, inv, pay), max(units - 1, 0), nxt[inv])]
        if kind == "stock reserved":
            if pay != "none" and IDEMPOTENT:
                return [(order, units, None)]
            return [((status, inv, p), units, nxt[p]) for p in ("paid", "declined")]
        if kind == "payment done":
            if inv != "reserved" and IDEMPOTENT:
                return [(order, units, None)]
            return [((status, "shipped", pay), units, "shipped")]
        if kind == "payment failed":
            if inv != "reserved" and IDEMPOTENT:
                return [(order, units, None)]
            return [((status, "released", pay), units + 1, "released") if COMPENSATE else (order, units, "released")]
        return [(("completed" if kind == "shipped" else "cancelled", inv, pay), units, None)]

    def successors(state):
        orders, units, again, transit = state
        for o, (status, inv, pay) in enumerate(orders):
            if status == "new" and len(transit) < ORDERS + COPIES:
                sent = tuple(sorted((*transit, ("created", o))))
                yield put(orders, o, ("pending", inv, pay)), units, again, sent
        for m in set(transit):
            if again < COPIES and len(transit) < ORDERS + COPIES:
                yield orders, units, again + 1, tuple(sorted((*transit, m)))
            rest = list(transit)
            rest.remove(m)
            for order, left, answer in handled(m[0], orders[m[1]], units):
                sent = rest + ([(answer, m[1])] if answer else [])
                yield put(orders, m[1], order), left, again, tuple(sorted(sent))

    return counts(((("new", "none", "none"),) * ORDERS, STOCK, 0, ()), successors)


def kafka_log(PARTITIONS=2, KEYS=2, EVENTS=2, CRASHES=1, COMMIT_FIRST=False, DEMAND=None, RUNNING=True):
    """State: per partition (log, fetched, processed, committed); sent per key; up; crashes; effects of each event."""
    def successors(state):
        parts, sent, up, crashes, effects = state
        for k in range(KEYS):
            if sent[k] < EVENTS:
                log, *rest = parts[k % PARTITIONS]
                new = (log + (k * EVENTS + sent[k],), *rest)
                yield put(parts, k % PARTITIONS, new), put(sent, k, sent[k] + 1), up, crashes, effects
        if not up:
            yield parts, sent, True, crashes, effects
            return
        for p, (log, fetched, done, committed) in enumerate(parts):
            if fetched < len(log):
                yield put(parts, p, (log, fetched + 1, done, committed)), sent, up, crashes, effects
            if done < (committed if COMMIT_FIRST else fetched):
                event = log[done]
                new = put(effects, event, effects[event] + 1)
                yield put(parts, p, (log, fetched, done + 1, committed)), sent, up, crashes, new
            upto = fetched if COMMIT_FIRST else done
            if committed < upto:
                yield put(parts, p, (log, fetched, done, upto)), sent, up, crashes, effects
        if crashes < CRASHES:
            back = tuple((log, c, c, c) for log, _, _, c in parts)
            yield back, sent, False, crashes + 1, effects

    start = (((), 0, 0, 0),) * PARTITIONS, (0,) * KEYS, True, 0, (0,) * (KEYS * EVENTS)
    return counts(start, successors)
