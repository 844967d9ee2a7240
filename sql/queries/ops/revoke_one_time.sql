-- Takes every one-time token away that was sent out: password resets, confirmations.
-- result none
-- access write
delete from user_tokens
where expires_at > now();
