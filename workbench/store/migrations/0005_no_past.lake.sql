-- 0004 gave every cold table a second home for rows in the catalogue. The first one goes when it
-- is flushed, and a reader that still knew it would fail; so it goes before there is a reader.
CALL ducklake_flush_inlined_data('lake');
-- Nothing was recorded yet: let go of the snapshots before, and with them of the files of 0002.
CALL ducklake_expire_snapshots('lake', older_than => now());
CALL ducklake_cleanup_old_files('lake', cleanup_all => true);
