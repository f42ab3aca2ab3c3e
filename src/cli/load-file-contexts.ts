import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  type ContextsFile,
  type FileContexts,
  readFileContexts,
} from '../selinux/file-contexts/index.ts';
import { hostPolicy } from '../targets/index.ts';
import type { Io } from './io.ts';
import { RUNNING_POLICY } from './load-policy.ts';
import { readWhole } from './read-whole.ts';
import { UsageError } from './verb.ts';

export interface FileContextsChoice {
  /** A file_contexts; the files beside it count too. */
  readonly fileContexts?: string | undefined;
  /** A policy's directory, as /etc/selinux/default. */
  readonly policyDir?: string | undefined;
}

/** Reads file contexts as libselinux would: the named file and those beside it; without a choice, those of this system's policy. */
export function loadFileContexts(
  io: Io,
  choice: FileContextsChoice,
  reading: { readonly tolerant?: boolean } = {},
): FileContexts {
  const base =
    choice.fileContexts ??
    join(choice.policyDir ?? systemPolicyDir(), 'contexts/files/file_contexts');
  const beside = (extension: string): ContextsFile | undefined =>
    existsSync(resolve(io.cwd, base + extension)) ? file(io, base + extension) : undefined;
  return readFileContexts(
    {
      base: file(io, base),
      homeDirectories: beside('.homedirs'),
      local: beside('.local'),
      distributionSubstitutions: beside('.subs_dist'),
      substitutions: beside('.subs'),
    },
    reading,
  );
}

/** The named ones; else those of the policy's own store; else those of the system, if it is the running policy that is asked. */
export function fileContextsOf(
  io: Io,
  { policy, fileContexts }: { readonly policy: string; readonly fileContexts?: string | undefined },
  reading: { readonly tolerant?: boolean } = {},
): FileContexts | undefined {
  if (fileContexts !== undefined) return loadFileContexts(io, { fileContexts }, reading);
  if (policy === RUNNING_POLICY) return loadFileContexts(io, {}, reading);
  const policyDir = join(dirname(policy), '..');
  return existsSync(resolve(io.cwd, policyDir, 'contexts/files/file_contexts'))
    ? loadFileContexts(io, { policyDir }, reading)
    : undefined;
}

function file(io: Io, name: string): ContextsFile {
  return { name, text: readWhole(resolve(io.cwd, name), name).toString('utf8') };
}

function systemPolicyDir(): string {
  const policy = hostPolicy();
  if (policy === undefined) {
    throw new UsageError(
      'this system has no SELinux policy whose file contexts could be asked',
      'name them: --file-contexts FILE, --policy-dir DIR, or a release: --policy debian-13',
    );
  }
  return policy.directory;
}
