-- One account, for itself.
-- param user_id bigint
-- result json
-- access read
select json_build_object(
    'id', u.id,
    'email', u.email,
    'displayName', u.display_name,
    'isOperator', u.is_operator,
    'hasSecondFactor', u.totp_secret is not null,
    'createdAt', iso(u.created_at))
from users u
where u.id = :user_id
  and u.state = 'active';
