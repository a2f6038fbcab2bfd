export interface Person {
  email: string;
  name: string;
}

/** The local sign-ins, one per role of the desk, and a second of compliance: a review is signed off by another. */
export const PEOPLE: readonly Person[] = ["Agent", "Lead", "Compliance", "Compliance2", "Engineer", "Admin"].map(
  (name) => ({
    email: `${name.toLowerCase()}@example.test`,
    name: `${name.replace("2", " Two")} Example`,
  }),
);

/**
 * Anybody at example.test may sign in here: whether a stranger gets into the desk is for the desk to decide.
 * Null for an address that is none, or that could belong to a real person.
 */
export function findPerson(address: string): Person | null {
  const email = address.trim().toLowerCase();
  if (!/^[a-z0-9._+-]{1,64}@example\.test$/.test(email)) return null;
  return PEOPLE.find((person) => person.email === email) ?? { email, name: "Somebody Example" };
}
