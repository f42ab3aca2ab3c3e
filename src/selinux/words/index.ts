export { capabilityProblem } from './capability.ts';
export { type Context, formatContext, parseContext } from './context.ts';
export { FILE_KINDS, type FileKind, fileKindFlag, fileKindOf } from './file-kind.ts';
export { PRIORITY, permissiveEntry } from './module-store.ts';
export { isAttributeName, isBooleanName, isModuleName, isTypeName, NAME_RULE } from './names.ts';
export { suggestion } from './spelling.ts';
