import { registerHooks } from 'node:module';
import { relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConfinementProblems } from '../description/index.ts';
import { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { explained } from './profile-hint.ts';
import { UsageError } from './verb.ts';

/**
 * A module of a profile: its default export. It is an ES module whatever the package.json above it says, and `confine-mac` in it is what runs
 * here: with another copy beside it, a description would be checked by one and judged by the other. Throws UsageError with file and line where
 * it cannot be loaded, and ConfinementProblems with the place of the description.
 */
export async function importProfile(io: Io, file: string): Promise<unknown> {
  const url = pathToFileURL(file).href;
  serve(url);
  const settled = new AbortController();
  const ended = (): void => endedEarly(io, file);
  process.once('exit', ended);
  try {
    return await Promise.race([defaultOf(url), givenUp(io, file, settled.signal)]);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const place = placeIn(error, file) ?? file;
    const shown = relative(io.cwd, place) || place;
    if (error instanceof ConfinementProblems) throw error.at(shown);
    const { message, hint } = explained(error, await ownNames(), io.cwd);
    throw new UsageError(`\`${shown}\`: ${message}`, hint);
  } finally {
    process.removeListener('exit', ended);
    settled.abort();
  }
}

/** A promise is waited for: a description may need to ask something first. */
async function defaultOf(url: string): Promise<unknown> {
  const loaded = (await import(url)) as { default?: unknown };
  return loaded.default;
}

/** A description, or what it imports, that calls `process.exit` would else answer for us: 0 is a yes. A signal ends with its own number. */
function endedEarly(io: Io, file: string): void {
  if (Number(process.exitCode ?? 0) >= 128) return;
  io.err(`confine: \`${relative(io.cwd, file)}\` ended the program while it was loaded\n`);
  io.err('hint: it, or what it imports, calls process.exit\n');
  // A fault that ended it has its own.
  if (process.exitCode !== ExitCode.couldNotRun) process.exitCode = ExitCode.usage;
}

/** A promise that never settles would otherwise end the process without a word. */
const LOAD_SECONDS = 10;

async function givenUp(io: Io, file: string, signal: AbortSignal): Promise<never> {
  await sleep(LOAD_SECONDS * 1000, undefined, { signal });
  throw new UsageError(
    `\`${relative(io.cwd, file)}\` was not loaded within ${LOAD_SECONDS} seconds`,
    'it awaits something that does not come, or its default is a promise that never settles',
  );
}

/** What a profile is made of: its own files, and those that they import in their turn, of packages none. */
const served = new Set<string>();
let serving = false;

/** Makes a profile's files ES modules that find this package. */
function serve(url: string): void {
  served.add(url);
  if (serving) return;
  serving = true;
  registerHooks({
    resolve: (specifier, context, next) => {
      if (context.parentURL === undefined || !served.has(context.parentURL)) {
        return next(specifier, context);
      }
      if (specifier === 'confine-mac') return next(OWN_INDEX, context);
      const found = next(specifier, context);
      if (found.url.endsWith('.ts') && !found.url.includes('/node_modules/')) served.add(found.url);
      return found;
    },
    load: (url, context, next) =>
      served.has(url) && url.endsWith('.ts')
        ? next(url, { ...context, format: 'module-typescript' })
        : next(url, context),
  });
}

/** The library beside this file: `.ts` in a clone, `.js` in the package. */
const OWN_INDEX = new URL(
  import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js',
  import.meta.url,
).href;

/** `file:line` of the profile, from the error's stack: the innermost place that is in the profile, and none of a package below it. */
function placeIn(error: unknown, file: string): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const directory = file.slice(0, file.lastIndexOf(sep) + 1);
  for (const [, path, line] of error.stack.matchAll(/(\/[^\s():]+):(\d+)/g)) {
    const plain = path!.startsWith('//') ? fileURLToPath(`file:${path}`) : path!;
    if (plain.startsWith(directory) && !plain.includes('/node_modules/')) return `${plain}:${line}`;
  }
  return undefined;
}

/** What the library exports. Read where a name was not found, and not before. */
async function ownNames(): Promise<readonly string[]> {
  return Object.keys(await import(OWN_INDEX));
}
