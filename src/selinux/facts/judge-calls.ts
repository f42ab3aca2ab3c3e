import type { Given, KnownRule } from './facts.ts';

/** What a policy says of the attributes that a call names or joins. */
export interface AttributeView {
  /** How many types a name stands for: 1 for a type. */
  size(name: string): number;
  /** Allow rules whose source is an attribute. */
  allowRules(attribute: string): readonly Pick<KnownRule, 'target' | 'tclass' | 'permissions'>[];
}

/** What one call gives on one target; `given` is undefined where the target lacks the interface. */
export interface CallOnTarget {
  readonly target: string;
  readonly given: readonly Given[] | undefined;
  readonly attributes: AttributeView;
}

/** Something about a call that its name does not say. */
export interface CallFinding {
  readonly interface: string;
  readonly kind: 'dontaudit that allows' | 'joins attributes' | 'grants more in one place';
  /** Target -> what is so there. */
  readonly where: ReadonlyMap<string, string>;
}

/** Holds one call against what it grants. A `dontaudit` that allows is a fault of the description; the rest is to be known. */
export function judgeCall(name: string, targets: readonly CallOnTarget[]): readonly CallFinding[] {
  const known = targets.flatMap(({ target, given, attributes }) =>
    given === undefined ? [] : [{ target, given, attributes }],
  );
  const findings: CallFinding[] = [];
  const add = (kind: CallFinding['kind'], where: ReadonlyMap<string, string>): void => {
    if (where.size > 0) findings.push({ interface: name, kind, where });
  };
  const about = (text: (one: (typeof known)[number]) => string): Map<string, string> =>
    new Map(known.flatMap((one) => (text(one) === '' ? [] : [[one.target, text(one)]])));

  if (DONTAUDIT.test(name)) {
    add(
      'dontaudit that allows',
      about(({ given, attributes }) => {
        const accesses = accessesOf(given, attributes);
        return accesses.length === 0 ? '' : `allows ${largest(accesses)}`;
      }),
    );
  }
  add(
    'joins attributes',
    about(({ given }) =>
      [
        ...new Set(
          given.flatMap((row) =>
            row.kind === 'attribute' && !SET.test(row.attribute) ? [row.attribute] : [],
          ),
        ),
      ]
        .sort()
        .join(', '),
    ),
  );
  add('grants more in one place', uneven(known));
  return findings;
}

const DONTAUDIT = /(^|_)dontaudit(_|$)/;
/** The compiler's name for an expression over types. */
const SET = /_typeattr_\d+$/;

interface Access {
  readonly text: string;
  /** Pairs of a target type and a permission. */
  readonly size: number;
}

/** Where one target's call grants three times as much as another's, and a hundred accesses more: what makes the difference. */
function uneven(
  known: readonly { target: string; given: readonly Given[]; attributes: AttributeView }[],
): Map<string, string> {
  const sizes = known.map(({ target, given, attributes }) => {
    const accesses = accessesOf(given, attributes);
    return { target, accesses, total: accesses.reduce((sum, { size }) => sum + size, 0) };
  });
  const least = Math.min(...sizes.map(({ total }) => total));
  const much = sizes.filter(({ total }) => total > 3 * least && total > least + 100);
  return new Map(
    much.map(({ target, accesses, total }) => [
      target,
      `${total} accesses, elsewhere ${least}; most by ${largest(accesses)}`,
    ]),
  );
}

/** The allow rules of a call, those of the attributes that it joins among them. */
function accessesOf(given: readonly Given[], attributes: AttributeView): Access[] {
  const seen = new Map<string, Access>();
  const add = ({
    target,
    tclass,
    permissions,
  }: Pick<KnownRule, 'target' | 'tclass' | 'permissions'>): void => {
    const types = attributes.size(target);
    const text = `${target}:${tclass} { ${[...permissions].sort().join(' ')} }`;
    seen.set(text, {
      text: types > 1 ? `${text} on ${types} types` : text,
      size: types * permissions.length,
    });
  };
  for (const row of given) {
    if (row.kind === 'allow') add(row);
    if (row.kind === 'attribute') attributes.allowRules(row.attribute).forEach(add);
  }
  return [...seen.values()];
}

function largest(accesses: readonly Access[]): string {
  return accesses.reduce((best, one) => (one.size > best.size ? one : best)).text;
}
