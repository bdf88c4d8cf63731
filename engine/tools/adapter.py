"""A tool whose calls are guarded by its policy, so that it does not fail its agent.

A call goes through, in this order:

    idempotency -> journal -> rate limit -> bulkhead -> breaker -> retry -> hedge -> deadline

A tool that only reads has no key and no entry in the journal. Of any other the same call, in the
same place of the same episode, is made once, and its answer given again. Where a destructive call
may have had its effect and nobody can tell, it is not made again, under whatever name the model
asks for it: the tool's own probe or a person has to say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from engine.contracts import (
    REDACTED,
    BreakerMode,
    CallKey,
    Json,
    JsonObject,
    ToolPolicy,
    ToolStatus,
)
from engine.errors import EffectUnknown, WorkbenchError
from engine.tools.evidence import DID_NOT, Probed
from engine.tools.guards import Guard, Guards
from engine.tools.idempotency import derived_key, fingerprint
from engine.tools.keyed import Answer, KeyedCall, Probe
from engine.tools.making import Making
from engine.tools.tool import Site, Tool, Wrapped

_STOPPED: Final = frozenset({BreakerMode.OPEN, BreakerMode.FORCED_OPEN})
_ASK_A_PERSON: Final = "do not call it again: a person has to see what it did"


@dataclass(frozen=True, slots=True)
class Called:
    """A call has come to its end."""

    name: str
    running: int
    attempts: int
    """Times that the tool was called; 0: it was not, or an answer was given again."""
    replayed: bool
    error: Exception | None = None


class GuardedTool(Wrapped):
    """A tool under its policy; safe for any number of tasks."""

    def __init__(self, tool: Tool, policy: ToolPolicy, guards: Guards) -> None:
        super().__init__(tool)
        self.name = guards.name(tool.spec.name)
        self._policy = policy
        self._guards = guards
        self._guard = Guard(self.name, policy, guards)
        self._keyed = guards.keyed()
        self._probe: Probe | None = getattr(tool, "probe", None)
        self._running = 0
        self._doubtful: dict[tuple[str, str, str], CallKey] = {}

    async def call(
        self, arguments: JsonObject, *, limit_s: float | None = None, site: Site | None = None
    ) -> Json:
        """Call the tool as its policy has it.

        Raises `ToolError` and `DeadlineExceeded` as the tool does, `Rejected` where it is not
        called to protect it, `KeyReused`, `CallInFlight`, and `EffectUnknown` where a destructive
        call may have had its effect.
        """
        self.checked(arguments)  # what does not fit says nothing of the tool
        site = site or Site()
        policy = self._policy
        most_s = policy.limit_s if limit_s is None else min(policy.limit_s, limit_s)
        making = Making(
            self._tool,
            policy,
            self._guard,
            arguments,
            limit_s=most_s,
            site=site,
            clock=self._guards.clock,
        )
        self._running += 1
        replayed, failure = False, None
        try:
            if policy.effect == "read_only":
                return await making.made()
            answer = await self._once(self._keyed_call(arguments, site, most_s), making, site)
            replayed = answer.replayed
        except Exception as error:
            failure = error
            raise
        finally:
            self._running -= 1
            self._tell(Called(self.name, self._running, making.attempts, replayed, failure), site)
        return answer.result

    def status(self) -> ToolStatus:
        """How it stands; asks the store of the breakers."""
        guard, now = self._guard, self._guards.clock.now()
        about: dict[str, Any] = {}
        if guard.breaker is not None:
            snapshot = guard.breaker.snapshot()
            kept, (calls, failed, slow) = self._guards.states.get(self.name), snapshot.counts
            about = {
                "breaker_state": snapshot.mode,
                "calls": calls,
                "failure_rate": failed / calls if calls else None,
                "slow_rate": slow / calls if calls else None,
                "forced": snapshot.mode is BreakerMode.FORCED_OPEN,
                "opened_at": kept.since if kept and snapshot.mode in _STOPPED else None,
            }
        bulkhead, budget, rate = guard.bulkhead, guard.budget, guard.rate
        return ToolStatus(
            tool=self.name,
            process=self._guards.process,
            effect=self._policy.effect,
            in_flight=bulkhead.running if bulkhead else self._running,
            queued=bulkhead.queued if bulkhead else 0,
            limit=bulkhead.policy.concurrent if bulkhead else None,
            retry_budget_left=budget.tokens if budget else None,
            rate_left=rate.tokens if rate else None,
            updated_at=now,
            **about,
        )

    async def _once(self, call: KeyedCall, making: Making, site: Site) -> Answer:
        if site.again:
            self._keyed.settle(call.key, DID_NOT)
        try:
            return await self._keyed.call(call, making.under, self._probe)
        except EffectUnknown:
            self._doubt(call, site)
            raise
        except WorkbenchError as error:
            lost = self._policy.effect == "destructive" and making.held and not error.no_effect
            if not lost:
                raise
            return await self._reconciled(call, making, site, error)

    async def _reconciled(
        self, call: KeyedCall, making: Making, site: Site, error: WorkbenchError
    ) -> Answer:
        """The answer of a call that failed after all, or the error, made certain by the probe."""
        probed = await self._probed(making)
        done = getattr(error, "answered", False)  # else what was sent may still arrive
        if probed.happened or (probed.happened is False and done):
            self._keyed.settle(call.key, probed)
        if probed.happened:
            return Answer(probed.result, replayed=False)
        if probed.happened is False and done:
            error.no_effect = True
            raise error
        self._doubt(call, site)
        said = f"{error.message}; {self.spec.name} may have had its effect"
        raise EffectUnknown(said, hint=_ASK_A_PERSON) from error

    async def _probed(self, making: Making) -> Probed:
        if self._probe is None or making.held is None:
            return Probed(None)
        try:
            return await self._probe(making.held)
        except WorkbenchError:  # a tool that fails to answer may well fail to tell
            return Probed(None)

    def _keyed_call(self, arguments: JsonObject, site: Site, limit_s: float) -> KeyedCall:
        policy, name = self._policy, self.spec.name
        scope = f"{site.episode}/{site.place}" if site.episode else uuid4().hex
        key = CallKey(
            tenant=site.tenant,
            tool=name,
            key=site.key or derived_key(site.tenant, name, arguments, scope),
        )
        return KeyedCall(
            key=self._doubtful.get(self._asked(arguments, site), key),
            arguments=arguments,
            effect=policy.effect,
            limit_s=limit_s,
            scope=scope[:200],
            keep_s=policy.keep_s,
            wait_s=policy.wait_s,
            shown=_masked(arguments, self.spec.sensitive),
        )

    def _asked(self, arguments: JsonObject, site: Site) -> tuple[str, str, str]:
        return site.tenant, site.episode, fingerprint(arguments)

    def _doubt(self, call: KeyedCall, site: Site) -> None:
        """From now on the same call in this episode is that one, until it is known what it did."""
        if site.episode:
            self._doubtful[self._asked(call.arguments, site)] = call.key

    def _tell(self, called: Called, site: Site) -> None:
        self._guards.on_event(called)
        breaker = self._guard.breaker
        if called.attempts > 1:
            site.told["attempts"] = called.attempts
        if called.replayed:
            site.told["replayed"] = True
        if breaker is not None and breaker.mode is not BreakerMode.CLOSED:
            site.told["breaker"] = str(breaker.mode)

    def __repr__(self) -> str:
        return f"GuardedTool({self.name!r}, {self._policy.effect}, {self._running} running)"


def guarded(tool: Tool, guards: Guards) -> Tool:
    """The tool under its policy; one without is called plainly, as it is."""
    return tool if tool.spec.policy is None else GuardedTool(tool, tool.spec.policy, guards)


def _masked(arguments: JsonObject, names: Iterable[str]) -> JsonObject:
    return {**arguments, **{name: REDACTED for name in names if name in arguments}}
