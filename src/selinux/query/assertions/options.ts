/** Why an assertion cannot be answered, for the person who wrote it. */
export class Unanswerable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unanswerable';
  }
}

/** The options of one assertion. Each is asked for by whoever knows it, so that one that nobody knows can be told. */
export class Options {
  readonly #values: ReadonlyMap<string, string>;
  readonly #read = new Set(['check_type', 'desc', 'disable']);

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** Undefined where it is not given, or empty. */
  word(name: string): string | undefined {
    this.#read.add(name);
    const value = this.#values.get(name)?.trim();
    if (value?.includes('%')) {
      throw new Unanswerable(`\`${name}\` has a \`%\`, which sechecker replaces and we do not`);
    }
    return value === '' ? undefined : value;
  }

  /** Words with blanks between them; none where it is not given. */
  words(name: string): readonly string[] {
    return this.word(name)?.split(/\s+/) ?? [];
  }

  /** Those that were given and that nobody asked for. */
  unread(): readonly string[] {
    return [...this.#values.keys()].filter((name) => !this.#read.has(name));
  }
}
