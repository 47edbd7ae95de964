// Asks before what undo cannot mend, and only then.
import { Button, Group, Modal, Text } from "@mantine/core";
import { useSyncExternalStore } from "react";

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
  return (
    <Modal opened={question !== null} onClose={() => answer(false)} title={question?.title} centered withCloseButton={false} zIndex={300 /* above a drawer */}>
      <Text size="md">{question?.text}</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={() => answer(false)}>{question?.no}</Button>
        <Button color="red" onClick={() => answer(true)}>{question?.yes}</Button>
      </Group>
    </Modal>
  );
}
