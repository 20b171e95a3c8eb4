import { Button } from "@sello/ui/button";
import { Ring, Wordmark } from "@sello/ui/mark";
import { Note } from "@sello/ui/note";
import { Section, Two } from "@sello/ui/page";
import { Empty, Loading, Skeleton, Trouble } from "@sello/ui/state";

import { Refusal } from "../refusal";

const REFUSED = new Refusal({
  code: "unavailable",
  message: "No pudimos traer tus clientes. Los sellos siguen guardándose en tus cajas.",
  status: 503,
  requestId: "0198-7q2k1805",
});
const NO_SIGNAL = new Refusal({ code: "no_signal", message: "", status: 0 });
const again = () => location.reload();

/** On the way, nothing yet, gone wrong; things to know. */
export function States() {
  return (
    <>
      <Section title="state">
        <Two>
          <Loading>
            <Skeleton className="mb-4 h-7 w-3/4" />
            <Skeleton lines={5} />
          </Loading>
          <Empty
            title="Aún no hay clientes"
            text="Aparecen aquí cuando alguien lee tu afiche o cuando traes tu lista."
            action={<Button variant="main">Imprimir el afiche</Button>}
          />
          <Trouble error={REFUSED} onRetry={again} />
          <Trouble error={NO_SIGNAL} onRetry={again} />
          <Empty small title="Nada urgente" text="Cuando alguien se aleje, aquí te diremos qué hacer." />
          <Trouble small error={new Error("anything")} onRetry={again} />
        </Two>
      </Section>
      <Section title="note">
        <div className="grid gap-2">
          <Note>Puedes cerrar esta página; seguimos trayendo tu lista.</Note>
          <Note tone="ok">Tu correo quedó confirmado.</Note>
          <Note tone="wait">
            <p>
              <b>Sin conexión.</b> Lo que ves puede haber cambiado.
            </p>
            <p>Seguimos intentando.</p>
          </Note>
          <Note tone="bad">El correo y la contraseña no coinciden.</Note>
        </div>
      </Section>
      <Section title="mark">
        <div className="flex items-center gap-6">
          <Ring className="size-10 text-accent" />
          <Ring className="size-10 animate-turn text-ghost" />
          <Wordmark />
        </div>
      </Section>
    </>
  );
}
