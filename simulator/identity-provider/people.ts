export interface Person {
  email: string;
  name: string;
}

/** The local sign-ins, one per role of the desk. */
export const PEOPLE: readonly Person[] = ["Agent", "Lead", "Compliance", "Engineer", "Admin"].map((role) => ({
  email: `${role.toLowerCase()}@example.test`,
  name: `${role} Example`,
}));

/**
 * Anybody at example.test may sign in here: whether a stranger gets into the desk is for the desk to decide.
 * Null for an address that is none, or that could belong to a real person.
 */
export function findPerson(address: string): Person | null {
  const email = address.trim().toLowerCase();
  if (!/^[a-z0-9._+-]{1,64}@example\.test$/.test(email)) return null;
  return PEOPLE.find((person) => person.email === email) ?? { email, name: "Somebody Example" };
}
