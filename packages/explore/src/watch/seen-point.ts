/** What a step's point announced, kept beyond its run. */
export interface SeenPoint {
  /** A `PointKind`. */
  readonly kind: number;
  readonly label: string;
}
