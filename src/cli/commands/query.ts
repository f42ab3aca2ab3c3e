import { COMPONENTS } from '../../selinux/query/index.ts';
import type { Verb } from '../verb.ts';
import { componentListing } from './query/component-listing.ts';

/** The questions, in the order of help. A question is a file of ./query that exports a Verb, loaded when it is asked. */
const QUESTIONS: Readonly<Record<string, () => Promise<Verb>>> = {
  info: async () => (await import('./query/info.ts')).info,
  rules: async () => (await import('./query/rules.ts')).rules,
  why: async () => (await import('./query/why.ts')).why,
  who: async () => (await import('./query/who.ts')).who,
  reach: async () => (await import('./query/reach.ts')).reach,
  boolean: async () => (await import('./query/boolean.ts')).boolean,
  access: async () => (await import('./query/access.ts')).access,
  transitions: async () => (await import('./query/transitions.ts')).transitions,
  flows: async () => (await import('./query/flows.ts')).flows,
  diff: async () => (await import('./query/diff.ts')).diff,
  label: async () => (await import('./query/label.ts')).label,
  assertions: async () => (await import('./query/assertions.ts')).assertions,
  module: async () => (await import('./query/module.ts')).module,
  apparmor: async () => (await import('./query/apparmor.ts')).apparmor,
  ...Object.fromEntries(
    COMPONENTS.map((component) => [component.name, async () => componentListing(component)]),
  ),
};

export const query: Verb = {
  name: 'query',
  summary: 'questions about any binary policy',
  async define(command, run, io, words) {
    command.helpCommand(false);
    const asked = words.find((word) => Object.hasOwn(QUESTIONS, word));
    for (const name of asked === undefined ? Object.keys(QUESTIONS) : [asked]) {
      const question = await QUESTIONS[name]!();
      await question.define(
        command.command(question.name).description(question.summary),
        run,
        io,
        words,
      );
    }
    command.addHelpText(
      'after',
      `
Every question takes --policy FILE; without it, it is about the running kernel's policy.

Examples:
  confine query info --policy /etc/selinux/default/policy/policy.34   how much of everything it holds
  confine query types httpd_t -x                                      one type with its attributes`,
    );
  },
};
