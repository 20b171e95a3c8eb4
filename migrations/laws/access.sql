-- Who may come in: sessions and owners.
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
    AND NOT EXISTS (SELECT FROM memberships m WHERE m.business_id = b.id AND m.role = 'owner' AND m.disabled_at IS NULL);
