import type { Machine } from '../procfs/machine.ts';
import type { RootPlan } from '../kernel/root-files/root-plan.ts';
import type { ListPlan } from '../reading/list-plan.ts';
import type { InTurn } from '../protocol/ops.ts';
import type { ProcessInfo, ReaderHead, RequestOf } from '../protocol/protocol.ts';

/** A request to a hand. It does one at a time, except for answers that wait for the request of their next part. */
export type Job = InTurn<'in' | 'aside' | 'files'> | RequestOf<'leader'>;

export type ToHand =
  /** `list` is for `processes`, `root` for `kernel`. */
  | { readonly type: 'job'; readonly job: Job; readonly list?: ListPlan; readonly root?: RootPlan }
  /** Continue the answer to the request with this id; `on` false: end it. */
  | { readonly type: 'go'; readonly id: number; readonly on: boolean };

export type FromHand =
  | { readonly type: 'head'; readonly head: ReaderHead; readonly body: Uint8Array | null }
  /** More rows of the process list, in ascending order. */
  | { readonly type: 'rows'; readonly rows: readonly ProcessInfo[] }
  /** Sent before a file system of this type ('' if unknown) is accessed; it may never answer. */
  | { readonly type: 'asks'; readonly fileSystem: string }
  /** The job with this id is done. */
  | { readonly type: 'done'; readonly id: number };

/** Data for a new hand. */
export interface HandData {
  /** See beat.ts. */
  readonly pulse: SharedArrayBuffer;
  readonly machine: Machine;
}
