import type { NeverKind } from './nevers/index.ts';

/**
 * What the lab does with a program on a real kernel: plain data beside the description. Scenarios are the permitted half (it works
 * and logs no denial), attacks the refused half (it is denied, by the denial that should deny it).
 */
export interface Suite {
  readonly program: RealProgram;
  /** The other side of its traffic. */
  readonly network: LabNetwork;
  /** The unit that starts the program; absent for one that users start. */
  readonly service?: LabService;
  /** Files that the machine must have: data the program reads, secrets it must not. */
  readonly files: readonly LabFile[];
  /** The source of an attack program of its own, relative to the scenarios' directory: one file of C. Absent: the lab's. */
  readonly probe?: string;
  readonly scenarios: readonly Scenario[];
  readonly attacks: readonly Attack[];
  /** What of it AppArmor's kernels are asked, by the ids of scenarios and attacks; what is not in it is not tried there, and said. */
  readonly apparmor?: ApparmorHalf;
  /** What whoever asked for the profile wants to see: reports open with it. */
  readonly acceptance?: readonly AcceptancePoint[];
}

/** A point of the request. It is met if everything that shows it ran, came out as expected and holds what must be seen. */
export interface AcceptancePoint {
  /** The point in the words of the request, in short. */
  readonly asks: string;
  readonly shownBy: readonly Exhibit[];
  /** What a reader could take for evidence and is none, or how the point is to be read. */
  readonly note?: string;
}

/** Something that ran, and the regular expression that finds the excerpt in its output, screens or denials. */
export type Exhibit = { readonly see: string } & (
  | { readonly check: 'compile' | 'installed' | 'enforcing' | 'upgrade' | 'removal' }
  | {
      readonly scenario: string;
      readonly mode: DomainMode;
      /** It must have lasted so many seconds. */
      readonly seconds?: number;
    }
  | { readonly attack: string }
);

/** Where the real program comes from, and how its package installs it. */
export type RealProgram = {
  /** Its path on the machine: the entry point of the domain. */
  readonly path: string;
  /** As its package sets them, in setcap's words; absent for none. */
  readonly capabilities?: string;
} & (
  | { readonly from: 'crates.io'; readonly crate: string; readonly version: string }
  /** The distribution's own package, by the name that apt and dnf share. */
  | {
      readonly from: 'distribution';
      readonly package: string;
      /** Packages that the scenarios need besides, as its clients. */
      readonly besides?: readonly string[];
      /** The package's file, of which a copy is put at `path`: a confined one beside the distribution's own. */
      readonly copyOf?: string;
    }
);

/** A program that the service manager starts: an attacker who controls it runs where its unit has started it. */
export interface LabService {
  /** `mosquitto.service`; of a timer job the service, not the timer. */
  readonly unit: string;
  /** What its clients do with it on any day, run by root while it is up: for the list of what is refused in silence. */
  readonly use: string;
}

/** Hosts in a network namespace of their own, behind one interface of the machine. */
export interface LabNetwork {
  /** The machine's interface towards them. */
  readonly interface: string;
  /** The machine's own address on it, and the other end's. */
  readonly address: string;
  readonly gateway: string;
  readonly hosts: readonly LabHost[];
  /** The one that answers DNS, and the only resolver that the machine is told of. */
  readonly resolver: string;
}

export interface LabHost {
  readonly address: string;
  /** Its name, forward and reverse. */
  readonly name: string;
  readonly serves: readonly Service[];
}

export type Service =
  | { readonly what: 'http' }
  | { readonly what: 'tls' }
  /** Writes every datagram down, so that an attack's arrival is seen where it arrives. */
  | { readonly what: 'udp'; readonly port: number };

export interface LabFile {
  readonly path: string;
  /** `geoip-country` is a real database; text is written as it is. */
  readonly content: { readonly text: string } | { readonly data: 'geoip-country' };
  readonly owner: 'root' | 'user';
  /** Octal, as a string. */
  readonly mode: string;
}

/** `permissive`: as the package ships it. `enforcing`: after `semanage permissive -d`. */
export type DomainMode = 'permissive' | 'enforcing';

export interface Scenario {
  /** In reports and file names: `reverse-dns-resolved`. */
  readonly id: string;
  readonly title: string;
  /** The abilities that it exercises, by the names of their functions. */
  readonly exercises: readonly string[];
  readonly modes: readonly DomainMode[];
  /** Booleans without the module's prefix, for this scenario alone. */
  readonly tunables?: Readonly<Record<string, boolean>>;
  /** How the machine resolves names meanwhile: through systemd-resolved (by default), or by asking the network's resolver itself. */
  readonly resolver?: 'systemd-resolved' | 'external';
  /** Whether the companion ruleset that labels packets is loaded meanwhile. */
  readonly packetLabels?: true;
  /** Scripts that root runs before the first step, and after the last one however it went. */
  readonly before?: string;
  readonly after?: string;
  readonly steps: readonly Step[];
  /** Denials that must appear. Every other one with the domain on either side is a failure. */
  readonly denials?: readonly ExpectedRefusal[];
  /** The first release of the program that has what it shows: left out, and said, where the lab runs an older one. */
  readonly since?: string;
  /** Modes in which only the full form runs it: the short one runs on every change. */
  readonly longOnly?: readonly DomainMode[];
}

export type Step =
  /** A command of its own, outside the program's terminal. */
  | {
      readonly do: 'run';
      readonly as: Account;
      readonly command: string;
      /** Its exit code, by default 0; `any` where it says nothing. */
      readonly exit?: number | 'any';
      /** Regular expressions that its output must match. */
      readonly sees?: readonly string[];
      readonly seesNot?: readonly string[];
    }
  /** Starts the program in a terminal of an ordinary user, as typed at the shell's prompt. */
  | { readonly do: 'start'; readonly arguments: string; readonly directory?: string }
  /** Keys by tmux's names (`Enter`, `F5`, `q`). */
  | { readonly do: 'press'; readonly keys: readonly string[] }
  /** Waits until the screen matches all of these at once. */
  | {
      readonly do: 'screen';
      readonly shows: readonly string[];
      /** Seconds, by default 90. */
      readonly within?: number;
      /** Keeps a picture under this name. */
      readonly picture?: string;
    }
  /** HTTP, TLS and UDP to the network's hosts, for so many seconds or as long as a session is asked for. */
  | { readonly do: 'traffic'; readonly seconds: number | 'session' }
  /** Ends the program by its keys and waits for the shell. */
  | {
      readonly do: 'quit';
      readonly keys: readonly string[];
      /** What it says where the machine was too slow for its own time limit of ending (a regular expression): then its exit code says nothing. */
      readonly orSays?: string;
    }
  /** A file that the program wrote: exactly one matches the pattern, and carries the type (`own:log`). */
  | {
      readonly do: 'file';
      readonly pattern: string;
      readonly type: string;
      readonly format?: 'pcap' | 'pcapng' | 'json-lines' | 'text';
      /** Whether it may be empty; by default it may not. */
      readonly mayBeEmpty?: boolean;
    };

/** `user` is an ordinary login user of the policy's default kind. */
export type Account = 'root' | 'user';

export interface ExpectedDenial {
  /** The further domain that is refused it, by its name in the description; absent for the description's own. */
  readonly domain?: string;
  /** A class, or several with `|` between them where distributions differ in what comes first. */
  readonly tclass: string;
  /** Any of these; a denial that names others besides is unexpected. */
  readonly permissions: readonly string[];
  /** The target's type: `self`, `own:log`, `module:ctrl_state`, a regular expression over types; absent for any. */
  readonly target?: string;
  /** An ioctl's command, as the log writes it (`0x5412`). */
  readonly ioctl?: string;
  /** It may appear and need not: what the attack meets on its way, or what the distribution decides. */
  readonly optional?: boolean;
}

/** In the words of either mechanism. */
export type ExpectedRefusal = ExpectedDenial | ExpectedRecord;

/** A record of AppArmor's. */
export interface ExpectedRecord {
  /** An operation (`open`, `exec`, `sendmsg`), or several with `|` between them. */
  readonly operation: string;
  /** `file`, `net`, `cap`. */
  readonly class: string;
  /** What it names, a regular expression over all of it: a path, a capability, `inet dgram`, a profile; absent for any. */
  readonly name?: string;
  /** What may be missing: letters of a file's permissions, or words; a record that lacks others besides is unexpected. Absent for capabilities. */
  readonly denied?: string;
  /** It may appear and need not. */
  readonly optional?: boolean;
}

/** The half of a suite that is about AppArmor. */
export interface ApparmorHalf {
  readonly scenarios: Readonly<Record<string, ApparmorScenario>>;
  readonly attacks: Readonly<Record<string, ApparmorAttack>>;
}

/** What differs from the scenario as it stands: other preparations and steps, AppArmor's records. */
export type ApparmorScenario =
  | {
      readonly title?: string;
      readonly before?: string;
      readonly steps?: readonly Step[];
      readonly denials?: readonly ExpectedRecord[];
    }
  | { readonly notHere: string };

/**
 * Refused, with the record that must be seen; or not refused, with the reason why this mechanism does not: then it must succeed. `notHere`: it is
 * about something that no machine with AppArmor has.
 */
export type ApparmorAttack = {
  /** Where the same attack takes another form here. */
  readonly title?: string;
  readonly probe?: string;
  readonly target?: string;
} & (
  | { readonly refusedBy: readonly ExpectedRecord[] }
  | { readonly succeeds: string }
  | { readonly notHere: string }
);

/** Something that an attacker who controls the program would try. It is run inside the domain, and once more outside of it. */
export interface Attack {
  readonly id: string;
  readonly title: string;
  /** The further domain that it is tried in, by its name in the description; absent for the description's own. */
  readonly domain?: string;
  /** What it is against; absent for a residual. */
  readonly against?: NeverKind;
  /** The residual that it shows: the attack succeeds, and the report says so. */
  readonly residual?: string;
  readonly as: Account;
  /** What must be there to be attacked: run by root before it. */
  readonly target?: string;
  /** Booleans without the module's prefix, for this attack alone. */
  readonly tunables?: Readonly<Record<string, boolean>>;
  /** Whether the companion ruleset that labels packets is loaded meanwhile. */
  readonly packetLabels?: true;
  /** The kernel module without which the twin could not succeed. Root loads it; where the kernel has none, the attack is left out. */
  readonly kernelModule?: string;
  /** Needs a terminal of its own. */
  readonly terminal?: boolean;
  /** The probe's arguments. `$PID` is a process of the same account outside the domain. */
  readonly probe: string;
  /** The denial that must refuse it. */
  readonly refusedBy?: readonly ExpectedRefusal[];
  /** Text that must arrive at one of the network's hosts: always from outside, never from inside unless it is a residual. */
  readonly arrives?: string;
  /** Prepares the twin outside the domain, where the base policy refuses it to login users too; undone afterwards. */
  readonly twinNeeds?: { readonly before: string; readonly after: string };
  /** Undoes what the twin did: run by root at the end. */
  readonly after?: string;
}
