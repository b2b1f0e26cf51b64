-- Each row is a fault; no row means the step holds.
SELECT 'late spans of events ' || first || ' to before ' || behind || ' are behind the last event'
FROM span_late WHERE behind < first OR behind > (SELECT coalesce(max(seq), 0) FROM event) + 1;
