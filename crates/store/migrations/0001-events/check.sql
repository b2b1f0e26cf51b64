-- Each row is a fault; no row means the step holds.
SELECT 'event numbers are not dense: ' || count(*) || ' events, last is ' || max(seq)
FROM event HAVING count(*) > 0 AND count(*) <> max(seq);
SELECT 'stream ' || stream || ' has ' || count(*) || ' events but version ' || max(version)
FROM event GROUP BY stream HAVING count(*) <> max(version);
SELECT 'event ' || seq || ' belongs to no stream'
FROM event WHERE NOT EXISTS (SELECT 1 FROM stream WHERE stream.id = event.stream);
SELECT 'request ' || key || ' points behind the last event'
FROM request WHERE events > 0 AND first_seq + events - 1 > (SELECT coalesce(max(seq), 0) FROM event);
