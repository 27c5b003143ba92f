import Type, { type TSchema } from "typebox";

/** What an operation answers under one status: in words, and its content by media type. */
export type Answer = { readonly about: string; readonly as?: Readonly<Record<string, TSchema>> };

/** What is said of an operation beside its route's own schema, which checks parameters. */
export type Operation = {
  readonly tag: Tag;
  readonly summary: string;
  readonly about?: string;
  /** Where the handler checks the body itself, to name every fault at once by place, found and allowed. */
  readonly body?: TSchema;
  readonly answers: Readonly<Record<number, Answer>>;
};

/** By method and address, as routes say it. */
export type Operations = Readonly<Record<string, Operation>>;

/** The parts of the reference, in its order. */
export const TAGS = [
  { name: "Street", description: "What is there, and what it does now." },
  { name: "Live", description: "WebSockets; their messages are published under /api/schemas." },
  {
    name: "Operate",
    description: "What operators ask of the street; what is asked is never shown for what it does.",
  },
  { name: "Alarms", description: "What wants somebody's attention, and what was done about it." },
  { name: "Decisions", description: "Why something was decided, and what else it would have been." },
  { name: "Measures", description: "What is computed from what controllers logged." },
  {
    name: "Changes",
    description: "Parameters of the engine, and their changes, approved by a second person.",
  },
  {
    name: "Studies",
    description: "What-if runs of the running network, pair by pair; nothing of them reaches the street.",
  },
  { name: "History", description: "What is remembered." },
  { name: "People", description: "Who asks, and what that person may do." },
  { name: "Process", description: "How the server itself does." },
  { name: "Reference", description: "This description." },
] as const;
type Tag = (typeof TAGS)[number]["name"];

const strict = { additionalProperties: false } as const;

export const JSON_TYPE = "application/json";
export const json = (schema: TSchema, about = "As asked for."): Answer => ({
  about,
  as: { [JSON_TYPE]: schema },
});
export const refused = (about: string): Answer => json(Type.Object({ error: Type.String() }, strict), about);

export const NO_PLANT = refused("No plant is connected yet.");
export const ELSEWHERE = refused("The request comes from another site's page.");
export const NO_INTERSECTION = refused("No such intersection; the answer says which there are.");
export const FAULTS = json(
  Type.Object({
    faults: Type.Array(
      Type.Object(
        { pointer: Type.String(), found: Type.String(), allowed: Type.String() },
        { title: "Fault" },
      ),
    ),
  }),
  "Every fault of the body: where, what was found, what is allowed.",
);

/** An object of which only what matters is named. */
export const open = (properties: Readonly<Record<string, TSchema>>): TSchema =>
  Type.Object(properties, { additionalProperties: true });
export const rows = Type.Array(open({}));
