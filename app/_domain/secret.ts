/**
 * A value that must not be printed: session tokens and addresses, OAuth tokens.
 * Every way a value usually leaks (template text, JSON, console, node's inspect) gives "[secret]";
 * only `reveal()` gives the value, so that each place where it comes out can be found by name.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
