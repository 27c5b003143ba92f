/** What a controller is doing, beside which plan it runs; only `normal` takes orders from elsewhere (reference §2.7, §2.8). */
export type Operation = "startUp" | "normal" | "preempt" | "flash" | "tripped";

/** Whether a controller is in step with its offset, or correcting it (reference §2.6). */
export type Coordination = "inStep" | "transition";
