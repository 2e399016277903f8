-- Near miss: DELETE leaves the sequence alone.
DELETE FROM ticket;
