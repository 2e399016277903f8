-- From now on no update of item works.
DROP TABLE ledger;
