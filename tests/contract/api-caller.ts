export const HAL_TYPE = "application/vnd.dwolla.v1.hal+json";

// biome-ignore lint/suspicious/noExplicitAny: the tests state the shape by what they expect of it
type Body = any;
export type ApiAnswer = { status: number; headers: Headers; text: string; body: Body };
export type ApiCaller = Awaited<ReturnType<typeof createApiCaller>>;

/** Plain HTTP with a token, so that the tests see headers and bodies as they are. */
export async function createApiCaller(url: string) {
  const token = (await fetchToken(url)).body.access_token as string;
  const standard = { authorization: `Bearer ${token}`, accept: HAL_TYPE };
  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    send(new URL(path, url), { method, headers: { ...standard, ...headers }, ...(body !== undefined && { body }) });
  return {
    url,
    token,
    call,
    get: (path: string, headers?: Record<string, string>) => call("GET", path, headers),
    post: (path: string, body?: unknown, headers: Record<string, string> = {}) =>
      body === undefined
        ? call("POST", path, headers)
        : call("POST", path, { "content-type": HAL_TYPE, ...headers }, JSON.stringify(body)),
  };
}

/** Every item of a list, page after page, by the links to the next one. */
export async function readAll(api: ApiCaller, path: string, name: string): Promise<Body[]> {
  const items: Body[] = [];
  for (let next: string | undefined = `${path}?limit=200`; next !== undefined; ) {
    const { body }: ApiAnswer = await api.get(next);
    items.push(...body._embedded[name]);
    next = body._links.next?.href;
  }
  return items;
}

export function fetchToken(url: string, credentials = "local-key:local-secret"): Promise<ApiAnswer> {
  return send(new URL("/token", url), {
    method: "POST",
    headers: { authorization: `Basic ${btoa(credentials)}`, "content-type": "application/x-www-form-urlencoded" },
    body: "grant_type=client_credentials",
  });
}

export async function send(url: URL, init: RequestInit): Promise<ApiAnswer> {
  const response = await fetch(url, { redirect: "manual", ...init });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
  return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
}

/** The last part of the path of an address: an id. */
export function idOf(address: string | null | undefined): string {
  return new URL(address ?? "about:blank").pathname.split("/").at(-1) ?? "";
}
