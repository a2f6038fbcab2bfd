import { Logger } from "graphile-worker";
import { logger } from "#platform/logger.ts";

/** graphile-worker's own words, as lines of our log. Only the ids of a job: a payload is nobody's business there. */
export const jobLog = new Logger(({ taskIdentifier, jobId }) => (level, message) => {
  const line = { job: taskIdentifier, jobId };
  if (level === "error") logger.error(line, message);
  else if (level === "warning") logger.warn(line, message);
  else logger.debug(line, message);
});
