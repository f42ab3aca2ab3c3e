#!/usr/bin/env node
import * as nodeModule from 'node:module';

/** Descriptions are TypeScript, which Node runs without flags from here on. The same number stands in package.json. */
const NEEDED = [22, 18] as const;

// What an older Node lacks must not be imported before this is said.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  process.stderr.write(
    `confine: Node ${process.versions.node} is too old; it needs ${NEEDED.join('.')} or newer\nhint: \`npm install node@24\` puts one into the project, and \`npx confine\` takes it\n`,
  );
  process.exit(3);
}

// Compiled code is kept from one run to the next, where the directory for temporary files can be written; a fifth of a second each time.
nodeModule.enableCompileCache();

// A reader that closes early (`| head`) is not an error of ours; a disk that is full is one of the reader's, and cuts the result.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code === 'EPIPE') process.exit(process.exitCode ?? 0);
  const why = code === 'ENOSPC' ? 'the disk is full' : code;
  process.stderr.write(`confine: the result could not be written whole: ${why}\n`);
  process.exit(3);
});

// Node would end with 1 here, which is an answer: no.
process.on('uncaughtException', (error) => {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(
    `confine: a fault of confine itself, and no answer; please report it with this:\n${stack}\n`,
  );
  process.exit(3);
});

const { main } = await import('./main.ts');
const { processIo } = await import('./io.ts');
const words = process.argv.slice(2);
process.exitCode = await main(words, processIo({ data: words.includes('--json') }));
