CREATE INDEX note_org ON note(org, body);
