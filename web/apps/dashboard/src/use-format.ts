import { useMemo } from "react";

import { calendarDay, day, money, nearDay, number, percent, time, when } from "./format";
import { useSession } from "./session/use-session";
import { useLanguage } from "./texts";

/** Numbers and times as this shop and this reader write them: the shop's zone, the page's language. */
export function useFormat() {
  const language = useLanguage();
  const zone = useSession().business?.zone ?? "America/Lima";
  return useMemo(
    () => ({
      number,
      money,
      percent,
      zone,
      day: (moment: string | number | Date) => day(moment, zone, language),
      nearDay: (moment: string | number | Date) => nearDay(moment, zone, language),
      time: (moment: string | number | Date) => time(moment, zone),
      when: (moment: string | number | Date) => when(moment, zone, language),
      calendarDay: (date: string) => calendarDay(date, language),
    }),
    [zone, language],
  );
}
