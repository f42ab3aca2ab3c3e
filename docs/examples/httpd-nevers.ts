import {
  changePolicy,
  connectTcp,
  executeAnything,
  loadKernelModules,
  nevers,
  ptrace,
  readBelow,
} from 'confine-mac';

export default nevers([
  loadKernelModules('a web server needs none'),
  changePolicy('it must not lift its own confinement'),
  ptrace('it has no business with other processes'),
  readBelow(['/etc/shadow'], 'it asks others about passwords'),
  connectTcp('it serves files and opens no connection'),
  executeAnything('it starts no other program'),
]);
