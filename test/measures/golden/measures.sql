-- Independent re-computation of the measures, from the definitions of `reference/signal-control.md` §7.1, over the tables
--   log(n, device, stamp, code, parameter)   n: place in the file, stamp: TIMESTAMP
--   config(device, phase, function, channel)
-- in whole sets instead of event by event. `compute.mjs` makes the tables, runs each statement and keeps what it gives.

-- Each event once, with its place in its tick: signals in the order in which a controller changes them, then everything else.
CREATE OR REPLACE TABLE ev AS
SELECT device, epoch_ms(stamp) AS t, code, parameter, min(n) AS n,
  CASE code WHEN 4 THEN 1 WHEN 5 THEN 1 WHEN 6 THEN 1 WHEN 7 THEN 2 WHEN 8 THEN 3 WHEN 9 THEN 4 WHEN 10 THEN 5 WHEN 11 THEN 6
    WHEN 12 THEN 7 WHEN 0 THEN 8 WHEN 1 THEN 9 ELSE 50 END AS r
FROM log WHERE parameter >= 0 GROUP BY ALL;

CREATE OR REPLACE TABLE bins AS
SELECT device, unnest(generate_series(900000 * (min(t) // 900000), max(t), 900000)) AS b FROM ev GROUP BY device;

-- What each phase shows from t on, until u: 1 green, 8 yellow, 10 red.
CREATE OR REPLACE TABLE lights AS
SELECT device, parameter AS phase, code, t,
  coalesce(lead(t) OVER w, (SELECT max(e.t) FROM ev e WHERE e.device = ev.device)) AS u
FROM ev WHERE code IN (1, 8, 10) WINDOW w AS (PARTITION BY device, parameter ORDER BY t, r, n);

CREATE OR REPLACE TABLE cycles AS
SELECT * FROM (
  SELECT device, parameter AS phase, code AS c0, t AS t0,
    lead(code, 1) OVER w AS c1, lead(t, 1) OVER w AS t1, lead(code, 2) OVER w AS c2, lead(t, 2) OVER w AS t2,
    lead(code, 3) OVER w AS c3, lead(t, 3) OVER w AS t3
  FROM ev WHERE code IN (1, 8, 10) WINDOW w AS (PARTITION BY device, parameter ORDER BY t, r, n));

-- name: aog
WITH hits AS (
  SELECT e.device, c.phase, e.t, e.t // 900000 * 900000 AS b
  FROM ev e JOIN config c ON c.device = e.device AND c.channel = e.parameter AND c.function = 'Advance' WHERE e.code = 82),
seen AS (
  SELECT h.device, h.phase, h.b, l.code
  FROM hits h JOIN lights l ON l.device = h.device AND l.phase = h.phase AND h.t >= l.t AND (h.t < l.u OR l.u = (SELECT max(t) FROM ev WHERE device = h.device))),
green AS (
  SELECT g.device, g.phase, b.b, sum(greatest(0, least(g.u, b.b + 900000) - greatest(g.t, b.b))) FILTER (g.code = 1) AS green,
    sum(greatest(0, least(g.u, b.b + 900000) - greatest(g.t, b.b))) AS known
  FROM lights g JOIN bins b ON b.device = g.device GROUP BY ALL)
SELECT p.device, p.b AS "from", p.phase::VARCHAR AS phase, count(s.code) AS arrivals, count(*) FILTER (s.code = 1) AS "onGreen",
  count(*) FILTER (s.code = 8) AS "onYellow", count(*) FILTER (s.code = 10) AS "onRed",
  any_value(100.0 * g.green / nullif(g.known, 0)) AS "greenPercent"
FROM (SELECT DISTINCT c.device, c.phase, b.b FROM config c JOIN bins b USING (device) WHERE c.function = 'Advance') p
LEFT JOIN seen s ON s.device = p.device AND s.phase = p.phase AND s.b = p.b
LEFT JOIN green g ON g.device = p.device AND g.phase = p.phase AND g.b = p.b
GROUP BY ALL ORDER BY 1, 3, 2;

-- name: approach-delay
WITH whole AS (SELECT device, phase, t0 AS red, t1 AS green, t3 AS stop FROM cycles WHERE c0 = 10 AND c1 = 1 AND c2 = 8 AND c3 = 10),
hits AS (
  SELECT e.device, c.phase, e.t
  FROM ev e JOIN config c ON c.device = e.device AND c.channel = e.parameter AND c.function = 'Advance' WHERE e.code = 82),
dots AS (
  SELECT h.*, greatest(0, w.green - h.t) AS late FROM hits h JOIN whole w
  ON w.device = h.device AND w.phase = h.phase AND h.t >= w.red AND h.t < w.stop)
SELECT device, t // 900000 * 900000 AS "from", phase::VARCHAR AS phase, count(*) AS vehicles, count(*) FILTER (late > 0) AS "onRed",
  round(sum(late) / 1000.0, 3) AS "delaySeconds"
FROM dots GROUP BY ALL ORDER BY 1, 3, 2;

-- name: split-failure
-- Every 50 ms of green and of the first 5 s of red is looked at: all instants are multiples of that, those put midway too.
WITH det AS (
  SELECT e.device, c.phase, c.channel, e.t, e.code = 82 AS covered,
    lag(e.code) OVER w AS before, lag(e.t) OVER w AS t_before, row_number() OVER w AS k
  FROM ev e JOIN config c ON c.device = e.device AND c.channel = e.parameter AND c.function = 'Presence'
  WHERE e.code IN (81, 82) WINDOW w AS (PARTITION BY e.device, c.phase, c.channel ORDER BY e.t, e.n)),
changes AS (
  SELECT device, phase, channel, t, covered, 2 * k AS k FROM det
  UNION ALL SELECT device, phase, channel, (t + t_before) // 2, false, 2 * k - 1 FROM det WHERE covered AND before = 82 AND t - t_before > 2000
  UNION ALL SELECT device, phase, channel, (t + t_before) // 2, true, 2 * k - 1 FROM det WHERE NOT covered AND before = 81),
spans AS (
  SELECT device, phase, channel, t, covered, lead(t, 1, 9e15::BIGINT) OVER (PARTITION BY device, phase, channel ORDER BY t, k) AS u FROM changes),
ons AS (SELECT * FROM spans WHERE covered AND u > t),
heard AS (SELECT device, phase, channel, min(t) AS first FROM det GROUP BY ALL),
whole AS (
  SELECT device, phase, t0 AS green, t1 AS yellow, t2 AS red, least(t2 + 5000, t3) AS stop
  FROM cycles WHERE c0 = 1 AND c1 = 8 AND c2 = 10 AND c3 = 1 AND t1 > t0),
judgeable AS (
  SELECT w.*, list(h.channel) AS channels FROM whole w JOIN heard h ON h.device = w.device AND h.phase = w.phase AND h.first <= w.green GROUP BY ALL),
slices AS (
  SELECT device, phase, green, 'g' AS part, unnest(generate_series(green, yellow - 50, 50)) AS s, channels FROM judgeable
  UNION ALL SELECT device, phase, green, 'r', unnest(generate_series(red, stop - 50, 50)), channels FROM judgeable),
looked AS (
  SELECT s.device, s.phase, s.green, s.part, s.s, bool_or(o.t IS NOT NULL) AS covered
  FROM slices s LEFT JOIN ons o ON o.device = s.device AND o.phase = s.phase AND list_contains(s.channels, o.channel) AND s.s >= o.t AND s.s < o.u
  GROUP BY ALL),
judged AS (
  SELECT device, phase, green, count(*) FILTER (part = 'g' AND covered) / count(*) FILTER (part = 'g') AS gor,
    count(*) FILTER (part = 'r' AND covered) / 100.0 AS ror FROM looked GROUP BY ALL)
SELECT device, green // 900000 * 900000 AS "from", phase::VARCHAR AS phase, count(*) AS cycles,
  count(*) FILTER (gor >= 0.8 AND ror >= 0.8) AS failures, count(*) FILTER (gor > 0.79 AND ror > 0.79) AS "failuresUdot",
  round(avg(gor), 6) AS "greenOccupancy", round(avg(ror), 6) AS "redOccupancy"
FROM judged GROUP BY ALL ORDER BY 1, 3, 2;

-- name: terminations
WITH ends AS (
  SELECT device, parameter AS phase, t, code, lag(code) OVER (PARTITION BY device, parameter ORDER BY t, r, n) AS before
  FROM ev WHERE code IN (1, 4, 5, 6, 7)),
facts AS (
  SELECT device, phase, t, code FROM ends WHERE code IN (4, 5, 6) OR (code = 7 AND before = 1)
  UNION ALL SELECT device, parameter, t, code FROM ev WHERE code = 21)
SELECT device, t // 900000 * 900000 AS "from", phase::VARCHAR AS phase, count(*) FILTER (code = 4) AS "gapOuts",
  count(*) FILTER (code = 5) AS "maxOuts", count(*) FILTER (code = 6) AS "forceOffs", count(*) FILTER (code = 7) AS unknown,
  count(*) FILTER (code = 21) AS walks
FROM facts GROUP BY ALL ORDER BY 1, 3, 2;

-- name: pedestrian-delay
WITH walks AS (
  SELECT device, parameter AS phase, t, n, lag(t, 1, -1) OVER w AS t0, lag(n, 1, -1) OVER w AS n0
  FROM ev WHERE code = 21 WINDOW w AS (PARTITION BY device, parameter ORDER BY t, n)),
waits AS (
  SELECT w.device, w.phase, w.t, min(e.t) AS pressed FROM walks w LEFT JOIN ev e
  ON e.device = w.device AND e.parameter = w.phase AND e.code = 90 AND (e.t, e.n) > (w.t0, w.n0) AND (e.t, e.n) < (w.t, w.n)
  GROUP BY ALL)
SELECT device, t // 900000 * 900000 AS "from", phase::VARCHAR AS phase, count(*) AS services, count(pressed) AS served,
  round(avg((t - pressed) / 1000.0), 6) AS "delayMeanSeconds", max((t - pressed) / 1000.0) AS "delayMaxSeconds"
FROM waits GROUP BY ALL ORDER BY 1, 3, 2;

-- name: approach-volume
SELECT e.device, e.t // 900000 * 900000 AS "from", 'phase ' || c.phase AS approach,
  CASE c.function WHEN 'Advance' THEN 'advance' ELSE 'stopLine' END AS counted, count(*) AS vehicles
FROM ev e JOIN config c ON c.device = e.device AND c.channel = e.parameter AND c.function IN ('Advance', 'Stopbar Count')
WHERE e.code = 82 GROUP BY ALL ORDER BY 1, 3, 4, 2;

-- name: yellow-red
WITH seq AS (
  SELECT device, parameter AS phase, code AS c0, t AS yellow, lead(code, 1) OVER w AS c1, lead(t, 1) OVER w AS red,
    lead(code, 2) OVER w AS c2, lead(code, 3) OVER w AS c3, lead(t, 3) OVER w AS stop
  FROM ev WHERE code IN (1, 8, 9, 11) WINDOW w AS (PARTITION BY device, parameter ORDER BY t, r, n)),
whole AS (SELECT * FROM seq WHERE c0 = 8 AND c1 = 9 AND c2 = 11 AND c3 = 1
  AND (device, phase) IN (SELECT device, phase FROM config WHERE function = 'Yellow_Red')),
hits AS (
  SELECT e.device, c.phase, e.t FROM ev e JOIN config c ON c.device = e.device AND c.channel = e.parameter AND c.function = 'Yellow_Red'
  WHERE e.code = 82)
SELECT w.device, w.yellow // 900000 * 900000 AS "from", w.phase::VARCHAR AS phase, count(DISTINCT w.yellow) AS cycles,
  count(h.t) FILTER (h.t < w.red) AS "onYellow", count(h.t) FILTER (h.t >= w.red) AS "onRed",
  count(h.t) FILTER (h.t > w.red + 5000) AS severe
FROM whole w LEFT JOIN hits h ON h.device = w.device AND h.phase = w.phase AND h.t >= w.yellow AND h.t < w.stop
GROUP BY ALL ORDER BY 1, 3, 2;

-- name: phase-wait
-- Somebody waits from the first call after the end of green on, or from that end where the call lasts; a call that drops takes all back.
WITH calls AS (
  SELECT device, parameter AS phase, t, code, r, n,
    last_value(CASE WHEN code IN (43, 44) THEN code END IGNORE NULLS) OVER (PARTITION BY device, parameter ORDER BY t, r, n) AS calling,
    last_value(CASE WHEN code IN (1, 7) THEN code END IGNORE NULLS) OVER (PARTITION BY device, parameter ORDER BY t, r, n) AS light,
    count(*) FILTER (code IN (1, 44)) OVER (PARTITION BY device, parameter ORDER BY t, r, n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS run
  FROM ev WHERE code IN (1, 7, 43, 44, 45)),
starts AS (
  SELECT device, phase, run, min(t) AS since FROM calls
  WHERE light IS DISTINCT FROM 1 AND (code IN (43, 45) OR (code = 7 AND calling = 43)) GROUP BY ALL),
waits AS (
  SELECT c.device, c.phase, c.t, (c.t - s.since) / 1000.0 AS seconds
  FROM calls c JOIN starts s ON s.device = c.device AND s.phase = c.phase AND s.run = c.run WHERE c.code = 1)
SELECT device, t // 900000 * 900000 AS "from", phase::VARCHAR AS phase, count(*) AS services, round(avg(seconds), 6) AS "meanSeconds",
  max(seconds) AS "maxSeconds"
FROM waits GROUP BY ALL ORDER BY 1, 3, 2;
