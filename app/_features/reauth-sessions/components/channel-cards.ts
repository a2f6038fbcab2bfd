import { CHANNELS, type Channel, isRedirectFor, partnerCapability } from "#domain/partner-capability.ts";
import type { SessionSubject } from "./session-subject.ts";

export interface ChannelCard {
  value: Channel;
  label: string;
  detail: string;
  offReason?: string;
}

const WORDS: Record<Channel, { label: string; detail: string; missing: string }> = {
  web: { label: "Web", detail: "In a browser, on a computer or phone.", missing: "" },
  ios: {
    label: "iPhone",
    detail: "In your iOS app, which is returned to through an https address.",
    missing: "No https address is configured to return to.",
  },
  android: {
    label: "Android",
    detail: "In your Android app, which is returned to by its package name.",
    missing: "No Android package name is configured to return to.",
  },
};

/** All three ways, each open or with the reason why not. */
export function channelCards({ partner, redirects }: SessionSubject): ChannelCard[] {
  const { channels } = partnerCapability(partner);
  return CHANNELS.map((channel) => {
    const { label, detail, missing } = WORDS[channel];
    const card = { value: channel, label, detail };
    if (!channels.includes(channel))
      return { ...card, offReason: `${partner} sessions are not offered for ${label} apps.` };
    const hasReturn = channel === "web" || redirects.some((address) => isRedirectFor(channel, address));
    return hasReturn ? card : { ...card, offReason: missing };
  });
}
