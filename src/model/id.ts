import Type from "typebox";

/** Ids of everything in a network: DESIGN §5. */
export const ID_PATTERN = "^[A-Za-z0-9_.%-]{1,128}$";

export const IdSchema = Type.String({ pattern: ID_PATTERN });

/** The id with every character that an id must not have percent-encoded, byte by byte as UTF-8. */
export function encodeId(foreign: string): string {
  return Array.from(new TextEncoder().encode(foreign), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9_.-]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}
