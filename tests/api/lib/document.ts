/* The OpenAPI document as something to check replies with: the rows and what each may answer. */

import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
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
  schema: { $ref?: string };
}

interface Operation {
  operationId: string;
  'x-access': string;
  requestBody?: object;
  responses: Record<string, { content?: Record<string, Media>; 'x-problems'?: string[] }>;
}

export interface Source {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const COMPONENT = '#/components/schemas/';
const DEFINITION = '#/$defs/';

export class ApiDocument {
  readonly rows: Row[] = [];
  private readonly ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
  readonly problem: ValidateFunction;

  constructor(source: Source) {
    formats.default(this.ajv);
    /* A schema of its own: in strict mode the rest of the document would be unknown keywords. */
    const schemas = JSON.stringify(source.components.schemas).replaceAll(COMPONENT, DEFINITION);
    this.ajv.addSchema({ $defs: JSON.parse(schemas) }, 'api');
    this.problem = this.compile({ $ref: `${COMPONENT}Problem` }) as ValidateFunction;
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

  /* Rows refer to components; a schema that says nothing is that of no JSON document. */
  private compile(schema: { $ref?: string }): ValidateFunction | undefined {
    const ref = schema.$ref?.replace(COMPONENT, DEFINITION);
    return ref === undefined ? undefined : this.ajv.compile({ $ref: `api${ref}` });
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
