import { Note } from "@sello/ui/note";

import { useTexts } from "../texts";
import { useFormat } from "../use-format";
import type { PassType } from "./use-pass-type";

const es = {
  soon: (day: string) => `El certificado de Apple vence el ${day}.`,
  over: "El certificado de Apple venció: las tarjetas ya no se actualizan en los iPhone.",
  missing: "Falta el certificado de Apple: las tarjetas no se actualizan en los iPhone.",
  why: "Sin él no se pueden firmar tarjetas nuevas ni enviar cambios a los iPhone. Las que ya están ahí no se borran, y las tarjetas web siguen igual.",
  own: "Renuévalo en tu cuenta de Apple, con el mismo identificador, y entrégalo a quien lleva la plataforma.",
  theirs: "Lo renueva quien lleva la plataforma. Avísale si este aviso sigue aquí.",
};
const en: typeof es = {
  soon: (day) => `Apple's certificate ends on ${day}.`,
  over: "Apple's certificate has ended: cards on iPhones are not updated any more.",
  missing: "Apple's certificate is missing: cards on iPhones are not updated.",
  why: "Without it no new card can be signed and no change sent to iPhones. Those that are there are not removed, and web cards go on as before.",
  own: "Renew it in your account at Apple, under the same identifier, and hand it to whoever runs the platform.",
  theirs: "Whoever runs the platform renews it. Tell them if this notice stays.",
};

/** Says in time that a certificate ends; nothing while it is good. A development one is nobody's business. */
export function CertificateNote({ pass, className }: { pass: PassType; className?: string }) {
  const t = useTexts({ es, en });
  const { day } = useFormat();
  if (!pass.on || pass.urgency === "fine") return null;
  const over = pass.urgency === "over";
  return (
    <Note tone={pass.urgency === "soon" ? "wait" : "bad"} role="status" {...(className ? { className } : {})}>
      <p className="font-semibold">{!pass.ends_at ? t.missing : over ? t.over : t.soon(day(pass.ends_at))}</p>
      <p>{t.why}</p>
      <p>{pass.own ? t.own : t.theirs}</p>
    </Note>
  );
}
