-- Each row is a fault; no row means the step holds.
SELECT 'a session of account ' || account || ' has no 32-byte hash' FROM session WHERE length(hash) <> 32;
SELECT 'attachment ' || id || ' has no 32-byte hash' FROM attachment WHERE length(hash) <> 32;
SELECT 'the guard ' || name || ' is missing'
FROM (SELECT 'event_is_kept' AS name UNION SELECT 'event_is_fixed' UNION SELECT 'look_is_kept'
      UNION SELECT 'look_is_fixed') AS guard
WHERE NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND sqlite_schema.name = guard.name);
