import { readCommandLine } from "./command-line.ts";
import { type RunningSimulator, startSimulator } from "./server.ts";

try {
  const { scenarios: scenarioFolder, ...options } = readCommandLine(process.argv.slice(2), process.env);
  const simulator = await startSimulator({ ...options, scenarioFolder });
  console.log(`Simulated Dwolla on ${simulator.url}: ${options.customers} customers of seed ${options.seed}.`);
  console.log(`Key local-key, secret local-secret. Controls: ${simulator.url}/__simulator`);
  stopOnSignal(simulator);
} catch (error) {
  console.error(`Simulator: ${explain(error)}`);
  process.exitCode = 1;
}

function stopOnSignal(simulator: RunningSimulator): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, async () => {
      await simulator.stop();
      process.exit(0);
    });
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  return code === "EADDRINUSE"
    ? `port ${port} is in use; choose another with --port or SIMULATOR_PORT.`
    : error.message;
}
