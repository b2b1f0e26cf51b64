-- Each row is a fault; no row means the step holds.
SELECT 'request ' || key || ' points behind the last event'
FROM request WHERE events > 0 AND first_seq + events - 1 > (SELECT coalesce(max(seq), 0) FROM event);
