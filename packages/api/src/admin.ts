// POST /api/admin/…: for operators, who have a secret of the deployment.
import * as v from "valibot";

export const adminGenerationRequestSchema = v.object({ reason: v.literal("restored") });
export type AdminGenerationRequest = v.InferOutput<typeof adminGenerationRequestSchema>;

export interface AdminGenerationResponse {
  /** Position of the control op by which the generation begins. */
  readonly seq: number;
}

/** Asks every live socket of a note to come back, each at its own time within `spreadMs`. */
export const adminDrainRequestSchema = v.object({
  spreadMs: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(600_000)),
});
