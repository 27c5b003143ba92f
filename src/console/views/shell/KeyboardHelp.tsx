import type { JSX } from "preact";
import { Dialog } from "../parts/Dialog.tsx";
import { SHORTCUTS } from "./keys.ts";
import { letterKeys } from "./switches.ts";

export function KeyboardHelp(): JSX.Element {
  return (
    <Dialog name="help" title="Keyboard and signs">
      <dl class="keys">
        {SHORTCUTS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split("  ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={letterKeys.value}
          onChange={({ currentTarget }) => (letterKeys.value = currentTarget.checked)}
        />
        Single letters are shortcuts
      </label>
      <h3>Signs</h3>
      <ul class="signs">
        <li>
          <span class="lamp lamp-green">G</span> green
        </li>
        <li>
          <span class="lamp lamp-permissive">g</span> green that yields
        </li>
        <li>
          <span class="lamp lamp-yellow">Y</span> yellow
        </li>
        <li>
          <span class="lamp lamp-red">R</span> red
        </li>
        <li>
          <span class="lamp lamp-flashingRed">FR</span> flashing red
        </li>
        <li>
          <span class="lamp lamp-flashingYellow">FY</span> flashing yellow
        </li>
        <li>
          <span class="lamp lamp-unknown">?</span> not known, or too old
        </li>
        <li>
          <span class="walk walk-walk">W</span> walk
        </li>
        <li>
          <span class="walk walk-flashing">F</span> flashing don't walk
        </li>
        <li>
          <span class="walk walk-dontWalk">D</span> don't walk
        </li>
        <li>
          <span class="badge badge-p1">■ P1</span> <span class="badge badge-p2">▲ P2</span>{" "}
          <span class="badge badge-p3">◆ P3</span> alarms, the gravest first
        </li>
      </ul>
    </Dialog>
  );
}
