CREATE INDEX IF NOT EXISTS by_kind ON ev(kind);
