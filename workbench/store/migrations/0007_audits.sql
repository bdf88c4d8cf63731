-- What people did to episodes under way, as one more fact beside those of 0001.
CREATE TABLE hot.audits (
    tenant VARCHAR, run_id VARCHAR, episode_id VARCHAR, subject VARCHAR, action VARCHAR,
    author VARCHAR, details VARCHAR, acted_at TIMESTAMP
);
CREATE TABLE cold.audits AS FROM hot.audits WITH NO DATA;
CREATE VIEW main.audits AS FROM hot.audits UNION ALL BY NAME FROM cold.audits;
