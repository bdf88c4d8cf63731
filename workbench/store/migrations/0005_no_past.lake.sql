-- Nothing was recorded yet: let go of the snapshots before, and with them of the files of 0002.
CALL ducklake_expire_snapshots('lake', older_than => now());
CALL ducklake_cleanup_old_files('lake', cleanup_all => true);
