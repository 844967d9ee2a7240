drop function incident_json;
