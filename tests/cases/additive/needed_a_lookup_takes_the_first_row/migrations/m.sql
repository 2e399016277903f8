CREATE INDEX ev_by_kind ON ev(kind);
