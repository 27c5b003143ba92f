import Type, { type TSchema } from "typebox";

/** What schemas of messages to consoles are made of. */
export const strict = { additionalProperties: false } as const;

export const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);

export const instant = Type.Number({
  description: "Milliseconds since the Unix epoch, on the street's clock.",
});
