/** `README.txt` of every bundle: for someone who was handed the file and nothing else. */
export const BUNDLE_README = `AN EXPORT OF AN AUDIT TRAIL THAT PROVES ITSELF

Check it before you read it, with the program audit-verify.mjs and the key audit.pub that you got
from compliance earlier, not from this file or from whoever sent it:

    node audit-verify.mjs THIS-FILE.zip --key audit.pub

It needs Node 20.19 or newer and no network. It says what is proven, or names the first rows that are
not as they were sealed. Do not unpack and pack this file again: the check is of the file as it is.

events.jsonl       the rows: one line each, {"body": what was recorded, "number", "recordedAt"}
leaves.bin         the hash of every row of the trail (when a whole period was exported)
proofs.jsonl       the proof of each row (when a filter was used)
checkpoint.txt     the signed state of the whole trail that the rows are proven against
checkpoints.jsonl  the signed states that cover these rows, with a fingerprint of each row
earlier.jsonl      earlier signed states, proven to be a beginning of this one
audit.pub          the key that signed checkpoint.txt: a claim, until you compare it with yours
keys.jsonl         statements by which an old key hands over to a new one
manifest.json      what was asked for, by whom, when, and the hash of each file
`;
