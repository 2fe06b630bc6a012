/** Two soft notes, a fifth of a second together. Made, not loaded: the page plays no file. */
const NOTES = [659.26, 880];
const NOTE_SECONDS = 0.11;
const LOUDNESS = 0.08;

let context: AudioContext | null = null;

/** A call rings. A machine without a loudspeaker is silent. */
export function playTone(): void {
  context ??= new AudioContext();
  void context.resume();
  const begin = context.currentTime;
  for (const [i, pitch] of NOTES.entries()) {
    const at = begin + i * NOTE_SECONDS;
    const note = new OscillatorNode(context, { frequency: pitch });
    const gain = new GainNode(context, { gain: 0 });
    // Without a slope it clicks.
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + 0.015);
    gain.gain.linearRampToValueAtTime(0, at + NOTE_SECONDS);
    note.connect(gain).connect(context.destination);
    note.start(at);
    note.stop(at + NOTE_SECONDS);
  }
}
