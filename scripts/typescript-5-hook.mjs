// For dependency-cruiser (node --import): it reads TypeScript through the compiler's own interface, which version 7 no
// longer has, and then finds no imports at all without a word. So it gets version 5, and nothing else does.
import { Module, register } from "node:module";

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, ...rest) =>
  resolveFilename(request.replace(/^typescript(?=$|\/)/, "typescript-5"), ...rest);

const hook =
  'export const resolve = (name, context, next) => next(name === "typescript" ? "typescript-5" : name, context);';
register(`data:text/javascript,${encodeURIComponent(hook)}`);
