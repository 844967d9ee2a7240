drop table trade_votes;
drop function refuse_party_vote();
drop table trade_items;
drop table trade_teams;
drop table trades;
drop table waiver_claims;
drop table waiver_runs;
drop table waiver_holds;
