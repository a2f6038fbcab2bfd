import type { VerificationReport } from "#features/sandbox-verification/schema.ts";
import type { Observation } from "./observation.ts";

type Found = ReadonlyMap<string, Observation>;
type Answer = { isSettled: boolean; answer: string };
type Question = { number: number; question: string; ask(found: Found): Answer };

/** The questions that only a live sandbox can answer, as they stand at the end of the notes on Dwolla's API. */
const QUESTIONS: readonly Question[] = [
  {
    number: 1,
    question:
      "Does the status turn to deactivated when a balance says UpdateCredentials, and back to active after re-auth?",
    ask: (found) => {
      const meanwhile = factOf(found, "broken.exchange", "the status meanwhile");
      if (!meanwhile) return open("No bank of the customer refuses, and Dwolla documents no way to break one.");
      const words = `While a balance says UpdateCredentials, the exchange's status ${meanwhile}.`;
      return meanwhile === "is active" ? settled(words) : open(`${words} What it is after re-auth was not seen.`);
    },
  },
  {
    number: 2,
    question: "Is re-auth allowed for a healthy exchange, and for MX?",
    ask: (found) => {
      const said = (["plaid", "mx"] as const).flatMap((partner) => {
        const status = statusOf(found, `sessions.create.${partner}`);
        return status ? [`${partner === "mx" ? "MX" : "Plaid"}: ${status}`] : [];
      });
      if (said.length === 0) return open("The customer has no exchange to try it on.");
      const words = `Asked for a session: ${said.join("; ")}.`;
      return said.length === 2 ? settled(words) : open(`${words} The other partner has no exchange to try it on.`);
    },
  },
  {
    number: 3,
    question: "What do 409 and 429 look like, and is there a Retry-After?",
    ask: (found) => {
      const conflict = statusOf(found, "sessions.same-key-other-body");
      const words = conflict ? `One key with another body was answered ${conflict}. ` : "";
      return open(`${words}A 429 is not provoked: it would close the account to everybody for five minutes.`);
    },
  },
  {
    number: 4,
    question: "What is the largest limit of /events?",
    ask: (found) => {
      const status = statusOf(found, "events.limit");
      if (!status) return open("The list of events could not be asked for.");
      const page = factOf(found, "events.limit", "the page");
      if (page === "holds 200 or fewer")
        return open(`limit=1000 was answered ${status}, but there are too few events to see where a page ends.`);
      return settled(`limit=1000 was answered ${status}${page ? `: the page ${page}` : ""}.`);
    },
  },
  {
    number: 5,
    question: "What does an event customer_exchange_reauth_required hold?",
    ask: (found) => {
      const about = factOf(found, "events.reauth", "the event");
      if (!about) return open("Dwolla keeps none for this account, and nothing in the sandbox causes one.");
      return settled(`It ${about}; its fields are compared in the step above.`);
    },
  },
  {
    number: 6,
    question: "Does a balance check ever answer 202?",
    ask: (found) => {
      const status = statusOf(found, "balance.linked");
      if (!status) return open("No bank of the customer answers a balance check.");
      if (status.startsWith("202")) return settled("Yes: this one was.");
      return open(`This one was answered ${status}, which does not exclude it.`);
    },
  },
  {
    number: 7,
    question: "Does Idempotency-Key work for exchange sessions?",
    ask: (found) => {
      const same = factOf(found, "sessions.same-key", "the same key");
      const status = statusOf(found, "sessions.same-key");
      if (!same && status) return open(`No session could be made to try it with (${status}).`);
      if (!same) return open("The customer has no exchange to try it on.");
      return settled(`The same key twice ${same} (${status}).`);
    },
  },
  {
    number: 8,
    question: "Does a used exchange session still give its token?",
    ask: (found) => {
      const used = factOf(found, "repaired.session", "the used session");
      if (used) return settled(`The used session ${used}.`);
      const again = factOf(found, "sessions.read.plaid", "the second reading");
      const words = again ? ` Read twice before anybody used it, the second reading ${again}.` : "";
      return open(`Only a person can use a session at the bank.${words}`);
    },
  },
];

/** What a simulator answers is our own choice: it settles nothing. */
export function answerQuestions(found: Found, isSimulator: boolean): VerificationReport["questions"] {
  return QUESTIONS.map(({ number, question, ask }) => {
    const { isSettled, answer } = ask(found);
    if (!isSimulator) return { number, question, isSettled, answer };
    return { number, question, isSettled: false, answer: `Of the simulator only, by our own choice: ${answer}` };
  });
}

function settled(answer: string): Answer {
  return { isSettled: true, answer };
}

function open(answer: string): Answer {
  return { isSettled: false, answer };
}

function statusOf(found: Found, stepId: string): string | null {
  const observation = found.get(stepId);
  if (observation?.kind !== "answered") return null;
  const { status, code } = observation.answer;
  return code === null ? String(status) : `${status} ${code}`;
}

function factOf(found: Found, stepId: string, subject: string): string | null {
  const observation = found.get(stepId);
  return observation?.kind === "answered" ? (observation.facts[subject] ?? null) : null;
}
