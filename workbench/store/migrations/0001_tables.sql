-- One table per type of fact. Writers append to `hot`; maintenance moves rows to `cold`;
-- readers see both through the views in `main`. Times are UTC. JSON is kept as text.
CREATE SCHEMA hot;
CREATE SCHEMA cold;

CREATE TABLE hot.runs (
    tenant VARCHAR, run_id VARCHAR, name VARCHAR, suite VARCHAR, agent VARCHAR, model VARCHAR,
    epochs BIGINT, planned BIGINT, seed BIGINT, started_at TIMESTAMP, source VARCHAR,
    provenance VARCHAR
);
CREATE TABLE hot.run_ends (
    tenant VARCHAR, run_id VARCHAR, status VARCHAR, ended_at TIMESTAMP, error VARCHAR
);
CREATE TABLE hot.episodes (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, task_id VARCHAR, family VARCHAR,
    epoch BIGINT, agent VARCHAR, model VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP,
    stop_reason VARCHAR, steps BIGINT, input_tokens BIGINT, output_tokens BIGINT,
    cached_tokens BIGINT, calls BIGINT, cost_usd DOUBLE, answer VARCHAR, state_hash VARCHAR,
    error VARCHAR, metadata VARCHAR
);
CREATE TABLE hot.steps (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, "index" BIGINT, kind VARCHAR,
    agent VARCHAR, span_id VARCHAR, parent_span_id VARCHAR, started_at TIMESTAMP,
    ended_at TIMESTAMP, messages VARCHAR, model VARCHAR, input_tokens BIGINT,
    output_tokens BIGINT, cached_tokens BIGINT, calls BIGINT, cost_usd DOUBLE,
    state_hash VARCHAR, error VARCHAR, attributes VARCHAR
);
CREATE TABLE hot.exchanges (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, step_index BIGINT, "position" BIGINT,
    kind VARCHAR, name VARCHAR, request VARCHAR, request_hash VARCHAR, response VARCHAR,
    error VARCHAR, started_at TIMESTAMP, ended_at TIMESTAMP
);
CREATE TABLE hot.scores (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, task_id VARCHAR, family VARCHAR,
    epoch BIGINT, scorer VARCHAR, "value" DOUBLE, passed BOOLEAN, reason VARCHAR,
    scored_at TIMESTAMP, advisory BOOLEAN, details VARCHAR
);
CREATE TABLE hot.labels (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, kind VARCHAR, "text" VARCHAR,
    removed BOOLEAN, author VARCHAR, labelled_at TIMESTAMP
);
-- Fields in what others send that we do not know, counted by run. Reasons for a table of its own:
-- they have no episode (a server's answer may belong to several), and most runs have none.
CREATE TABLE hot.unknown_fields (
    tenant VARCHAR, run_id VARCHAR, source VARCHAR, field VARCHAR, count BIGINT,
    example_type VARCHAR, first_seen_at TIMESTAMP, last_seen_at TIMESTAMP
);
-- What people did to episodes under way.
CREATE TABLE hot.audits (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, subject VARCHAR, action VARCHAR,
    author VARCHAR, details VARCHAR, acted_at TIMESTAMP
);
-- Golden tasks, and what judges and people say of answers.
CREATE TABLE hot.task_versions (
    tenant VARCHAR, run_id VARCHAR, suite VARCHAR, task_id VARCHAR, family VARCHAR,
    version BIGINT, state VARCHAR, content_hash VARCHAR
);
CREATE TABLE hot.golden_tasks (
    tenant VARCHAR, run_id VARCHAR, suite VARCHAR, task_id VARCHAR, family VARCHAR,
    version BIGINT, state VARCHAR, content_hash VARCHAR, content VARCHAR, episode_id VARCHAR,
    step_index BIGINT, owner VARCHAR, reviewer VARCHAR, reason VARCHAR, author VARCHAR,
    changed_at TIMESTAMP
);
CREATE TABLE hot.judgements (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, task_id VARCHAR, scorer VARCHAR,
    judge VARCHAR, rubric VARCHAR, rubric_hash VARCHAR, "value" DOUBLE, passed BOOLEAN,
    confidence DOUBLE, agreement DOUBLE, repeats BIGINT, reason VARCHAR, details VARCHAR,
    input_tokens BIGINT, output_tokens BIGINT, cached_tokens BIGINT, calls BIGINT,
    cost_usd DOUBLE, calibration_id VARCHAR, judged_at TIMESTAMP
);
CREATE TABLE hot.ratings (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, task_id VARCHAR, rubric VARCHAR,
    rubric_hash VARCHAR, criterion VARCHAR, rater VARCHAR, "value" DOUBLE, passed BOOLEAN,
    note VARCHAR, rated_at TIMESTAMP
);
CREATE TABLE hot.calibrations (
    tenant VARCHAR, run_id VARCHAR, calibration_id VARCHAR, judge VARCHAR,
    rubric VARCHAR, rubric_hash VARCHAR, task_set VARCHAR, task_set_hash VARCHAR, labels BIGINT,
    accuracy DOUBLE, kappa DOUBLE, valid BOOLEAN, reason VARCHAR, figures VARCHAR,
    calibrated_at TIMESTAMP
);
-- What routers decided, and what became of tiers on trial.
CREATE TABLE hot.routing_decisions (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, step_index BIGINT, decision_id VARCHAR,
    router VARCHAR, classifier VARCHAR, family VARCHAR, tier VARCHAR, acted_tier VARCHAR,
    model VARCHAR, reason VARCHAR, locked BOOLEAN, shadow BOOLEAN, propensity DOUBLE,
    quality_target DOUBLE, probability DOUBLE, expected_cost_usd DOUBLE, actual_cost_usd DOUBLE,
    expected_latency_ms DOUBLE, actual_latency_ms DOUBLE, tries BIGINT, schema_failures BIGINT,
    canary_id VARCHAR, arm VARCHAR, decided_in_us DOUBLE, details VARCHAR, decided_at TIMESTAMP
);
CREATE TABLE hot.canary_changes (
    tenant VARCHAR, run_id VARCHAR, change_id VARCHAR, canary_id VARCHAR, router VARCHAR,
    tier VARCHAR, baseline VARCHAR, "before" VARCHAR, "after" VARCHAR, cause VARCHAR,
    share DOUBLE, pooled BIGINT, evidence VARCHAR, author VARCHAR, note VARCHAR, details VARCHAR,
    changed_at TIMESTAMP
);

CREATE TABLE cold.runs AS FROM hot.runs WITH NO DATA;
CREATE TABLE cold.run_ends AS FROM hot.run_ends WITH NO DATA;
CREATE TABLE cold.episodes AS FROM hot.episodes WITH NO DATA;
CREATE TABLE cold.steps AS FROM hot.steps WITH NO DATA;
CREATE TABLE cold.exchanges AS FROM hot.exchanges WITH NO DATA;
CREATE TABLE cold.scores AS FROM hot.scores WITH NO DATA;
CREATE TABLE cold.labels AS FROM hot.labels WITH NO DATA;
CREATE TABLE cold.unknown_fields AS FROM hot.unknown_fields WITH NO DATA;
CREATE TABLE cold.audits AS FROM hot.audits WITH NO DATA;
CREATE TABLE cold.task_versions AS FROM hot.task_versions WITH NO DATA;
CREATE TABLE cold.golden_tasks AS FROM hot.golden_tasks WITH NO DATA;
CREATE TABLE cold.judgements AS FROM hot.judgements WITH NO DATA;
CREATE TABLE cold.ratings AS FROM hot.ratings WITH NO DATA;
CREATE TABLE cold.calibrations AS FROM hot.calibrations WITH NO DATA;
CREATE TABLE cold.routing_decisions AS FROM hot.routing_decisions WITH NO DATA;
CREATE TABLE cold.canary_changes AS FROM hot.canary_changes WITH NO DATA;

CREATE VIEW main.runs AS FROM hot.runs UNION ALL BY NAME FROM cold.runs;
CREATE VIEW main.run_ends AS FROM hot.run_ends UNION ALL BY NAME FROM cold.run_ends;
CREATE VIEW main.episodes AS FROM hot.episodes UNION ALL BY NAME FROM cold.episodes;
CREATE VIEW main.steps AS FROM hot.steps UNION ALL BY NAME FROM cold.steps;
CREATE VIEW main.exchanges AS FROM hot.exchanges UNION ALL BY NAME FROM cold.exchanges;
-- What is taken in from elsewhere may lack what was added later: then it gates, and has no parts.
CREATE VIEW main.scores AS
    SELECT * REPLACE (coalesce(advisory, false) AS advisory, coalesce(details, '{}') AS details)
    FROM (FROM hot.scores UNION ALL BY NAME FROM cold.scores);
CREATE VIEW main.labels AS FROM hot.labels UNION ALL BY NAME FROM cold.labels;
CREATE VIEW main.unknown_fields AS
    FROM hot.unknown_fields UNION ALL BY NAME FROM cold.unknown_fields;
CREATE VIEW main.audits AS FROM hot.audits UNION ALL BY NAME FROM cold.audits;
CREATE VIEW main.task_versions AS FROM hot.task_versions UNION ALL BY NAME FROM cold.task_versions;
CREATE VIEW main.golden_tasks AS FROM hot.golden_tasks UNION ALL BY NAME FROM cold.golden_tasks;
CREATE VIEW main.judgements AS FROM hot.judgements UNION ALL BY NAME FROM cold.judgements;
CREATE VIEW main.ratings AS FROM hot.ratings UNION ALL BY NAME FROM cold.ratings;
CREATE VIEW main.calibrations AS FROM hot.calibrations UNION ALL BY NAME FROM cold.calibrations;
CREATE VIEW main.routing_decisions AS
    FROM hot.routing_decisions UNION ALL BY NAME FROM cold.routing_decisions;
CREATE VIEW main.canary_changes AS
    FROM hot.canary_changes UNION ALL BY NAME FROM cold.canary_changes;
