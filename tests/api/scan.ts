/* `astralfield scan` and `version --sbom`: each finding is found when it is there, and not otherwise. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Client, type Json } from './lib/client.js';
import { command, root, scratch } from './lib/harness.js';

const { url } = new Client();
const data = join(scratch, 'scanned');
const tree = join(scratch, 'tree');
mkdirSync(join(data, 'run'), { recursive: true });
for (const folder of ['src/base', 'sql', 'tools', 'deploy', 'docs', 'scripts']) {
  mkdirSync(join(tree, folder), { recursive: true });
}
writeFileSync(join(data, 'astralfield.conf'), 'PORT = 1\n', { mode: 0o600 });

async function scan(...args: string[]): Promise<{ code: number | null; of: Map<string, Json>; all: Json[] }> {
  const ended = await command(['scan', '--json', '--data', data, '--url', url, '--source', tree, ...args]);
  const report = JSON.parse(ended.stdout);
  return {
    code: ended.code,
    all: report.checks,
    of: new Map(report.checks.map((check: Json) => [check.name, check])),
  };
}

describe('the security scan', () => {
  test('a sound instance gets an A', async () => {
    const out = join(scratch, 'scan-out');
    const { code, of } = await scan('--full', '--out', out);
    assert.equal(code, 0, JSON.stringify([...of.values()]));
    assert.match(JSON.stringify(of.get("grade")), /"A"/);
    const report = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'));
    assert.equal(report.grade, 'A');
    const sarif = JSON.parse(readFileSync(join(out, 'report.sarif'), 'utf8'));
    assert.equal(sarif.version, '2.1.0');
    assert.equal(sarif.runs[0].results.length, report.checks.length);
  });

  test('a weakness of a library, an open file, an unsafe call and a key in the source are found', async () => {
    const advisories = join(scratch, 'advisories.json');
    const advisory = { id: 'CVE-0000-1', component: 'zlib', fixedIn: '99.0', severity: 'high' };
    writeFileSync(advisories, JSON.stringify({ asOf: 'today', advisories: [advisory] }));
    writeFileSync(join(data, 'open'), 'x');
    chmodSync(join(data, 'open'), 0o666);
    writeFileSync(join(tree, 'src/base/bad.c'), 'void f(char *a, char *b) { strcpy(a, b); }\n');
    writeFileSync(join(tree, 'deploy/key.pem'), `${'-----BEGIN '}PRIVATE KEY-----\n`);
    const { code, of } = await scan('--advisories', advisories);
    assert.equal(code, 1);
    for (const [name, what] of Object.entries({
      advisory: /CVE-0000-1: zlib/,
      files: /open/,
      source: /strcpy\(\)/,
      secrets: /key\.pem/,
    })) {
      assert.match(JSON.stringify(of.get(name)), what, name);
    }
    assert.match(JSON.stringify(of.get('grade')), /F/);
  });

  test('what cannot be looked at is skipped, with the reason', async () => {
    const ended = await command(['scan', '--json', '--data', '/nonexistent', '--url', 'http://127.0.0.1:1']);
    const { checks } = JSON.parse(ended.stdout);
    const of = new Map<string, Json>(checks.map((check: Json) => [check.name, check]));
    for (const name of ['files', 'server']) {
      assert.match(JSON.stringify(of.get(name)), /skipped/, name);
    }
  });
});

describe('the bill of materials', () => {
  test('it names what is linked, with versions', async () => {
    const { stdout, code } = await command(['version', '--sbom']);
    assert.equal(code, 0);
    const bill = JSON.parse(stdout);
    assert.equal(bill.bomFormat, 'CycloneDX');
    assert.equal(bill.specVersion, '1.5');
    const of = new Map<string, string>(bill.components.map((each: Json) => [each.name, each.version]).reverse());
    for (const name of ['libpq', 'openssl', 'libsodium', 'liboath', 'libqrencode', 'jansson', 'libcurl', 'zlib', 'hiredis', 'llhttp', 'wslay']) {
      assert.match(of.get(name) ?? '', /^\d+\.\d+/, name);
    }
    assert(bill.components.length >= 20);
  });
});

describe('docs/asvs.csv', () => {
  test('every item of levels 1 and 2 is decided, and the tests it names are there', (context) => {
    const [head, ...lines] = readFileSync(join(root, 'docs/asvs.csv'), 'utf8').trim().split('\n');
    assert.equal(head, 'id,level,status,control,test');
    assert.equal(lines.length, 253);
    const statuses = new Map<string, number>();
    for (const line of lines) {
      const [, id, status = '', test = ''] = /^(V[\d.]+),[12],(met|partly|not met|n\/a),.*,([^,]*)$/.exec(line) ?? [];
      assert(id, line);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      assert(test === '' || existsSync(join(root, test)), `${id}: ${test}`);
    }
    context.diagnostic(JSON.stringify([...statuses]));
  });
});
