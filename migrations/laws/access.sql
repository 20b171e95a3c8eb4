-- Who may come in: sessions, owners, tills, PINs and keys.
CREATE VIEW laws_of_access (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L33_session_of_nobody', s.id::text, s.account_id::text FROM sessions s
  WHERE s.revoked_at IS NULL AND s.expires_at > app_now() AND CASE WHEN s.business_id IS NULL
    THEN NOT EXISTS (SELECT FROM platform_admins a WHERE a.account_id = s.account_id)
    ELSE NOT EXISTS (SELECT FROM memberships m WHERE m.business_id = s.business_id AND m.account_id = s.account_id AND m.disabled_at IS NULL) END
UNION ALL
SELECT 'L34_session_times', s.id::text, format('generation %s', s.generation) FROM sessions s
  WHERE s.expires_at <= s.created_at OR s.rotated_at < s.created_at OR s.revoked_at < s.created_at
UNION ALL
SELECT 'L35_shop_without_owner', b.id::text, '' FROM businesses b
  WHERE b.closed_at IS NULL
    AND NOT EXISTS (SELECT FROM memberships m WHERE m.business_id = b.id AND m.role = 'owner' AND m.disabled_at IS NULL)
UNION ALL
SELECT 'L60_session_on_ended_till', s.id::text, s.device_id::text FROM sessions s
  JOIN devices d ON d.business_id = s.business_id AND d.id = s.device_id
  WHERE s.revoked_at IS NULL AND s.expires_at > app_now() AND d.revoked_at IS NOT NULL
UNION ALL
SELECT 'L61_till_credential', k.id::text, format('till %s, generation %s', k.device_id, k.generation) FROM device_credentials k
  JOIN devices d ON d.business_id = k.business_id AND d.id = k.device_id
  WHERE (k.revoked_at IS NULL AND d.revoked_at IS NOT NULL)
     OR k.expires_at <= k.created_at OR k.rotated_at < k.created_at OR k.revoked_at < k.created_at
UNION ALL
SELECT 'L62_pin_of_nobody', p.account_id::text, p.business_id::text FROM pins p
  JOIN memberships m ON m.business_id = p.business_id AND m.account_id = p.account_id
  WHERE p.cleared_at IS NULL AND (m.disabled_at IS NOT NULL OR m.role = 'machine')
UNION ALL
SELECT 'L62_pin_of_nobody', s.id::text, s.account_id::text FROM sessions s
  WHERE s.means = 'pin' AND s.revoked_at IS NULL AND s.expires_at > app_now()
    AND NOT EXISTS (SELECT FROM pins p WHERE p.business_id = s.business_id AND p.account_id = s.account_id AND p.cleared_at IS NULL)
UNION ALL
SELECT 'L63_key_and_its_member', m.account_id::text, format('%s, ended %s, key revoked %s', m.role, m.disabled_at, k.revoked_at)
  FROM memberships m LEFT JOIN api_keys k ON k.business_id = m.business_id AND k.id = m.account_id
  WHERE (m.role = 'machine' AND m.disabled_at IS NULL AND (k.id IS NULL OR k.revoked_at IS NOT NULL))
     OR (k.id IS NOT NULL AND m.role <> 'machine')
UNION ALL -- the moment a stamp waited for its card aside
SELECT 'L64_stamp_after_dismissal', e.id::text, e.account_id::text FROM memberships m
  JOIN stamp_events e ON e.business_id = m.business_id AND e.account_id = m.account_id AND e.occurred_at > m.disabled_at + interval '1 minute'
  WHERE m.disabled_at IS NOT NULL AND e.kind = 'earn';
