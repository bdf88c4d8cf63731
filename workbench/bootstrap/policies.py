"""Learning policies of routers: taught by what was logged, adopted where that speaks for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from engine.contracts import Audit, LoggedChoice, Reward, RouterSpec
from engine.contracts.bandit import AdoptionVerdict, LearntPolicy, PolicyKind
from engine.errors import BadInput
from engine.routing.bandit import EpsilonGreedy, LinearBandit, Thompson
from engine.routing.drawing import context_of
from engine.routing.features import FEATURES_VERSION
from engine.routing.joining import Joined, join
from engine.routing.joining import learn as teach
from engine.routing.off_policy import adopt
from workbench.bootstrap.whole_file import whole_file
from workbench.store import Store
from workbench.store.append import append_fact
from workbench.store.queries.policy_log import Drawn, drawn

POLICIES: Final = Path("routers") / "policies"
"""Below the home: what was learnt and adopted, a file for each router."""
_KINDS: Final[dict[PolicyKind, type[LinearBandit]]] = {
    "thompson": Thompson,
    "epsilon_greedy": EpsilonGreedy,
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the log of a router's policy teaches."""

    log: Joined
    """All choices, with what came of them."""
    policy: LearntPolicy
    """Taught by the earlier half, weighed by the later one."""

    @property
    def verdict(self) -> AdoptionVerdict:
        """Whether it may take the place of what wrote the log."""
        return self.policy.verdict


def learn(
    store: Store,
    spec: RouterSpec,
    kind: PolicyKind,
    now: float,
    since: datetime | None = None,
) -> Lesson:
    """Teach a policy by the earlier half of the log, and weigh it by the later half.

    Raises `BadInput` where the router has no learning policy, or nothing was chosen by it yet.
    """
    if spec.policy != "bandit":
        hint = "policy: bandit in its file lets it explore and log"
        raise BadInput(f"router {spec.name} has no learning policy", hint=hint)
    choices = list(drawn(store.lake, spec.name, since))
    tiers = tuple(tier.name for tier in spec.tiers)
    own = [one for one in choices if tuple(o.tier for o in one.decision.tiers) == tiers]
    if not own:
        hint = f"workbench eval SUITE --model router:{spec.name}"
        raise BadInput(f"nothing was chosen by the policy of router {spec.name} yet", hint=hint)
    logged = [_choice(one) for one in own]
    log = join(logged, _rewards(own, spec), now)
    half = len(log.rows) // 2
    taught, held = log.rows[:half], log.rows[half:]
    bandit = _KINDS[kind](len(context_of(own[0].decision)))
    teach(bandit, taught)
    verdict = adopt(Joined(held, log.waiting, log.missed), bandit)
    return Lesson(log, _policy(spec, bandit, verdict, len(taught), now))


def policy_file(home: Path, router: str) -> Path:
    """Where what was adopted for a router is."""
    return home / POLICIES / f"{router}.json"


def adopted(home: Path, spec: RouterSpec) -> LearntPolicy | None:
    """What was adopted for a router; null: nothing.

    Raises `BadInput` for a file that is none, or was changed.
    """
    path = policy_file(home, spec.name)
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadInput(error.strerror or str(error), where=str(path)) from None
    learnt = LearntPolicy.parse(text, where=str(path))
    if learnt.digest != learnt.digest_of():
        hint = f"learn it anew: workbench router learn {spec.name}"
        raise BadInput("was changed after it was written", where=str(path), hint=hint)
    return learnt


def put(store: Store, home: Path, learnt: LearntPolicy, author: str, now: float) -> LearntPolicy:
    """Adopt a policy: routers made from now on draw by it; written down with who did it, and why.

    Raises `BadInput` where its verdict does not speak for it, or the file cannot be written.
    """
    if learnt.verdict.verdict != "adopt":
        said = f"{learnt.verdict.verdict}: {learnt.verdict.reason}"
        raise BadInput(said, where=learnt.router, hint="let it log more, or keep what is there")
    sealed = learnt.model_copy(update={"digest": learnt.digest_of()})
    path = policy_file(home, learnt.router)
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as file:
        file.write(sealed.model_dump_json().encode() + b"\n")
    why = {"digest": sealed.digest, "verdict": sealed.verdict.model_dump(mode="json")}
    _note(store, _Act("adopt policy", learnt.router, author, now), why)
    return sealed


def forget(store: Store, home: Path, router: str, author: str, now: float) -> bool:
    """Let a router choose by itself again; false where nothing was adopted."""
    path = policy_file(home, router)
    if not path.exists():
        return False
    path.unlink()
    _note(store, _Act("forget policy", router, author, now), {})
    return True


@dataclass(frozen=True, slots=True)
class _Act:
    action: str
    router: str
    author: str
    at: float


def _note(store: Store, act: _Act, details: Mapping[str, object]) -> None:
    audit = Audit.model_validate(
        {
            "run_id": "",
            "episode_id": "",
            "subject": f"router:{act.router}",
            "action": act.action,
            "author": act.author,
            "details": details,
            "acted_at": act.at,
        }
    )
    append_fact(store.lake, audit, f"policy-{act.router}-{act.at}")


def _policy(
    spec: RouterSpec, bandit: LinearBandit, verdict: AdoptionVerdict, rows: int, now: float
) -> LearntPolicy:
    return LearntPolicy(
        router=spec.name,
        tiers=tuple(tier.name for tier in spec.tiers),
        features_version=FEATURES_VERSION,
        learnt_at=now,
        rows=rows,
        rules=spec.learning,
        verdict=verdict,
        state=bandit.state(),
    )


def _choice(one: Drawn) -> LoggedChoice:
    return LoggedChoice(
        decision_id=one.decision.decision_id,
        arm=one.decision.tier,
        arms=one.decision.arms,
        propensity=one.decision.propensity,
        context=tuple(context_of(one.decision).tolist()),
        chosen_at=one.chosen_at,
    )


def _rewards(choices: Sequence[Drawn], spec: RouterSpec) -> Iterator[Reward]:
    for one in choices:
        if one.passed is None:
            continue
        value = spec.learning.reward(one.passed, one.cost_usd, one.latency_s)
        if value is not None:
            found = {"decision_id": one.decision.decision_id, "value": value}
            yield Reward.model_validate({**found, "given_at": one.ended_at})
