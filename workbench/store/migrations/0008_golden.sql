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
CREATE TABLE cold.task_versions AS FROM hot.task_versions WITH NO DATA;
CREATE TABLE cold.golden_tasks AS FROM hot.golden_tasks WITH NO DATA;
CREATE TABLE cold.judgements AS FROM hot.judgements WITH NO DATA;
CREATE TABLE cold.ratings AS FROM hot.ratings WITH NO DATA;
CREATE TABLE cold.calibrations AS FROM hot.calibrations WITH NO DATA;
CREATE VIEW main.task_versions AS FROM hot.task_versions UNION ALL BY NAME FROM cold.task_versions;
CREATE VIEW main.golden_tasks AS FROM hot.golden_tasks UNION ALL BY NAME FROM cold.golden_tasks;
CREATE VIEW main.judgements AS FROM hot.judgements UNION ALL BY NAME FROM cold.judgements;
CREATE VIEW main.ratings AS FROM hot.ratings UNION ALL BY NAME FROM cold.ratings;
CREATE VIEW main.calibrations AS FROM hot.calibrations UNION ALL BY NAME FROM cold.calibrations;
