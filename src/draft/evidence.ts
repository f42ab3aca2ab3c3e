import type { Service } from './hints.ts';
import type { Wanted } from './suggest.ts';

/** An access of which some evidence tells. */
export interface Sighting extends Wanted {
  /** The run in which it was seen, counted from 0; undefined for what was read and not seen: a unit, a package. */
  readonly run: number | undefined;
  /** What shows it, in a few words: `connect /run/systemd/resolve/io.systemd.Resolve`, `StateDirectory=`. */
  readonly what: string;
  /** A unit gives the program this directory. */
  readonly declared?: boolean | undefined;
  /** The role of whoever started the program, where it is known. */
  readonly role?: string | undefined;
}

/** What is known of a program before anybody wrote a description of it. */
export interface Evidence {
  /** The module's name. */
  readonly name: string;
  readonly program: {
    readonly name: string;
    readonly title: string;
    readonly version: string;
    readonly homepage: string;
    readonly executables: readonly string[];
  };
  /** What the runs are called: logs and traces. */
  readonly runs: readonly string[];
  readonly sightings: readonly Sighting[];
  /** The unit that starts it, if one does. */
  readonly unit: string | undefined;
  /** What its units say of the start; undefined without one. */
  readonly service: Service | undefined;
  /** Functions that its executables import; undefined where none was read. */
  readonly imports: readonly string[] | undefined;
  /** What was seen and is no access: to be asked. */
  readonly questions: readonly string[];
}

/** What a policy says of names that a program uses. */
export interface Names {
  /** The type of a path, or undefined where the policy says none. `kind` is a class of files. */
  type(path: string, kind: 'file' | 'dir' | 'chr_file' | 'sock_file'): string | undefined;
  /** The type of a port. */
  port(protocol: 'tcp' | 'udp', port: number): string;
}
