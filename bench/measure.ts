import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measurement {
  /** Wall-clock time of the whole process, start to end. */
  readonly seconds: number;
  /** Peak resident memory, as the kernel keeps it (VmHWM), read every five milliseconds. */
  readonly megabytes: number;
  readonly code: number | null;
}

/** Runs a command to its end with its output thrown away. */
export function measure(argv: readonly string[]): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(argv[0]!, argv.slice(1), { stdio: ['ignore', 'ignore', 'ignore'] });
    let peak = 0;
    const watch = setInterval(() => {
      try {
        const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
        peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0));
      } catch {
        // It has ended between two looks.
      }
    }, 5);
    child.on('error', (error) => {
      clearInterval(watch);
      reject(error);
    });
    child.on('close', (code) => {
      clearInterval(watch);
      resolve({ seconds: (performance.now() - started) / 1000, megabytes: peak / 1024, code });
    });
  });
}

/** The median of several runs by time; its memory is the largest that any run needed. Throws if one ends otherwise than expected. */
export async function median(
  argv: readonly string[],
  runs: number,
  exit: number,
): Promise<Measurement> {
  const all: Measurement[] = [];
  for (let run = 0; run < runs; run++) {
    const one = await measure(argv);
    if (one.code !== exit)
      throw new Error(`ended with ${one.code}, not ${exit}: ${argv.join(' ')}`);
    all.push(one);
  }
  const sorted = all.sort((a, b) => a.seconds - b.seconds);
  return { ...sorted[runs >> 1]!, megabytes: Math.max(...all.map(({ megabytes }) => megabytes)) };
}
