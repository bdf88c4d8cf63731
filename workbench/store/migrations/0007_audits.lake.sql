ALTER TABLE cold.audits SET PARTITIONED BY (tenant);
ALTER TABLE cold.audits SET SORTED BY (run_id, episode_id);
