-- What a stranger to the list of documented fields had put into an event must not stay: the payloads of old events go, and of webhooks
-- their hash remains. All in one rewrite of the table, so that the bytes are in none of its pages either.
ALTER TABLE "DwollaEvent" ADD COLUMN     "signedBytes" INTEGER,
ADD COLUMN     "signedSha256" BYTEA;

ALTER TABLE "DwollaEvent"
  ALTER COLUMN "signedSha256" TYPE BYTEA USING CASE WHEN "receivedAt" <= coalesce("readAt", 'infinity') THEN sha256(body) END,
  ALTER COLUMN "signedBytes" TYPE INTEGER USING CASE WHEN "receivedAt" <= coalesce("readAt", 'infinity') THEN octet_length(body) END,
  ALTER COLUMN body DROP NOT NULL,
  ALTER COLUMN body TYPE TEXT USING NULL;

ALTER TABLE "DwollaEvent" RENAME COLUMN body TO payload;
