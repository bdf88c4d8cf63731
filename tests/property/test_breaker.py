"""A breaker, in one process and shared, is the plain slow reference whatever is done to it."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.contracts import BreakerMode, BreakerPolicy
from engine.reliability.breaker import Breaker

POLICIES = st.builds(
    BreakerPolicy,
    window=st.sampled_from(["count", "time"]),
    window_size=st.integers(4, 8),
    minimum_calls=st.integers(1, 4),
    failure_rate=st.sampled_from([0.25, 0.5, 1.0]),
    slow_rate=st.sampled_from([0.5, 1.0]),
    open_s=st.integers(0, 5),
    open_growth=st.integers(1, 3),
    open_cap_s=st.just(20),
    permits=st.integers(1, 3),
    half_open_s=st.one_of(st.none(), st.integers(1, 8)),
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("admit"), st.just(0)),
        st.tuples(st.just("end"), st.integers(0, 3)),
        st.tuples(st.just("release"), st.just(0)),
        st.tuples(st.just("wait"), st.integers(0, 6)),
        st.tuples(st.just("set"), st.sampled_from(list(BreakerMode))),
    ),
    max_size=80,
)


@dataclass
class Reference:
    """All outcomes ever, each with its time and generation; everything is counted anew."""

    policy: BreakerPolicy
    mode: BreakerMode = BreakerMode.CLOSED
    generation: int = 0
    since: float = 0.0
    wait_s: float = 0.0
    opened: int = 0
    admitted: int = 0
    outcomes: list[tuple[int, int, float]] = field(default_factory=list)

    def admit(self, now: float) -> int | None:
        self.late(now)
        if self.mode == BreakerMode.OPEN and now >= self.since + self.wait_s:
            self.go(BreakerMode.HALF_OPEN, now)
        if self.mode in {BreakerMode.OPEN, BreakerMode.FORCED_OPEN}:
            return None
        if self.mode == BreakerMode.HALF_OPEN:
            if self.admitted == self.policy.permits:
                return None
            self.admitted += 1
        return self.generation

    def record(self, permit: int, outcome: int, now: float) -> None:
        self.late(now)
        if self.mode != BreakerMode.DISABLED and permit == self.generation:
            self.outcomes.append((permit, outcome, now))
            self.judge(now)

    def release(self, permit: int) -> None:
        if permit == self.generation and self.mode == BreakerMode.HALF_OPEN:
            self.admitted -= 1

    def set(self, mode: BreakerMode, now: float) -> None:
        self.go(mode, now)

    def window(self, now: float) -> list[int]:
        mine = [(made, at) for permit, made, at in self.outcomes if permit == self.generation]
        if self.mode == BreakerMode.HALF_OPEN or self.policy.window == "count":
            return [made for made, _ in mine][-self.policy.window_size :]
        return [made for made, at in mine if int(at) > int(now) - self.policy.window_size]

    def judge(self, now: float) -> None:
        made = self.window(now)
        bad = sum(o in {1, 3} for o in made) / len(made) >= self.policy.failure_rate
        slow = sum(o in {2, 3} for o in made) / len(made) >= self.policy.slow_rate
        if self.mode == BreakerMode.CLOSED and len(made) >= self.policy.minimum_calls:
            if bad or slow:
                self.go(BreakerMode.OPEN, now)
        elif self.mode == BreakerMode.HALF_OPEN and len(made) == self.policy.permits:
            self.go(BreakerMode.OPEN if bad or slow else BreakerMode.CLOSED, now)

    def late(self, now: float) -> None:
        limit = self.policy.half_open_s
        if self.mode == BreakerMode.HALF_OPEN and limit is not None and now >= self.since + limit:
            self.go(BreakerMode.OPEN, now)

    def go(self, mode: BreakerMode, now: float) -> None:
        self.opened += mode == BreakerMode.OPEN
        if mode not in {BreakerMode.OPEN, BreakerMode.HALF_OPEN}:
            self.opened = 0
        grown = self.policy.open_s * self.policy.open_growth ** max(0, self.opened - 1)
        self.wait_s = min(self.policy.open_cap_s, grown)
        self.mode, self.since, self.admitted = mode, now, 0
        self.generation += 1


def done(subject: Any, permits: list[int], step: tuple[str, Any], now: float) -> Any:
    """Do a step; gives what can be seen of it."""
    kind, value = step
    seen = None
    if kind == "admit":
        seen = subject.admit(now)
        permits += [] if seen is None else [seen]
    elif kind == "end" and permits:
        subject.record(permits.pop(0), value, now)
    elif kind == "release" and permits:
        subject.release(permits.pop(0))
    elif kind == "set":
        subject.set(value, now)
    return seen, subject.mode, subject.generation


@given(POLICIES, STEPS)
def test_the_breaker_is_its_reference(policy: BreakerPolicy, steps: list[tuple[str, Any]]) -> None:
    """After each step both admit the same and are in the same state."""
    pair = [(Breaker(policy), []), (Reference(policy), [])]
    now = 0.0
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        one, other = (done(subject, permits, step, now) for subject, permits in pair)
        assert one == other


@given(POLICIES, STEPS)
def test_a_breaker_that_is_kept_after_each_step_is_the_same(
    policy: BreakerPolicy, steps: list[tuple[str, Any]]
) -> None:
    """What a store keeps is all there is to know."""
    whole, state = (Breaker(policy), []), None
    permits: list[int] = []
    now = 0.0
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        kept = Breaker(policy, state)
        assert done(kept, permits, step, now) == done(*whole, step, now)
        state = kept.state()


@given(POLICIES, STEPS, st.lists(st.floats(-1e5, 1e5), max_size=20))
def test_a_clock_that_jumps_keeps_no_breaker_open(
    policy: BreakerPolicy, steps: list[tuple[str, Any]], jumps: list[float]
) -> None:
    """Wherever time has gone, a breaker that is open lets a call through after its longest wait."""
    breaker, permits = Breaker(policy), []
    now = 1e6
    for number, step in enumerate(steps):
        now += jumps[number] if number < len(jumps) else step[1] if step[0] == "wait" else 0
        done(breaker, permits, step, now)
    if breaker.mode == BreakerMode.OPEN:
        breaker.admit(now)  # at the time as it is now
        assert breaker.admit(now + policy.open_cap_s) is not None


@given(POLICIES, STEPS)
def test_a_trial_never_has_more_calls_than_permits(
    policy: BreakerPolicy, steps: list[tuple[str, Any]]
) -> None:
    """Counted over the calls that are under way and those that have an outcome."""
    breaker, permits, now = Breaker(policy), [], 0.0
    trial: dict[int, int] = {}
    for step in steps:
        now += step[1] if step[0] == "wait" else 0
        given_back = permits[:1] if step[0] == "release" else []
        seen, mode, _ = done(breaker, permits, step, now)
        if seen is not None and mode == BreakerMode.HALF_OPEN:
            trial[seen] = trial.get(seen, 0) + 1
        for permit in given_back:
            trial[permit] = trial.get(permit, 0) - 1
        assert all(number <= policy.permits for number in trial.values())
