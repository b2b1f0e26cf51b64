-- Whole subtrees of the tree over all events, at heights 8, 16, 24 …: what 256, 65,536 … of them come to.
CREATE TABLE witness (
    height INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hash   BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (height, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER witness_is_kept BEFORE DELETE ON witness BEGIN SELECT raise(ABORT, 'sums of events are never deleted'); END;
CREATE TRIGGER witness_is_fixed BEFORE UPDATE ON witness BEGIN SELECT raise(ABORT, 'sums of events are never changed'); END;
