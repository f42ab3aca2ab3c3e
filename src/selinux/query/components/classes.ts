import { NONE } from '../../policydb/index.ts';
import { type Component, type Entry, sorted, sortedNames } from './component.ts';

export const classes: Component = {
  name: 'classes',
  summary: 'object classes with their permissions',
  selector: 'NAME',
  entries(db) {
    return sorted(
      db.classes.names.map((name, id) => {
        const commonId = db.classes.common[id]!;
        const common = commonId === NONE ? undefined : db.commons[commonId]!;
        const all = db.classes.permissions[id]!;
        const own = sortedNames(all.slice(common?.permissions.length ?? 0));
        const lines = [`class ${name}`];
        if (common !== undefined) lines.push(`inherits ${common.name}`);
        return {
          key: name,
          text: name,
          expanded: [...lines, ...block(own)].join('\n'),
          data: { name, common: common?.name, permissions: own, all: sortedNames(all) },
        };
      }),
    );
  },
};

export const commons: Component = {
  name: 'commons',
  summary: 'permission sets that classes inherit',
  selector: 'NAME',
  entries(db) {
    return sorted(
      db.commons.map(({ name, permissions }) => {
        const names = sortedNames(permissions);
        return {
          key: name,
          text: name,
          expanded: [`common ${name}`, ...block(names)].join('\n'),
          data: { name, permissions: names },
        };
      }),
    );
  },
};

export const defaults: Component = {
  name: 'defaults',
  summary: 'where the context of a new object comes from, by class',
  selector: 'CLASS',
  entries(db) {
    const entries: Entry[] = [];
    db.classes.defaults.forEach((given, id) => {
      const tclass = db.classes.names[id]!;
      for (const part of ['user', 'role', 'type', 'range'] as const) {
        const from = given[part];
        if (from === undefined) continue;
        const text = `default_${part} ${tclass} ${from};`;
        entries.push({
          key: tclass,
          text,
          expanded: text,
          data: { default: part, class: tclass, from },
        });
      }
    });
    return sorted(entries);
  },
};

function block(permissions: readonly string[]): string[] {
  return permissions.length === 0 ? [] : ['{', ...permissions.map((name) => `\t${name}`), '}'];
}
