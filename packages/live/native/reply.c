/* Answers: one line of JSON for each command, so that the other side always knows whose turn it is.
 */
#include "live.h"
#include <stdarg.h>
#include <stdio.h>

static int is_answered;

void begin_reply(void) { is_answered = 0; }
int has_replied(void) { return is_answered; }

void reply_part(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vprintf(format, values);
  va_end(values);
}

void reply(const char *format, ...) {
  va_list values;
  va_start(values, format);
  vprintf(format, values);
  va_end(values);
  putchar('\n');
  fflush(stdout);
  is_answered = 1;
}

int fail(const char *format, ...) {
  if (is_answered) return -1;
  va_list values;
  va_start(values, format);
  printf("{\"error\":\"");
  vprintf(format, values);
  printf("\"}\n");
  va_end(values);
  fflush(stdout);
  is_answered = 1;
  return -1;
}
