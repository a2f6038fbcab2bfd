/** "Who may import whom", as followed through files: text-based lint rules miss relative imports. */
const OURS = "^(app|prisma|simulator|scripts|tests)/";
// columns.ts maps address fields to columns and needs their types.
const DATABASE_FILES = "^app/_features/[^/]+/(data|mutations|jobs|columns)\\.ts$";

/** A folder of ours and the only folders of ours it may import, besides itself. */
const mayImport = (folder, allowed) => ({
  name: `${folder.replace("app/", "")}-imports-only-${allowed.length > 0 ? "what-it-may" : "nothing-of-ours"}`,
  severity: "error",
  from: { path: `^${folder}/` },
  to: { path: OURS, pathNot: [folder, ...allowed].map((path) => `^${path}/`) },
});

/** A package and the only files that may use it. */
const onlyFor = (packageName, ...files) => ({
  name: `${packageName.replace("/", "-")}-only-where-it-belongs`,
  severity: "error",
  from: { path: "^(app|simulator)/", pathNot: files },
  to: { path: `(^|/)node_modules/${packageName}/` },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    { name: "no-circles", severity: "error", from: {}, to: { circular: true } },
    { name: "everything-resolves", severity: "error", from: {}, to: { couldNotResolve: true } },
    mayImport("app/_domain", []),
    mayImport("app/_dwolla", ["app/_domain"]),
    mayImport("app/_ui", ["app/_domain"]),
    mayImport("app/_platform", ["app/_domain", "app/_dwolla"]),
    mayImport("app/_features", ["app/_domain", "app/_platform", "app/_dwolla", "app/_ui"]),
    mayImport("app/_worker", ["app/_features", "app/_platform"]),
    mayImport("app/_sealer", ["app/_domain", "app/_platform"]),
    mayImport("simulator", []),
    {
      name: "only-components-use-ui",
      severity: "error",
      from: { path: "^app/_features/", pathNot: "^app/_features/[^/]+/(components/|columns\\.tsx?$)" },
      to: { path: "^app/_ui/" },
    },
    {
      name: "another-noun-only-by-data-mutations-schema",
      severity: "error",
      from: { path: "^app/_features/([^/]+)/" },
      to: {
        path: "^app/_features/",
        pathNot: ["^app/_features/$1/", "^app/_features/[^/]+/(data|mutations|schema)\\.ts$"],
      },
    },
    {
      name: "worker-uses-jobs",
      severity: "error",
      from: { path: "^app/_worker/" },
      to: { path: "^app/_features/", pathNot: "^app/_features/[^/]+/jobs\\.ts$" },
    },
    {
      name: "routes-are-thin",
      comment: "loaders, actions, components, schema; _ui and _domain",
      severity: "error",
      // next-auth's own handler is mounted as it is.
      from: { path: "^app/", pathNot: "^app/(_|api/auth/)" },
      to: {
        path: OURS,
        pathNot: [
          "^app/(?!_)",
          "^app/_(ui|domain)/",
          "^app/_features/[^/]+/((loaders|actions|schema)\\.ts$|components/)",
        ],
      },
    },
    {
      name: "prisma-client-only-in-data-mutations-jobs-platform",
      severity: "error",
      // The sealer holds a lock for as long as its one connection lives, so it needs the driver itself.
      from: { path: "^app/", pathNot: [DATABASE_FILES, "^app/_platform/", "^app/_sealer/"] },
      to: { path: "(^app/_platform/prisma-client/|(^|/)node_modules/(@prisma|prisma|pg)/)" },
    },
    onlyFor("undici", "^app/_dwolla/"),
    onlyFor("next-safe-action", "^app/_platform/action\\.ts$"),
    {
      name: "app-does-not-import-its-surroundings",
      severity: "error",
      from: { path: "^app/" },
      to: { path: "^(prisma|simulator|scripts|tests)/" },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^app/_platform/prisma-client/"] },
    exclude: { path: "^(\\.next|\\.data)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["react-server", "import", "require", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs", ".json", ".d.ts"],
    },
  },
};
