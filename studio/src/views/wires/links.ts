// What a wire joins.

/** Ends are selectors inside the wired part of the stage. */
export interface Link {
  readonly from: string;
  readonly to: string;
  /** The one that belongs to the held number. */
  readonly held?: boolean;
  readonly back?: boolean;
}
