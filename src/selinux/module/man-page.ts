import {
  booleanName,
  type Confinement,
  type Directory,
  equivalencesOf,
  type FileContext,
  residualsOf,
  type Secmark,
  shipsPermissive,
  typeName,
} from '../../description/index.ts';
import { bold, filled, roff } from '../../text/index.ts';

import { secmarkName, secmarkOf } from './secmark.ts';
import { sorted } from './source/fc.ts';
import { ownTypes } from './source/own-types.ts';
import { permissiveModule } from './source/permissive.ts';
import { sentence } from './source/te.ts';
import { directoriesOf } from './tmpfiles.ts';

/** `NAME_selinux(8)`: what an administrator must know of the policy. */
export function manPage(confinement: Confinement): string {
  const { name, program, version, released } = confinement;
  const lines = [
    `.TH ${name.toUpperCase()}_SELINUX 8 ${released} "${name} ${version}" "SELinux policy of ${program.name}"`,
    // A command or a name that is broken at a hyphen cannot be copied.
    '.nh',
    '.SH NAME',
    `${name}_selinux \\- Security Enhanced Linux policy for ${roff(program.name)}`,
    '.SH DESCRIPTION',
    ...description(confinement),
    '.SH ENTRYPOINTS',
    ...entrypoints(confinement),
    ...(confinement.further ?? []).flatMap((domain) => ['.PP', ...entrypoints(domain)]),
    '.SH PROCESS TYPES',
    ...processTypes(confinement),
    ...(confinement.further ?? []).flatMap(furtherProcessType),
    '.SH BOOLEANS',
    ...booleans(confinement),
    '.SH FILE CONTEXTS',
    ...types(confinement),
    ...(confinement.further ?? []).flatMap(types),
    ...homeFiles(confinement),
    ...directoriesOf(confinement).flatMap(outputs),
    ...packetTypes(confinement),
    '.SH RESIDUALS',
    ...residuals(confinement),
    ...(confinement.further ?? []).flatMap(residualsOfFurther),
    ...notes(confinement),
    '.SH SEE ALSO',
    'selinux(8), semanage(8), setsebool(8), restorecon(8), nft(8)',
  ];
  return `${lines
    .flatMap((line) => line.split('\n'))
    .flatMap(filled)
    .join('\n')}\n`;
}

function description({ domain, program, title }: Confinement): string[] {
  return [
    `${bold(program.name)}, ${roff(title)}, runs in the domain ${bold(domain)}.`,
    'This page tells who enters the domain, what an administrator can switch, which files carry its types, and what the policy cannot refuse.',
    '.PP',
    `To see whether the program runs in its domain, look for ${bold(domain)} in the output of`,
    '.PP',
    '.nf',
    `ps -eZ | grep ${roff(domain)}`,
    '.fi',
  ];
}

function entrypoints(confinement: Confinement): string[] {
  const { domain, executableType, may, program, module } = confinement;
  const started = may.flatMap((ability) => ability.starts ?? []);
  const starts = (module?.domains ?? []).flatMap((other) =>
    started.includes(other.name) ? [other.domain] : [],
  );
  const users = may
    .flatMap((ability) => ability.entries ?? [])
    .filter((entry) => entry.from === 'user');
  return [
    `${bold(domain)} is entered by executing a file of the type ${bold(executableType)}:`,
    ...program.executables.map((path) => `.br\n${bold(path)}`),
    '.PP',
    ...takenOver(confinement),
    'A copy of the program in another place carries no such label and runs in the domain of its user.',
    '.PP',
    ...(module !== undefined && users.length === 0
      ? []
      : [
          `These users enter it from their shell: ${users.map((entry) => bold(`${entry.prefix}_t`)).join(', ')}.`,
        ]),
    ...starts.map((other) => `From ${bold(domain)} the program enters ${bold(other)}.`),
  ];
}

/** What the administrator has to know of an equivalence: it is a setting of the machine, not of the module. */
function takenOver(confinement: Confinement): string[] {
  return equivalencesOf(confinement).flatMap(({ path, like }, i) => {
    const { from, why } = confinement.takesOver![i]!;
    return [
      `${bold(path)} is labelled by another module of the policy, as ${from.map(bold).join(' or ')}, and is taken from it: ${roff(sentence(why))}.`,
      'The package has it labelled like a path of this module, where nothing is:',
      '.PP',
      '.nf',
      `semanage fcontext \\-a \\-e ${roff(like)} ${roff(path)}`,
      `restorecon \\-R ${roff(path)}`,
      '.fi',
      '.PP',
      `Where that is undone (${bold('semanage fcontext -D')} does), the other module's label comes back with the next restorecon, and its domain with the next start. As long as it stands, that domain, its booleans and the rules that others have for ${from.map(bold).join(' and ')} mean nothing for it.`,
      '.PP',
    ];
  });
}

function processTypes(confinement: Confinement): string[] {
  const { domain } = confinement;
  if (!shipsPermissive(confinement)) {
    return [
      `The domain is enforcing. To make it permissive, ${bold(`semanage permissive -a ${domain}`)}.`,
    ];
  }
  return [
    `The domain ships permissive: what the policy would refuse is logged and granted. To make it enforcing,`,
    '.PP',
    '.nf',
    `semanage permissive -d ${roff(domain)}`,
    '.fi',
    '.PP',
    `and to make it permissive again, ${bold(`semanage permissive -a ${domain}`)}. An update of the package does not change what you chose: the module ${bold(permissiveModule(confinement).name)} is installed only with the first installation.`,
  ];
}

function furtherProcessType(confinement: Confinement): string[] {
  const { domain, program, title } = confinement;
  return [
    '.PP',
    `${bold(program.name)}, ${roff(title)}, runs in the domain ${bold(domain)}. ${
      shipsPermissive(confinement)
        ? `It ships permissive too, and becomes enforcing with ${bold(`semanage permissive -d ${domain}`)}.`
        : `It is enforcing too; ${bold(`semanage permissive -a ${domain}`)} makes it permissive.`
    }`,
  ];
}

function booleans(confinement: Confinement): string[] {
  const { program, tunables } = confinement;
  return [
    ...tunables.flatMap((tunable) => [
      '.TP',
      `${bold(booleanName(confinement, tunable.name))} (${tunable.default ? 'on' : 'off'})`,
      `Lets ${roff(program.name)} ${roff(tunable.can)}. ${roff(tunable.why)}`,
      ...(tunable.more ?? []).map(({ on, what }) => `On ${roff(on)}: ${roff(what)}`),
    ]),
    '.PP',
    `Switch one on for good with ${bold(`setsebool -P ${booleanName(confinement, tunables[0]?.name ?? 'boolean')} on`)}.`,
  ];
}

function types(confinement: Confinement): string[] {
  const own = ownTypes(confinement)
    .filter(({ nature }) => nature !== 'packet')
    .map((type) => ({ type: typeName(confinement, `own:${type.name}`), what: type.what }));
  const { module, program } = confinement;
  const what = module === undefined ? 'the program' : program.name;
  return [{ type: confinement.executableType, what }, ...own].flatMap(({ type, what }) => {
    const contexts = sorted(confinement.fileContexts).filter(
      (context) => typeName(confinement, context.type) === type,
    );
    return [
      '.TP',
      bold(type),
      `${roff(sentence(what))}${contexts.length > 0 ? ':' : '.'}`,
      ...contexts.map((context) => `.br\n${roff(readable(context))}`),
    ];
  });
}

function homeFiles(confinement: Confinement): string[] {
  const paths = homePaths(confinement);
  if (paths.length === 0) return [];
  return [
    '.PP',
    'Files in home directories that were there before the policy get their labels with',
    '.PP',
    '.nf',
    ...paths.map((path) => `restorecon \\-R ${roff(path)}`),
    '.fi',
    '.PP',
    `Where ${bold('XDG_CONFIG_HOME')} or ${bold('XDG_DATA_HOME')} lead elsewhere, give that place the label:`,
    '.PP',
    '.nf',
    `semanage fcontext \\-a \\-t ${roff(typeName(confinement, 'own:home'))} 'DIRECTORY(/.*)?'`,
    '.fi',
  ];
}

function outputs({ group, path, why }: Directory): string[] {
  return [
    '.PP',
    `Members of the group ${bold(group)} may write into ${bold(path)}: ${roff(why)}. The program makes its log directory in the current directory, so give each user a directory of their own there.`,
    '.PP',
    `Outputs anywhere else are refused, unless a boolean says otherwise. A file in a home directory keeps the type of an output only until it is relabelled.`,
  ];
}

function packetTypes(confinement: Confinement): string[] {
  const secmark = secmarkOf(confinement);
  if (secmark === undefined) return [];
  return [
    '.SH PACKET TYPES',
    'The kernel checks no port when a program sends over UDP. While',
    `${bold(booleanName(confinement, secmark.when))} is on, packets are therefore told apart by labels that nftables puts on them:`,
    ...passingPackets(confinement, secmark),
    '.TP',
    bold(typeName(confinement, secmark.other)),
    'All other packets; every domain but this one may send and receive them.',
    '.PP',
    `The labels are put on by ${bold(`${secmarkName(confinement)}.service`)}, which is off as installed: without it, or when its table is flushed, the boolean opens UDP to every address and port.${'resolver' in secmark ? ` It reads the resolvers from ${bold('/etc/resolv.conf')} and follows its changes.` : ''} Labels that other rules have put on packets are replaced.`,
  ];
}

function passingPackets(confinement: Confinement, secmark: Secmark): string[] {
  const domain = roff(confinement.domain);
  if ('resolver' in secmark) {
    return [
      '.TP',
      bold(typeName(confinement, secmark.resolver)),
      `To and from port 53 of the configured resolvers; ${domain} may send and receive these.`,
    ];
  }
  const ways = [
    ...(secmark.to.length === 0 ? [] : [`to port ${secmark.to.join(', ')} of every machine`]),
    ...(secmark.from.length === 0 ? [] : [`from port ${secmark.from.join(', ')} of this one`]),
  ];
  return [
    '.TP',
    bold(typeName(confinement, secmark.datagrams)),
    `UDP ${ways.join(' and ')}, and what comes back; ${domain} may send and receive these.`,
    '.TP',
    bold(typeName(confinement, secmark.tcp)),
    `TCP, which is held by its ports; ${domain} may send and receive these.`,
  ];
}

function residuals(confinement: Confinement): string[] {
  return [
    'What no policy can refuse without breaking the program, and what an attacker who controls it could therefore do:',
    ...residualsOf(confinement, 'selinux').flatMap(({ what, why }) => [
      '.TP',
      '\\(bu',
      `${roff(sentence(what))}: ${roff(why.replace(/\.$/, ''))}.`,
    ]),
  ];
}

function residualsOfFurther(confinement: Confinement): string[] {
  const accepted = residualsOf(confinement, 'selinux');
  if (accepted.length === 0) return [];
  return [
    '.PP',
    `Of ${bold(confinement.domain)}:`,
    ...accepted.flatMap(({ what, why }) => [
      '.TP',
      '\\(bu',
      `${roff(sentence(what))}: ${roff(why.replace(/\.$/, ''))}.`,
    ]),
  ];
}

function notes(confinement: Confinement): string[] {
  if (confinement.notes === undefined) return [];
  return [
    '.SH NOTES',
    ...confinement.notes.flatMap(({ about, text }) => ['.TP', bold(sentence(about)), roff(text)]),
  ];
}

/** A pattern as a person reads it. */
function readable(context: FileContext): string {
  return context.pattern.replace(/^HOME_DIR/, '~').replace(/\\(.)/g, '$1');
}

function homePaths(confinement: Confinement): string[] {
  return sorted(confinement.fileContexts)
    .map(readable)
    .filter((path) => path.startsWith('~'))
    .map((path) => path.replace(/\(\/\.\*\)\?$/, ''));
}
