import type { ReactElement } from "react";
import { ForbiddenError } from "#domain/errors.ts";
import { Refused } from "./refused.tsx";

type Address = Record<string, string | string[] | undefined>;

interface NextPageProps {
  params: Promise<Record<string, string>>;
  searchParams: Promise<Address>;
}

interface PageInput {
  params: Record<string, string>;
  searchParams: Address;
}

/** Wraps a page so that a loader's refusal becomes words instead of an error. The refusal itself is on record by then. */
export function permittedPage(render: (input: PageInput) => Promise<ReactElement>) {
  return async ({ params, searchParams }: NextPageProps): Promise<ReactElement> => {
    const input = { params: await params, searchParams: await searchParams };
    try {
      return await render(input);
    } catch (error) {
      if (error instanceof ForbiddenError) return <Refused refusal={error} />;
      throw error;
    }
  };
}
