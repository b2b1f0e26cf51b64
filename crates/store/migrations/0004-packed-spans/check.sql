-- Each row is a fault; no row means the step holds.
SELECT 'event numbers are not dense: ' || count(*) || ' events, last is ' || max(seq)
FROM event HAVING count(*) > 0 AND count(*) <> max(seq);
SELECT 'stream ' || stream || ' has ' || count(*) || ' events but version ' || max(version)
FROM event GROUP BY stream HAVING count(*) <> max(version);
SELECT 'the guard ' || name || ' is missing'
FROM (SELECT 'event_is_kept' AS name UNION SELECT 'event_is_fixed') AS guard
WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND sqlite_schema.name = guard.name);
