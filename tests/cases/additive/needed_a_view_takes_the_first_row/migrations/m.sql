CREATE INDEX a ON tag(name DESC);
