-- What an owner sees of their people and tills: never a code, a session's holder's network or a PIN.
GRANT SELECT (business_id, id, expires_at, used_at, used_by), UPDATE (expires_at) ON device_codes TO sello_app;
GRANT SELECT ON pin_tries TO sello_app;
GRANT SELECT (rotated_at) ON sessions TO sello_app;
