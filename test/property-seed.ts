import { configureGlobal, readConfigureGlobal } from "fast-check";

/**
 * Properties look at the same examples in every run of `npm test`, so that the same code passes or fails everywhere.
 * `PROPERTY_SEED=<integer>` looks at others: worth an hour before a release.
 */
const DEFAULT_SEED = 1;

const text = process.env["PROPERTY_SEED"];
const seed = text === undefined ? DEFAULT_SEED : Number(text);
if (!Number.isInteger(seed)) throw new Error(`PROPERTY_SEED is "${text}"; an integer is allowed`);

configureGlobal({ ...readConfigureGlobal(), seed });
