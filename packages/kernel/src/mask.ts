/** `13812345678` → `138****5678`; shorter numbers keep only their last two digits. */
export const maskPhone = (phone: string): string =>
  phone.length >= 11
    ? `${phone.slice(0, phone.length - 8)}****${phone.slice(-4)}`
    : `${'*'.repeat(Math.max(phone.length - 2, 0))}${phone.slice(-2)}`;

/** `张小明` → `张**`: enough for the owner to recognise, not for a stranger. */
export const maskName = (name: string): string => {
  const [first, ...rest] = Array.from(name);
  return first === undefined ? '' : `${first}${'*'.repeat(Math.min(Math.max(rest.length, 1), 3))}`;
};
