import { booleans } from './components/booleans.ts';
import { capabilities } from './components/capabilities.ts';
import { classes, commons, defaults } from './components/classes.ts';
import type { Component } from './components/component.ts';
import { constraints, validateTransitions } from './components/constraints.ts';
import { fsUses, genfs } from './components/file-systems.ts';
import { ibendports, ibpkeys } from './components/infiniband.ts';
import { initialSids } from './components/initial-sids.ts';
import { categories, sensitivities } from './components/levels.ts';
import { netifs, nodes } from './components/network.ts';
import { ports } from './components/ports.ts';
import { roles } from './components/roles.ts';
import { attributes, neverAudit, permissive, typeBounds, types } from './components/types.ts';
import { users } from './components/users.ts';

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
