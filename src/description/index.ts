export type { Ability, Block, Directory, Entry, HomeName, OwnType, Secmark } from './ability.ts';
export { confine } from './confine.ts';
export {
  type Acceptance,
  booleanName,
  type Confinement,
  type Description,
  type Note,
  type Residual,
  type Rollout,
  type RolloutEvidence,
  rolloutEvidence,
  shipsPermissive,
  type Tunable,
  typeName,
} from './confinement.ts';
export { escapePath, type FileContext, fileAt, treeAt, winner } from './file-context.ts';
export { nevers } from './never-suite.ts';
export * from './nevers/index.ts';
export { neverTitle } from './nevers/kinds.ts';
export { ConfinementProblems, type Problem } from './problems.ts';
export * from './scenario.ts';
export * from './statement.ts';
