export { capabilitiesOf, grantsCapability } from './capabilities.ts';
export { type Cover, covers } from './covers.ts';
export { type Execution, execModeText, executions } from './execute.ts';
export { type ProfileInfo, profileInfo } from './info.ts';
export { linkTarget } from './link.ts';
export { machineOf } from './machine.ts';
export {
  CAPABILITIES,
  CLASS_PERMISSIONS,
  CLASSES,
  FAMILIES,
  NETWORK_PERMISSIONS,
  namesOf,
  SOCKET_TYPES,
} from './names.ts';
export {
  grantedAfter,
  type NetworkRow,
  networkRows,
  socketGrant,
  unixGrant,
} from './network.ts';
export { filePermissions, fileRules, type PathAnswer, type PathGrant, pathAnswer } from './path.ts';
export { pathWitness } from './witness.ts';
