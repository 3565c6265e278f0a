#ifndef VITESS_OPERATOR_FILE_H
#define VITESS_OPERATOR_FILE_H

#include "text.h"

/* A whole small file, NUL-terminated. NULL with errno set where it cannot be read; EFBIG where it
 * is larger than 1 MiB, which no file of settings, certificates or tokens is. */
const char *file_read(struct arena *arena, const char *path, size_t *length);

/* The same for a file that is read again and again: a pipe, which would let the reader wait, is
 * refused with EINVAL. */
const char *file_read_regular(struct arena *arena, const char *path, size_t *length);

#endif
