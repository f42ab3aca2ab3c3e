import { COMPONENTS } from '../../query/index.ts';
import type { Verb } from '../verb.ts';
import { access } from './query/access.ts';
import { componentListing } from './query/component-listing.ts';
import { flows } from './query/flows.ts';
import { info } from './query/info.ts';
import { label } from './query/label.ts';
import { rules } from './query/rules.ts';
import { transitions } from './query/transitions.ts';

/** The questions, in the order of help. A question is a file of ./query that exports a Verb; this list is where it is registered. */
const QUESTIONS: readonly Verb[] = [
  info,
  rules,
  access,
  transitions,
  flows,
  label,
  ...COMPONENTS.map(componentListing),
];

export const query: Verb = {
  name: 'query',
  summary: 'questions about any binary policy',
  define(command, run, io) {
    command.helpCommand(false);
    for (const question of QUESTIONS) {
      question.define(command.command(question.name).description(question.summary), run, io);
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
