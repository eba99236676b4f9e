-- Deaths a week by province
-- An incident counts in the week of its first day; `sitrep panel` spreads it over its days.
SELECT date_trunc('week', date_start)::DATE AS week, country_code, admin1_name,
       count(*) AS incidents, sum(killed_low) AS at_least, sum(killed_best) AS killed
FROM incidents
WHERE NOT is_aggregate AND status_code = 'occurred'
GROUP BY ALL ORDER BY week DESC, incidents DESC;

-- Attacks on hospitals, schools and aid
SELECT incident_id, date_start, target_codes, summary, killed_best
FROM incidents
WHERE NOT is_aggregate
  AND list_has_any(target_codes, ['hospital', 'school', 'aid_convoy'])
ORDER BY date_start DESC;

-- Who died, by group
-- Groups overlap and are parts of the toll: never add them up.
SELECT c.group_code, count(*) AS incidents, sum(c.low) AS at_least
FROM (SELECT unnest(casualties) AS c FROM incidents WHERE NOT is_aggregate)
WHERE c.kind_code = 'killed'
GROUP BY ALL ORDER BY at_least DESC;

-- Who died, by name
SELECT n.name, n.age, n.kind_code, incident_id, date_start, place_label
FROM (SELECT unnest(casualty_names) AS n, * FROM incidents)
ORDER BY date_start DESC;

-- Who fights whom
SELECT actor_label, recipient_label, count(*) AS incidents, sum(killed_best) AS killed
FROM incidents
WHERE acled_event_type = 'Battles' AND NOT is_aggregate
GROUP BY ALL ORDER BY incidents DESC;

-- All that one actor did, as any of its parties
SELECT incident_id, date_start, incident_type_code, place_label, killed_best, certainty_code
FROM incidents
WHERE list_contains([a.label FOR a IN actors], 'Taliban')
ORDER BY date_start DESC;

-- Incidents within 50 km of a point
-- The point is Goma; only places that are known to a point or settlement.
SELECT round(12742 * asin(sqrt(sin(radians(latitude + 1.68) / 2) ** 2
         + cos(radians(latitude)) * cos(radians(-1.68)) * sin(radians(longitude - 29.22) / 2) ** 2)), 1) AS km,
       incident_id, date_start, place_label, summary
FROM incidents
WHERE geo_precision_code IN ('point', 'settlement') AND km <= 50
ORDER BY km;

-- What rests on one side's word
SELECT incident_id, date_start, summary, claimed_by, publisher_count
FROM incidents
WHERE certainty_code = 'claimed' AND NOT is_aggregate
ORDER BY killed_best DESC NULLS LAST;

-- Who said how many died
SELECT incident_id, c.speaker_text, c.stance_code, c.killed_low, c.killed_high, c.sentence_text
FROM (SELECT incident_id, unnest(claims) AS c FROM incidents WHERE len(claims) > 1)
WHERE c.killed_low IS NOT NULL
ORDER BY incident_id, c.killed_low;

-- Incidents by publisher, and those on its word alone
SELECT coalesce(publisher, 'unknown') AS publisher, count(DISTINCT incident_id) AS incidents,
       count(DISTINCT incident_id) FILTER (publisher_count = 1) AS alone
FROM mentions JOIN documents USING (document_id) JOIN incidents USING (incident_id)
GROUP BY ALL ORDER BY incidents DESC;

-- The sentences behind the deadliest incident
SELECT published_date, publisher, sentence_text, speaker_text, killed_low, killed_high, url
FROM mentions JOIN documents USING (document_id)
WHERE incident_id = (FROM incidents SELECT incident_id WHERE NOT is_aggregate ORDER BY killed_best DESC NULLS LAST LIMIT 1)
ORDER BY published_date;

-- Who held which place since when
SELECT place_label, date, controller_label, previous_controller_actor_id, certainty_code, event_id
FROM territory
ORDER BY place_label, date;

-- Kinds of incidents by month, as a cross table
PIVOT (SELECT date_trunc('month', date_start)::DATE AS month, acled_event_type FROM incidents WHERE NOT is_aggregate)
ON acled_event_type USING count(*) GROUP BY month ORDER BY month DESC;

-- Names that no register knows
SELECT p.text AS name, count(*) AS events
FROM (SELECT unnest(list_concat(actors, recipients)) AS p FROM events)
WHERE p.actor_id IS NULL
GROUP BY ALL ORDER BY events DESC;
