-- The spans that waited in memory, some commits to a row, packed as in the tables they go to (src/streams/late.rs): of
-- the events from `first` to before `behind`. Rows before `meta.spans_to` are deleted, so there are few.
CREATE TABLE span_late (
    first  INTEGER NOT NULL,
    behind INTEGER NOT NULL,
    spans  BLOB    NOT NULL
) STRICT;

-- Rows are packed otherwise (src/streams/row.rs): the spans are read again, from events and requests, when the office is
-- opened.
DELETE FROM span_young;
DELETE FROM span_old;
DELETE FROM meta WHERE name IN ('spans_to', 'spans_young');
