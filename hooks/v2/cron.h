#ifndef VITESS_OPERATOR_HOOKS_V2_CRON_H
#define VITESS_OPERATOR_HOOKS_V2_CRON_H

#include <stdbool.h>

#include "arena.h"

/* When backups are made. */

/* Whether Kubernetes takes it as the schedule of a CronJob: five fields, or "@daily" and its like
 * (ParseStandard() of robfig/cron, which theirs reads schedules with, too). */
bool v2_cron_is(struct arena *arena, const char *text);

/* Minutes of a duration that Cron can say: whole minutes that divide an hour evenly, whole hours
 * that divide a day; 0 of any other text. */
unsigned v2_frequency_minutes(const char *text);

#endif
