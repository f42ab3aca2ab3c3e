import { expect, describe as group, test } from 'vitest';
import {
  type AttributeView,
  type CallOnTarget,
  type Given,
  givenFromCil,
  judgeCall,
} from '../../../src/selinux/facts/index.ts';

const attributes: AttributeView = {
  size: (name) => (name === 'many' ? 200 : 1),
  allowRules: (name) =>
    name === 'generous' ? [{ target: 'many', tclass: 'file', permissions: ['read'] }] : [],
};

function on(target: string, given: readonly Given[] | undefined): CallOnTarget {
  return { target, given, attributes };
}

function rule(kind: 'allow' | 'dontaudit', target: string, ...permissions: string[]): Given {
  return { kind, source: 'arg1', target, tclass: 'file', permissions, condition: undefined };
}

test('a dontaudit that allows is found where it does, and one that does not is none', () => {
  const found = judgeCall('xserver_dontaudit_stream_connect', [
    on('Debian', [rule('dontaudit', 'x_t', 'read')]),
    on('Fedora', [rule('allow', 'x_t', 'read', 'write')]),
    on('openSUSE', undefined),
  ]);
  expect(found).toEqual([
    {
      interface: 'xserver_dontaudit_stream_connect',
      kind: 'dontaudit that allows',
      where: new Map([['Fedora', 'allows x_t:file { read write }']]),
    },
  ]);
});

test('a dontaudit that allows through an attribute that it joins', () => {
  const given: Given[] = [{ kind: 'attribute', type: 'arg1', attribute: 'generous' }];
  const found = judgeCall('a_dontaudit_b', [on('here', given)]);
  expect(found.map(({ kind, where }) => [kind, ...where.values()])).toEqual([
    ['dontaudit that allows', 'allows many:file { read } on 200 types'],
    ['joins attributes', 'generous'],
  ]);
});

test.each([
  ['dontaudit_read_x', true],
  ['x_dontaudit', true],
  ['x_dontaudited_y', false],
])('the name %s promises no access: %s', (name, promises) => {
  const found = judgeCall(name, [on('here', [rule('allow', 'x_t', 'read')])]);
  expect(found.length > 0).toBe(promises);
});

test('much more in one place is found, a little more is not', () => {
  const small = [rule('allow', 'x_t', 'read')];
  const more = judgeCall('x_read', [
    on('a', small),
    on('b', [rule('allow', 'many', 'read', 'open')]),
  ]);
  expect(more[0]!.where).toEqual(
    new Map([['b', '400 accesses, elsewhere 1; most by many:file { open read } on 200 types']]),
  );
  expect(
    judgeCall('x_read', [on('a', small), on('b', [...small, rule('allow', 'y_t', 'read')])]),
  ).toEqual([]);
});

group('what a compiled module gives', () => {
  const CIL = `
(type probe_1_1_t) ; a comment with (parentheses)
(optional known
  (typeattributeset cil_gen_require etc_t)
  (allow probe_1_1_t etc_t (file (read open)))
  (allow probe_1_1_t self (process (signal)))
  (booleanif (b) (true (allow probe_1_1_t etc_t (dir (search)))) (false (dontaudit probe_1_1_t etc_t (dir (read)))))
  (optional inner (typeattributeset cil_gen_require nosuch_t) (allow probe_1_1_t nosuch_t (file (read))))
  (typeattributeset domain (probe_1_1_t ))
  (typetransition probe_1_1_t etc_t file "a b" etc_t)
)
(optional unknown (typeattributeset cil_gen_require nosuch_t) (allow probe_1_1_t etc_t (file (write))))`;

  test('rules, conditions, memberships and transitions, without what requires a name that is not there', () => {
    const rows = givenFromCil(CIL, (name) => name === 'etc_t');
    const base = { source: 'probe_1_1_t', target: 'etc_t' };
    expect(rows).toEqual([
      {
        kind: 'allow',
        ...base,
        tclass: 'file',
        permissions: ['read', 'open'],
        condition: undefined,
      },
      {
        kind: 'allow',
        source: 'probe_1_1_t',
        target: 'probe_1_1_t',
        tclass: 'process',
        permissions: ['signal'],
        condition: undefined,
      },
      {
        kind: 'allow',
        ...base,
        tclass: 'dir',
        permissions: ['search'],
        condition: { boolean: 'b', value: true },
      },
      {
        kind: 'dontaudit',
        ...base,
        tclass: 'dir',
        permissions: ['read'],
        condition: { boolean: 'b', value: false },
      },
      { kind: 'attribute', type: 'probe_1_1_t', attribute: 'domain' },
      { kind: 'type_transition', ...base, tclass: 'file', result: 'etc_t' },
    ]);
  });
});
