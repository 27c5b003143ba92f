import Type from "typebox";
import { shapeOf } from "../model/fault.ts";
import { ROLES, TOKEN_PERMISSIONS } from "../model/role.ts";

const strict = { additionalProperties: false } as const;

/**
 * Letters, digits and `. _ - @`, so that a name stands in logs, tables and addresses as it is. `engine`, `system` and what begins with `demo-` are
 * not people's: the audit trail has them for others.
 */
export const PERSON_NAME_PATTERN =
  "^(?!(?:[Ee][Nn][Gg][Ii][Nn][Ee]|[Ss][Yy][Ss][Tt][Ee][Mm])$)(?![Dd][Ee][Mm][Oo]-)[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$";
export const TOKEN_NAME_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

const NAME_ALLOWED = "1 to 64 letters, digits and . _ - @, the first one a letter or digit";
const name = Type.String({ pattern: PERSON_NAME_PATTERN, description: NAME_ALLOWED });
export const PERSON_NAME = shapeOf(name);
/** As it is typed at sign-in: whatever it is, it is only looked up. */
const typedName = Type.String({ minLength: 1, maxLength: 200 });
const password = Type.String({ minLength: 1, maxLength: 1_000 });
const secret = Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" });
const role = Type.Enum([...ROLES]);

/** Longest life of a token: two years of 366 days. */
export const TOKEN_DAYS_MAX = 732;

/** Body of `POST /api/sign-in`: name and password, a link with what it asks for, or the token of a display. */
export const SIGN_IN_BODY = shapeOf(
  Type.Object(
    {
      name: Type.Optional(typedName),
      password: Type.Optional(password),
      link: Type.Optional(secret),
      token: Type.Optional(secret),
    },
    strict,
  ),
);
/** Body of `POST /api/sign-in/link`: what a link is good for, without using it. */
export const LINK_BODY = shapeOf(Type.Object({ link: secret }, strict));
/** Body of `POST /api/people`. */
export const NEW_PERSON_BODY = shapeOf(Type.Object({ name, role }, strict));
/** Body of `PUT /api/people/:name`. */
export const ROLE_BODY = shapeOf(Type.Object({ role }, strict));
/** Body of `POST /api/tokens`: `days` from now on. */
export const NEW_TOKEN_BODY = shapeOf(
  Type.Object(
    {
      name: Type.String({ pattern: TOKEN_NAME_PATTERN }),
      permissions: Type.Array(Type.Enum([...TOKEN_PERMISSIONS]), { minItems: 1, uniqueItems: true }),
      days: Type.Integer({ minimum: 1, maximum: TOKEN_DAYS_MAX }),
    },
    strict,
  ),
);
