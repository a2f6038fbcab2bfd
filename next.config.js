/** @type {import("next").NextConfig} */
export default {
  poweredByHeader: false,
  typedRoutes: false,
  images: { unoptimized: true },
  serverExternalPackages: ["pg", "graphile-worker", "pino", "@prisma/adapter-pg"],
  experimental: { serverActions: { bodySizeLimit: "64kb" } },
};
