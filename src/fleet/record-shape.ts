import { LOSS_PATTERNS, SENTENCE_PATTERNS } from '../denials/index.ts';

/**
 * The record that nearly every denial is, as an engine can group it without taking it apart: what stands before ` scontext=`, and what
 * follows. A record of any other form goes to our reader as it is. All patterns are RE2's, without captures, which DuckDB and ClickHouse share.
 */

/** `audit: type=1400 audit(1764290091.123:1): avc:  denied  { read } for  pid=7 comm="app"`: values have no blanks, as the kernel writes them. */
export const STAMPED_HEAD: string = String.raw`^(?:node=[^\s"=]+ )?(?:type=AVC msg=|audit: type=1400 )?audit\([0-9]+\.[0-9][0-9][0-9]:[0-9]+\): ${sentence()}$`;

/** The same from journald, which keeps the stamp apart. */
export const JOURNAL_HEAD: string = `^AVC ${sentence()}$`;

/** What follows ` scontext=`; a label that the policy lacked is for our reader. */
export const CONTEXTS: string = String.raw`^[^\s"]+ tcontext=[^\s"]+ tclass=[a-z0-9_]+(?: permissive=[01])?$`;

function sentence(): string {
  const pair = String.raw`[a-z_-]+=(?:"[^\s"]*"|[^\s"=]+)`;
  return String.raw`avc:  denied  \{ [a-z0-9_ ]+ \} for +(?:${pair} )*${pair}`;
}

/** What matters besides a denial of that form: losses, refusals, AppArmor, executions of a program; a superset of what our reader looks for. */
export function besides(executables: readonly string[]): string {
  return [
    ...LOSS_PATTERNS.map((pattern) => pattern.replace(String.raw`^\W*`, '')),
    'SELINUX_ERR',
    'selinux_err',
    'seresult=denied',
    'type=1401 ',
    'type=1122 ',
    String.raw`UNKNOWN\[1(?:401|122)\]`,
    'SELinux is preventing ',
    ...SENTENCE_PATTERNS,
    'DENIED',
    'ALLOWED',
    'KILLED',
    'USER_AVC',
    ...executables.flatMap((path) => [
      `${EXECUTED}.*${escaped(path)}`,
      `${escaped(path)}.*${EXECUTED}`,
    ]),
  ].join('|');
}

/** As in src/denials/refusal.ts, in text or in JSON. */
const EXECUTED = String.raw`syscall"?[=:] ?"?(?:execve|execveat|59|322|11|358|221|281|362|354)\b`;

/** Whether anything in a line of JSON may matter: also bytes for text, and letters that are escaped for no reason. */
export function telling(executables: readonly string[]): string {
  return [
    besides(executables),
    'denied',
    'AVC"',
    String.raw`"MESSAGE"\s*:\s*\[`,
    String.raw`\\u00(?:3[0-9]|4[1-9a-fA-F]|5[0-9aA]|6[1-9a-fA-F]|7[0-9aA])`,
    String.raw`\\u[dD][89abAB]`,
  ].join('|');
}

function escaped(text: string): string {
  return text.replace(/[^\w/]/g, (character) => `\\${character}`);
}
