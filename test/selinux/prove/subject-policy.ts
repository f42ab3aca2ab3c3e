import {
  type Ability,
  type Confinement,
  confine,
  type Description,
  type Never,
} from '../../../src/description/index.ts';
import { type FileContexts, readFileContexts } from '../../../src/selinux/file-contexts/index.ts';
import {
  KERNEL_CHECKS,
  type PolicySet,
  prove,
  type Verdict,
} from '../../../src/selinux/prove/index.ts';
import { formatRule } from '../../../src/selinux/query/index.ts';
import { CIL_PRELUDE, policyFromCil } from '../../support/policy.ts';

/** A description of a program `name`, with these nevers and nothing else to say. */
export function describe(
  name: string,
  never: readonly Never[],
  parts: Partial<Description> & { ability?: Partial<Ability> } = {},
): Confinement {
  const { ability, ...description } = parts;
  return confine({
    name,
    title: 'a program for tests',
    version: '1.0.0',
    released: '2026-11-24',
    program: {
      name,
      version: '1',
      homepage: 'https://example.org/',
      executables: [`/usr/bin/${name}`],
    },
    rollout: 'enforcing',
    tunables: [],
    may: [
      {
        name: 'run',
        title: 'Run',
        blocks: [],
        types: [{ name: 'log', nature: 'log', what: 'logs' }],
        ...ability,
      },
    ],
    never,
    residuals: [],
    ...description,
  });
}

/** These labels, with those of programs for tests: what is proved of a domain is not proved of a program that another label leads elsewhere. */
export function contexts(text: string, programs: readonly string[] = ['demo']): FileContexts {
  const own = programs.map((name) => `/usr/bin/${name} -- u:object_r:${name}_exec_t:s0`);
  return readFileContexts({ base: { name: 'file_contexts', text: [text, ...own].join('\n') } });
}

const OWN_PERMISSIONS: Readonly<Record<string, string>> = {
  dccp_socket: 'node_bind name_connect',
  sctp_socket: 'node_bind name_connect association',
  icmp_socket: 'node_bind',
  tun_socket: 'attach_queue',
  netlink_tcpdiag_socket: 'nlmsg_read nlmsg_write nlmsg',
  netlink_xfrm_socket: 'nlmsg_read nlmsg_write nlmsg',
  netlink_audit_socket: 'nlmsg_read nlmsg_write nlmsg_relay nlmsg_readpriv nlmsg_tty_audit nlmsg',
};

/**
 * What comes before the statements of a page or a test: the prelude, the classes of every socket family that it lacks, and the
 * policy capabilities that every distribution has on.
 */
export const PRELUDE: string = `${withMorePermissions(CIL_PRELUDE)}
${socketClasses()}
(policycap extended_socket_class)
(policycap open_perms)
`;

/** The prelude is small; capabilities and a few permissions that it leaves out are asked for here. */
function withMorePermissions(text: string): string {
  return text
    .replace(
      /\(class capability2 \([^)]*\)\)/,
      '(class capability2 (mac_override mac_admin syslog bpf perfmon))',
    )
    .replace(/\(class capability \(/, '(class capability (sys_tty_config sys_boot ')
    .replace(/\(class security \(/, '(class security (setsecparam ')
    .replace(
      /\(class process2 /,
      '(class filesystem (mount remount unmount relabelfrom relabelto getattr associate))\n(class cap_userns (sys_ptrace net_admin sys_admin))\n(class perf_event (open))\n(class bpf (prog_load prog_run prog_load_as map_create))\n(class memprotect (mmap_zero))\n(class process2 ',
    )
    .replace(
      'capability2 tcp_socket',
      'capability2 filesystem cap_userns perf_event bpf memprotect tcp_socket',
    );
}

function socketClasses(): string {
  const names = new Set(KERNEL_CHECKS.flatMap(({ classes }) => classes));
  return [...names]
    .filter((name) => name.endsWith('socket') && !CIL_PRELUDE.includes(`(class ${name} `))
    .map((name) => {
      const own = OWN_PERMISSIONS[name] ?? '';
      return `(class ${name} (${own}))(classcommon ${name} socket)(classorder (unordered ${name}))`;
    })
    .join('\n');
}

export const ANYWHERE: FileContexts = contexts('/.* u:object_r:base_t:s0');

/** What comes of one never on a domain `demo_t` with these statements. */
export async function verdict(
  never: Never,
  cil: string,
  options: {
    prelude?: string;
    labels?: FileContexts | undefined;
    description?: Parameters<typeof describe>[2];
    ruleset?: string;
    handleUnknown?: 'allow' | 'deny';
    /** The statements of the distribution's own policy; by default the policy is a distribution's as it is. */
    base?: string | 'unknown';
    name?: string;
  } = {},
): Promise<Verdict> {
  const { prelude = PRELUDE, description, handleUnknown, ruleset, name = 'demo' } = options;
  const db = await policyFromCil(
    `${prelude}(type demo_t)\n${cil}`,
    handleUnknown === undefined ? {} : { handleUnknown },
  );
  const labels = 'labels' in options ? options.labels : ANYWHERE;
  const base =
    options.base === undefined
      ? db
      : options.base === 'unknown'
        ? undefined
        : await policyFromCil(`${prelude}${options.base}`);
  const set: PolicySet = {
    ...{ db, base, fileContexts: labels },
    ruleset: ruleset === undefined ? undefined : { name: 'the ruleset', text: ruleset },
  };
  return prove(set, describe(name, [never], description))[0]!.verdict;
}

/** The rules of all ways, as set and opened by other settings. */
export function ways(found: Verdict): string[] {
  const witnesses = [
    ...(found.outcome === 'violated' ? found.witnesses : []),
    ...('breaks' in found ? found.breaks : []),
  ];
  return witnesses.map(({ rules, settings }) =>
    [
      ...rules.map(formatRule),
      ...settings.map(({ boolean, value }) => `${boolean} ${value ? 'on' : 'off'}`),
    ].join(' + '),
  );
}
