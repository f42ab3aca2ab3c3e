import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { distribution } from '../src/targets/index.ts';
import { quantity, table } from '../src/text/index.ts';
import { writeAuditLog } from './audit-log.ts';
import type { Case } from './case.ts';
import { allCases } from './cases.ts';
import { type Measurement, median } from './measure.ts';

/**
 * Puts each question to us and to the field's tool, one after the other on the same machine, and prints ratios. Every run is a whole
 * process, started new; ours is the built package, as it is installed. Usage: npm run bench [-- part of a title]
 */
const wanted = process.argv[2] ?? '';
const peers = await distribution('debian-13', { analysis: true });
const main = join(import.meta.dirname, '../dist/cli/confine.js');
const cases = (await allCases()).filter(({ title }) => title.includes(wanted));

const rows: string[][] = [];
const work = mkdtempSync(join(tmpdir(), 'confine-bench-'));
try {
  byteCompile(join(peers.bin, '..', 'root'), join(work, 'bytecode'));
  for (const one of cases) {
    process.stderr.write(`${one.title} …\n`);
    const log = one.log === undefined ? [] : [join(work, 'audit.log')];
    if (one.log !== undefined) writeAuditLog(log[0]!, one.log.records, one.log.asked);
    const ours = await median(
      [process.execPath, main, ...one.ours, ...log],
      5,
      one.exit?.ours ?? 0,
    );
    const peer =
      one.peer &&
      (await median(
        [join(peers.bin, one.peer[0]!), ...one.peer.slice(1), ...log],
        one.slow ? 1 : 3,
        one.exit?.peer ?? 0,
      ));
    rows.push(row(one, ours, peer));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.stdout.write(
  table(
    [
      { heading: 'question' },
      { heading: 'ours', align: 'right' },
      { heading: 'peer', align: 'right' },
      { heading: 'time', align: 'right' },
      { heading: 'goal', align: 'right' },
      { heading: 'memory', align: 'right' },
      { heading: 'goal', align: 'right' },
    ],
    rows,
  ),
);
process.stdout.write(
  `\n${quantity(cases.length, 'question')}; medians of 5 runs of ours, 3 of the peer (1 where it takes minutes)\n`,
);

/**
 * The peers are Python, which Debian compiles when it installs a package and we, who only unpack it, do not: without this each of their runs
 * would compile itself anew, and take twice as long as where it is installed. The peers take the directory from the environment.
 */
function byteCompile(root: string, into: string): void {
  process.env.PYTHONPYCACHEPREFIX = into;
  const libraries = globSync(['usr/lib/python3.*', 'usr/lib/python3/dist-packages'], { cwd: root });
  const directories = libraries.map((directory) => join(root, directory));
  const python = join(peers.bin, globSync('python3.*', { cwd: peers.bin })[0]!);
  const env = { ...process.env, PYTHONHOME: join(root, 'usr') };
  // It ends with 1 where a file is no Python of this version, as some that test Python are not.
  spawnSync(python, ['-m', 'compileall', '-q', ...directories], { env, stdio: 'ignore' });
  const setools = globSync('setools/__init__.*.pyc', {
    cwd: join(into, root, 'usr/lib/python3/dist-packages'),
  });
  if (setools.length === 0) throw new Error('setools was not byte-compiled');
}

function row(
  { title, goal, peer: tool }: Case,
  ours: Measurement,
  peer: Measurement | undefined,
): string[] {
  const size = ({ seconds, megabytes }: Measurement): string =>
    `${seconds.toFixed(2)} s ${megabytes.toFixed(0)} MB`;
  if (!peer) {
    return [
      title,
      size(ours),
      '',
      `${ours.seconds.toFixed(2)} s`,
      `≤ ${goal.time} s`,
      `${ours.megabytes.toFixed(0)} MB`,
      goal.memory ? `≤ ${goal.memory} MB` : '',
    ];
  }
  const share = (a: number, b: number): string => `1/${(b / a).toFixed(1)}`;
  return [
    `${title} (${tool![0]})`,
    size(ours),
    size(peer),
    share(ours.seconds, peer.seconds),
    `≤ 1/${Math.round(1 / goal.time)}`,
    share(ours.megabytes, peer.megabytes),
    goal.memory ? `≤ 1/${Math.round(1 / goal.memory)}` : '',
  ];
}
