drop table devices;
drop table recovery_codes;

drop index api_tokens_revoked_idx;
drop index sessions_revoked_idx;
alter table sessions
    drop column proved_at;

alter table users
    drop constraint users_totp_step_not_negative,
    drop constraint users_totp_since_by_secret,
    drop constraint users_totp_pending_length,
    drop constraint users_totp_secret_length,
    drop column totp_step,
    drop column totp_since,
    drop column totp_pending;
