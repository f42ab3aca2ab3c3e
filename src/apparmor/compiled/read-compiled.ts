import type {
  Attachment,
  CapabilityWords,
  Compiled,
  CompiledProfile,
  PathFlags,
  ProfileMode,
  Secmark,
} from './profile.ts';
import { readRules } from './rules.ts';
import { Stream } from './stream.ts';

/**
 * Reads what `apparmor_parser -o FILE` writes (the parsers 3.0 to 5.0; interface versions 5 to 9). Throws CompiledFormatError for
 * anything else, with the offset; nothing that is not understood is skipped.
 */
export function readCompiled(bytes: Uint8Array): Compiled {
  const stream = new Stream(bytes);
  if (stream.atEnd) stream.fail('the file is empty');
  const profiles: CompiledProfile[] = [];
  let header: Header | undefined;
  while (!stream.atEnd) {
    stream.part = 'header';
    header = readHeader(stream, header);
    profiles.push(readProfile(stream, header));
  }
  return { profiles };
}

interface Header {
  readonly kernelAbi: number;
  readonly forceComplain: boolean;
  readonly namespace: string | undefined;
}

/** Later profiles of a file may go without. */
function readHeader(stream: Stream, before: Header | undefined): Header {
  const at = stream.offset;
  const version =
    before !== undefined && !stream.isNext('u32', 'version')
      ? undefined
      : stream.u32('the version', 'version');
  const namespace = stream.optionalString('namespace') ?? before?.namespace;
  if (version === undefined) return { ...before!, namespace };
  const kernelAbi = version & KERNEL_ABI;
  if (kernelAbi < OLDEST_ABI || kernelAbi > NEWEST_ABI) {
    stream.fail(
      `interface version ${kernelAbi} is not read here: ${OLDEST_ABI} to ${NEWEST_ABI} are`,
      at,
    );
  }
  return { kernelAbi, forceComplain: (version & FORCE_COMPLAIN) !== 0, namespace };
}

const KERNEL_ABI = 0x3ff;
const FORCE_COMPLAIN = 0x800;
const OLDEST_ABI = 5;
const NEWEST_ABI = 9;

function readProfile(stream: Stream, header: Header): CompiledProfile {
  stream.part = 'profile';
  return stream.struct('profile', () => {
    const name = readName(stream, header);
    stream.part = `profile ${name.name}`;
    const rename = stream.optionalString('rename');
    const attachmentText = stream.optionalString('attach');
    const attachment = readAttachment(stream, header, attachmentText);
    const prefix = stream.optionalString('disconnected');
    const killSignal = stream.optionalU32('kill');
    const flags = stream.struct('flags', () => readFlags(stream, header));
    const paths = readPathFlags(stream, prefix);
    const capabilities = readCapabilities(stream);
    const attributes = stream.optionalStruct('xattrs', () => readStrings(stream)) ?? [];
    const limits = stream.optionalStruct('rlimits', () => readLimits(stream)) ?? new Map();
    const secmarks = stream.optionalStruct('secmark', () => readSecmarks(stream)) ?? [];
    const families = stream.isNext('array', 'net_allowed_af') ? readFamilies(stream) : undefined;
    const classes = stream.optionalStruct('policydb', () =>
      readRules(stream, 'classes', header.kernelAbi),
    );
    const files = readRules(stream, 'files', header.kernelAbi);
    const data = stream.optionalStruct('data', () => readData(stream)) ?? new Map();
    return {
      ...name,
      ...flags,
      kernelAbi: header.kernelAbi,
      paths,
      ...(attachment !== undefined && { attachment: { ...attachment, attributes } }),
      ...(rename !== undefined && { rename }),
      ...(killSignal !== undefined && { killSignal }),
      capabilities,
      limits,
      secmarks,
      ...(families !== undefined && { families }),
      ...(classes !== undefined && { classes }),
      ...(files !== undefined && { files }),
      data,
    };
  });
}

/** A namespace stands before the name as `:namespace:name` or `:namespace://name`, or in the header. */
function readName(stream: Stream, header: Header): Pick<CompiledProfile, 'name' | 'namespace'> {
  const at = stream.offset;
  const text = stream.string('the name of the profile');
  const [, inside, rest] = /^:([^:]+):(?:\/\/)?(.*)$/s.exec(text) ?? [];
  const name = rest ?? text;
  if (name === '') stream.fail('the name of the profile is empty', at);
  const namespace = inside ?? header.namespace;
  return { name, ...(namespace !== undefined && { namespace }) };
}

function readAttachment(
  stream: Stream,
  { kernelAbi }: Header,
  text: string | undefined,
): Omit<Attachment, 'attributes'> | undefined {
  const rules = readRules(stream, 'attachment', kernelAbi);
  if (rules === undefined) return undefined;
  return {
    rules,
    literalLength: stream.u32('the length of the attachment'),
    ...(text !== undefined && { text }),
  };
}

function readFlags(
  stream: Stream,
  { forceComplain }: Header,
): Pick<CompiledProfile, 'mode' | 'hat' | 'audit'> {
  const hat = (stream.u32('the flags') & 1) !== 0;
  const at = stream.offset;
  const number = stream.u32('the mode');
  const mode = MODES[number] ?? stream.fail(`mode ${number} has no meaning`, at);
  const audit = stream.u32('the audit flag') !== 0;
  return { hat, mode: forceComplain ? 'complain' : mode, audit };
}

const MODES: readonly ProfileMode[] = ['enforce', 'complain', 'kill', 'unconfined', 'prompt'];

function readPathFlags(stream: Stream, prefix: string | undefined): PathFlags {
  const word = stream.optionalU32('path_flags') ?? PATH.mediateDeleted;
  return {
    attachDisconnected: (word & PATH.connect) !== 0,
    ...(prefix !== undefined && { prefix }),
    mediateDeleted: (word & PATH.mediateDeleted) !== 0,
    chrootRelative: (word & PATH.chrootRelative) !== 0,
    word,
  };
}

/** The kernel's include/path.h. */
const PATH = { connect: 0x4, chrootRelative: 0x8, mediateDeleted: 0x10000 } as const;

/** The lower words stand by themselves; a set that is no longer used comes after them. */
function readCapabilities(stream: Stream): CapabilityWords {
  const four = (): number[] =>
    ['allow', 'audit', 'quiet', 'unused'].map((word) => stream.u32(`capabilities to ${word}`));
  const low = four();
  const high = stream.optionalStruct('caps64', four) ?? [0, 0, 0, 0];
  stream.optionalStruct('capsx', () => [stream.u32('capsx'), stream.u32('capsx')]);
  const whole = (i: number): bigint => (BigInt(high[i]!) << 32n) | BigInt(low[i]!);
  return { allow: whole(0), audit: whole(1), quiet: whole(2) };
}

function readStrings(stream: Stream): string[] {
  const count = stream.array('names', 3);
  const strings = Array.from({ length: count }, () => stream.string('a name'));
  stream.endArray('the names');
  return strings;
}

function readLimits(stream: Stream): Map<number, bigint> {
  const mask = stream.u32('which limits are set');
  const at = stream.offset;
  const count = stream.array('limits', 9);
  if (count > MOST_LIMITS) stream.fail(`there are ${count} limits, more than ${MOST_LIMITS}`, at);
  const limits = new Map<number, bigint>();
  for (let i = 0; i < count; i++) {
    const limit = stream.u64('a limit');
    if (((mask >>> i) & 1) !== 0) limits.set(i, limit);
  }
  stream.endArray('the limits');
  return limits;
}

/** RLIM_NLIMITS */
const MOST_LIMITS = 16;

function readSecmarks(stream: Stream): Secmark[] {
  const count = stream.array('marks of packets', 7);
  const marks = Array.from({ length: count }, () => {
    const audit = stream.u8('audit of a mark') !== 0;
    const deny = stream.u8('refusal of a mark') !== 0;
    return { audit, deny, label: stream.string('the label of a mark') };
  });
  stream.endArray('the marks of packets');
  return marks;
}

/** Three words for each family: allowed, logged, refused in silence. */
function readFamilies(stream: Stream): Uint16Array {
  const count = stream.array('families of addresses', 9, 'net_allowed_af');
  const allow = Uint16Array.from({ length: count }, () => {
    const allowed = stream.u16('types that are allowed');
    stream.u16('types that are logged');
    stream.u16('types that are refused in silence');
    return allowed;
  });
  stream.endArray('the families');
  return allow;
}

function readData(stream: Stream): Map<string, Uint8Array> {
  const data = new Map<string, Uint8Array>();
  while (stream.isNext('string', undefined)) {
    const at = stream.offset;
    const key = stream.string('a key');
    if (data.has(key)) stream.fail('there is a key twice', at);
    data.set(key, stream.blob('a value'));
  }
  return data;
}
