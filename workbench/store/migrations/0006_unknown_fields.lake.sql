-- As the other tables: a folder for each tenant, sorted so that min/max statistics prune. In the
-- transaction that makes the table, so that its rows never had another home. Without the rows of
-- 0002: a store that has history has readers, and one page alone asks for this table.
ALTER TABLE cold.unknown_fields SET PARTITIONED BY (tenant);
ALTER TABLE cold.unknown_fields SET SORTED BY (run_id);
