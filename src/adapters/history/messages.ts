import type {
  EventColumns,
  StorePage,
  StorePageQuery,
  StoreTable,
  StoreTables,
  StoreWindow,
} from "../../ports/store.ts";
import type { ErrorCode } from "../../errors.ts";
import type { Result } from "../../result.ts";
import type { FilePosition } from "../durable-lines.ts";
import type { HistoryNetwork } from "./database.ts";
import type { EventWindow } from "./questions.ts";

export type OpenOptions = {
  /** Of the database and its journal alone. */
  readonly folder: string;
  readonly network: HistoryNetwork;
  /** Days that rows are kept, back from the newest. */
  readonly keptDays: number;
  /** Wall time that a question may take. */
  readonly deadlineMs: number;
};

/** What the database's thread is asked; each question is answered once. */
export type Question =
  | { readonly kind: "open"; readonly options: OpenOptions }
  | {
      readonly kind: "read";
      readonly upTo: Position;
      readonly table: StoreTable;
      readonly window: StoreWindow;
    }
  | { readonly kind: "events"; readonly upTo: Position; readonly window: EventWindow }
  | {
      readonly kind: "page";
      readonly upTo: Position;
      readonly table: StoreTable;
      readonly query: StorePageQuery;
    }
  /** Takes the rest of the journal and closes the file. */
  | { readonly kind: "close"; readonly upTo: Position };

/** How far the journal was on the disk when the question was asked; `null` before anything was. */
export type Position = FilePosition | null;

export type Answers = {
  readonly open: Opened;
  readonly read: Result<readonly StoreTables[StoreTable][], string>;
  readonly events: Result<EventColumns, string>;
  readonly page: Result<StorePage, string>;
  readonly close: Result<null, string>;
};

/** What an opened history holds, or why there is none. */
export type Opened =
  | {
      readonly ok: true;
      /** Number of the newest file that the journal ever had. */
      readonly newest: number;
      readonly nextEvent: ReadonlyMap<string, number>;
    }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

export type ToDatabase =
  | { readonly kind: "ask"; readonly id: number; readonly question: Question }
  /** The journal is on the disk up to there. */
  | { readonly kind: "durable"; readonly upTo: FilePosition };

export type FromDatabase =
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answers[keyof Answers] }
  /** Rows cannot be taken, for now; or can again. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "recovered" }
  /** Something that a person has to look at. */
  | { readonly kind: "notice"; readonly message: string };
