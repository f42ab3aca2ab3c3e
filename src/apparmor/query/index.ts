export { capabilitiesOf, grantsCapability } from './capabilities.ts';
export { type Execution, execModeText, executions } from './execute.ts';
export { type MediatedClass, type ProfileInfo, profileInfo } from './info.ts';
export {
  CAPABILITIES,
  FAMILIES,
  FILE_PERMISSIONS,
  NETWORK_PERMISSIONS,
  namesOf,
  SOCKET_TYPES,
} from './names.ts';
export { type NetworkRow, networkRows, type SocketGrant, socketGrant } from './network.ts';
export { filePermissions, type PathAnswer, type PathGrant, pathAnswer } from './path.ts';
export { type PathWitness, pathWitness, type Wanted } from './witness.ts';
