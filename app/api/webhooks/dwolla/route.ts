import { loadWebhookAnswer } from "#features/webhooks/loaders.ts";

/** @see https://developers.dwolla.com/docs/api-reference/webhooks */
export function POST(request: Request): Promise<Response> {
  return loadWebhookAnswer(request);
}
