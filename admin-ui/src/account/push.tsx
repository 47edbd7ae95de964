import { Button, Group } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, ask } from "../api/client";
import type { Person } from "../api/session";
import { queries } from "../app/data";
import { deviceName, PushRefused, pushState, turnPushOff, turnPushOn } from "../app/push";
import { sentence, Shapes, Trouble } from "../parts/states";
import { Time } from "../parts/time";
import { toast } from "../parts/toasts";
import { useWords } from "../words/words";
import classes from "./account.module.css";
import { pushWords } from "./push-words";

const pushKey = ["push"];

/** Has this browser tell of held comments, and ends that for others of hers. */
export function Push({ person }: { person: Person }) {
  const say = useWords(pushWords);
  const push = useQuery({
    queryKey: pushKey,
    queryFn: async () => {
      const { data } = await ask(api.GET("/api/v1/admin/push"));
      const devices = data.devices ?? [];
      return { key: data.public_key, devices, state: await pushState(devices) };
    },
  });
  const failed = (error: unknown) => {
    toast({ text: error instanceof PushRefused ? say[error.why] : sentence(error), tone: "trouble" });
  };
  const settled = () => queries.invalidateQueries({ queryKey: pushKey });
  const turn = useMutation({
    mutationFn: async (on: boolean) => {
      if (!push.data) return;
      if (on) await turnPushOn(push.data.key, person.id, deviceName(say.device));
      else await turnPushOff(push.data.devices);
    },
    onError: failed,
    onSettled: settled,
  });
  const test = useMutation({
    mutationFn: (id: string) => ask(api.POST("/api/v1/admin/push/subscriptions/{id}/test", { params: { path: { id } } })),
    onSuccess: () => toast({ text: say.tested }),
    onError: failed,
    onSettled: settled,
  });
  const end = useMutation({
    mutationFn: ({ id }: { id: string; name: string }) => ask(api.DELETE("/api/v1/admin/push/subscriptions/{id}", { params: { path: { id } } })),
    onSuccess: (_, { name }) => toast({ text: say.ended(name) }),
    onError: failed,
    onSettled: settled,
  });
  const { state, devices } = push.data ?? { state: undefined, devices: [] };
  const here = devices.find(({ current }) => current);
  const others = devices.filter(({ current }) => !current);
  return (
    <section className={`card ${classes["group"]}`} aria-labelledby="push">
      <h2 id="push">{say.title}</h2>
      <p className={classes["lead"]}>{say.lead}</p>
      {push.error ? <Trouble error={push.error} again={() => void push.refetch()} /> : !state && <Shapes lines={2} />}
      {state && <p role="status">{say[state]}</p>}
      {state === "off" && <Button className={classes["start"]} variant="default" loading={turn.isPending} onClick={() => turn.mutate(true)}>{say.turnOn}</Button>}
      {state === "on" && (
        <Group>
          <Button variant="default" loading={turn.isPending} onClick={() => turn.mutate(false)}>{say.turnOff}</Button>
          {here && <Button variant="default" loading={test.isPending} onClick={() => test.mutate(here.id)}>{say.test}</Button>}
        </Group>
      )}
      {here?.last_error && <p className={classes["lead"]}>{here.last_error}</p>}
      {others.length > 0 && (
        <div>
          <h3 className={classes["label"]}>{say.others}</h3>
          <ul role="list" className={classes["devices"]}>
            {others.map(({ id, name, sent_at: sent, last_error: error }) => (
              <li key={id}>
                <div><b>{name}</b><p className="meta">{error || (sent ? <>{say.lastSent} <Time at={sent} /></> : say.never)}</p></div>
                <Group>
                  <Button variant="default" size="xs" aria-label={say.testNamed(name)} onClick={() => test.mutate(id)}>{say.test}</Button>
                  <Button variant="default" size="xs" aria-label={say.endNamed(name)} onClick={() => end.mutate({ id, name })}>{say.end}</Button>
                </Group>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
