-- A table that never held a row has no statistics, and then each plan asks the catalogue for them
-- once per column: 50 ms a query instead of 14. A row that 0003 deletes makes them exist.
INSERT INTO hot.runs (tenant) VALUES (NULL);
INSERT INTO hot.run_ends (tenant) VALUES (NULL);
INSERT INTO hot.episodes (tenant) VALUES (NULL);
INSERT INTO hot.steps (tenant) VALUES (NULL);
INSERT INTO hot.exchanges (tenant) VALUES (NULL);
INSERT INTO hot.scores (tenant) VALUES (NULL);
INSERT INTO hot.labels (tenant) VALUES (NULL);
INSERT INTO cold.runs (tenant) VALUES (NULL);
INSERT INTO cold.run_ends (tenant) VALUES (NULL);
INSERT INTO cold.episodes (tenant) VALUES (NULL);
INSERT INTO cold.steps (tenant) VALUES (NULL);
INSERT INTO cold.exchanges (tenant) VALUES (NULL);
INSERT INTO cold.scores (tenant) VALUES (NULL);
INSERT INTO cold.labels (tenant) VALUES (NULL);
