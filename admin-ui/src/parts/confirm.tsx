// Asks before what undo cannot mend, and only then.
import { Button, Group, Modal, Text } from "@mantine/core";
import { useLayoutEffect, useSyncExternalStore } from "react";

interface Question {
  title: string;
  text: string;
  /** The verb that does it, and the one that leaves things as they are. */
  yes: string;
  no: string;
}

let asked: (Question & { answer(yes: boolean): void }) | null = null;
const listeners = new Set<() => void>();

function set(next: typeof asked) {
  asked = next;
  for (const listener of listeners) listener();
}

/** Resolves to whether she said yes. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => set({ ...question, answer: resolve }));
}

/**
 * Escape means no, and is the question's alone while there is one: a dialog under it does not close. The key that raised the question has passed here before there was
 * one; held down, it is no answer.
 */
function onEscape(event: KeyboardEvent) {
  if (!asked || event.key !== "Escape" || event.isComposing) return;
  event.stopImmediatePropagation();
  if (event.repeat) return;
  asked.answer(false);
  set(null);
}

/** Where questions appear, once for the whole area. */
export function Confirmation() {
  const question = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => asked);
  const answer = (yes: boolean) => {
    question?.answer(yes);
    set(null);
  };
  useLayoutEffect(() => { // dialogs begin to listen in an ordinary effect: later, whichever of them is there first
    window.addEventListener("keydown", onEscape, { capture: true });
    return () => window.removeEventListener("keydown", onEscape, { capture: true });
  }, []);
  return (
    <Modal opened={question !== null} onClose={() => answer(false)} title={question?.title} centered withCloseButton={false} closeOnEscape={false} zIndex={300 /* above a drawer */}>
      <Text size="md">{question?.text}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={() => answer(false)}>{question?.no}</Button>
        <Button color="red" onClick={() => answer(true)}>{question?.yes}</Button>
      </Group>
    </Modal>
  );
}
