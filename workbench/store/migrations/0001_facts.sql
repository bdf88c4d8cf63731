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

CREATE TABLE cold.runs AS FROM hot.runs WITH NO DATA;
CREATE TABLE cold.run_ends AS FROM hot.run_ends WITH NO DATA;
CREATE TABLE cold.episodes AS FROM hot.episodes WITH NO DATA;
CREATE TABLE cold.steps AS FROM hot.steps WITH NO DATA;
CREATE TABLE cold.exchanges AS FROM hot.exchanges WITH NO DATA;
CREATE TABLE cold.scores AS FROM hot.scores WITH NO DATA;
CREATE TABLE cold.labels AS FROM hot.labels WITH NO DATA;

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
