/** The parts of the OpenAPI document, as far as they are written here. */
export type Json = Record<string, unknown>;

export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Json[];
  parameters?: OpenApiParameter[];
  requestBody?: Json;
  responses: Record<string, OpenApiResponse>;
}

export interface OpenApiParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: Json;
}

export interface OpenApiResponse {
  description: string;
  headers?: Json;
  content?: Record<string, { schema: Json }>;
}

export interface OpenApiDocument {
  openapi: string;
  info: Json & { title: string; version: string; description: string };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, OpenApiOperation>>;
  /** What Muster sends, by the type of the message. */
  webhooks: Record<string, { post: OpenApiOperation }>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
}
