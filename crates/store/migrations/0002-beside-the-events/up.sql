-- What is kept but decides nothing, so it is no event: who is signed in, who looked, who tried, papers as scanned.

-- Only the hash of a session's secret is here: whoever reads the file cannot sign in with it.
CREATE TABLE session (
    hash       BLOB    NOT NULL PRIMARY KEY,
    account    INTEGER NOT NULL,
    opened_at  INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    idle_ms    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

-- Who looked at whose data, when, why. The person looked at may read their rows.
CREATE TABLE look (
    id      INTEGER PRIMARY KEY,
    person  INTEGER NOT NULL,
    account INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    what    TEXT    NOT NULL,
    reason  TEXT    NOT NULL
) STRICT;
CREATE INDEX look_by_person ON look (person);
CREATE INDEX look_by_account ON look (account);

-- Failed attempts by whatever is counted (a sign-in name, an address), hashed.
CREATE TABLE attempt (
    subject    BLOB    NOT NULL PRIMARY KEY,
    since      INTEGER NOT NULL,
    failures   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Scanned papers, named by their contents: the same scan twice is one row.
CREATE TABLE attachment (
    id      INTEGER PRIMARY KEY,
    hash    BLOB    NOT NULL UNIQUE,
    media   TEXT    NOT NULL,
    account INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    bytes   BLOB    NOT NULL
) STRICT;

-- The file itself refuses to forget, whoever asks.
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN SELECT raise(ABORT, 'events are never deleted'); END;
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event BEGIN SELECT raise(ABORT, 'events are never changed'); END;
CREATE TRIGGER look_is_kept BEFORE DELETE ON look BEGIN SELECT raise(ABORT, 'looks are never deleted'); END;
CREATE TRIGGER look_is_fixed BEFORE UPDATE ON look BEGIN SELECT raise(ABORT, 'looks are never changed'); END;
