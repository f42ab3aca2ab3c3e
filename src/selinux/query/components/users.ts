import type { RoleId } from '../../policydb/index.ts';
import { levelText, rangeText } from '../context-text.ts';
import { type Component, setText, sorted, sortedNames } from './component.ts';

export const users: Component = {
  name: 'users',
  summary: 'SELinux users with their roles and levels',
  selector: 'NAME',
  entries(db) {
    // Every user may take the role of objects, so nobody says it.
    const objects = db.roles.ids.get('object_r');
    return sorted(
      db.users.names.map((name, id) => {
        const ids = db.users.roles[id]!.toArray().filter((role: RoleId) => role !== objects);
        const roles = sortedNames(ids.map((role) => db.roles.names[role]!));
        const range = db.users.ranges[id];
        const level = db.users.defaultLevels[id];
        const levels =
          range === undefined || level === undefined
            ? undefined
            : { level: levelText(db, level), range: rangeText(db, range) };
        const mls = levels === undefined ? '' : ` level ${levels.level} range ${levels.range}`;
        return {
          key: name,
          text: name,
          expanded: `user ${name} roles ${setText(roles)}${mls};`,
          data: { name, roles, ...levels },
        };
      }),
    );
  },
};
