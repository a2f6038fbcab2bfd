/**
 * By which way an event came.
 *
 * | webhook came      | read from GET /events | delivery     |
 * |-------------------|-----------------------|--------------|
 * | once              | not before            | delivered    |
 * | more than once    | not before            | duplicate    |
 * | after it was read | yes                   | late         |
 * | no                | within the grace      | on_its_way   |
 * | no                | longer ago            | lost         |
 * | no                | before we listened    | before       |
 */
export const DELIVERIES = ["delivered", "duplicate", "late", "on_its_way", "lost", "before"] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** A webhook may still come: Dwolla sends it at once, but not before the event is in the list. */
export const DELIVERY_GRACE_MS = 2 * 60_000;
