/** What is known about a machine that broke, for the person who must find out why. */
export interface MachineEvidence {
  /** The command that starts the same machine by hand; absent where there is none. */
  readonly reproduce?: string;
  /** The end of the console: kernel messages, panics, failed units. */
  readonly console?: string;
  /** Denials that were seen before it broke, as the kernel wrote them. */
  readonly denials?: readonly string[];
  readonly hint?: string;
  /** It ended before its kernel said a word: the emulator, not the guest. */
  readonly beforeKernel?: boolean;
}

/**
 * The machine broke: it did not boot, fell silent, crashed, was lost, or a step that only prepares it failed. Never a verdict
 * about the confinement: it ends in exit 3, not in a refused or permitted answer.
 */
export class MachineError extends Error {
  readonly evidence: MachineEvidence;
  constructor(message: string, evidence: MachineEvidence = {}, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MachineError';
    this.evidence = evidence;
  }
}
