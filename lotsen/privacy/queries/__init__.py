"""Reading for the privacy desk: own data, the record, consents, what has served its time."""
