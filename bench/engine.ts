import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Measurement, median } from './measure.ts';

/**
 * The same lines of JSON to our reader and to the engine of `--from`, each into a tally, as whole processes. Prints the ratio of their times,
 * whose goal is 3. Usage: node bench/engine.ts [records], a million unless said: 0.5 GB.
 */
const records = Number(process.argv[2] ?? 1_000_000);
const main = join(import.meta.dirname, '../dist/cli/confine.js');
const work = mkdtempSync(join(tmpdir(), 'confine-bench-'));
try {
  const log = join(work, 'journal.json');
  writeJournal(log, records);
  const tally = ['--out', join(work, 'tally.ndjson')];
  const reader = await median([process.execPath, main, 'review', ...tally, log], 3, 0);
  const engine = await median([process.execPath, main, 'review', ...tally, '--from', log], 3, 0);
  const said = ({ seconds, megabytes }: Measurement): string =>
    `${seconds.toFixed(1)} s, ${Math.round(megabytes)} MB`;
  process.stdout.write(
    `${records} records as JSON: reader ${said(reader)}; engine ${said(engine)}; ${(reader.seconds / engine.seconds).toFixed(1)} times as fast\n`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** As `journalctl -o json` prints them: 210 distinct requests on 40 machines. */
function writeJournal(path: string, count: number): void {
  const file = openSync(path, 'w');
  let lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const stamp = `audit(${1_795_000_000 + (i >> 7)}.${String(i % 1000).padStart(3, '0')}:${i})`;
    const message = `audit: type=1400 ${stamp}: avc:  denied  { ${['read', 'write', 'open getattr read'][i % 3]} } for  pid=${i % 30_000} comm="rustnet" name="file${i % 100}" dev="vda" ino=${i} scontext=unconfined_u:unconfined_r:rustnet_t:s0-s0:c0.c1023 tcontext=system_u:object_r:t${i % 70}_t:s0 tclass=file permissive=0`;
    lines.push(
      `${JSON.stringify({
        __REALTIME_TIMESTAMP: `${1_795_000_000_000_000 + i}`,
        _BOOT_ID: '0123456789abcdef0123456789abcdef',
        _MACHINE_ID: '0123456789abcdef0123456789abcdef',
        _HOSTNAME: `web${i % 40}`,
        PRIORITY: '5',
        SYSLOG_IDENTIFIER: 'kernel',
        _TRANSPORT: 'kernel',
        MESSAGE: message,
      })}\n`,
    );
    if (lines.length === 10_000 || i === count - 1) {
      writeSync(file, lines.join(''));
      lines = [];
    }
  }
  closeSync(file);
}
