drop function import_job_json (import_jobs);
drop table import_documents;
drop table import_jobs;
