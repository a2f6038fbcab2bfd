import type { CallInFull } from "../data.ts";

const HAL = "application/vnd.dwolla.v1.hal+json";

type Asked = Pick<CallInFull, "method" | "pathTemplate" | "path" | "query" | "sentBody">;

/** The same request for a POSIX shell. Token, key and secret are variables of that shell: none of them was ever kept. */
export function curlCommand({ method, pathTemplate, path, query, sentBody }: Asked, apiUrl: string): string {
  const address = quoted(`${apiUrl}${path}${query}`);
  if (pathTemplate === "/token") {
    return `curl -X POST ${address} -u "$DWOLLA_KEY:$DWOLLA_SECRET" -d grant_type=client_credentials`;
  }
  const parts = [
    `curl -X ${method} ${address}`,
    '-H "Authorization: Bearer $DWOLLA_TOKEN"',
    `-H ${quoted(`Accept: ${HAL}`)}`,
  ];
  if (sentBody !== null) parts.push(`-H ${quoted(`Content-Type: ${HAL}`)}`, `--data-raw ${quoted(sentBody)}`);
  return parts.join(" \\\n  ");
}

/** Nothing is special between single quotes but the single quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
