import type { Attack, Scenario, Suite } from '../../../src/description/index.ts';
import { anyProgram } from '../../any-program-attacks.ts';
import { network } from '../../rustnet/scenarios/network.ts';
import { serviceAttacks } from '../../service-attacks.ts';

/** The image's file system was labelled before it had this directory. */
const LABEL = 'restorecon -F /lost+found 2>/dev/null || true';

const scenarios: readonly Scenario[] = [
  {
    id: 'index',
    title: 'Index the machine, and let an ordinary user find a file',
    exercises: [
      'runAsTimerJob',
      'listDirectories',
      'lookUpUsers',
      'readConfiguration',
      'keepState',
      'shareDatabase',
    ],
    modes: ['permissive', 'enforcing'],
    before: `${LABEL}
rm -f /var/lib/plocate/plocate.db
mkdir -p /srv/haystack && touch /srv/haystack/confine-needle`,
    steps: [
      // The timer is what starts it, so that it is asked for what a timer starts.
      {
        do: 'run',
        as: 'root',
        command: `systemctl show -P Triggers plocate-updatedb.timer
systemctl start plocate-updatedb.service; systemctl show -P Result plocate-updatedb.service`,
        sees: ['^plocate-updatedb.service$', '^success$'],
      },
      {
        do: 'run',
        as: 'user',
        command: 'plocate confine-needle',
        sees: ['^/srv/haystack/confine-needle$'],
      },
      // Root's own directory is 0700: that its names are in the database is what dac_read_search is for.
      { do: 'run', as: 'root', command: 'plocate -c /root/', sees: ['^[1-9]'] },
      { do: 'file', pattern: '/var/lib/plocate/plocate.db', type: 'own:state' },
    ],
  },
  {
    id: 'other-place',
    title: 'A database in another place: the job fails and leaves nothing there',
    exercises: ['keepState'],
    modes: ['enforcing'],
    before: `mkdir -p /run/systemd/system/plocate-updatedb.service.d /srv/elsewhere
printf '[Service]\\nExecStart=\\nExecStart=/usr/sbin/updatedb.plocate -o /srv/elsewhere/plocate.db -U /srv/haystack\\n' \\
  > /run/systemd/system/plocate-updatedb.service.d/lab.conf
systemctl daemon-reload`,
    steps: [
      {
        do: 'run',
        as: 'root',
        command: 'systemctl start plocate-updatedb.service; ls -A /srv/elsewhere | wc -l',
        sees: ['^0$'],
      },
    ],
    after: `rm -r /run/systemd/system/plocate-updatedb.service.d
systemctl daemon-reload; systemctl reset-failed plocate-updatedb.service || true`,
    denials: [{ tclass: 'dir', permissions: ['write'], target: 'var_t' }],
  },
];

const attacks: readonly Attack[] = [
  {
    id: 'read-listed',
    title: 'Read a file whose name it may learn',
    against: 'read',
    as: 'root',
    target: 'echo secret > /root/secret; chmod 600 /root/secret; restorecon -F /root/secret',
    probe: 'read /root/secret',
    refusedBy: [
      {
        tclass: 'file',
        permissions: ['read', 'open'],
        target: 'user_home_t|admin_home_t|user_home_dir_t',
      },
    ],
  },
  anyProgram.tcp,
  anyProgram.udp,
  anyProgram.listen,
  {
    id: 'exec-stored',
    title: 'Execute a binary that it could have written itself',
    against: 'execute',
    as: 'user',
    target:
      'cp /bin/true /var/lib/plocate/tool && chmod 755 /var/lib/plocate/tool && restorecon -F /var/lib/plocate/tool',
    probe: 'exec /var/lib/plocate/tool',
    after: 'rm /var/lib/plocate/tool',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'own:state' }],
  },
  ...serviceAttacks,
  {
    id: 'residual-database',
    title: 'Write to the database',
    residual: 'database',
    as: 'root',
    target: 'touch /var/lib/plocate/confine-lab; restorecon -F /var/lib/plocate/confine-lab',
    probe: 'write /var/lib/plocate/confine-lab',
    after: 'rm /var/lib/plocate/confine-lab',
  },
];

/** The job as its timer's service starts it. */
const suite: Suite = {
  program: { from: 'distribution', package: 'plocate', path: '/usr/sbin/updatedb.plocate' },
  network,
  service: { unit: 'plocate-updatedb.service', use: ':' },
  files: [],
  scenarios,
  attacks,
};

export default suite;
