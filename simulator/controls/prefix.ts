/** A place that Dwolla does not use. What is under it is not Dwolla and is not in the request log. */
export const CONTROL_PREFIX = "/__simulator";
