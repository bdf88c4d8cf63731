"""Calls by their idempotency keys, in a Redis server that several machines share.

Each change is one Lua script, run by the server as a whole, in one round trip. A record is a hash
under the prefix and the call's name; times are decided by what the caller's clock says, and kept in
the caller's own digits. Records without an end are also in a sorted set by the end of their lease.
"""

from collections.abc import Mapping
from typing import Any, Final

import redis
from pydantic import ValidationError

from engine.contracts import CallKey, Ending, KeyAsk, KeyRecord, Taken, json_text
from engine.errors import LeaseLost, StoreGarbled
from engine.tools.idempotency import ended, forgotten, lost
from workbench.store.redis_asked import asked, decoded

_TAKE: Final = """
local now, lease_until = ARGV[1], ARGV[2]
local fingerprint, owner, retake = ARGV[3], ARGV[4], ARGV[5]
local r = redis.call('HMGET', KEYS[1], 'state', 'fingerprint', 'lease_until', 'expires_at', 'fence',
                     'may_retry', 'owner')
local state, fence, verdict, again = r[1], 0, 'run', false
if state and not (r[4] ~= '' and tonumber(r[4]) <= tonumber(now)) then
  fence = tonumber(r[5])
  if r[2] ~= fingerprint then verdict = 'other_arguments'
  elseif state == 'in_flight' and r[7] == owner then again = true
  elseif state == 'done' then verdict = 'replay'
  elseif state == 'failed' then verdict = r[6] == '1' and 'run' or 'replay'
  elseif state == 'unknown' and retake == '1' then verdict = 'run'
  elseif tonumber(r[3]) > tonumber(now) then verdict = 'busy'
  else verdict = retake == '1' and 'run' or 'unknown' end
end
if verdict == 'run' and not again then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'state', 'in_flight', 'fence', string.format('%d', fence + 1),
             'fingerprint', fingerprint, 'owner', owner, 'lease_until', lease_until,
             'retake', retake, 'keep_s', ARGV[6], 'changed_at', now,
             'tenant', ARGV[7], 'tool', ARGV[8], 'key', ARGV[9],
             'expires_at', '', 'result', 'null', 'error', 'null', 'may_retry', '0')
  if retake == '1' then redis.call('ZREM', KEYS[2], KEYS[1])
  else redis.call('ZADD', KEYS[2], lease_until, KEYS[1]) end
elseif verdict == 'unknown' and state == 'in_flight' then
  redis.call('HSET', KEYS[1], 'state', 'unknown', 'changed_at', now)
end
return {verdict, redis.call('HGETALL', KEYS[1])}
"""
_FINISH: Final = """
local r = redis.call('HMGET', KEYS[1], 'state', 'fence', 'owner', 'result', 'error')
if not r[1] or r[2] ~= ARGV[1] or r[3] ~= ARGV[2] then return {'lost', {}} end
if r[1] ~= 'in_flight' and r[1] ~= 'unknown' then
  if r[1] ~= ARGV[3] or r[4] ~= ARGV[4] or r[5] ~= ARGV[5] then return {r[1], {}} end
  return {'', redis.call('HGETALL', KEYS[1])}
end
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'result', ARGV[4], 'error', ARGV[5],
           'may_retry', ARGV[6], 'changed_at', ARGV[7], 'expires_at', ARGV[8])
if ARGV[3] ~= 'unknown' then
  redis.call('ZREM', KEYS[2], KEYS[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[9])
end
return {'', redis.call('HGETALL', KEYS[1])}
"""
_NUMBERS: Final = ("fence", "lease_until", "keep_s", "changed_at", "expires_at")
_JSON: Final = ("result", "error")


class RedisKeys:
    """The port `IdempotencyKeys` on a server; safe for several threads, processes, machines.

    `client` is a `redis.Redis` of the caller's, who closes it; its timeouts are the limit of each
    question. What a crash of the server itself loses is up to the server: appendfsync always loses
    nothing that was acknowledged, everysec a second, and a call may then be made again.
    """

    def __init__(self, client: redis.Redis, *, prefix: str = "workbench:calls:") -> None:
        self._client: Any = client  # whose answers are typed for both kinds of client
        self._prefix = f"{{{prefix}}}"  # a hash tag: one slot of a cluster, so that scripts can run
        self._open = f"{self._prefix}open"
        self._take: Any = client.register_script(_TAKE)
        self._finish: Any = client.register_script(_FINISH)

    def take(self, ask: KeyAsk, now: float) -> Taken:
        """What the caller is to do; at most one of all who ask at once is told to run."""
        given = [repr(now), repr(now + ask.lease_s), ask.fingerprint, ask.owner]
        given += [str(int(ask.retake)), repr(ask.keep_s), ask.tenant, ask.tool, ask.key]
        with asked("taking a call"):
            verdict, fields = self._take([self._name(ask), self._open], given)
        return Taken.model_validate({"verdict": decoded(verdict), "record": _record(fields)})

    def finish(self, held: KeyRecord, ending: Ending, now: float) -> KeyRecord:
        """Keep how a taken or unknown call ended; raises `LeaseLost`."""
        expires_at = ended(held, ending, now)["expires_at"]
        error = "null" if ending.error is None else ending.error.model_dump_json()
        given = [str(held.fence), held.owner, ending.state, json_text(ending.result), error]
        given += [str(int(ending.error is not None and ending.error.retryable)), repr(now)]
        given += ["" if expires_at is None else repr(expires_at), str(int(held.keep_s * 1000) + 1)]
        with asked("ending a call"):
            refused, fields = self._finish([self._name(held), self._open], given)
        if decoded(refused) == "lost":
            raise lost(held)
        if refused:
            raise LeaseLost(f"the call {held.key} of {held.tool} is {decoded(refused)} already")
        return _record(fields)

    def get(self, key: CallKey, now: float) -> KeyRecord | None:
        """The call as it is kept; null where it is not, or no longer."""
        with asked("looking up a call"):
            fields = self._client.hgetall(self._name(key))
        record = _record(fields) if fields else None
        return None if record is None or forgotten(record, now) else record

    def doubtful(self, now: float, limit: int = 100) -> list[KeyRecord]:
        """Calls that may or may not have had their effect, and are never simply made again."""
        with asked("listing calls in doubt"):
            names = self._client.zrangebyscore(self._open, "-inf", repr(now), start=0, num=limit)
            pipe = self._client.pipeline(transaction=False)
            for name in names:
                pipe.hgetall(name)
            return [_record(fields) for fields in pipe.execute() if fields]

    def prune(self, now: float) -> int:  # noqa: ARG002 - the port's
        """The server drops ends by itself when their time has come: 0."""
        return 0

    def close(self) -> None:
        """The client is the caller's."""

    def _name(self, key: CallKey | KeyAsk | KeyRecord) -> str:
        return self._prefix + json_text([key.tenant, key.tool, key.key])

    def __repr__(self) -> str:
        return f"RedisKeys({self._prefix!r})"


def _record(fields: list[Any] | Mapping[Any, Any]) -> KeyRecord:
    """The record of a hash, given as a mapping or as names and values in turn."""
    flat = fields if isinstance(fields, list) else [p for pair in fields.items() for p in pair]
    parts = [decoded(part) for part in flat]
    text = dict(zip(parts[::2], parts[1::2], strict=True))
    text.pop("may_retry", None)
    raw = {name: text.pop(name, "") or "null" for name in (*_NUMBERS, *_JSON)}
    raw |= {"retake": "true" if text.pop("retake", "") == "1" else "false"}
    members = ", ".join(f'"{name}": {value}' for name, value in raw.items())
    try:
        return KeyRecord.model_validate_json(f"{json_text({**text})[:-1]}, {members}}}")
    except ValidationError as error:
        raise StoreGarbled("a call in the store is not what it promises") from error
