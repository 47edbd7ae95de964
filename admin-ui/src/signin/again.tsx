import { Modal, Text } from "@mantine/core";
import { signOut, type Person } from "../api/session";
import { useWords } from "../words/words";
import { SignInForm } from "./form";
import classes from "./signin.module.css";
import { signInWords } from "./words";

/** Lies over the screen when the session has ended: the screen stays as it is, and what was about to be sent is sent after it. */
export function SignInAgain({ person }: { person: Person }) {
  const say = useWords(signInWords);
  return (
    <Modal opened zIndex={350 /* above everything that may be open */} onClose={() => undefined} title={say.again} centered withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false}>
      <Text size="md" mb="md">{say.safe}</Text>
      <SignInForm email={person.email} />
      <p className={classes["aside"]}><button type="button" className={classes["linkish"]} onClick={() => void signOut()}>{say.other}</button></p>
    </Modal>
  );
}
