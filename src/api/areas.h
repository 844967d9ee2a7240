/* The endpoint tables, one per area; tables.c puts them together. */
#ifndef ASTRALFIELD_API_AREAS_H
#define ASTRALFIELD_API_AREAS_H

#include "http/endpoint.h"

extern const struct endpoint_table account_endpoints;
extern const struct endpoint_table system_endpoints;

#endif
