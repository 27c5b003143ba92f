import Type from "typebox";
import { ModeSchema } from "../model/mode.ts";
import { Order } from "./frames.ts";
import { instant, nullable, strict } from "./message-parts.ts";

/** Who answers for it, and why. */
const answered = { by: Type.String(), reason: Type.String() } as const;

const command = Type.Object(
  {
    id: Type.String(),
    order: Order,
    text: Type.String(),
    ...answered,
    askedAt: instant,
    validUntil: instant,
    state: Type.Enum(["asked", "inForce", "done", "ended", "refused", "unanswered"]),
    ended: nullable(Type.Enum(["expired", "replaced", "released", "cleared"])),
    refusals: Type.Array(Type.Object({ rule: Type.String(), detail: Type.String() }, strict)),
    street: nullable(Type.Object({ asAsked: nullable(Type.Boolean()), text: Type.String() }, strict)),
  },
  { ...strict, title: "Command", description: "As asked, as answered, and what the street shows of it." },
);

/** `OperatingView` of `operating.ts`: what operators have asked of an intersection, and what became of it. */
export const OperatingSchema = Type.Object(
  {
    commands: Type.Array(command),
    modeLease: nullable(Type.Object({ until: instant, standing: ModeSchema, ...answered }, strict)),
    control: nullable(
      Type.Object({ area: Type.String(), ...answered, since: instant, until: instant }, strict),
    ),
  },
  strict,
);
