-- 0008 gave the tables of scores a second home for rows in the catalogue. The first one goes when
-- it is flushed, and a reader that still knew it would fail; so it goes before there is a reader.
CALL ducklake_flush_inlined_data('lake');
