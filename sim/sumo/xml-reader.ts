import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { SaxesParser } from "saxes";
import { messageOf, PhasewiseError } from "../../src/errors.ts";

/** An opened XML element and where it stands. */
export type XmlElement = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly file: string;
  /** One-based line of the end of the opening tag. */
  readonly line: number;
};

export type XmlHandlers = {
  readonly open: (element: XmlElement) => void;
  readonly close?: (name: string) => void;
};

/**
 * Reads an XML file as a stream of elements; files ending in `.gz` are unpacked.
 * Throws DATA_MISSING where the file cannot be read and DATA_INVALID where it is not well-formed.
 */
export async function readXml(path: string, handlers: XmlHandlers): Promise<void> {
  const feed = xmlFeed(path, handlers);
  const file = createReadStream(path);
  const bytes = path.endsWith(".gz") ? file.pipe(createGunzip()) : file;
  // `pipe` does not hand errors on; without this an unreadable packed file would hang.
  file.on("error", (error) => bytes.destroy(error));
  bytes.setEncoding("utf8");
  try {
    for await (const chunk of bytes) feed.write(String(chunk));
  } catch (error) {
    if (error instanceof PhasewiseError) throw error;
    const reason = messageOf(error);
    throw new PhasewiseError(
      "DATA_MISSING",
      `${path}: cannot be read (${reason}); allowed: a readable XML file`,
      {
        cause: error,
      },
    );
  }
  feed.end();
}

/** The same for XML that is already in memory; `file` names it in messages. */
export function readXmlText(file: string, text: string, handlers: XmlHandlers): void {
  const feed = xmlFeed(file, handlers);
  feed.write(text);
  feed.end();
}

function xmlFeed(
  file: string,
  handlers: XmlHandlers,
): { readonly write: (chunk: string) => void; readonly end: () => void } {
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    const reason = error.message.replace(/^[\d:]+ /, "");
    throw new PhasewiseError(
      "DATA_INVALID",
      `${file}:${parser.line}: not well-formed XML (${reason}); allowed: a complete SUMO XML file`,
    );
  });
  parser.on("opentag", ({ name, attributes }) => {
    handlers.open({ name, attributes, file, line: parser.line });
  });
  parser.on("closetag", ({ name }) => handlers.close?.(name));
  return {
    write: (chunk) => {
      parser.write(chunk);
    },
    end: () => {
      parser.close();
    },
  };
}

/** The failure of an element, told with file, line, what was found and what is allowed. */
export function elementFault(element: XmlElement, found: string, allowed: string): PhasewiseError {
  return new PhasewiseError(
    "DATA_INVALID",
    `${element.file}:${element.line}: <${element.name}> ${found}; allowed: ${allowed}`,
  );
}

export function requiredText(element: XmlElement, attribute: string): string {
  const value = element.attributes[attribute];
  if (value === undefined) throw elementFault(element, `lacks "${attribute}"`, `${attribute}="…"`);
  return value;
}

export function requiredNumber(element: XmlElement, attribute: string): number {
  return toNumber(element, attribute, requiredText(element, attribute));
}

/** The attribute as a number, or `fallback` where it is absent. */
export function optionalNumber<T>(element: XmlElement, attribute: string, fallback: T): number | T {
  const value = element.attributes[attribute];
  return value === undefined ? fallback : toNumber(element, attribute, value);
}

function toNumber(element: XmlElement, attribute: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw elementFault(element, `has ${attribute}="${text}"`, `a number in "${attribute}"`);
  }
  return value;
}

/** Seconds as SUMO writes them: `12.5`, `1:02:03` or `1:01:02:03` (days first). */
export function parseSumoTime(element: XmlElement, attribute: string, text: string): number {
  const parts = text.trim().split(":");
  const numbers = parts.map(Number);
  const units = [1, 60, 3600, 86_400];
  const valid =
    (parts.length === 1 || parts.length === 3 || parts.length === 4) &&
    parts.every((part) => part !== "") &&
    numbers.every(Number.isFinite);
  if (!valid) {
    throw elementFault(element, `has ${attribute}="${text}"`, "seconds, or hours:minutes:seconds");
  }
  return numbers.toReversed().reduce((sum, value, index) => sum + value * (units[index] ?? 0), 0);
}
