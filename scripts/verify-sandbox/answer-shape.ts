/** What a field holds, without its value. The three refined kinds of text are those that our client reads as such. */
type FieldType = "text" | "id" | "time" | "address" | "number" | "yes or no" | "nothing" | "list" | "object";

type Field = {
  types: ReadonlySet<FieldType>;
  /** False where some of the objects that could have it do not. */
  isAlways: boolean;
};

/** Every field of an answer by its path (`_embedded.exchanges[].status`), never a value. */
export type AnswerShape = ReadonlyMap<string, Field>;

export function shapeOf(json: unknown): AnswerShape {
  const shape = new Map<string, Field>();
  collect(shape, "", [json], true);
  return shape;
}

/** All values that stand at one path; the items of a list are taken together. */
function collect(shape: Map<string, Field>, path: string, values: readonly unknown[], isAlways: boolean): void {
  if (values.length === 0) return;
  if (path !== "") shape.set(path, { types: new Set(values.map(typeOf)), isAlways });
  collect(shape, `${path}[]`, values.filter(Array.isArray).flat(), true);
  const objects = values.filter(isPlainObject);
  for (const name of new Set(objects.flatMap(Object.keys))) {
    const holders = objects.filter((object) => Object.hasOwn(object, name));
    const at = path === "" ? safeName(name) : `${path}.${safeName(name)}`;
    collect(
      shape,
      at,
      holders.map((object) => object[name]),
      holders.length === objects.length,
    );
  }
}

/** A page that is the last has no next one, whatever the world behind it. */
const DEPENDS_ON_THE_PAGE: ReadonlySet<string> = new Set(["_links.next", "_links.prev"]);

/** In what the answer differs from the simulator's, in words. Values are never compared. */
export function shapeDifferences(answer: AnswerShape, simulated: AnswerShape): string[] {
  const more = topmost(answer, simulated).map((path) => `also gives ${path}, which the simulator does not`);
  const less = topmost(simulated, answer)
    .filter((path) => simulated.get(path)?.isAlways)
    .map((path) => `lacks ${path}, which the simulator gives`);
  const other = [...answer].flatMap(([path, field]) => {
    const expected = simulated.get(path);
    return expected ? fieldDifferences(path, field, expected) : [];
  });
  return [...less, ...other, ...more];
}

/** A list without items says nothing of what an item looks like. */
export function hasEmptyList(answer: AnswerShape, simulated: AnswerShape): boolean {
  return [...simulated.keys()].some(
    (path) => path.endsWith("[]") && !answer.has(path) && answer.has(path.slice(0, -2)),
  );
}

function fieldDifferences(path: string, field: Field, expected: Field): string[] {
  const strange = [...field.types].filter((type) => !expected.types.has(type));
  if (strange.length > 0)
    return [`${path} is ${strange.join(" or ")}, in the simulator ${[...expected.types].join(" or ")}`];
  const isSometimesMissing = expected.isAlways && !field.isAlways && !DEPENDS_ON_THE_PAGE.has(path);
  return isSometimesMissing ? [`${path} is not always there, in the simulator it is`] : [];
}

/** Paths of one shape that the other has not, without those whose parent is missing as well or is a list without items. */
function topmost(shape: AnswerShape, other: AnswerShape): string[] {
  return [...shape.keys()].filter((path) => {
    if (other.has(path) || path.endsWith("[]") || DEPENDS_ON_THE_PAGE.has(path)) return false;
    const parent = path.slice(0, Math.max(0, path.lastIndexOf(".")));
    return parent === "" || other.has(parent);
  });
}

function typeOf(value: unknown): FieldType {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  switch (typeof value) {
    case "string":
      return textTypeOf(value);
    case "number":
      return "number";
    case "boolean":
      return "yes or no";
    default:
      return "object";
  }
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

function textTypeOf(text: string): FieldType {
  if (UUID.test(text)) return "id";
  if (TIME.test(text)) return "time";
  return /^https?:\/\//.test(text) ? "address" : "text";
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names go into reports, so one that could be a secret or somebody's name does not pass. */
function safeName(name: string): string {
  return /^_?[a-z]+(?:[-_]?[a-z]+){0,6}\d?$/i.test(name) && name.length <= 40 ? name : "(oddly named)";
}
