CREATE TABLE event_small (
    seq     INTEGER PRIMARY KEY,
    stream  TEXT    NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    body    BLOB    NOT NULL
) STRICT;
INSERT INTO event_small
SELECT seq, stream.name, version, at, actor, kind, CAST(x'00' || CAST(body AS BLOB) AS BLOB)
FROM event JOIN stream ON stream.id = event.stream ORDER BY seq;

DROP TRIGGER event_is_kept;
DROP TRIGGER event_is_fixed;
DROP TABLE event;
DROP TABLE stream;
ALTER TABLE event_small RENAME TO event;
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'events are never deleted'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'events are never changed'); END;

-- Which events a stream has, for every event before `meta.spans_to`; later ones may be here or not yet. `key` stands
-- for the name of the stream (src/streams.rs), `seq` is the first of `events` events, whose versions begin at `version`.
CREATE TABLE stream_span (
    key     INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    events  INTEGER NOT NULL,
    PRIMARY KEY (key, version, seq)
) STRICT, WITHOUT ROWID;
