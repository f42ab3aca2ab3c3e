import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const source = join(import.meta.dirname, '../src');

/** docs/abilities.md: every ability with its options, what it is, and the reasons of what it asks. */
export function abilitiesPage(): string {
  const index = read('abilities/index.ts');
  const exported = [...index.matchAll(/export \{ (\w+) \} from '\.\/([\w-]+)\.ts';/g)];
  const sections = exported.map(([, name, file]) => {
    const text = read(`abilities/${file}.ts`);
    const { comment, signature } = declared(text, name!);
    const reasons = [...text.matchAll(/\bwhy: '((?:[^'\\]|\\.)*)'/g)].map((match) => match[1]!);
    return [
      `## ${name}`,
      '',
      '```ts',
      signature,
      '```',
      '',
      comment,
      '',
      'What it asks for, and why:',
      '',
      ...reasons.map((why) => `- ${why.replaceAll("\\'", "'")}`),
      '',
    ].join('\n');
  });
  return `# Abilities

What a description can list under \`may\`. Each is a function that returns an ability; \`when\` is the name of a tunable that the description declares, and
what stands under it is granted while that is on. The page is made of the code (\`npm run documents\`). An ability that is not here is
[written by yourself](own-abilities.md).

${sections.join('\n').trimEnd()}
`;
}

/** docs/nevers.md: every never with its options, and the page that says what its proof rests on. */
export function neversPage(): string {
  // A never is the type's interface, its constructor, its fields: one file, in the order of the vocabulary.
  const index = read('description/nevers/index.ts');
  const files = [...index.matchAll(/^import type \{ \w+ \} from '\.\/([\w-]+)\.ts';/gm)];
  const inOrder = order(
    index,
    files.map(([, file]) => file!),
  );
  const sections = inOrder.map((kind) => {
    const text = read(`description/nevers/${kind}.ts`);
    const name = /^export function (\w+)\(/m.exec(text)![1]!;
    const { signature, comment } = declared(text, name);
    return [
      `## ${name}`,
      '',
      '```ts',
      signature,
      '```',
      '',
      kindComment(text, kind),
      '',
      ...[comment].filter(Boolean).flatMap((more) => [more, '']),
      `Its verdict and what it cannot see: [${kind}](guarantees/${kind}.md).`,
      '',
    ].join('\n');
  });
  const words = [...inOrder, 'path-exception', 'resolver-exception']
    .map((file) => read(`description/nevers/${file}.ts`))
    .join('\n');
  const exceptions = [...words.matchAll(/export interface (\w+Exception) \{\n[\s\S]*?\n\}/g)].map(
    (match) => {
      const comment = commentBefore(words, match.index);
      return `\`\`\`ts\n${comment === '' ? '' : `/** ${comment} */\n`}${match[0].replace('export ', '')}\n\`\`\`\n`;
    },
  );
  const channels = /EGRESS_CHANNELS = \[([\s\S]*?)\]/.exec(words)![1]!;
  return `# Nevers

What a description can list under \`never\`. Each is a function that returns a statement about the linked policy, and takes as \`why\` the reason that stands in
every report. The page is made of the code (\`npm run documents\`); what the verdicts mean stands in [guarantees](guarantees/README.md).

${sections.join('\n')}
## Exceptions

${exceptions.join('\n')}
\`resolver({ when, packets })\` makes a \`ResolverException\`. The channels of \`egressBy\`, all of them in \`EGRESS_CHANNELS\`:
${[...channels.matchAll(/'([\w-]+)'/g)].map((match) => `\`${match[1]}\``).join(', ')}.
`;
}

function read(path: string): string {
  return readFileSync(join(source, path), 'utf8');
}

/** An exported function's comment and signature, without its body. Throws for one that has no comment: it would be an empty section. */
function declared(text: string, name: string): { comment: string; signature: string } {
  const match = new RegExp(`^export (function ${name}\\([\\s\\S]*?\\): \\w+) \\{$`, 'm').exec(text);
  if (match === null) throw new Error(`${name} is not declared as a function`);
  return { comment: commentBefore(text, match.index), signature: match[1]! };
}

/** The comment that ends right before an index, as paragraphs. */
function commentBefore(text: string, index: number): string {
  const match = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n$/.exec(text.slice(0, index));
  return match === null ? '' : prose(match[1]!);
}

/** Kinds as the union of all nevers lists them. */
function order(index: string, kinds: readonly string[]): readonly string[] {
  const union = /export type Never =([\s\S]*?);/.exec(index)![1]!;
  const names = [...union.matchAll(/\w+/g)].map(([name]) => name);
  const typeOf = (kind: string): string =>
    kind.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return kinds.toSorted((a, b) => names.indexOf(typeOf(a)) - names.indexOf(typeOf(b)));
}

/** What the vocabulary says of a kind, above its type. */
function kindComment(text: string, kind: string): string {
  const at = text.search(/^export (?:type|interface) \w+ (?:= |extends )Plain</m);
  const comment = at < 0 ? '' : commentBefore(text, at);
  if (comment === '') throw new Error(`nothing is said of the never ${kind}`);
  return comment;
}

function prose(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd())
    .join('\n')
    .trim();
}
