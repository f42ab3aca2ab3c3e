import { booleans } from './booleans.ts';
import { capabilities } from './capabilities.ts';
import { classes, commons, defaults } from './classes.ts';
import type { Component } from './component.ts';
import { constraints, validateTransitions } from './constraints.ts';
import { fsUses, genfs } from './file-systems.ts';
import { ibendports, ibpkeys } from './infiniband.ts';
import { initialSids } from './initial-sids.ts';
import { categories, sensitivities } from './levels.ts';
import { netifs, nodes } from './network.ts';
import { ports } from './ports.ts';
import { roles } from './roles.ts';
import { attributes, neverAudit, permissive, typeBounds, types } from './types.ts';
import { users } from './users.ts';

/** Everything that can be listed, in the order of help. */
export const COMPONENTS: readonly Component[] = [
  types,
  attributes,
  classes,
  commons,
  booleans,
  roles,
  users,
  sensitivities,
  categories,
  ports,
  nodes,
  netifs,
  genfs,
  fsUses,
  initialSids,
  permissive,
  neverAudit,
  typeBounds,
  defaults,
  constraints,
  validateTransitions,
  capabilities,
  ibpkeys,
  ibendports,
];
