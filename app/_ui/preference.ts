/** What a person may choose about the looks. Kept in cookies, so that the server draws the first frame right. */
export const preferenceChoices = {
  theme: ["system", "light", "dark"],
  density: ["comfortable", "compact"],
  rail: ["wide", "collapsed"],
  keys: ["on", "off"],
} as const;

export type PreferenceName = keyof typeof preferenceChoices;
export type PreferenceValue<Name extends PreferenceName> = (typeof preferenceChoices)[Name][number];

/** Anything that is not one of the choices counts as the first choice. */
export function parsePreference<Name extends PreferenceName>(
  name: Name,
  text: string | undefined,
): PreferenceValue<Name> {
  const choices: readonly PreferenceValue<Name>[] = preferenceChoices[name];
  return choices.find((choice) => choice === text) ?? preferenceChoices[name][0];
}
