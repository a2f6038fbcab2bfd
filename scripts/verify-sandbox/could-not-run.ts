/** Nothing was verified; the message says why and what to do, and holds no secret. */
export class CouldNotRun extends Error {}
