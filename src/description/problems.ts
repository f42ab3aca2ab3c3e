/** One mistake in a description. */
export interface Problem {
  /** Where, as a person would write it: `may[3].blocks[0].when`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** A description is wrong (exit 2): every mistake that can be found at once, each with its place and what to do. */
export class ConfinementProblems extends Error {
  readonly problems: readonly Problem[];
  readonly #of: string;
  readonly #what: string;

  /** `what` of `name` the problems are found in. */
  constructor(
    name: string,
    problems: readonly Problem[],
    what = 'the description of',
    place?: string,
  ) {
    super(
      [
        `${place === undefined ? '' : `${place}: `}${what} \`${name}\` has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}`,
        ...problems.map(({ path, message, hint }) => `  ${path}: ${message}\n      ${hint}`),
      ].join('\n'),
    );
    this.name = 'ConfinementProblems';
    this.problems = problems;
    this.#of = name;
    this.#what = what;
  }

  /** The same with the place of the description, as `confinement.ts:12`. */
  at(place: string): ConfinementProblems {
    return new ConfinementProblems(this.#of, this.problems, this.#what, place);
  }
}
