-- A tenant's cold rows lie in a folder of their own, sorted so that min/max statistics prune.
ALTER TABLE cold.runs SET PARTITIONED BY (tenant);
ALTER TABLE cold.run_ends SET PARTITIONED BY (tenant);
ALTER TABLE cold.episodes SET PARTITIONED BY (tenant);
ALTER TABLE cold.steps SET PARTITIONED BY (tenant);
ALTER TABLE cold.exchanges SET PARTITIONED BY (tenant);
ALTER TABLE cold.scores SET PARTITIONED BY (tenant);
ALTER TABLE cold.labels SET PARTITIONED BY (tenant);

ALTER TABLE cold.runs SET SORTED BY (run_id);
ALTER TABLE cold.run_ends SET SORTED BY (run_id);
ALTER TABLE cold.episodes SET SORTED BY (run_id, episode_id);
ALTER TABLE cold.steps SET SORTED BY (run_id, episode_id, "index");
ALTER TABLE cold.exchanges SET SORTED BY (run_id, episode_id, step_index, "position");
ALTER TABLE cold.scores SET SORTED BY (run_id, episode_id);
ALTER TABLE cold.labels SET SORTED BY (run_id);
