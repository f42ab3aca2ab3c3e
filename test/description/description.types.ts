/**
 * Wrong descriptions that must not compile. Nothing here is run: `tsc` fails where an expected error is missing.
 */
import { capturePackets, startFromShell, writeOutput } from '../../src/abilities/index.ts';
import {
  type Ability,
  allow,
  confine,
  type Description,
  egressBy,
  type Never,
  nevers,
  resolver,
  sendUdp,
  transitionTo,
  useCapabilities,
} from '../../src/description/index.ts';

export const suite: readonly Never[] = nevers([
  egressBy(['icmp'], 'no way out'),
  // @ts-expect-error an ability is no never
  { name: 'run', title: 'Run', blocks: [] },
]);

export const channels: readonly Never[] = [
  egressBy(['icmp', 'vsock'], 'no way out'),
  // @ts-expect-error there is no such channel
  egressBy(['carrier-pigeon'], 'no way out'),
  // @ts-expect-error a never needs its reason
  sendUdp(),
  // @ts-expect-error an exception for DNS needs the packet type that SECMARK puts on it
  sendUdp('it is silent', { except: resolver({ when: 'direct_dns' }) }),
  // @ts-expect-error capabilities that it may use are said, even if there are none
  useCapabilities('none'),
];

export const abilities: readonly Ability[] = [
  startFromShell({ users: ['staff'] }),
  // @ts-expect-error nobody starts it
  startFromShell(),
  // @ts-expect-error a misspelt option
  capturePackets({ chooseByRout: true }),
  // @ts-expect-error outputs need a group that may write
  writeOutput({ directory: '/var/log/thing' }),
];

// @ts-expect-error a rule without permissions
allow('self', 'udp_socket');

// @ts-expect-error what the program creates gets a type of the module
transitionTo('usr_t', 'user_home_dir_t', 'file');

declare const sound: Description;

// @ts-expect-error a rollout is permissive or enforcing
confine({ ...sound, rollout: 'someday' });

// @ts-expect-error an unknown field
confine({ ...sound, titel: 'misspelt' });

confine({
  ...sound,
  // @ts-expect-error file_contexts knows no such kind of file
  fileContexts: [{ pattern: '/run/thing', kind: 'sokcet', type: 'own:log' }],
});
