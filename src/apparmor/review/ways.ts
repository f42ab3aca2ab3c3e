import type { Never } from '../../description/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import { type ProfileVerdict, proveProfiles } from '../prove/index.ts';
import type { Given, Step } from './given.ts';

/** A never that an access would break. */
export interface Broken {
  /** As `confine prove` calls it. */
  readonly id: string;
  readonly never: Never;
  /** The way that it would open. */
  readonly way: string;
}

export interface Opened {
  readonly broken: readonly Broken[];
  /** What could no longer be said of nevers. */
  readonly unsaid: readonly string[];
}

/**
 * What requests open, compiled and proved for all of them at once. Witnesses are compared, and not outcomes: a never that is broken already is broken
 * once more by a request that adds a way. A profile shows the shortest way alone, so what a request adds is looked for in a profile that has
 * nothing but the request and what is granted of the same file; and, for what takes two rules together, in the whole profile with the request.
 */
export class Ways {
  private readonly given: Given;
  private readonly compiled: ReadonlyMap<string, CompiledProfile | undefined>;
  private readonly proved = new Map<string, readonly Sayings[]>();
  /** Lines -> what they open together with the rest of the profile. */
  private readonly together = new Map<string, Broken[]>();

  private constructor(given: Given, compiled: ReadonlyMap<string, CompiledProfile | undefined>) {
    this.given = given;
    this.compiled = compiled;
  }

  static async of(given: Given, steps: readonly Step[]): Promise<Ways> {
    const bodies = new Map<string, readonly string[]>([[textOf([]), []]]);
    for (const { wanted, had, next } of steps) {
      for (const body of [wanted, had, [...had, ...wanted], next]) bodies.set(textOf(body), body);
    }
    const profiles = await given.compiler.lone([...bodies.values()]);
    const ways = new Ways(given, new Map([...bodies.keys()].map((text, i) => [text, profiles[i]])));
    await ways.findTogether(steps);
    return ways;
  }

  /** Undefined where the compiler refuses the lines. */
  alone(body: readonly string[]): CompiledProfile | undefined {
    return this.compiled.get(textOf(body));
  }

  opened(step: Step): Opened {
    const { had, wanted } = step;
    const { broken, unsaid } = this.difference([...had, ...wanted], had);
    const more = (this.together.get(textOf(wanted)) ?? []).filter(
      ({ id }) => !broken.some((each) => each.id === id),
    );
    return { broken: [...broken, ...more], unsaid };
  }

  leadingTo({ next, had }: Step): readonly Broken[] {
    return next.length === 0 ? [] : this.difference(next, had).broken;
  }

  private difference(body: readonly string[], before: readonly string[]): Opened {
    return differenceOf(this.sayings(body), this.sayings(before));
  }

  private sayings(body: readonly string[]): readonly Sayings[] {
    const text = textOf(body);
    const known = this.proved.get(text);
    if (known !== undefined) return known;
    const profile = this.compiled.get(text);
    const sayings = profile === undefined ? [] : this.prove([profile]);
    this.proved.set(text, sayings);
    return sayings;
  }

  /** Under the name of the description's own profile, so that ways can be compared. */
  private prove(profiles: readonly CompiledProfile[]): readonly Sayings[] {
    const { subject, nevers } = this.given;
    const [own, ...others] = profiles;
    const named = { ...own!, name: subject.profiles[0]!.name };
    return proveProfiles({ ...subject, profiles: [named, ...others] }, nevers).map(
      ({ id, verdict }) => ({ id, verdict }),
    );
  }

  /** Those of all steps at once first: mostly there are none, which one proof says. */
  private async findTogether(steps: readonly Step[]): Promise<void> {
    const own = this.given.subject.profiles[0]!;
    const wanted = new Map(
      steps
        .filter(({ profile, wanted }) => profile === own && this.alone(wanted) !== undefined)
        .map((step) => [textOf(step.wanted), step]),
    );
    if (wanted.size > 0)
      await this.divide([...wanted.values()], this.prove(this.given.subject.profiles));
  }

  private async divide(steps: readonly Step[], before: readonly Sayings[]): Promise<void> {
    const lines = [...new Set(steps.flatMap(({ wanted }) => wanted))];
    const found = differenceOf(this.prove(await this.given.compiler.extended(lines)), before);
    const alone = new Set(
      steps.flatMap(({ had, wanted }) =>
        this.difference([...had, ...wanted], had).broken.map(({ id, way }) => `${id} ${way}`),
      ),
    );
    const left = found.broken.filter(({ id, way }) => !alone.has(`${id} ${way}`));
    if (left.length === 0) return;
    const [step] = steps;
    if (steps.length === 1) {
      this.together.set(textOf(step!.wanted), left);
      return;
    }
    const middle = steps.length >> 1;
    await this.divide(steps.slice(0, middle), before);
    await this.divide(steps.slice(middle), before);
  }
}

interface Sayings {
  readonly id: string;
  readonly verdict: ProfileVerdict;
}

function textOf(body: readonly string[]): string {
  return body.join('\n');
}

/** What the kernel does not ask about is an open way; one that the description accepts is not among them. */
function differenceOf(after: readonly Sayings[], before: readonly Sayings[]): Opened {
  const broken: Broken[] = [];
  const unsaid: string[] = [];
  for (const [i, { id, verdict }] of after.entries()) {
    const fresh = (of: 'ways' | 'reasons' | 'unmediated'): readonly string[] => {
      const known = new Set(before[i]?.verdict[of]);
      return verdict[of].filter((text) => !known.has(text));
    };
    const [way] = [...fresh('ways'), ...fresh('unmediated')];
    if (way !== undefined) broken.push({ id, never: verdict.never, way });
    else unsaid.push(...fresh('reasons').map((text) => `${id}: ${text}`));
  }
  return { broken, unsaid };
}
