import { computed, effect, signal } from "@preact/signals";
import { alarmsOf } from "./alarm-list.ts";
import { alarmsById } from "./alarms.ts";

const KEPT_AS = "phasewise-alarm-sound";
const REPEAT_MS = 4_000;
const TONES_HERTZ = [784, 587] as const;
const TONE_SECONDS = 0.22;
const LOUDNESS = 0.12;

/** Off unless somebody wants it; the choice stays with the browser. */
const wanted = signal(false);
/** Browsers let a page sound only after somebody has touched it. */
const context = signal<AudioContext | null>(null);

export const soundText = computed(() => {
  if (!wanted.value) return "off";
  return context.value === null ? "on after a click" : "on";
});

/** Whether a P1 waits for somebody. */
const calling = computed(() =>
  alarmsOf(alarmsById.value, "active").some(
    ({ priority, state }) => priority === "P1" && state === "activeUnacknowledged",
  ),
);

/** To be called in a click. */
export function toggleSound(): void {
  const isOn = wanted.peek() && context.peek() !== null;
  wanted.value = !isOn;
  localStorage.setItem(KEPT_AS, wanted.peek() ? "on" : "off");
  if (wanted.peek()) context.value ??= new AudioContext();
}

/** Sounds while a P1 is unacknowledged; begins with what was chosen before. */
export function followAlarmSound(): () => void {
  wanted.value = localStorage.getItem(KEPT_AS) === "on";
  const unlock = (): void => {
    if (wanted.peek()) context.value ??= new AudioContext();
  };
  addEventListener("pointerdown", unlock, { once: true });
  const end = effect(() => {
    const audio = context.value;
    if (!wanted.value || audio === null || !calling.value) return undefined;
    sound(audio);
    const timer = setInterval(() => sound(audio), REPEAT_MS);
    return () => clearInterval(timer);
  });
  return () => {
    end();
    removeEventListener("pointerdown", unlock);
  };
}

/** Two tones that fall, with soft edges. */
function sound(audio: AudioContext): void {
  TONES_HERTZ.forEach((hertz, index) => {
    const [tone, gain] = [audio.createOscillator(), audio.createGain()];
    const from = audio.currentTime + index * TONE_SECONDS;
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(LOUDNESS, from + TONE_SECONDS / 6);
    gain.gain.linearRampToValueAtTime(0, from + TONE_SECONDS);
    tone.connect(gain).connect(audio.destination);
    tone.start(from);
    tone.stop(from + TONE_SECONDS);
  });
}
