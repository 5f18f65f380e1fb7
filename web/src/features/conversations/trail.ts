// The list that a conversation was opened from, so that one can go on to the next.
let ids: string[] = [];

export function leaveTrail(list: string[]): void {
  ids = list;
}

export function neighbours(id: string): { previous?: string; next?: string; place: number; of: number } {
  const place = ids.indexOf(id);
  return place < 0
    ? { place: -1, of: ids.length }
    : { previous: ids[place - 1], next: ids[place + 1], place, of: ids.length };
}
