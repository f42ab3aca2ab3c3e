import { expect, test } from 'vitest';
import { processIo } from '../../../src/cli/io.ts';
import { compileCalls } from '../../../src/cli/write-out-calls.ts';
import { call, confine, type Statement } from '../../../src/description/index.ts';
import { linesOfModule } from '../../../src/selinux/facts/index.ts';
import { artefacts, CALLS_OF_ABILITIES } from '../../../src/selinux/module/index.ts';
import { COMPILED } from '../../../src/selinux/module/source/compiled-interfaces.ts';

function withCalls(statements: readonly Statement[]): ReturnType<typeof confine> {
  return confine({
    name: 'thing',
    title: 'a thing',
    version: '1.0.0',
    released: '2026-11-28',
    program: {
      name: 'thing',
      version: '1',
      homepage: 'https://example.org/',
      executables: ['/usr/local/bin/thing'],
    },
    rollout: 'permissive',
    tunables: [],
    may: [
      {
        name: 'doThing',
        title: 'Do a thing',
        types: [{ name: 'data', nature: 'state', what: 'data' }],
        blocks: [{ why: 'it must', selinux: statements }],
      },
    ],
    never: [],
    residuals: [],
  });
}

test('where no compiler says what a call grants, one sentence does', () => {
  expect(() => artefacts(withCalls([call('auth_use_nsswitch')]))).toThrow(
    'what the interface `auth_use_nsswitch` grants is not known here, and thing.cil has it written out',
  );
});

test('what a compiler made of a call, read line by line', () => {
  const text = `
(type probe_1_1_t)
(roletype object_r probe_1_1_t)
(typeattributeset cil_gen_require etc_t)
(allow probe_1_1_t etc_t (file (read open)))
(optional inner (typeattributeset cil_gen_require nosuch_t) (allow probe_1_1_t nosuch_t (file (write))))
(booleanif (and (flag) (other)) (true (dontaudit probe_1_1_t self (dir (search)))))
(typetransition probe_1_1_t etc_t file "a b" probe_1_2_t)`;
  const exists = (name: string): boolean => name !== 'nosuch_t';
  expect(linesOfModule(text, exists)).toEqual([
    '(allow probe_1_1_t etc_t (file (open)))',
    '(allow probe_1_1_t etc_t (file (read)))',
    '(booleanif (and (flag) (other)) (true (dontaudit probe_1_1_t self (dir (search)))))',
    '(typetransition probe_1_1_t etc_t file "a b" probe_1_2_t)',
  ]);
  const set = '(typeattribute set_1) (allow probe_1_1_t set_1 (file (read)))';
  expect(linesOfModule(set, exists)).toBeUndefined();
});

test('the list of what abilities call is what the compilers make of it', async () => {
  const calls = CALLS_OF_ABILITIES.map(([name, ...args]) => call(name!, ...args));
  expect(COMPILED, 'make it anew: node scripts/compiled-interfaces.ts').toEqual(
    await compileCalls(processIo(), calls),
  );
});
