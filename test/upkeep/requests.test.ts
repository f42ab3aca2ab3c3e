import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import rustnet from '../../profiles/rustnet/confinement.ts';
import { grantingNothing } from '../../src/cli/upkeep-lab.ts';
import { moduleSource } from '../../src/selinux/module/index.ts';
import { readPolicy } from '../../src/selinux/policydb/index.ts';
import { domainSummary } from '../../src/selinux/query/index.ts';
import { basePolicy, compileModule, distribution, linkModules } from '../../src/targets/index.ts';
import {
  compareRequests,
  concernsOf,
  type Finding,
  mergedRequests,
  parseBaseline,
  type Request,
  type RequestPolicy,
  type Requests,
  standingOf,
  typeNames,
} from '../../src/upkeep/index.ts';
import { linkedWith } from '../support/linked-policy.ts';

const PROFILE = join(import.meta.dirname, '../../profiles/rustnet');

/** Recorded by `confine upkeep --program 1.7.0 --from 1.6.0 --lab --only '^(help|session|outputs|headless|containers)$' --json`. */
function recorded(release: string): Requests {
  const file = join(import.meta.dirname, `requests/rustnet-monitor-${release}.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Requests;
}

const [old, now] = [recorded('1.6.0'), recorded('1.7.0')];
let policy: RequestPolicy;
const concerns = concernsOf(rustnet, readFileSync(join(PROFILE, 'confinement.ts'), 'utf8'));
const compared = (before: Requests, after: Requests): readonly Finding[] =>
  compareRequests(rustnet, before, after, policy, concerns);

beforeAll(async () => {
  const linked = await linkedWith('debian-13', rustnet);
  const db = readPolicy(readFileSync(linked.policy));
  policy = {
    calls: parseBaseline(readFileSync(join(PROFILE, 'baseline/debian-13.json'), 'utf8'))!.calls,
    standing: standingOf(db, rustnet.domain),
    namesOf: typeNames(db),
  };
});

test('the same requests: nothing', () => {
  expect(compared(old, old)).toEqual([]);
  expect(compared(now, now)).toEqual([]);
});

describe('from rustnet 1.6.0 to 1.7.0', () => {
  const lines = (level: string, part?: string): string[] =>
    compared(old, now)
      .filter((one) => one.level === level)
      .filter((one) => part === undefined || one.concerns.some((each) => each.part === part))
      .flatMap(({ changes }) => changes.filter((line) => line.startsWith('+')));

  test('names are asked of the stub over UDP and not of nss-resolve: the threads are inside the sandbox now', () => {
    expect(lines('unclear', 'resolveNames')).toEqual([
      expect.stringContaining('self:udp_socket { read setopt write }'),
    ]);
    const gone = compared(old, now).find(({ what }) => what === 'it does not ask any more for')!;
    expect(gone.changes).toContainEqual(expect.stringContaining('io.systemd.Resolve'));
  });

  test('the stores of containers, refused in silence by the ability that says why', () => {
    expect(lines('nothing', 'refuseContainerNames')).toEqual([
      expect.stringContaining('container_var_lib_t:dir'),
    ]);
    expect(lines('edit')).toContainEqual(expect.stringContaining('config.vN.json'));
  });

  test('outputs are opened by walking there, headless ones through a descriptor', () => {
    expect(lines('nothing', 'writeOutput')).toContainEqual(
      expect.stringContaining('var_log_t:dir { getattr search }'),
    );
    expect(lines('edit')).toContainEqual(
      expect.stringMatching(/user_home_t:file .*redirected\.jsonl \(headless\)/),
    );
  });
});

test('an ability of which nothing is used any more is named', () => {
  const named = (findings: readonly Finding[]): string[] =>
    findings.filter(({ what }) => what.startsWith('the ability')).map(({ what }) => what);
  const keeping = (keeps: (request: Request) => boolean): Requests => ({
    ...old,
    requests: old.requests.filter(keeps),
  });
  // Its capabilities are left, so it is used.
  expect(
    named(
      compared(
        old,
        keeping(({ tclass }) => tclass !== 'bpf'),
      ),
    ),
  ).toEqual([]);
  const without = keeping(
    ({ tclass, target }) =>
      tclass !== 'bpf' && tclass !== 'capability2' && target !== 'sysfs_t' && target !== 'bpf_t',
  );
  expect(named(compared(old, without))).toEqual([
    'the ability `traceWithBpf` was used, and is not any more',
  ]);
  expect(named(compared(without, old))).toEqual([
    'the ability `traceWithBpf` is used now, and was not',
  ]);
});

test('requests for the same stand once, whatever the process', () => {
  const request = { scenario: 'a', target: 'init_t', tclass: 'file', permissions: ['read'] };
  expect(
    mergedRequests([
      { ...request, path: '/proc/12/stat' },
      { ...request, path: '/proc/1/stat', permissions: ['open'] },
    ]),
  ).toEqual([{ ...request, path: '/proc/N/stat', permissions: ['open', 'read'] }]);
});

test('the module of a recording grants the domain nothing by name but its labels', async () => {
  const dist = await distribution('debian-13');
  const { te } = grantingNothing(rustnet);
  const { pp } = await compileModule(dist, { ...moduleSource(rustnet), te });
  const base = await basePolicy(dist);
  const linked = await linkModules(dist, base, [{ name: 'rustnet.pp', bytes: pp }]);
  const db = readPolicy(readFileSync(linked.policy));
  const own = domainSummary(db, db.types.ids.get('rustnet_t')!).filter(
    ({ through }) => through === undefined,
  );
  // What is left comes with entering the domain, and with being an application.
  expect([...new Set(own.map(({ tclass }) => tclass))].sort()).toEqual([
    'fd',
    'fifo_file',
    'file',
    'process',
  ]);
});
