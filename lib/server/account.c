#include "clock.h"
#include "exchange.h"
#include "log.h"

static enum log_level level_of(const struct exchange *exchange, bool finished)
{
    if (exchange->code >= 500 && exchange_route(exchange)->page == PAGE_HOOK)
        return LOG_ERROR;
    if (exchange->code >= 400 || !finished)
        return LOG_WARNING;
    return exchange_route(exchange)->page == PAGE_HOOK ? LOG_INFO : LOG_DEBUG;
}

static void log_exchange(const struct exchange *exchange, int64_t microseconds,
    const char *unfinished)
{
    const struct sync_result *result = &exchange->result;
    const bool synced = result->name != NULL;
    const bool hook = exchange_route(exchange)->page == PAGE_HOOK;

    log_event(level_of(exchange, unfinished == NULL),
        "request",
        log_fields(LOG_TEXT_FIELD(hook ? "hook" : "page",
                       exchange->unknown_path != NULL ? NULL : exchange_route(exchange)->label),
            LOG_TEXT_FIELD("path", exchange->unknown_path),
            LOG_TEXT_FIELD("namespace", result->namespace),
            LOG_TEXT_FIELD("name", result->name),
            LOG_TEXT_FIELD("uid", result->uid),
            LOG_NUMBER_IF(synced, "generation", result->generation),
            LOG_NUMBER_IF(synced, "observed", result->observed),
            LOG_NUMBER_IF(synced, "children", result->children),
            LOG_NUMBER_IF(synced, "problems", result->problems),
            LOG_NUMBER_IF(exchange->code != 0, "code", exchange->code),
            LOG_TEXT_FIELD("outcome", unfinished != NULL ? unfinished : result->outcome),
            LOG_TEXT_FIELD("reason", exchange->reason),
            LOG_NUMBER("durationMicroseconds", microseconds),
            LOG_NUMBER("bytesIn", exchange->received),
            LOG_NUMBER("bytesOut", exchange->text_length)));
}

static enum end end_of(const struct exchange *exchange, enum MHD_RequestTerminationCode how)
{
    if (client_made_room(exchange->client))
        return END_ROOM;
    if (client_ended(exchange->client))
        return END_TIMEOUT;
    if (how == MHD_REQUEST_TERMINATED_DAEMON_SHUTDOWN)
        return END_SHUTDOWN;
    return how == MHD_REQUEST_TERMINATED_WITH_ERROR ? END_ERROR : END_CLIENT;
}

void account(const struct exchange *exchange, enum MHD_RequestTerminationCode how)
{
    const int64_t microseconds = clock_now() - exchange->started;
    struct metrics *metrics = exchange->worker->metrics;
    const char *unfinished = NULL;

    if (how == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        metrics_request(metrics,
            exchange->route,
            exchange->code,
            (uint64_t)microseconds,
            exchange->received,
            exchange->text_length);
    } else {
        const enum end end = end_of(exchange, how);

        metrics_unfinished(metrics, end);
        unfinished = end_names[end];
    }
    if (exchange->begun)
        log_exchange(exchange, microseconds, unfinished);
}
