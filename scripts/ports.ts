import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

export interface NamedPort {
  /** What listens there, in a person's words. */
  purpose: string;
  port: number;
  /** The environment variable that moves it. */
  variable: string;
}

/** Throws with every busy port named at once, before anything is started. */
export async function requireFreePorts(ports: readonly NamedPort[]): Promise<void> {
  const checked = await Promise.all(ports.map(async (named) => ({ ...named, free: await isFree(named.port) })));
  const busy = checked.filter(({ free }) => !free);
  if (busy.length === 0) return;
  const lines = busy.map(
    ({ purpose, port, variable }) =>
      `Port ${port} (${purpose}) is in use. Stop what uses it, or choose another: ${variable}=${port + 1}`,
  );
  throw new Error(lines.join("\n"));
}

/** A port that nothing uses at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Both are tried: a listener on loopback alone does not always stop one on all addresses, nor the other way round. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port, "127.0.0.1")) && (await canListen(port, undefined));
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host }, () => server.close(() => resolve(true)));
  });
}
