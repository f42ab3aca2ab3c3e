#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { ExitCode } from './exit-code.ts';
import { processIo } from './io.ts';

// Compiled code is kept from one run to the next, where the directory for temporary files can be written; a fifth of a second each time.
enableCompileCache();

// A reader that closes early (`| head`) is not an error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? ExitCode.yes);
  throw error;
});

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2), processIo());
