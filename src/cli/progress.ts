import { width } from '../text/index.ts';
import type { Io } from './io.ts';

/** Runs a step, saying on stderr what it does while it does it, and how long it took when it took a while. */
export async function step<T>(io: Io, title: string, action: () => Promise<T> | T): Promise<T> {
  const started = performance.now();
  const announcement = io.errStyle.faint(`… ${shortened(title, io)}`);
  if (io.interactive) io.err(`\r\x1b[K${announcement}`);
  // A log shows what is going on too, once it takes long enough to wonder.
  const patience = io.interactive ? undefined : setTimeout(() => io.err(`${announcement}\n`), 2000);
  try {
    const result = await action();
    const seconds = (performance.now() - started) / 1000;
    const time = seconds >= 0.1 ? io.errStyle.faint(`  ${seconds.toFixed(1)} s`) : '';
    io.err(`${io.interactive ? '\r\x1b[K' : ''}${io.errStyle.good('✓')} ${title}${time}\n`);
    return result;
  } catch (error) {
    io.err(`${io.interactive ? '\r\x1b[K' : ''}${io.errStyle.bad('✗')} ${title}\n`);
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

/** A line that goes on below could not be taken back by returning to its start. */
function shortened(title: string, { interactive, errStyle }: Io): string {
  const room = (errStyle.width ?? 80) - 6;
  return !interactive || width(title) <= room ? title : `${[...title].slice(0, room).join('')}…`;
}
