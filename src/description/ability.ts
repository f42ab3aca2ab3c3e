import type { ApparmorRule } from './apparmor-rule.ts';
import type { FileContext } from './file-context.ts';
import type { Mechanism } from './mechanism.ts';
import type { Statement } from './statement.ts';

/**
 * Something that a program does, in a person's words, and all that it asks of the policy. Abilities are made by the functions of
 * the `abilities` room; a description lists them under `may`.
 */
export interface Ability {
  /** The function that made it, as scenarios and reports name it. */
  readonly name: string;
  /** Which one it is, where a description can have several of this name: `tcp`, `udp`. */
  readonly of?: string;
  /** What the program does, as a heading: `Capture packets`. */
  readonly title: string;
  readonly blocks: readonly Block[];
  /** Types of the module that this ability declares. Two abilities may declare the same one in the same way. */
  readonly types?: readonly OwnType[];
  readonly fileContexts?: readonly FileContext[];
  /** Directories that must exist before the program starts. */
  readonly directories?: readonly Directory[];
  /** Who starts the program. */
  readonly entries?: readonly Entry[];
  /** Further domains of the description that it enters, by their names there. */
  readonly starts?: readonly string[];
  /** New directories of these names in a user's home get a type of ours when the user makes them. */
  readonly homeNames?: readonly HomeName[];
  /** Packet labels that the companion ruleset puts on traffic. */
  readonly secmark?: Secmark;
}

/**
 * What stands or falls together, with one reason for it and a half for each kernel mechanism in its own words. Nothing is reduced to what
 * mechanisms have in common: a half says all that its mechanism can.
 */
export interface Block {
  /** Stands above the rules in the generated policy. */
  readonly why: string;
  /** What stands there for one mechanism, where the reason speaks of what another one does. */
  readonly whyIn?: WhyIn;
  /** The tunable under which it holds, without the module's prefix; absent for always. */
  readonly when?: string;
  readonly selinux: readonly Statement[];
  /** Needed where the description names this mechanism. What it cannot say is in it too, by `unmediated` and `nothingToAllow`. */
  readonly apparmor?: readonly ApparmorRule[];
}

/** Reasons in the words of one mechanism. */
export type WhyIn = Readonly<Partial<Record<Exclude<Mechanism, 'selinux'>, string>>>;

/** What a type of the module can be; the policy has an interface that makes it so. */
export const NATURES = [
  'log',
  'tmp',
  'home-content',
  'packet',
  'configuration',
  'state',
  'cache',
  'runtime',
  'spool',
  'port',
  'executable',
  'certificate',
  'content',
  'shared-memory',
] as const;

/** A type that the module declares as `MODULE_NAME_t`. */
export interface OwnType {
  readonly name: string;
  readonly nature: (typeof NATURES)[number];
  /** What carries it: for the man page and the comment above its declaration. */
  readonly what: string;
  /** Of a port type: the ports that the administrator gives it, since a module can give none. */
  readonly ports?: { readonly protocol: 'tcp' | 'udp'; readonly numbers: readonly number[] };
  /** Directories below which files get it as they are created, for a mechanism that knows paths alone; `HOME/*` is what is not hidden there. */
  readonly below?: readonly string[];
}

/** A directory that tmpfiles.d makes at boot. */
export interface Directory {
  readonly path: string;
  /** Octal, four digits. */
  readonly mode: string;
  readonly owner: string;
  /** Made by sysusers.d if it is the program's own. */
  readonly group: string;
  readonly type: `own:${string}`;
  readonly why: string;
}

/** Domains that start the program by executing it. An entry is never conditional: while it were off, the program would run in the caller's domain. */
export type Entry =
  | {
      readonly from: 'user';
      /** A login user's domain and role: `unconfined` stands for unconfined_t and unconfined_r. */
      readonly prefix: string;
    }
  | {
      /** sudo, whose own domains (attribute sudodomain) execute the program for users that are confined. */
      readonly from: 'sudo';
    }
  | {
      /** The service manager, init_t. */
      readonly from: 'service';
    };

export interface HomeName {
  readonly under: 'config' | 'data';
  readonly name: string;
  readonly type: `own:${string}`;
}

/** Packets get labels, so that the policy can tell them apart where the kernel asks for no port. A description has one at most. */
export type Secmark = ResolverSecmark | DatagramSecmark;

/** DNS packets to the configured resolvers get one label and all other packets another. */
export interface ResolverSecmark {
  readonly resolver: `own:${string}`;
  readonly other: `own:${string}`;
  /** The tunable that opens direct DNS. */
  readonly when: string;
}

/** UDP packets to and from named ports get one label, TCP packets another, and all others a third. */
export interface DatagramSecmark {
  readonly datagrams: `own:${string}`;
  readonly tcp: `own:${string}`;
  readonly other: `own:${string}`;
  /** Ports of any machine that packets go to. */
  readonly to: readonly number[];
  /** Ports of this machine that packets come from. */
  readonly from: readonly number[];
  /** The tunable that opens UDP. */
  readonly when: string;
}
