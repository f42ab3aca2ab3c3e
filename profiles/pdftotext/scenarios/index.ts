import type { Attack, Scenario, Step, Suite } from '../../../src/description/index.ts';
import { anyProgram } from '../../any-program-attacks.ts';
import { network } from '../../rustnet/scenarios/network.ts';

const PROGRAM = '/usr/bin/pdftotext';
const BOTH = ['permissive', 'enforcing'] as const;

/** A page with one line of text. Its table of objects is missing: like what is cut off on its way, poppler mends it. */
const PAPER = `%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[3 0 R]/Count 1>>
endobj
3 0 obj
<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>
endobj
4 0 obj
<</Length 48>>stream
BT /F1 24 Tf 72 700 Td (A line of the paper) Tj ET
endstream
endobj
5 0 obj
<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>
endobj
trailer
<</Size 6/Root 1 0 R>>
%%EOF
`;

function asUser(command: string, more: Partial<Extract<Step, { do: 'run' }>> = {}): Step {
  return { do: 'run', as: 'user', command, ...more };
}

const scenarios: readonly Scenario[] = [
  {
    id: 'home',
    title: 'A paper of the home directory, beside which the text is put, twice',
    exercises: ['startFromShell', 'readUserDocuments', 'writeUserDocuments', 'readSystemFiles'],
    modes: BOTH,
    after: 'rm -f /home/confine-lab/paper.txt',
    steps: [
      asUser(`${PROGRAM} paper.pdf && ${PROGRAM} paper.pdf && cat paper.txt`, {
        sees: ['A line of the paper'],
      }),
      { do: 'file', pattern: 'HOME/paper.txt', type: 'own:document' },
    ],
  },
  {
    id: 'tmp',
    title: 'A paper in /tmp',
    exercises: ['readUserDocuments', 'writeUserDocuments'],
    modes: BOTH,
    before: 'rm -f /tmp/confine-paper.*',
    after: 'rm -f /tmp/confine-paper.*',
    steps: [
      asUser(
        `cp paper.pdf /tmp/confine-paper.pdf && ${PROGRAM} /tmp/confine-paper.pdf && cat /tmp/confine-paper.txt`,
        { sees: ['A line of the paper'] },
      ),
      { do: 'file', pattern: '/tmp/confine-paper.txt', type: 'own:tmp' },
    ],
  },
  {
    id: 'pipe',
    title: 'Into and out of a pipe, with both tunables off',
    exercises: ['startFromShell'],
    modes: BOTH,
    tunables: { read_documents: false, write_documents: false },
    steps: [
      asUser(`cat paper.pdf | ${PROGRAM} - - | cat`, { sees: ['A line of the paper'] }),
      asUser(`${PROGRAM} - - < paper.pdf | cat`, { sees: ['A line of the paper'] }),
    ],
  },
  {
    id: 'pipe-to-file',
    title: 'A paper by its name, through a pipe into a file of the user',
    exercises: ['startFromShell', 'useTerminal', 'readUserDocuments'],
    modes: BOTH,
    after: 'rm -f /home/confine-lab/piped.txt',
    steps: [
      asUser(`${PROGRAM} paper.pdf - | cat > piped.txt; cat piped.txt`, {
        sees: ['A line of the paper'],
      }),
    ],
  },
  {
    id: 'redirect-refused',
    title: 'Into a file that the shell opened: the text does not come there',
    exercises: ['writeUserDocuments'],
    modes: ['enforcing'],
    after: 'rm -f /home/confine-lab/redirected.txt',
    steps: [
      // The kernel puts /dev/null in the place of the descriptor: neither the program nor the user is told.
      asUser(`${PROGRAM} paper.pdf - > redirected.txt; echo $?; wc -c < redirected.txt`, {
        sees: ['^0$'],
        seesNot: ['^[1-9]'],
      }),
    ],
    denials: [{ tclass: 'file', permissions: ['write'], target: 'user_home_t' }],
  },
  {
    id: 'key-refused',
    title: 'A paper among the keys of the user is not read, nor is its text put there',
    exercises: ['readUserDocuments', 'writeUserDocuments'],
    modes: ['enforcing'],
    before:
      'cp /home/confine-lab/paper.pdf /home/confine-lab/.ssh/; chown -R confine-lab: /home/confine-lab/.ssh',
    after: 'rm -f /home/confine-lab/.ssh/paper.*',
    steps: [
      asUser(
        `${PROGRAM} .ssh/paper.pdf - 2>&1 | cat; ${PROGRAM} paper.pdf .ssh/paper.txt; ls .ssh`,
        {
          sees: ['Permission denied|t open file'],
          seesNot: ['A line of the paper', 'paper.txt$'],
        },
      ),
    ],
    denials: [{ tclass: 'dir', permissions: ['search'], target: 'ssh_home_t' }],
  },
  {
    id: 'named-refused',
    title: 'A paper by its name, with pdftotext_read_documents off',
    exercises: ['readUserDocuments'],
    modes: ['enforcing'],
    tunables: { read_documents: false },
    steps: [asUser(`${PROGRAM} paper.pdf - | cat`, { sees: ['Permission denied|t open file'] })],
    denials: [{ tclass: 'dir|file', permissions: ['search', 'open', 'read'] }],
  },
  {
    id: 'overwrite-refused',
    title: 'A text that the user wrote is not replaced',
    exercises: ['writeUserDocuments'],
    modes: ['enforcing'],
    before: 'rm -f /home/confine-lab/mine.txt',
    after: 'rm -f /home/confine-lab/mine.txt',
    steps: [
      asUser(`echo mine > mine.txt; ${PROGRAM} paper.pdf mine.txt; cat mine.txt`, {
        sees: ['^mine$'],
      }),
    ],
    denials: [{ tclass: 'file', permissions: ['write', 'open'], target: 'user_home_t' }],
  },
];

const attacks: readonly Attack[] = [
  {
    id: 'read-ssh-key',
    title: 'Read a private SSH key of the user',
    against: 'read',
    as: 'user',
    probe: 'read HOME/.ssh/id_ed25519',
    refusedBy: [{ tclass: 'dir', permissions: ['search'], target: 'ssh_home_t' }],
  },
  anyProgram['read-shadow'],
  anyProgram.udp,
  anyProgram.tcp,
  anyProgram.listen,
  anyProgram['raw-ip'],
  anyProgram.vsock,
  anyProgram.dbus,
  anyProgram['exec-shell'],
  {
    id: 'exec-output',
    title: 'Execute a program that it wrote itself',
    against: 'execute',
    as: 'user',
    target:
      'install -o confine-lab -m 755 /bin/true /home/confine-lab/tool && chcon -t pdftotext_document_t /home/confine-lab/tool',
    probe: 'exec HOME/tool',
    after: 'rm /home/confine-lab/tool',
    refusedBy: [{ tclass: 'file', permissions: ['execute'], target: 'own:document' }],
  },
  anyProgram.setexec,
  anyProgram['load-module'],
  anyProgram.setenforce,
  anyProgram.ptrace,
  anyProgram.execmem,
  anyProgram.mount,
  anyProgram['host-name'],
  {
    id: 'write-bashrc',
    title: 'Put a command into the user’s .bashrc',
    against: 'write',
    as: 'user',
    probe: 'write HOME/.bashrc',
    refusedBy: [
      { tclass: 'file', permissions: ['append', 'write', 'open'], target: 'user_home_t' },
    ],
  },
  {
    id: 'write-document',
    title: 'Write to the document that it reads',
    against: 'write',
    as: 'user',
    probe: 'write HOME/paper.pdf',
    refusedBy: [
      { tclass: 'file', permissions: ['append', 'write', 'open'], target: 'user_home_t' },
    ],
  },
  anyProgram['write-etc'],
  anyProgram.tiocsti,
  {
    id: 'residual-other-documents',
    title: 'Read another document of the user',
    residual: 'other-documents',
    as: 'user',
    probe: 'read HOME/letter.txt',
  },
];

const suite: Suite = {
  program: { from: 'distribution', package: 'poppler-utils', path: PROGRAM },
  network,
  files: [
    { path: 'HOME/paper.pdf', content: { text: PAPER }, owner: 'user', mode: '0644' },
    { path: 'HOME/letter.txt', content: { text: 'a letter\n' }, owner: 'user', mode: '0600' },
    {
      path: 'HOME/.ssh/id_ed25519',
      content: { text: 'a private key\n' },
      owner: 'user',
      mode: '0600',
    },
  ],
  scenarios,
  attacks,
};

export default suite;
