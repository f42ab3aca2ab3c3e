export * from './dfa.ts';
export * from './exec-mode.ts';
export * from './format-error.ts';
export * from './permissions.ts';
export * from './profile.ts';
export { readCompiled } from './read-compiled.ts';
export { type ByOwner, classStart, permissionsOf, type Rules } from './rules.ts';
