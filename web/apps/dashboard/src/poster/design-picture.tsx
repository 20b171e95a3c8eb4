import { Skeleton } from "@sello/ui/state";
import { useQuery } from "@tanstack/react-query";

import { api } from "../api";
import { useBusiness } from "../session/use-session";
import type { Design, Paper } from "./designs";

/** The state of a shop whose poster is not there yet. */
export const MAKING = "making";

type DesignPictureProps = {
  design: Design;
  paper: Paper;
  /** What tells one state of the shop from the next, so that a picture of yesterday's is not kept. */
  state: string;
  alt: string;
  className?: string;
};

/** A page as it will be printed, drawn by the server: the same drawing makes the PDF. */
export function DesignPicture({ design, paper, state, alt, className = "" }: DesignPictureProps) {
  const business = useBusiness();
  const { data: address } = useQuery({
    queryKey: ["poster-design", business.id, design, paper, state],
    queryFn: async ({ signal }) => {
      const params = { path: { business_id: business.id, design }, query: { format: paper } };
      const path = "/api/v1/businesses/{business_id}/poster/designs/{design}";
      const answer = await api.GET(path, { params, parseAs: "blob", signal });
      return addressOf(answer.data as unknown as Blob);
    },
    staleTime: state === MAKING ? 0 : Infinity, // of one that is being made there may soon be another
  });
  if (address === undefined) return <Skeleton className={`aspect-[210/297] h-auto w-full rounded-s ${className}`} />;
  return (
    <img
      src={address}
      alt={alt}
      width={595}
      height={842}
      className={`block aspect-[210/297] h-auto w-full rounded-s shadow-object ${className}`}
    />
  );
}

/** The bytes as an address of their own, which nobody has to give back. */
function addressOf(bytes: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string); // so it is for a data URL
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(bytes);
  });
}
