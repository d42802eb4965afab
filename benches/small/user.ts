import { readFile } from 'node:fs/promises';

export interface User {
  name: string;
  tags: string[];
  extra?: any;
}

export default async function loadUser(path: string): Promise<User> {
  const text = await readFile(path, 'utf8');
  const value: any = JSON.parse(text);
  if (typeof value.name !== 'string') {
    throw new Error('a user has a name');
  }
  console.log(`loaded ${value.name}`);
  return value;
}

export function describe(user: User): string {
  function join(words: string[]): string {
    return words.join(', ');
  }
  return `${user.name} (${join(user.tags)})`;
}
