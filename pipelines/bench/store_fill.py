"""A store with millions of steps, made by SQL: what `bench store` asks its questions of."""

from typing import Final

from workbench.store import Store

EPISODE_STEPS: Final = 50
RUN_EPISODES: Final = 200
TENANTS: Final = 10
_CHUNK_RUNS: Final = 20

_RUNS: Final = """
    INSERT INTO cold.runs BY NAME
    SELECT printf('tenant-%03d', r % $tenants) AS tenant, printf('run-fill-%06d', r) AS run_id,
           'fill' AS name, 'fill' AS suite, 'default' AS agent, 'small' AS model, 4 AS epochs,
           $episodes AS planned, 0 AS seed,
           TIMESTAMP '2026-01-01' + INTERVAL 1 HOUR * r AS started_at, 'eval' AS source,
           '{}' AS provenance
    FROM range($first, $last) t(r)
"""
_ENDS: Final = """
    INSERT INTO cold.run_ends BY NAME
    SELECT printf('tenant-%03d', r % $tenants) AS tenant, printf('run-fill-%06d', r) AS run_id,
           'finished' AS status, TIMESTAMP '2026-01-01' + INTERVAL 1 HOUR * (r + 1) AS ended_at
    FROM range($first, $last) t(r)
"""
_EPISODES: Final = """
    INSERT INTO cold.episodes BY NAME
    SELECT printf('tenant-%03d', r % $tenants) AS tenant, printf('run-fill-%06d', r) AS run_id,
           printf('ep-%06d%014d', r, e) AS episode_id, printf('task-%03d', e // 4) AS task_id,
           printf('family-%d', (e // 4) % 6) AS family, e % 4 AS epoch, 'default' AS agent,
           'small' AS model,
           TIMESTAMP '2026-01-01' + INTERVAL 1 HOUR * r + INTERVAL 15 SECOND * e AS started_at,
           started_at + INTERVAL 15 SECOND AS ended_at, 'answered' AS stop_reason, 50 AS steps,
           15000 AS input_tokens, 2000 AS output_tokens, 0 AS cached_tokens, 50 AS calls,
           0.005 AS cost_usd, 'yes' AS answer
    FROM range($first, $last) t(r), range($episodes) u(e)
    ORDER BY tenant, run_id, episode_id
"""
_SCORES: Final = """
    INSERT INTO cold.scores BY NAME
    SELECT tenant, run_id, episode_id, task_id, family, epoch, 'exact' AS scorer,
           (hash(episode_id) % 10 < 6)::INTEGER::DOUBLE AS value, value = 1 AS passed,
           '' AS reason, ended_at AS scored_at
    FROM cold.episodes WHERE run_id BETWEEN printf('run-fill-%06d', $first)
                                        AND printf('run-fill-%06d', $last - 1)
    ORDER BY tenant, run_id, episode_id
"""
_STEPS: Final = """
    INSERT INTO cold.steps BY NAME
    SELECT tenant, run_id, episode_id, i AS "index", 'model' AS kind, agent,
           printf('%016x', hash(episode_id, i)) AS span_id, started_at, ended_at,
           '[{"role":"assistant","content":"answer ' || hash(episode_id, i) || '"}]' AS messages,
           model, 300 AS input_tokens, 40 AS output_tokens, 0 AS cached_tokens, 1 AS calls,
           0.0001 AS cost_usd, md5(episode_id || i) AS state_hash, '{}' AS attributes
    FROM cold.episodes, range($steps) t(i)
    WHERE run_id BETWEEN printf('run-fill-%06d', $first) AND printf('run-fill-%06d', $last - 1)
    ORDER BY tenant, run_id, episode_id, "index"
"""


def fill(store: Store, steps: int) -> int:
    """Put whole runs of about so many steps where maintenance would have moved them; says how many.

    The messages are short: what is measured is finding rows, not their size.
    """
    total = max(1, steps // (EPISODE_STEPS * RUN_EPISODES))
    for first in range(0, total, _CHUNK_RUNS):
        last = min(total, first + _CHUNK_RUNS)
        with store.lake.transaction("filling the store") as connection:
            for sql in (_RUNS, _ENDS, _EPISODES, _SCORES, _STEPS):
                given = {"first": first, "last": last}
                given |= {"tenants": TENANTS} if "$tenants" in sql else {}
                given |= {"episodes": RUN_EPISODES} if "$episodes" in sql else {}
                given |= {"steps": EPISODE_STEPS} if "$steps" in sql else {}
                connection.execute(sql, given)
    return total * RUN_EPISODES * EPISODE_STEPS
