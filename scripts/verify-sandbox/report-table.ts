import type { Verdict, VerificationReport } from "#features/sandbox-verification/schema.ts";

const WORDS: Record<Verdict, string> = { proven: "proven", differs: "DIFFERS", not_provable: "not provable here" };
const VERDICT_WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length));

/** The report for a terminal: what it was, a line for each step with its remarks below, the open questions, what was put away. */
export function reportLines(report: VerificationReport): string[] {
  const { target, customer, steps, questions, cleaning } = report;
  const widest = Math.max(...steps.map(({ title }) => title.length));
  return [
    `Asked: ${target.kind === "simulator" ? "a simulator, not Dwolla" : "Dwolla's sandbox"} at ${target.host}`,
    `Customer: ${customer.id ?? "none"} (${customer.origin})`,
    "",
    ...steps.flatMap(({ verdict, title, answer, remarks }) => [
      `${WORDS[verdict].padEnd(VERDICT_WIDTH)}  ${title.padEnd(widest)}  ${answer ?? "–"}`.trimEnd(),
      ...remarks.map((remark) => `${" ".repeat(VERDICT_WIDTH + 4)}${remark}`),
    ]),
    "",
    "Open questions",
    ...questions.flatMap(({ number, question, isSettled, answer }) => [
      `${String(number).padStart(2)}  ${question}`,
      `    ${isSettled ? "Settled" : "Not settled"}: ${answer}`,
    ]),
    "",
    ...cleaning,
    "",
    countWords(report),
  ];
}

function countWords({ steps, questions }: VerificationReport): string {
  const count = (verdict: Verdict) => steps.filter((step) => step.verdict === verdict).length;
  const settled = questions.filter(({ isSettled }) => isSettled).length;
  return `${count("proven")} proven, ${count("differs")} differ, ${count("not_provable")} not provable here; ${settled} of ${questions.length} open questions settled.`;
}
