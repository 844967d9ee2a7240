/* The OpenAPI document as something to check replies with: the rows and what each may answer. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

export interface Answer {
    media: string | undefined;
    validate: ValidateFunction | undefined;
    problems: string[];
}

export interface Row {
    method: string;
    path: string;
    name: string;
    access: string;
    success: number;
    hasBody: boolean;
    pattern: RegExp;
    answers: Map<number, Answer>;
}

interface Media {
    schema: object;
}

interface Operation {
    operationId: string;
    'x-access': string;
    requestBody?: object;
    responses: Record<string, { content?: Record<string, Media>; 'x-problems'?: string[] }>;
}

export class ApiDocument {
    readonly rows: Row[] = [];
    private readonly ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
    readonly problem: ValidateFunction;

    constructor(readonly source: { openapi: string; paths: Record<string, Record<string, Operation>> }) {
        formats.default(this.ajv);
        this.ajv.addSchema(source, 'api');
        this.problem = this.ajv.compile({ $ref: 'api#/components/schemas/Problem' });
        for (const [path, operations] of Object.entries(source.paths)) {
            for (const [method, operation] of Object.entries(operations)) {
                this.rows.push(this.row(path, method.toUpperCase(), operation));
            }
        }
    }

    private row(path: string, method: string, operation: Operation): Row {
        const answers = new Map<number, Answer>();
        for (const [status, response] of Object.entries(operation.responses)) {
            const [media, content] = Object.entries(response.content ?? {})[0] ?? [];
            const isJson = media !== undefined && /[/+]json$/.test(media);
            answers.set(Number(status), {
                media,
                validate: isJson && content !== undefined ? this.compile(content.schema) : undefined,
                problems: response['x-problems'] ?? [],
            });
        }
        const success = [...answers.keys()].find((status) => status < 300 && status !== 304);
        if (success === undefined) {
            throw new Error(`${operation.operationId} has no success`);
        }
        const pattern = path.replace(/[.+*?^$()[\]|\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
        return {
            method,
            path,
            name: operation.operationId,
            access: operation['x-access'],
            success,
            hasBody: operation.requestBody !== undefined,
            pattern: new RegExp(`^${pattern}$`),
            answers,
        };
    }

    /* References are relative to the whole document. */
    private compile(schema: object): ValidateFunction | undefined {
        const ref = (schema as { $ref?: string }).$ref;
        if (ref !== undefined) {
            return this.ajv.compile({ $ref: `api${ref}` });
        }
        return Object.keys(schema).length === 0 ? undefined : this.ajv.compile(schema);
    }

    /** The row of a request; literals before parameters. HEAD is answered by the row of GET. */
    find(method: string, path: string): Row | undefined {
        const wanted = method === 'HEAD' ? 'GET' : method;
        const fitting = this.rows.filter((row) => row.method === wanted && row.pattern.test(path));
        return fitting.sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
    }

    explain(validate: ValidateFunction): string {
        return this.ajv.errorsText(validate.errors, { separator: '\n  ' });
    }
}
