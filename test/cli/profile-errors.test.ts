import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runConfine } from '../support/run-confine.ts';

const work = mkdtempSync(join(tmpdir(), 'confine-'));

/** A description that imports one name of ours. */
function FROM(name: string): string {
  return `import { ${name} } from "confine-mac";\nexport default ${name};\n`;
}

/** A profile in a directory of its own, built by a process of its own, since a module is loaded once in each. */
async function build(name: string, text: string, packageJson?: string) {
  const directory = join(work, name);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'confinement.ts'), text);
  writeFileSync(
    join(directory, 'beside.ts'),
    'import a from "./confinement.ts";\nexport const b = a;\n',
  );
  if (packageJson !== undefined) writeFileSync(join(directory, 'package.json'), packageJson);
  return runConfine(['build', name, '--check'], work);
}

test.each([
  [
    'syntax',
    'export default confine({ name: ',
    'syntax/confinement.ts:1`: SyntaxError: Expression',
  ],
  ['throws', '\n\nthrow new Error("no such thing");\n', 'throws/confinement.ts:3`: no such thing'],
  ['string', 'throw "a word";\n', 'string/confinement.ts`: it throws a word'],
  ['package', 'import { a } from "no-such-package";\nexport default a;\n', 'npm install no-such'],
  ['confine', 'import { a } from "confine";\nexport default a;\n', "comes from `'confine-mac'`"],
  ['name', FROM('useTermnial'), 'name/confinement.ts:1`: confine-mac has no `useTermnial`'],
  ['meant', FROM('useTermnial'), 'did you mean `useTerminal`?'],
  ['undefined', 'export default useTermnal();\n', 'did you mean `useTerminal`?'],
  ['not-imported', 'export default useTerminal();\n', 'import { useTerminal } from'],
  ['require', 'const a = require("confine-mac");\n', 'is an ES module'],
  ['circle', 'import "./beside.ts";\nexport default 1;\n', 'import each other in a circle'],
  ['ending', 'import "./beside";\nexport default 1;\n', 'write its whole name: `beside.ts`'],
  ['compiled', 'import "./beside.js";\nexport default 1;\n', 'write its whole name: `beside.ts`'],
  ['no-file', 'import "./missing.ts";\nexport default 1;\n', 'imports `no-file/missing.ts`, and'],
  ['enum', 'enum A { b }\nexport default 1;\n', 'an enum as an object'],
  ['two', 'export default 1;\nexport default 2;\n', 'it has two default exports'],
  ['function', 'export default () => 1;\n', 'export what it returns'],
  [
    'unchecked',
    'export default { name: "a" };\n',
    'was not checked: `export default confine({ ... })`',
  ],
  ['nothing', 'export default 1;\n', 'nothing/confinement.ts` exports no confinement'],
])(
  'a profile that cannot be loaded is one sentence with file and line: %s',
  async (name, text, says) => {
    const { code, err } = await build(name, text);
    expect(err).toContain(says);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(code).toBe(2);
  },
);

test('mistakes of a description come with its place, in a project of CommonJS too', async () => {
  const text = 'import { confine } from "confine-mac";\n\nexport default confine({} as never);\n';
  const { code, err } = await build('mistakes', text, '{"type":"commonjs"}');
  expect(err).toContain('mistakes/confinement.ts:3: the description of');
  expect(err).not.toContain('Warning');
  expect(code).toBe(2);
});

test('a description that ends the program is no yes', async () => {
  const { code, err } = await build('ends', 'process.exit(0);\n');
  expect(err).toContain('ends/confinement.ts` ended the program while it was loaded');
  expect(code).toBe(2);
});

test('an ability that is named and not called says so', async () => {
  const text =
    'import { confine, useTerminal } from "confine-mac";\nexport default confine({ may: [useTerminal] } as never);\n';
  const { code, err } = await build('uncalled', text);
  expect(err).toContain('may[0]: a function, which is not called');
  expect(err).toContain('write `useTerminal()`');
  expect(code).toBe(2);
});

test.each([
  ["startFromShell({ users: ['unconfind'] })", 'users[0]', 'did you mean `unconfined`?'],
  ["startFromShell({ users: 'staff' })", 'users: not a list', 'write a list'],
  ["startFromShell({ user: ['staff'] })", 'user: there is no such option', 'did you mean `users`?'],
  ['startFromShell()', 'users: missing', 'give it: a list'],
  ["startFromShell('staff')", 'startFromShell: its options are not an object', '{ users: ... }'],
  ["capturePackets({ chooseByRoute: 'yes' })", 'chooseByRoute: not a boolean', 'write a boolean'],
  ["keepState({ directory: 'var/lib/a' })", 'directory: a path begins with `/`', 'correct it'],
  ["listenOn({ protocol: 'tcp', own: [99999] })", 'own[0]: not from 1 to 65535', 'correct it'],
  ["runAsDaemon({ capabilities: ['CAP_CHOWN'] })", 'capabilities[0]', 'write `chown`'],
  ["resolveNames({ direct: 'direct_dns' })", 'direct: not an object', 'write an object'],
  ['runHelper({})', 'runHelper: no helper is named', 'give `programs`'],
  [
    'runHelper({ shell: false, domains: [] })',
    'runHelper: no helper is named',
    'leave the ability',
  ],
  ["connectTo({ services: ['htp'] })", 'services[0]: not one of', '`http`'],
])('what an ability cannot be given is refused, with its call: %s', async (call, place, hint) => {
  const [name] = call.split('(');
  const text = `import { ${name} } from "confine-mac";\n\nexport default ${call};\n`;
  const { code, err } = await build('option', text);
  expect(err).toContain(`option/confinement.ts:3: what is given to \`${name}\` has`);
  expect(err).toContain(place);
  expect(err).toContain(hint);
  expect(code).toBe(2);
});

test.each([
  ['may: [sendUdp("a")]', 'may[0]: a never, `send-udp`', 'put it under `never`'],
  ['never: [useTerminal()]', 'never[0]: an ability, `useTerminal`', 'put it under `may`'],
  ['may: ["useTerminal"]', 'may[0]: a name in quotes', 'write `useTerminal()` without quotes'],
  ['never: [sendUdp("a", { exept: 1 } as never)]', 'never[0].exept', 'did you mean `except`?'],
  ['never: [useCapabilities("a", { except: ["net_raw"] } as never)]', 'except[0]', 'as `{ names'],
  ['never: [useCapabilities("a")]', 'never[0].except: missing', 'give it: a list'],
  [
    'never: [useCapabilities("a", { except: [{ names: ["net_rawx"] }] })]',
    'never[0].except[0].names[0]: there is no capability `net_rawx`',
    'did you mean `net_raw`?',
  ],
])(
  'a slip in a list of the description is told once, with what to do: %s',
  async (part, place, hint) => {
    const { code, err } = await build(
      'slip',
      `import { confine, sendUdp, useCapabilities, useTerminal } from "confine-mac";\nexport default confine({ ${part} } as never);\n`,
    );
    expect(err).toContain(place);
    expect(err).toContain(hint);
    expect(err).not.toContain('blocks: missing');
    expect(code).toBe(2);
  },
);

test('a fault of our own is no answer', async () => {
  const text =
    'setTimeout(() => { throw new Error("late"); }, 0);\nawait new Promise((done) => setTimeout(done, 500));\n';
  const { code, err } = await build('late', text);
  expect(err).toContain('a fault of confine itself');
  expect(code).toBe(3);
});

test('who names no profile is not told of one that failed', async () => {
  const { code, err } = await runConfine(['check'], mkdtempSync(join(tmpdir(), 'confine-')));
  expect(err).toMatch(/^confine: no profile is named\n/m);
  expect(err).not.toMatch(/^✗/m);
  expect(code).toBe(2);
});

test.each([
  'await new Promise(() => {});\nexport default 1;\n',
  'export default new Promise(() => {});\n',
])('a description that waits for ever is given up: %j', async (text) => {
  const { code, err } = await build('waits', text);
  expect(err).toContain('was not loaded within 10 seconds');
  expect(code).toBe(2);
});
