import { stringify } from "csv-stringify/sync";

export type CsvRow = readonly (string | number | null)[];

/**
 * Lines of a CSV file (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe in front:
 * csv-stringify sees one that begins with = + - @, their full-width forms, a tab or a carriage return;
 * blanks, line feeds and invisible characters in front of one are seen here.
 */
export function csvLines(rows: readonly CsvRow[]): string {
  const guarded = rows.map((row) =>
    row.map((value) => (typeof value === "string" ? guardHiddenFormula(value) : value)),
  );
  // By itself the library quotes only the whole CR LF, so that half of one in a text would start a new row.
  return stringify(guarded, { escape_formulas: true, record_delimiter: "windows", quoted_match: /[\r\n]/ });
}

const HIDDEN_FORMULA = /^[\s\p{C}]+[=+\-@\uff1d\uff0b\uff0d\uff20]|^\n/u;
const SEEN_BY_THE_LIBRARY = /^[\t\r]/;

function guardHiddenFormula(text: string): string {
  return HIDDEN_FORMULA.test(text) && !SEEN_BY_THE_LIBRARY.test(text) ? `'${text}` : text;
}
