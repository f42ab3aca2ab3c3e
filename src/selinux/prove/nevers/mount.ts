import { assertionOf } from './assertion.ts';
import type { Guarantee } from './guarantee.ts';

/** No file system is mounted, remounted, unmounted or mounted over, whatever capability or namespace the process has. */
export const mount: Guarantee<'mount'> = {
  question: () => 'mount, remount, unmount or mount over anything',
  asserted: () => ({ rules: [assertionOf('mount'), assertionOf('mount-point')] }),
  prove(inquiry) {
    inquiry.forbid('mount');
    inquiry.forbid('mount-point');
  },
};
