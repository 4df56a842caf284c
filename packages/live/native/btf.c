/* Where fields of kernel structures lie: the kernel describes its own types in BTF. */
#include "live.h"
#include <linux/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE "/sys/kernel/btf/vmlinux"
#define MOST_BYTES (64L << 20)
#define MOST_TYPES 500000

static char *bytes;
static const char *strings;
static const struct btf_type **types;
static unsigned count;

static unsigned bytes_behind(const struct btf_type *type) {
  unsigned members = BTF_INFO_VLEN(type->info);
  switch (BTF_INFO_KIND(type->info)) {
  case BTF_KIND_INT: return sizeof(unsigned);
  case BTF_KIND_ARRAY: return sizeof(struct btf_array);
  case BTF_KIND_STRUCT:
  case BTF_KIND_UNION: return members * sizeof(struct btf_member);
  case BTF_KIND_ENUM: return members * sizeof(struct btf_enum);
  case BTF_KIND_FUNC_PROTO: return members * sizeof(struct btf_param);
  case BTF_KIND_VAR: return sizeof(struct btf_var);
  case BTF_KIND_DATASEC: return members * sizeof(struct btf_var_secinfo);
  case 17 /* DECL_TAG */: return sizeof(unsigned);
  case 19 /* ENUM64 */: return members * 3 * sizeof(unsigned);
  default: return 0;
  }
}

int load_btf(void) {
  FILE *file = fopen(SOURCE, "r");
  if (file == NULL) return -1;
  bytes = malloc(MOST_BYTES);
  types = calloc(MOST_TYPES, sizeof *types);
  size_t size = bytes == NULL || types == NULL ? 0 : fread(bytes, 1, MOST_BYTES, file);
  fclose(file);
  const struct btf_header *header = (const void *)bytes;
  if (size < sizeof *header || header->magic != BTF_MAGIC) return -1;
  strings = bytes + header->hdr_len + header->str_off;
  const char *at = bytes + header->hdr_len + header->type_off, *end = at + header->type_len;
  for (count = 1; at < end && count < MOST_TYPES; count++) {
    types[count] = (const void *)at;
    at += sizeof(struct btf_type) + bytes_behind(types[count]);
  }
  return 0;
}

void drop_btf(void) {
  free(bytes);
  free(types);
}

static int has_members(const struct btf_type *type) {
  unsigned kind = BTF_INFO_KIND(type->info);
  return kind == BTF_KIND_STRUCT || kind == BTF_KIND_UNION;
}

/* Bits; looks into members without a name. */
static long offset_in(const struct btf_type *type, const char *field) {
  const struct btf_member *member = (const void *)(type + 1);
  for (unsigned i = 0; i < BTF_INFO_VLEN(type->info); i++, member++) {
    long here = BTF_INFO_KFLAG(type->info) ? BTF_MEMBER_BIT_OFFSET(member->offset) : member->offset;
    const char *name = strings + member->name_off;
    if (strcmp(name, field) == 0) return here;
    if (*name != 0 || !has_members(types[member->type])) continue;
    long inside = offset_in(types[member->type], field);
    if (inside >= 0) return here + inside;
  }
  return -1;
}

long offset_of(const char *structure, const char *field) {
  for (unsigned i = 1; i < count; i++) {
    if (BTF_INFO_KIND(types[i]->info) != BTF_KIND_STRUCT) continue;
    if (strcmp(strings + types[i]->name_off, structure)) continue;
    long bits = offset_in(types[i], field);
    return bits < 0 ? -1 : bits / 8;
  }
  return -1;
}
