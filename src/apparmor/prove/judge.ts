import type { Never, Residual } from '../../description/index.ts';
import type { CompiledProfile } from '../compiled/index.ts';
import type { Finding } from './verdict.ts';

/** What is proved about, and what of the description is about this mechanism. */
export interface ProfileSubject {
  /** Everything that was compiled together; the first is the program's own. */
  readonly profiles: readonly CompiledProfile[];
  /** The program's own executables: executing them again is no offence. */
  readonly executables: readonly string[];
  /** Own type of the description -> the paths that it stands for. */
  readonly own?: Readonly<Record<string, readonly string[]>>;
  /** The tunables that are on in what was compiled: an exception of another one excepts nothing. */
  readonly on?: readonly string[];
  /** Sockets that the nevers let it speak to: to write there is to write no file. */
  readonly sockets?: readonly string[];
  readonly residuals?: readonly Residual[];
}

/** Puts into the finding what one profile opens against a never. */
export type Judge<N extends Never = Never> = (
  profile: CompiledProfile,
  never: N,
  subject: ProfileSubject,
  finding: Finding,
) => void;

export type Of<K extends Never['kind']> = Extract<Never, { kind: K }>;

/** Whether an exception applies to what was compiled. */
export function applies(
  { when }: { readonly when?: string },
  { on = [] }: ProfileSubject,
): boolean {
  return when === undefined || on.includes(when);
}
