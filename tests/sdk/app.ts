// A patient's app, as small as one can be: it holds documents and the cursor in one file.
//
//   node app.js sync ADDRESS FILE LANGUAGE    asks for what changed, prints what it was told
//   node app.js read FILE                     prints what it holds; asks nobody

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Configuration, SyncApi } from './client';
import type { Document, LanguageCode, SyncItem } from './client';

interface Held { cursor: string; documents: { [key: string]: Document } }
interface Told { changed: string[]; deleted: { [id: string]: string } }

function load(file: string): Held | null {
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf-8')) as Held : null;
}

function apply(item: SyncItem, held: Held, told: Told): void {
    const key = `${item.id} ${item.language}`;
    if ('deleted' in item) {
        delete held.documents[key];
        told.deleted[item.id] = item.reason;
    } else if ('document' in item) {
        held.documents[key] = item.document;
        told.changed.push(item.document.slug);
    } else {
        const neither: never = item;
        throw new Error(`Neither a change nor a tombstone: ${JSON.stringify(neither)}`);
    }
}

async function sync(address: string, file: string, language: LanguageCode): Promise<Told> {
    const api = new SyncApi(new Configuration({ basePath: address }));
    const held: Held = load(file) ?? { cursor: '', documents: {} };
    const told: Told = { changed: [], deleted: {} };
    for (let more = true; more;) {
        const page = await api.syncTreatments(
            held.cursor ? { language, cursor: held.cursor, limit: 1 } : { language, initial: 'true', limit: 1 },
        );
        page.items.forEach((item) => apply(item, held, told));
        held.cursor = page.nextCursor;
        more = page.hasMore;
    }
    // In one step: half a file, or documents of another cursor, would be worse than none.
    writeFileSync(`${file}.new`, JSON.stringify(held));
    renameSync(`${file}.new`, file);
    return told;
}

interface Lines { [slug: string]: { lang: string; text: string }[] }

/** Each page's lead: compiles only where `type` narrows a block to its own interface. */
function read(file: string): Lines {
    const held = load(file);
    if (held === null) throw new Error(`${file}: nothing was ever synced`);
    const lines: Lines = {};
    for (const document of Object.values(held.documents)) {
        lines[document.slug] = document.blocks.flatMap(
            (block) => block.type === 'lead' ? [{ lang: block.lang, text: block.text }] : [],
        );
    }
    return lines;
}

async function main([command, ...rest]: string[]): Promise<unknown> {
    if (command === 'sync') return sync(rest[0]!, rest[1]!, rest[2] as LanguageCode);
    if (command === 'read') return read(rest[0]!);
    throw new Error(`${command}: allowed are sync and read`);
}

main(process.argv.slice(2)).then(
    (result) => console.log(JSON.stringify(result)),
    (error) => { console.error(error); process.exitCode = 1; },
);
