/** What is known of Fedora's policy without having it here: names, and how many parameters its interfaces take. */
export interface FedoraPolicy {
  readonly interfaces: ReadonlyMap<string, number>;
  readonly types: ReadonlySet<string>;
  readonly attributes: ReadonlySet<string>;
  /** Class → its permissions, the inherited ones included. */
  readonly classes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The lists of `data/fedora`, as text → a value. */
export function parseFedoraPolicy(lists: {
  readonly interfaces: string;
  readonly types: string;
  readonly attributes: string;
  readonly classes: string;
}): FedoraPolicy {
  const rows = lists.interfaces
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  return {
    interfaces: new Map(rows.map(([name, , parameters]) => [name!, Number(parameters)])),
    types: new Set(lists.types.trimEnd().split('\n')),
    attributes: new Set(lists.attributes.trimEnd().split('\n')),
    classes: parseClasses(lists.classes),
  };
}

/** seinfo's listing of commons, then classes: `common file`, `{`, permissions, `}`; a class may name the common that it inherits. */
function parseClasses(text: string): Map<string, ReadonlySet<string>> {
  const commons = new Map<string, readonly string[]>();
  const classes = new Map<string, ReadonlySet<string>>();
  let current: { kind: string; name: string; permissions: string[] } | undefined;
  const close = (): void => {
    if (current?.kind === 'common') commons.set(current.name, current.permissions);
    if (current?.kind === 'class') classes.set(current.name, new Set(current.permissions));
    current = undefined;
  };
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    const head = /^(common|class) (\w+)$/.exec(line);
    if (head) {
      close();
      current = { kind: head[1]!, name: head[2]!, permissions: [] };
    } else if (/^inherits \w+$/.test(line)) {
      current?.permissions.push(...(commons.get(line.split(' ')[1]!) ?? []));
    } else if (/^\w+$/.test(line)) {
      current?.permissions.push(line);
    }
  }
  close();
  return classes;
}
