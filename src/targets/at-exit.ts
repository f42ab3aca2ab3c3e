/**
 * Does something when the process ends, by a signal too, unless the returned function is called before. It must be synchronous: it runs
 * in Node's `exit` event.
 */
export function atExit(action: () => void): () => void {
  if (!listening) {
    listening = true;
    process.on('exit', () => {
      for (const each of pending) each();
    });
    for (const [signal, number] of SIGNALS) {
      process.on(signal, () => process.exit(128 + number));
    }
  }
  pending.add(action);
  return () => pending.delete(action);
}

const pending = new Set<() => void>();
let listening = false;

/** Those that ask a program to end; as the shell counts, it then ends with 128 and their number. */
const SIGNALS = [
  ['SIGHUP', 1],
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const;
