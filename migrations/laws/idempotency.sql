-- Every key names a thing that exists. A new resource that takes an Idempotency-Key adds its table here.
CREATE VIEW laws_of_idempotency (law, key, detail) WITH (security_invoker = true) AS
SELECT 'L36_idempotency_dangling', format('%s/%s', k.business_id, k.key), k.resource_id::text FROM idempotency_keys k
  WHERE NOT EXISTS (SELECT FROM customers x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM cards x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM stamp_events x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM redemptions x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM invitations x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM devices x WHERE x.business_id = k.business_id AND x.id = k.resource_id)
    AND NOT EXISTS (SELECT FROM branches x WHERE x.business_id = k.business_id AND x.id = k.resource_id);
