import type { Machine } from '../procfs/machine.ts';
import type { RootPlan } from '../kernel/root-files/root-plan.ts';
import type { ListPlan } from '../reading/list-plan.ts';
import type { AsideRequest, FilesRequest, LeaderRequest, ProcessInfo, ReaderHead, TurnRequest } from '../protocol/protocol.ts';

/** What a hand is asked to do: one of them at a time, but for those that wait for the next part to be asked for. */
export type Job = TurnRequest | LeaderRequest | AsideRequest | FilesRequest;

export type ToHand =
  /** `list` of `processes`, `root` of `kernel`. */
  | { readonly type: 'job'; readonly job: Job; readonly list?: ListPlan; readonly root?: RootPlan }
  /** The next part of the answer to the request of this id; or, false, no more of it. */
  | { readonly type: 'go'; readonly id: number; readonly on: boolean };

export type FromHand =
  | { readonly type: 'head'; readonly head: ReaderHead; readonly body: Uint8Array | null }
  /** Of the list of processes: some more, ascending. */
  | { readonly type: 'rows'; readonly rows: readonly ProcessInfo[] }
  /** From now on a file system of this type is asked, '' for one that is not known, and it may never answer. */
  | { readonly type: 'asks'; readonly fileSystem: string }
  /** The job of this id is done. */
  | { readonly type: 'done'; readonly id: number };

/** What a hand is told at its start. */
export interface HandData {
  /** See beat.ts. */
  readonly pulse: SharedArrayBuffer;
  readonly machine: Machine;
}
