import { SaxesParser } from "saxes";
import { showFound } from "../../model/fault.ts";
import { CLOCK_ALLOWED, parseClock } from "./clock-text.ts";
import { isDevice, type LogReader, type LogSink, readFields } from "./log-record.ts";

export const MAXTIME_ROOT = "EventResponses";

/** A log is three or four elements deep, and nothing in it is longer than a line. */
const DEPTH_MAX = 16;
const UNBROKEN_LENGTH_MAX = 1024 * 1024;
/** A file that breaks so often is no log. */
const BREAKS_MAX = 1_000;

const WELL_FORMED = "well-formed XML";
const ROOT_ALLOWED = `<${MAXTIME_ROOT}> as the outermost element`;
const DEPTH_ALLOWED = `at most ${DEPTH_MAX} elements within each other`;
const LENGTH_ALLOWED = `at most ${UNBROKEN_LENGTH_MAX} characters from one tag to the next`;
const BREAKS_ALLOWED = `XML that breaks at most ${BREAKS_MAX} times`;
const EVENT_ALLOWED = 'an Event with TimeStamp="…" EventTypeID="…" Parameter="…"';

/** How what is no tag begins and ends. */
const SPECIAL = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
] as const;

type Attributes = Readonly<Record<string, string>>;

/**
 * Reads MaxTime's log: Event elements within EventResponse elements. The controller is the one that the Description names before
 * them, where there is one, and `device` otherwise. What else a Description has (addresses) is not looked at. Where the XML is
 * broken it is read on from the next tag, as within an EventResponse of the same controller.
 */
export function createMaxtimeReader(sink: LogSink, device: string): LogReader {
  const decoder = new TextDecoder();
  const tags = createTags(
    {
      event: (attributes, line) => eventOf(attributes, current, line, sink),
      response: () => {
        current = device;
      },
      number: (id) => {
        if (isDevice(id)) current = id;
      },
    },
    (line, found, allowed) => sink.reject({ place: `line ${line}`, found: showFound(found), allowed }),
  );
  let current = device;
  let pending = "";

  /** Gives on what ends with a tag, or stands before one: the same pieces however the file was cut. */
  const write = (text: string, last: boolean): void => {
    const pieces = (pending + text).split(/(?<=>)|(?=<)/);
    pending = last ? "" : (pieces.pop() ?? "");
    for (const piece of pieces) tags.take(piece);
    if (pending.length > UNBROKEN_LENGTH_MAX) {
      tags.take(pending);
      pending = "";
    }
  };
  return {
    write: (bytes) => write(decoder.decode(bytes, { stream: true }), false),
    end: () => {
      write(decoder.decode(), true);
      tags.end();
    },
  };
}

type TagHandlers = {
  readonly event: (attributes: Attributes, line: number) => void;
  readonly response: () => void;
  /** Text of an IntersectionNumber. */
  readonly number: (text: string) => void;
};

type Tags = { readonly take: (piece: string) => void; readonly end: () => void };

type Rejecting = (line: number, found: string, allowed: string) => void;

/** The log's tags; the parser is begun anew behind each break: by itself it may take all that follows for one name. */
function createTags(handlers: TagHandlers, reject: Rejecting): Tags {
  let line = 1;
  let breaks = 0;
  let stopped = false;
  /** Text of the IntersectionNumber that is open. */
  let numberText: string | undefined;
  /** What ends the comment, the character data or the instruction that has begun: there, a tag is none. */
  let endsWith: string | undefined;

  const stop = (found: string, allowed: string): void => {
    if (!stopped) reject(line, found, allowed);
    stopped = true;
  };

  const parserHandlers: ParserHandlers = {
    opened: (name, attributes, depth) => {
      if (stopped) return;
      if (depth === 1 && name !== MAXTIME_ROOT) stop(`<${name}>`, ROOT_ALLOWED);
      else if (depth > DEPTH_MAX) stop(`<${name}>`, DEPTH_ALLOWED);
      else if (name === "EventResponse") handlers.response();
      else if (name === "Event") handlers.event(attributes, line);
      numberText = name === "IntersectionNumber" ? "" : undefined;
    },
    closed: () => {
      if (numberText !== undefined) handlers.number(numberText.trim());
      numberText = undefined;
    },
    text: (text) => {
      if (numberText !== undefined) numberText += text;
    },
  };
  let parser = createParser(parserHandlers, "");

  const rejectBreak = (why: string): void => {
    reject(line, why, WELL_FORMED);
    breaks += 1;
    if (breaks >= BREAKS_MAX) stop(`${breaks} breaks`, BREAKS_ALLOWED);
  };

  const beginAgain = (): void => {
    numberText = undefined;
    endsWith = undefined;
    parser = createParser(parserHandlers, `<${MAXTIME_ROOT}><EventResponse>`);
  };

  const parse = (piece: string): void => {
    if (endsWith === undefined && piece.startsWith("<")) {
      endsWith = SPECIAL.find(([begin]) => piece.startsWith(begin))?.[1];
      // An entity without end takes all that follows for its name; no error would come.
      if (endsWith === undefined && parser.unfinished()) {
        rejectBreak("a tag without end");
        beginAgain();
      }
      if (endsWith === undefined) parser.expectTag();
    }
    if (endsWith !== undefined && piece.endsWith(endsWith)) endsWith = undefined;
    parser.write(piece);
  };

  const take = (piece: string): void => {
    if (stopped || piece === "") return;
    line += piece.split("\n").length - 1;
    parse(piece);
    const broken = parser.broken();
    if (broken !== undefined) {
      rejectBreak(broken);
      beginAgain();
      // What broke may be the tag before this one, and this one may be whole.
      parse(piece);
      if (parser.broken() !== undefined) beginAgain();
    }
    if (parser.sinceTag() > UNBROKEN_LENGTH_MAX) stop("no tag", LENGTH_ALLOWED);
  };

  return {
    take,
    end: () => {
      if (stopped) return;
      parser.close();
      const broken = parser.broken();
      if (broken !== undefined) reject(line, broken, WELL_FORMED);
    },
  };
}

type ParserHandlers = {
  readonly opened: (name: string, attributes: Attributes, depth: number) => void;
  readonly closed: () => void;
  readonly text: (text: string) => void;
};

type Parser = {
  readonly write: (piece: string) => void;
  readonly close: () => void;
  /** The first error; behind it nothing is told any more. */
  readonly broken: () => string | undefined;
  /** Characters since a tag ended. */
  readonly sinceTag: () => number;
  /** A tag begins with the next piece. */
  readonly expectTag: () => void;
  /** Whether the tag that began neither opened nor closed an element yet. */
  readonly unfinished: () => boolean;
};

/** One parser, until its first error. What opens in `head` is not told. */
function createParser(handlers: ParserHandlers, head: string): Parser {
  const parser = new SaxesParser();
  let depth = 0;
  let lastTagAt = 0;
  let expected = false;
  let broken: string | undefined;
  let told = false;

  const tag = (): void => {
    lastTagAt = parser.position;
    expected = false;
  };
  parser.on("error", ({ message }) => {
    broken ??= message.replace(/^[\d:]+ /, "");
  });
  parser.on("opentag", ({ name, attributes }) => {
    depth += 1;
    tag();
    if (told && broken === undefined) handlers.opened(name, attributes, depth);
  });
  parser.on("closetag", () => {
    depth -= 1;
    tag();
    if (told && broken === undefined) handlers.closed();
  });
  parser.on("text", (text) => handlers.text(text));
  if (head !== "") parser.write(head);
  told = true;

  return {
    write: (piece) => {
      parser.write(piece);
    },
    close: () => {
      parser.close();
    },
    broken: () => broken,
    sinceTag: () => parser.position - lastTagAt,
    expectTag: () => {
      expected = true;
    },
    unfinished: () => expected,
  };
}

function eventOf(attributes: Attributes, device: string, line: number, sink: LogSink): void {
  const place = `line ${line}`;
  const { TimeStamp, EventTypeID, Parameter } = attributes;
  if (TimeStamp === undefined || EventTypeID === undefined || Parameter === undefined) {
    sink.reject({ place, found: showFound(attributes), allowed: EVENT_ALLOWED });
    return;
  }
  const time = parseClock(TimeStamp);
  if (time === undefined) {
    sink.reject({ place, found: showFound(TimeStamp), allowed: CLOCK_ALLOWED });
    return;
  }
  const values = readFields(EventTypeID, Parameter);
  if ("allowed" in values) {
    sink.reject({ place, ...values });
    return;
  }
  if (time.cut) sink.cut();
  sink.record({ device, localMs: time.localMs, ...values, place: line, unit: "line" }, time.format);
}
