import {
  type Confinement,
  changePolicy,
  confine,
  connectTcp,
  EGRESS_CHANNELS,
  egressBy,
  executeAnything,
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
  runWritableMemory,
  sendUdp,
  startFromShell,
  useCapabilities,
  useTerminal,
  writeFiles,
  writeUserDocuments,
} from '../../src/index.ts';

/** Of Fedora's base: what is appended is of no use to an attacker who cannot leave, and can spoil a file. Debian's grants none of it. */
const OF_FEDORA = [
  {
    path: 'HOME/paper.pdf',
    only: 'base',
    when: 'read_documents',
    why: 'Fedora lets every application append to files of users that it may open',
  },
  {
    path: '/tmp/hsperfdata_root',
    only: 'base',
    when: 'read_documents',
    why: 'its label is that of what users keep in /tmp: Fedora lets every application write to such files once it may open them',
  },
] as const;

/** A parser of files from strangers: whoever takes it over by one of them has the documents that it may read, and no way out with them. */
const pdftotext: Confinement = confine({
  name: 'pdftotext',
  title: 'the text of PDF files',
  version: '1.0.0',
  released: '2026-11-28',
  program: {
    name: 'pdftotext',
    version: '25.03',
    homepage: 'https://poppler.freedesktop.org/',
    executables: ['/usr/bin/pdftotext'],
  },
  mechanisms: ['selinux', 'apparmor'],
  rollout: 'permissive',
  tunables: [
    {
      name: 'read_documents',
      default: true,
      can: 'read files of home directories, and of users in /tmp, by their names',
      why: 'The policy cannot tell the files that the command line names; off, it reads what the shell opens for it.',
    },
    {
      name: 'write_documents',
      default: true,
      can: 'make new files in home directories and in /tmp',
      why: 'Off, it writes into pipes and to the terminal alone.',
    },
  ],
  may: [
    startFromShell({ users: ['unconfined', 'sysadm', 'staff', 'user'] }),
    useTerminal({ eventLoop: false }),
    readSystemFiles(),
    readUserDocuments({ when: 'read_documents', temporary: true }),
    writeUserDocuments({ when: 'write_documents' }),
  ],
  never: [
    sendUdp('what a document holds stays here'),
    connectTcp('what a document holds stays here'),
    listen('nobody talks to it'),
    egressBy(EGRESS_CHANNELS, 'no other way off the machine'),
    reachUnixSockets('no other service is asked for anything'),
    executeAnything('it starts no other program'),
    leaveTheDomain('no way into a domain with other rights'),
    loadKernelModules('text needs none'),
    changePolicy('it must not lift its own confinement'),
    ptrace('no other process is its business'),
    runWritableMemory('what a document brings is never run'),
    mount('it has no business with file systems'),
    useCapabilities('none, whoever starts it', { except: [] }),
    readBelow(['HOME/.ssh', 'HOME/.gnupg', '/etc/shadow'], 'documents are not keys and passwords'),
    writeFiles('nothing but its outputs', {
      except: [
        { own: 'document', when: 'write_documents' },
        { own: 'tmp', when: 'write_documents' },
        ...OF_FEDORA,
      ],
    }),
    injectKeystrokes('it must not type into the shell of the user'),
  ],
  residuals: [
    {
      id: 'other-documents',
      what: 'it can read other documents of the user than the one that was named',
      why: 'a policy knows types and no command lines; with pdftotext_read_documents off, only what the shell opened.',
    },
    {
      id: 'appended-documents',
      what: 'on Fedora it can append to documents of the user that it may read, and write to temporary files',
      why: 'its policy lets every application do so through a descriptor, and reading by name brings the right to open.',
      mechanism: 'selinux',
    },
    {
      id: 'anonymous-memory',
      what: 'make memory of its own writable and executable at once',
      why: 'AppArmor asks where a file is mapped, and not about memory without one.',
      mechanism: 'apparmor',
      accepts: [{ never: 'executable-memory', notAsked: 'anonymous-memory' }],
    },
    {
      id: 'modules-on-demand',
      what: 'have the kernel load a module that it asks modprobe for by itself',
      why: 'the kernel asks nobody then; it loads what its configuration names.',
      mechanism: 'apparmor',
      accepts: [{ never: 'load-kernel-module', notAsked: 'modules-on-demand' }],
    },
  ],
  notes: [
    {
      about: 'redirection',
      text: 'A file that the shell opened for writing (pdftotext paper.pdf - > paper.txt) stays empty, and nobody is told: the policy cannot tell it from any other file of the user, and the kernel puts /dev/null in its place. Let the program name its output (pdftotext paper.pdf paper.txt), or write through a pipe: pdftotext paper.pdf - | cat > paper.txt.',
    },
  ],
});

export default pdftotext;
