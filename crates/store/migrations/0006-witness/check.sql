-- Each row is a fault; no row means the step holds.
SELECT 'the sums of the events at height ' || height || ' have a gap'
FROM witness GROUP BY height HAVING count(*) <> max(number) + 1;
SELECT 'there are more sums of events than events'
WHERE (SELECT coalesce(max(number) + 1, 0) * 256 FROM witness WHERE height = 8)
    > (SELECT coalesce(max(seq), 0) FROM event);
SELECT 'the guard ' || name || ' is missing'
FROM (SELECT 'witness_is_kept' AS name UNION SELECT 'witness_is_fixed') AS guard
WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND sqlite_schema.name = guard.name);
