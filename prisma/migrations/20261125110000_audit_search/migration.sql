-- The reviewer's list: any one filter, newest first, page by page, in a trail of ten million events.
--
-- Each index below is one more write for every act on record, so each has its reason:
--   (column, recorded_at DESC, event_id DESC)  gives the newest events of one value in the order of the list, however rare the value is
--                                              and wherever its events lie; the list stops after a page. They replace the three that
--                                              ended at recorded_at, whose rows of one instant had to be sorted.
--   text_pattern_ops                           lets the same index serve `=` and the beginning of a value (LIKE 'OPS-%').
--   WHERE … IS NOT NULL                        costs an event that has no such value nothing.
--   no time behind request_id and session_ref  a request has a handful of events, a sign-in a day's: sorting them is cheaper than
--                                              16 bytes more in every event. Equal values then share one entry.
-- operation_id keeps its index; event_id is the primary key; both are compared as UUIDs, a beginning as a range of them.
SET LOCAL ROLE audit_owner;

DROP INDEX audit.event_actor;
DROP INDEX audit.event_target;
DROP INDEX audit.event_customer;

CREATE INDEX event_actor ON audit.event (actor_id text_pattern_ops, recorded_at DESC, event_id DESC);
CREATE INDEX event_target ON audit.event (target_id text_pattern_ops, recorded_at DESC, event_id DESC) WHERE target_id IS NOT NULL;
CREATE INDEX event_customer ON audit.event (customer_id text_pattern_ops, recorded_at DESC, event_id DESC) WHERE customer_id IS NOT NULL;
CREATE INDEX event_ticket ON audit.event (ticket text_pattern_ops, recorded_at DESC, event_id DESC) WHERE ticket IS NOT NULL;
-- Closed lists: a wildcard or a "not" is spelled out as values, and the newest of each are merged.
CREATE INDEX event_action ON audit.event (action, recorded_at DESC, event_id DESC);
-- The decision follows from the outcome but for two; one index answers for both.
CREATE INDEX event_outcome ON audit.event (outcome, decision, recorded_at DESC, event_id DESC);
CREATE INDEX event_request ON audit.event (request_id text_pattern_ops);
CREATE INDEX event_upstream_request ON audit.event (upstream_request_id text_pattern_ops) WHERE upstream_request_id IS NOT NULL;
CREATE INDEX event_session ON audit.event (session_ref text_pattern_ops) WHERE session_ref IS NOT NULL;

RESET ROLE;
