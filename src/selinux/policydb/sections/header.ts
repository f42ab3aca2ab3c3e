import type { Cursor } from '../cursor.ts';
import type { AndroidBit, HandleUnknown } from '../policydb.ts';
import { type Feature, NEWEST_VERSION, OLDEST_VERSION, SINCE, tableCounts } from '../versions.ts';

export interface Header {
  readonly version: number;
  readonly mls: boolean;
  readonly handleUnknown: HandleUnknown;
  readonly android: readonly AndroidBit[];
  /** Configuration bits that mean nothing here; unsigned. */
  readonly unnamedBits: number;
  has(feature: Feature): boolean;
}

/** Magic, platform, version, configuration, and how many tables follow. */
export function readHeader(cursor: Cursor): Header {
  const magic = cursor.u32();
  if (magic === MODULE_MAGIC || magic === PACKAGE_MAGIC) {
    cursor.fail('this is a policy module, not a linked policy: link it first (`semodule`)', 0);
  }
  if (magic !== KERNEL_MAGIC) {
    cursor.fail(`this is not a kernel policy: it starts with 0x${hex(magic)}, not 0xf97cff8c`, 0);
  }
  const platformAt = cursor.offset;
  const length = cursor.u32();
  if (length > LONGEST_PLATFORM) {
    cursor.fail(`the platform's name has ${length} bytes; SELinux's has 8`, platformAt);
  }
  const platform = cursor.text(length, 'platform');
  if (platform === 'XenFlask') {
    cursor.fail(
      'this is a policy for Xen (XenFlask); only policies for SELinux are read',
      platformAt,
    );
  }
  if (platform !== 'SE Linux') {
    cursor.fail('this is a policy for an unknown platform; only `SE Linux` is read', platformAt);
  }

  const versionAt = cursor.offset;
  const version = cursor.u32();
  if (version < OLDEST_VERSION || version > NEWEST_VERSION) {
    cursor.fail(
      `version ${version} is not read; versions ${OLDEST_VERSION} to ${NEWEST_VERSION} are`,
      versionAt,
    );
  }
  const configurationAt = cursor.offset;
  const configuration = cursor.u32();
  const handleUnknown = HANDLE_UNKNOWN[configuration & UNKNOWN];
  if (handleUnknown === undefined) {
    cursor.fail(`configuration 0x${hex(configuration)} has no meaning`, configurationAt);
  }
  const mls = (configuration & MLS) !== 0;
  if (mls && version < SINCE.mls) {
    cursor.fail(`MLS exists since version ${SINCE.mls}; this is ${version}`, configurationAt);
  }

  const countsAt = cursor.offset;
  const expected = tableCounts(version);
  const symbols = cursor.u32();
  const objectContexts = cursor.u32();
  if (symbols !== expected.symbols || objectContexts !== expected.objectContexts) {
    cursor.fail(
      `version ${version} has ${expected.symbols} symbol tables and ${expected.objectContexts} kinds of object contexts, not ${symbols} and ${objectContexts}`,
      countsAt,
    );
  }
  return {
    version,
    mls,
    handleUnknown,
    android: ANDROID_BITS.filter(([, bit]) => (configuration & bit) !== 0).map(([name]) => name),
    unnamedBits: (configuration & ~NAMED_BITS) >>> 0,
    has: (feature) => version >= SINCE[feature],
  };
}

const KERNEL_MAGIC = 0xf97cff8c;
const MODULE_MAGIC = 0xf97cff8d;
const PACKAGE_MAGIC = 0xf97cff8f;

/** Bounds the read before the name is looked at. */
const LONGEST_PLATFORM = 32;

const MLS = 1;

/** The bits that say what is done about the unknown: both together are no policy to libsepol 3.8 either. */
const UNKNOWN = 6;

/** POLICYDB_CONFIG_ANDROID_NETLINK_ROUTE and _GETNEIGH of Android's libsepol and kernel. */
const ANDROID_BITS: readonly (readonly [AndroidBit, number])[] = [
  ['netlink_route', 1 << 31],
  ['netlink_getneigh', 1 << 30],
];

const NAMED_BITS = ANDROID_BITS.reduce((bits, [, bit]) => bits | bit, MLS | UNKNOWN);

const HANDLE_UNKNOWN: Readonly<Record<number, HandleUnknown>> = {
  0: 'deny',
  2: 'reject',
  4: 'allow',
};

function hex(value: number): string {
  return value.toString(16).padStart(8, '0');
}
