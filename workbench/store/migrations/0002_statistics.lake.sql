-- A table that never held a row has no statistics, and then each plan asks the catalogue for them
-- once per column: 50 ms a query instead of 14. Rows that 0003 deletes make them exist; as many
-- as make a file, because 0004 can get rid of a file and not of rows in the catalogue.
INSERT INTO hot.runs (tenant) SELECT NULL FROM range(100);
INSERT INTO hot.run_ends (tenant) SELECT NULL FROM range(100);
INSERT INTO hot.episodes (tenant) SELECT NULL FROM range(100);
INSERT INTO hot.steps (tenant) SELECT NULL FROM range(100);
INSERT INTO hot.exchanges (tenant) SELECT NULL FROM range(100);
INSERT INTO hot.scores (tenant) SELECT NULL FROM range(100);
INSERT INTO hot.labels (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.runs (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.run_ends (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.episodes (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.steps (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.exchanges (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.scores (tenant) SELECT NULL FROM range(100);
INSERT INTO cold.labels (tenant) SELECT NULL FROM range(100);
