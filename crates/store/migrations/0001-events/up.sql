-- Every table is STRICT: a column holds the type it names or the write fails.

-- What the file says about itself: office, pack in force, start of the demo clock.
CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Every pack the office has ever worked under. Append-only; the last row is the one in force.
CREATE TABLE pack_change (
    id   INTEGER PRIMARY KEY,
    pack TEXT    NOT NULL,
    hash TEXT    NOT NULL,
    at   INTEGER NOT NULL
) STRICT;

-- The name of a stream is written once; everywhere else a stream is a small dense number.
CREATE TABLE stream (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- The truth. Dense and append-only: row n+1 is written after row n and nothing is ever changed.
CREATE TABLE event (
    seq     INTEGER PRIMARY KEY,
    stream  INTEGER NOT NULL REFERENCES stream (id),
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    body    TEXT    NOT NULL
) STRICT;

-- The one index an event pays for: a new stream has the highest number, so its entry lands at the end.
CREATE UNIQUE INDEX event_by_stream ON event (stream, version);

-- One row for each request that named a key. Senders count their keys upwards, so their rows lie together.
CREATE TABLE request (
    key       TEXT    NOT NULL PRIMARY KEY,
    hash      BLOB    NOT NULL,
    first_seq INTEGER NOT NULL,
    events    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
