export type {
  Ability,
  Block,
  DatagramSecmark,
  Directory,
  Entry,
  HomeName,
  OwnType,
  ResolverSecmark,
  Secmark,
  WhyIn,
} from './ability.ts';
export * from './accepted-way.ts';
export * from './apparmor-rule.ts';
export { confine } from './confine.ts';
export {
  type Acceptance,
  booleanName,
  type Confinement,
  type Description,
  type DomainOfModule,
  domainsOf,
  type Equivalence,
  equivalencesOf,
  type FurtherDomain,
  furtherName,
  labelledBy,
  moduleName,
  type Note,
  namedDomain,
  type Residual,
  type Rollout,
  type RolloutEvidence,
  residualsOf,
  rolloutEvidence,
  shipsPermissive,
  type TakenPath,
  type Tunable,
  typeName,
} from './confinement.ts';
export { escapePath, type FileContext, fileAt, fixedPath, treeAt, winner } from './file-context.ts';
export { leavingOut } from './leaving-out.ts';
export { MECHANISMS, type Mechanism } from './mechanism.ts';
export * from './network-access.ts';
export { nevers } from './never-suite.ts';
export * from './nevers/index.ts';
export { neverTitle } from './nevers/kinds.ts';
export { checkOptions, OPTION } from './options.ts';
export { ConfinementProblems, type Problem } from './problems.ts';
export * from './scenario.ts';
export * from './statement.ts';
