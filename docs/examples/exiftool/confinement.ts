import {
  type Confinement,
  changePolicy,
  confine,
  connectTcp,
  EGRESS_CHANNELS,
  egressBy,
  injectKeystrokes,
  leaveTheDomain,
  listen,
  loadKernelModules,
  mount,
  ptrace,
  reachUnixSockets,
  readBelow,
  readSystemFiles,
  readUserDocuments,
  runSystemPrograms,
  runWritableMemory,
  sendUdp,
  startFromShell,
  useCapabilities,
  useTerminal,
  writeFiles,
  writeUserDocuments,
} from '../../../src/index.ts';

/** A tool that changes the file of its command line: it writes a new one beside it, and renames that into its place. */
const exiftool: Confinement = confine({
  name: 'exiftool',
  title: 'what is said in pictures about them',
  version: '1.0.0',
  released: '2026-11-29',
  program: {
    name: 'exiftool',
    version: '13.25',
    homepage: 'https://exiftool.org/',
    executables: ['/usr/bin/exiftool'],
  },
  rollout: 'permissive',
  tunables: [
    {
      name: 'read_documents',
      default: true,
      can: 'read files of home directories by their names',
      why: 'The policy cannot tell the files that the command line names; off, it reads what the shell opens for it.',
    },
    {
      name: 'write_documents',
      default: true,
      can: 'put what it made in the place of files in home directories',
      why: 'Off, it shows what is in a file and changes none.',
    },
  ],
  may: [
    startFromShell({ users: ['unconfined', 'sysadm', 'staff', 'user'] }),
    useTerminal(),
    // Its libraries, in /usr/share/perl5.
    readSystemFiles(),
    // It is a script: perl is what runs.
    runSystemPrograms(),
    readUserDocuments({ when: 'read_documents' }),
    writeUserDocuments({ when: 'write_documents', replace: true }),
  ],
  never: [
    sendUdp('what a picture tells stays here'),
    connectTcp('what a picture tells stays here'),
    listen('nobody talks to it'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('no other service is asked for anything'),
    leaveTheDomain('what it starts has no rights but these'),
    loadKernelModules('pictures need none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('no other process is its business'),
    runWritableMemory('what a picture brings is never run'),
    mount('it has no business with file systems'),
    useCapabilities('none, whoever starts it', { except: [] }),
    readBelow(['HOME/.ssh', 'HOME/.gnupg', '/etc/shadow'], 'pictures are not keys and passwords'),
    writeFiles('nothing but what it makes, and the files whose place that takes', {
      except: [
        { own: 'document', when: 'write_documents' },
        { own: 'tmp', when: 'write_documents' },
        {
          path: 'HOME/photo.jpg',
          when: 'write_documents',
          why: 'the file that it changes is renamed aside, or goes as the new one takes its place',
        },
        {
          path: 'HOME/other.jpg',
          when: 'read_documents',
          why: 'Fedora lets every application append to files of users that it may open',
        },
      ],
    }),
    injectKeystrokes('it must not type into the shell of the user'),
  ],
  residuals: [
    {
      id: 'other-documents',
      what: 'it can read, rename and delete other documents of the user than the one that was named',
      why: 'a policy knows types and no command lines; the tunables close it.',
    },
    {
      id: 'appended-documents',
      what: 'on Fedora it can append to documents of the user that it may read',
      why: 'its policy lets every application do so through a descriptor, and reading by name brings the right to open.',
    },
  ],
});

export default exiftool;
