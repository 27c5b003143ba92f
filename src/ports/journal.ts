/** Where the engine's inputs and effects are written down, one JSON document a line. */
export interface Journal {
  append(line: string): void;
  close(): void;
}
