interface FileDownload {
  filename: string;
  /** Content type. */
  type: string;
  parts: AsyncGenerator<string | Uint8Array, unknown>;
}

/** A download that is made while it is read. Who stops reading stops the making. */
export function fileDownload({ filename, type, parts }: FileDownload): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `attachment; filename="${filename}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
