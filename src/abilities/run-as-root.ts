import {
  type Ability,
  allow,
  capabilityRule,
  checkOptions,
  denied,
  dontaudit,
  fileRule,
  OPTION,
} from '../description/index.ts';

/**
 * Runs under sudo: opens what it needs as root, gives its outputs to the user who called, and becomes that user. All of it stands under a
 * tunable, since an ordinary user with file capabilities needs none of it.
 */
export function runAsRoot(options: { when: string }): Ability {
  checkOptions('runAsRoot', options, { when: OPTION.text });
  return {
    name: 'runAsRoot',
    title: 'Run under sudo',
    entries: [{ from: 'sudo' }],
    blocks: [
      {
        why: 'Outputs are given to the calling user (chown), and the next run opens them again and sets their mode although root does not own them (dac_override, fowner; the kernel still refuses to open them in directories with a sticky bit where fs.protected_regular says so); processes and settings of other users are read past their modes (dac_read_search, sys_ptrace); then it becomes the calling user (setgid, setuid). Types still decide what it may touch.',
        whyIn: {
          apparmor:
            'Outputs are given to the calling user (chown), and processes of other users are looked at past their modes (dac_read_search, sys_ptrace); then it becomes the calling user (setgid, setuid). Rules for owners hold: an output that belongs to another user is not opened again.',
        },
        when: options.when,
        selinux: [
          allow('self', 'capability', [
            'chown',
            'dac_override',
            'dac_read_search',
            'fowner',
            'setgid',
            'setuid',
            'sys_ptrace',
          ]),
        ],
        apparmor: [
          capabilityRule('chown', 'dac_read_search', 'setgid', 'setuid', 'sys_ptrace'),
          // Whom it becomes.
          fileRule('/etc/{passwd,group,nsswitch.conf}', 'r'),
          // The terminal belongs to the calling user.
          fileRule('/dev/{pts/[0-9]*,{tty,ttyS,hvc}[0-9]{,[0-9]}}', 'rw'),
        ],
      },
      {
        why: 'The C library tries to enlarge socket buffers past the limit: harmless when refused.',
        selinux: [dontaudit('self', 'capability', 'net_admin')],
        apparmor: [
          denied(
            capabilityRule('net_admin'),
            'tried for every socket, and done without: that is so in complain mode as well',
          ),
        ],
      },
    ],
  };
}
