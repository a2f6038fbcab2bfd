import type { SourceFile } from "./source-files.ts";

/** A way into the web app: a page, one method of a route handler, or a server action. */
export interface Entrance {
  kind: "page" | "handler" | "action";
  /** Under which its audit policy is kept: a page's file, `GET` and a handler's file, an action's noun and name. */
  key: string;
  file: string;
}

const PAGE = /(^|\/)page\.(ts|tsx|js|jsx)$/;
/** Next also makes routes of these files, each by its name alone. */
const HANDLER =
  /(^|\/)(route|sitemap|robots|manifest|icon|apple-icon|opengraph-image|twitter-image)\d?\.(ts|tsx|js|jsx)$/;
const USES_SERVER = /^\s*["']use server["']/m;
const METHODS = "GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS";

/** All ways into the web app, as the source says. What cannot be told gets a key that has no policy, and so does not pass unseen. */
export function findEntrances(files: readonly SourceFile[]): Entrance[] {
  return files.flatMap((file): Entrance[] => {
    if (PAGE.test(file.path)) return [{ kind: "page", key: file.path, file: file.path }];
    if (HANDLER.test(file.path)) return methodsOf(file).map((method) => handler(file, method));
    return USES_SERVER.test(file.text) ? actionsOf(file).map((name) => action(file, name)) : [];
  });
}

function handler({ path }: SourceFile, method: string): Entrance {
  return { kind: "handler", key: `${method} ${path}`, file: path };
}

function action({ path }: SourceFile, name: string): Entrance {
  const noun = /^app\/_features\/([^/]+)\/actions\.ts$/.exec(path)?.[1] ?? path;
  return { kind: "action", key: `${noun} ${name}`, file: path };
}

/** A file without a method that can be read here is `?`. */
function methodsOf(file: SourceFile): string[] {
  if (!/(^|\/)route\.\w+$/.test(file.path)) return ["GET"];
  const methods = exportsOf(file).filter((name) => new RegExp(`^(${METHODS}|\\?)$`).test(name));
  return methods.length > 0 ? methods : ["?"];
}

/** Where not the whole file is of actions, they cannot be told from the rest. */
function actionsOf(file: SourceFile): string[] {
  return /^["']use server["']/.test(file.text.trimStart()) ? exportsOf(file) : ["?"];
}

/** Names of the values that a file exports; `?` for what this does not follow. */
function exportsOf({ text }: SourceFile): string[] {
  const declared = text.matchAll(/^export (?:default )?(?:async )?(?:const|let|var|function\*?|class) +(\w+)/gm);
  const listed = [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names = ""]) => names.split(","));
  const asListed = listed
    .map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1) ?? "",
    )
    .filter((name) => name !== "");
  const unclear = text.match(/^export (?:\*|default (?!async|function|class))/gm) ?? [];
  return [...[...declared].map(([, name = "?"]) => name), ...asListed, ...unclear.map(() => "?")];
}
