DROP TABLE stream_span;
-- The spans are read from the events again when the office is opened.
DELETE FROM meta WHERE name = 'spans_to';

-- Which events a stream has, for every event before `meta.spans_to`; later ones may be here or not yet. A row holds
-- the spans with keys from `first` to before the next row's, packed and in order (src/streams/packed.rs).
CREATE TABLE span_young (first INTEGER PRIMARY KEY, spans BLOB NOT NULL) STRICT;
CREATE TABLE span_old (first INTEGER PRIMARY KEY, spans BLOB NOT NULL) STRICT;
