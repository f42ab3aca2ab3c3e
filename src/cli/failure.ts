import { ConfinementProblems } from '../description/index.ts';
import { MachineError } from '../lab/index.ts';
import { FileContextsError } from '../selinux/file-contexts/index.ts';
import { PolicyFormatError } from '../selinux/policydb/index.ts';
import { QueryError } from '../selinux/query/index.ts';
import { ToolchainError } from '../targets/index.ts';
import { ExitCode } from './exit-code.ts';
import { SourceError } from './fleet/source-error.ts';
import { NoAuditLog } from './load-denials.ts';
import { UnreadablePolicy } from './load-policy.ts';
import { UsageError } from './verb.ts';

/** An error that a person can act on: its sentence, what to do, and the exit code of its kind. */
export interface Ending {
  readonly code: ExitCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** How an error ends the run, or undefined for one that is a mistake of ours and deserves its stack. */
export function endingOf(error: unknown): Ending | undefined {
  if (error instanceof UsageError) {
    return { code: ExitCode.usage, message: error.message, hint: error.hint };
  }
  if (error instanceof QueryError) {
    return { code: ExitCode.usage, message: error.message, hint: error.hint };
  }
  if (error instanceof ConfinementProblems) {
    return { code: ExitCode.usage, message: error.message, hint: undefined };
  }
  if (error instanceof FileContextsError) {
    return { code: ExitCode.couldNotRun, message: error.message, hint: undefined };
  }
  if (error instanceof ToolchainError) {
    return { code: ExitCode.couldNotRun, message: error.message, hint: error.hint };
  }
  if (error instanceof MachineError) {
    return {
      code: ExitCode.couldNotRun,
      message: machineMessage(error),
      hint: error.evidence.hint,
    };
  }
  if (error instanceof NoAuditLog) {
    return {
      code: ExitCode.couldNotRun,
      message: error.message,
      hint: 'give it audit.log, the output of `ausearch` or `journalctl`, or the kernel’s log; decompress what is compressed by xz or bzip2 first',
    };
  }
  if (error instanceof SourceError) {
    return { code: ExitCode.couldNotRun, message: error.message, hint: error.hint };
  }
  if (error instanceof UnreadablePolicy || error instanceof PolicyFormatError) {
    return { code: ExitCode.couldNotRun, message: error.message, hint: undefined };
  }
  if (isSystemError(error)) {
    return {
      code: ExitCode.couldNotRun,
      message: `cannot ${SYSCALL[error.syscall ?? ''] ?? 'use'} \`${error.path ?? '?'}\`: ${REASON[error.code] ?? error.code}`,
      hint: undefined,
    };
  }
  return undefined;
}

/** What broke, then how to start the same machine by hand, and the end of its console. */
function machineMessage({ message, evidence }: MachineError): string {
  const { reproduce, console: said, denials } = evidence;
  return [
    message,
    ...(reproduce ? [`the same machine by hand: ${reproduce}`] : []),
    ...(said?.trim() ? ['its console ended with:', ...said.trim().split(/\r*\n/).slice(-15)] : []),
    ...(denials?.length ? ['denials before that:', ...denials.slice(-10)] : []),
  ].join('\n');
}

const SYSCALL: Readonly<Record<string, string>> = {
  open: 'open',
  read: 'read',
  write: 'write',
  mkdir: 'create',
  rename: 'replace',
  scandir: 'list',
  stat: 'open',
  lstat: 'open',
  access: 'write to',
};

const REASON: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ENOSPC: 'the disk is full',
  EEXIST: 'there is a file of that name',
  ELOOP: 'its links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
  EROFS: 'the file system is read-only',
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return (
    error instanceof Error &&
    'code' in error &&
    'syscall' in error &&
    typeof error.code === 'string'
  );
}
