interface Entry {
  payload: Record<string, unknown>;
  expiresAt: number;
}

/**
 * What oidc-provider remembers (sessions, codes, tokens, grants) while this process lives.
 * Made once per provider: it hands the class a model name for each kind of thing.
 */
export function createMemoryStore() {
  const entries = new Map<string, Entry>();

  return class MemoryStore {
    readonly #model: string;

    constructor(model: string) {
      this.#model = model;
    }

    async upsert(id: string, payload: Record<string, unknown>, lifeSeconds: number): Promise<void> {
      entries.set(this.#key(id), { payload, expiresAt: Date.now() + lifeSeconds * 1000 });
    }

    async find(id: string): Promise<Record<string, unknown> | undefined> {
      const entry = entries.get(this.#key(id));
      if (entry && entry.expiresAt > Date.now()) return entry.payload;
      entries.delete(this.#key(id));
      return undefined;
    }

    async findByUid(uid: string): Promise<Record<string, unknown> | undefined> {
      return this.#live().find(({ payload }) => payload.uid === uid)?.payload;
    }

    async consume(id: string): Promise<void> {
      const entry = entries.get(this.#key(id));
      if (entry) entry.payload.consumed = Math.floor(Date.now() / 1000);
    }

    async destroy(id: string): Promise<void> {
      entries.delete(this.#key(id));
    }

    /** Of this kind only: the sign-in that is under way may hang on the grant that it replaces. */
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, { payload }] of entries) {
        if (this.#isOwn(key) && payload.grantId === grantId) entries.delete(key);
      }
    }

    #live(): Entry[] {
      const now = Date.now();
      return [...entries].flatMap(([key, entry]) => (this.#isOwn(key) && entry.expiresAt > now ? [entry] : []));
    }

    #isOwn(key: string): boolean {
      return key.startsWith(`${this.#model}:`);
    }

    #key(id: string): string {
      return `${this.#model}:${id}`;
    }
  };
}
