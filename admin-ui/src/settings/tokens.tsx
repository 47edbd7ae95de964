import { Button, Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, ask } from "../api/client";
import { Problem } from "../api/problem";
import { queries } from "../app/data";
import { may, usePerson } from "../app/person";
import { confirm } from "../parts/confirm";
import { Copyable } from "../parts/copy";
import { asSentence, useUnsaved } from "../parts/draft";
import { sentence, Shapes, Trouble } from "../parts/states";
import { day, longTime, Time, useNow } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import { tokensKey, useTokens, type Scope, type Token } from "./data";
import { Group } from "./fields";
import classes from "./settings.module.css";
import { settingsWords } from "./words";

const scopes: readonly Scope[] = ["posts:read", "posts:write", "comments:read", "comments:write", "site:read", "site:write"];

export function TokenSettings() {
  const say = useWords(settingsWords);
  const own = may.own(usePerson().role);
  const tokens = useTokens(own);
  const [making, setMaking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  if (!own) return <Group title={say.names.tokens}><p>{say.tokensOwner}</p></Group>;
  const close = () => {
    setMaking(false);
    requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <>
      {making && <NewToken onDone={close} />}
      <Group title={say.names.tokens} lead={say.tokensLead}>
        {tokens.error ? <Trouble error={tokens.error} again={() => void tokens.refetch()} /> : !tokens.data ? <Shapes lines={2} /> : tokens.data.length === 0 ? <p className={classes["lead"]}>{say.noTokens}</p> : (
          <ul role="list" className={classes["list"]}>{tokens.data.map((token) => <Row key={token.id} token={token} onEnded={() => opener.current?.focus()} />)}</ul>
        )}
        {!making && <Button ref={opener} variant="default" className={classes["start"]} leftSection={<IconPlus size={20} stroke={1.75} aria-hidden="true" />} onClick={() => setMaking(true)}>{say.make}</Button>}
      </Group>
    </>
  );
}

function Row({ token, onEnded }: { token: Token; onEnded(): void }) {
  const say = useWords(settingsWords);
  const now = useNow();
  const end = async () => {
    if (!(await confirm({ title: say.endTitle, text: say.endText(token.name), yes: say.end, no: say.keep }))) return;
    try {
      await ask(api.DELETE("/api/v1/admin/tokens/{id}", { params: { path: { id: token.id } } }));
      await queries.invalidateQueries({ queryKey: tokensKey });
      toast({ text: say.ended(token.name) });
      onEnded();
    } catch (error) {
      toast({ text: sentence(error), tone: "trouble" });
    }
  };
  const ends = token.expires_at;
  return (
    <li>
      <div>
        <b>{token.name}</b>
        <p>{token.scopes.map((scope) => say.scope[scope as Scope] ?? scope).join(" · ")}</p>
        <p className="meta">
          {say.created("")}<Time at={token.created_at} /> · {token.last_used_at ? <>{say.used("")}<Time at={token.last_used_at} /></> : say.unused} · {ends ? (Date.parse(ends) < now ? say.over : say.until(longTime(ends))) : say.forever}
        </p>
      </div>
      <Button variant="default" size="xs" aria-label={say.endToken(token.name)} onClick={() => void end()}>{say.end}</Button>
    </li>
  );
}

const terms = { "30": 30, "90": 90, "365": 365, never: 0 } as const; // days

function NewToken({ onDone }: { onDone(): void }) {
  const say = useWords(settingsWords);
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<Scope[]>(["posts:read"]);
  const [term, setTerm] = useState<keyof typeof terms>("365");
  const [busy, setBusy] = useState(false);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failed, setFailed] = useState<unknown>(null);
  const [shown, setShown] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const done = useRef<HTMLHeadingElement>(null);
  useUnsaved(name !== "" && shown === "");
  useEffect(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), [errors]);
  useEffect(() => done.current?.focus(), [shown]);
  const make = async (event: FormEvent) => {
    event.preventDefault();
    if (chosen.length === 0) return setErrors({ scopes: say.scopesMissing });
    setBusy(true);
    setFailed(null);
    setErrors({});
    try {
      const days = terms[term];
      const { data } = await ask(api.POST("/api/v1/admin/tokens", { body: { name, scopes: chosen, expires_at: days ? new Date(Date.now() + days * day).toISOString() : null } }));
      void queries.invalidateQueries({ queryKey: tokensKey });
      setShown(data.token);
    } catch (error) {
      const fields = error instanceof Problem ? error.fields : {};
      if (fields["name"] || fields["scopes"]) setErrors(Object.fromEntries(Object.entries(fields).map(([field, message]) => [field, asSentence(message)])));
      else setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  if (shown) {
    return (
      <section className={`card ${classes["group"]} ${classes["fresh"]}`}>
        <h3 ref={done} tabIndex={-1}>{say.tokenMade(name)}</h3>
        <p>{say.shownOnce}</p>
        <Copyable label={say.names.tokens} text={shown} />
        <Button className={classes["start"]} onClick={onDone}>{say.done}</Button>
      </section>
    );
  }
  return (
    <form ref={form} noValidate aria-label={say.makeTitle} onSubmit={(event) => void make(event)}>
      <Group title={say.makeTitle}>
        <TextInput label={say.tokenName} description={say.tokenNameHint} inputWrapperOrder={["label", "input", "description", "error"]} error={errors["name"]} value={name} size="md" autoFocus onChange={(event) => setName(event.currentTarget.value)} />
        <Checkbox.Group label={say.scopes} error={errors["scopes"]} value={chosen} size="md" onChange={(next) => setChosen(scopes.filter((scope) => next.includes(scope)))}>
          <div className={classes["choices"]}>{scopes.map((scope) => <Checkbox key={scope} value={scope} size="md" label={say.scope[scope]} />)}</div>
        </Checkbox.Group>
        <NativeSelect label={say.expires} value={term} size="md" className={classes["start"]} onChange={(event) => setTerm(event.currentTarget.value as keyof typeof terms)}>
          <option value="30">{say.in30}</option><option value="90">{say.in90}</option><option value="365">{say.in365}</option><option value="never">{say.never}</option>
        </NativeSelect>
        {failed !== null && <Trouble error={failed} />}
        <div className={classes["row"]}>
          <Button type="submit" loading={busy}>{say.make}</Button>
          <Button variant="subtle" onClick={onDone}>{say.cancel}</Button>
        </div>
      </Group>
    </form>
  );
}
