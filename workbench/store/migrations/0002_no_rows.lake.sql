-- The rows of 0001 have done their work. Their files go with the first maintenance.
DELETE FROM hot.runs;
DELETE FROM hot.run_ends;
DELETE FROM hot.episodes;
DELETE FROM hot.steps;
DELETE FROM hot.exchanges;
DELETE FROM hot.scores;
DELETE FROM hot.labels;
DELETE FROM cold.runs;
DELETE FROM cold.run_ends;
DELETE FROM cold.episodes;
DELETE FROM cold.steps;
DELETE FROM cold.exchanges;
DELETE FROM cold.scores;
DELETE FROM cold.labels;
