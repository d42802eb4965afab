// Drives `lawbook mcp` with the official client of TypeScript, and prints what it was told as JSON. Arguments: the program, the
// folder to serve, and the mode of the client, which validates every structured answer against the schema of its tool.
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [program, folder, mode] = process.argv.slice(2);
const negotiation = mode === 'legacy' ? 'legacy' : mode === 'auto' ? 'auto' : { pin: mode };
const client = new Client({ name: 'trial', version: '1.0.0' }, { versionNegotiation: { mode: negotiation } });
await client.connect(new StdioClientTransport({ command: program, args: ['mcp'], cwd: folder }));

const { tools } = await client.listTools();
const pages = async (name, given) => {
  const found = [];
  let cursor;
  do {
    const result = await client.callTool({ name, arguments: { ...given, ...(cursor ? { cursor } : {}) } });
    if (result.isError) throw new Error(JSON.stringify(result.content));
    found.push(result.structuredContent);
    cursor = found.at(-1).nextCursor;
  } while (cursor);
  return found;
};
const answers = await pages('check', {});
for (const [name, given] of [
  ['fix_preview', {}],
  ['rules_for_path', { path: 'src/f0.ts' }],
  ['explain', { rule: 'no-var' }],
  ['suppressions', {}],
]) {
  // lawbook-ignore no-await-in-loop: the calls are made one after another, as one agent makes them
  await pages(name, given);
}
const refused = await client.callTool({ name: 'check', arguments: { paths: ['../out'] } });
const unknown = await client.callTool({ name: 'chekc', arguments: {} }).then(() => 'answered', (error) => error.message);
const numbers = [...Array(8).keys()];
const together = await Promise.all(numbers.map(async (number) => {
  const result = await client.callTool({ name: 'check', arguments: { paths: [`src/f${number}.ts`] } });
  return result.structuredContent.total;
}));
process.stdout.write(JSON.stringify({
  version: client.getNegotiatedProtocolVersion?.() ?? '',
  instructions: client.getInstructions(),
  tools: tools.map((tool) => tool.name),
  findings: answers.flatMap((page) => page.findings),
  pages: answers.length,
  refused: refused.isError && refused.content[0].text,
  unknown,
  together,
}));
await client.close();
