-- Fields in what others send that we do not know, counted by run. Reasons for a table of its own:
-- they have no episode (a server's answer may belong to several), and most runs have none.
CREATE TABLE hot.unknown_fields (
    tenant VARCHAR, run_id VARCHAR, source VARCHAR, field VARCHAR, count BIGINT,
    example_type VARCHAR, first_seen_at TIMESTAMP, last_seen_at TIMESTAMP
);
CREATE TABLE cold.unknown_fields AS FROM hot.unknown_fields WITH NO DATA;
CREATE VIEW main.unknown_fields AS
    FROM hot.unknown_fields UNION ALL BY NAME FROM cold.unknown_fields;
