#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "metrics.h"

/* The text format of Prometheus, version 0.0.4: each family once, with HELP and TYPE, its samples
 * together. */

#define PREFIX "vitess_operator_"

/* One page that is being written. */
struct page_text {
    struct text *out;
    const struct routes *routes;
    const struct metrics *threads;
    size_t threads_count;
};

static void family(struct text *out, const char *name, const char *type, const char *help)
{
    text_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void single(struct text *out, const char *name, const char *type, const char *help,
    long long value)
{
    family(out, name, type, help);
    text_addf(out, "%s %lld\n", name, value);
}

/* --- by route and code --- */

enum part { PART_MICROSECONDS, PART_BYTES_IN, PART_BYTES_OUT };

static const struct {
    const char *name, *help;
    const uint64_t *bounds;
    bool seconds;
} parts[] = {
    [PART_MICROSECONDS] = {PREFIX "request_duration_seconds",
        "Time from the first line of a request to the last byte of its answer.",
        microseconds_bounds,
        true},
    [PART_BYTES_IN] = {PREFIX "request_size_bytes",
        "Size of the bodies of requests.",
        bytes_bounds,
        false},
    [PART_BYTES_OUT] = {PREFIX "response_size_bytes",
        "Size of the bodies of answers.",
        bytes_bounds,
        false},
};

static const struct histogram *histogram_at(const struct metrics *metrics, size_t series,
    enum part part)
{
    const struct series *at = &metrics->at[series];

    return part == PART_MICROSECONDS ? &at->microseconds
           : part == PART_BYTES_IN   ? &at->bytes_in
                                     : &at->bytes_out;
}

/* A histogram over all threads. */
struct sum {
    uint64_t buckets[HISTOGRAM_BUCKETS], count, sum;
};

static struct sum add_up(const struct page_text *page, size_t series, enum part part)
{
    struct sum sum = {{0}, 0, 0};

    for (size_t thread = 0; thread < page->threads_count; thread++) {
        const struct histogram *histogram = histogram_at(&page->threads[thread], series, part);

        for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
            sum.buckets[i] += count_of(&histogram->buckets[i]);
        sum.count += count_of(&histogram->count);
        sum.sum += count_of(&histogram->sum);
    }
    return sum;
}

/* hook="v1alpha1/shard/sync",code="200" */
static const char *labels(const struct page_text *page, size_t series)
{
    const int code = metric_codes[series % METRIC_CODES];

    return fmt(page->out->arena,
        "hook=\"%s\",code=\"%s\"",
        page->routes->at[series / METRIC_CODES].label,
        code == 0 ? "other" : fmt(page->out->arena, "%d", code));
}

static const char *number(struct text *out, uint64_t value, bool seconds)
{
    return seconds ? fmt(out->arena, "%.6f", (double)value / 1e6)
                   : fmt(out->arena, "%" PRIu64, value);
}

/* "0.0001", "1", "67108864" */
static const char *bound(struct text *out, uint64_t value, bool seconds)
{
    return seconds ? fmt(out->arena, "%g", (double)value / 1e6)
                   : fmt(out->arena, "%" PRIu64, value);
}

static void write_histogram(const struct page_text *page, size_t series, enum part part)
{
    const struct sum sum = add_up(page, series, part);
    const char *name = parts[part].name;
    const char *these = labels(page, series);
    uint64_t below = 0;

    if (sum.count == 0)
        return;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS && parts[part].bounds[i] != 0; i++) {
        below += sum.buckets[i];
        text_addf(page->out,
            "%s_bucket{%s,le=\"%s\"} %" PRIu64 "\n",
            name,
            these,
            bound(page->out, parts[part].bounds[i], parts[part].seconds),
            below);
    }
    /* A thread may have counted between two of our reads; buckets must never fall. */
    text_addf(page->out,
        "%s_bucket{%s,le=\"+Inf\"} %" PRIu64 "\n%s_sum{%s} %s\n%s_count{%s} %" PRIu64 "\n",
        name,
        these,
        sum.count > below ? sum.count : below,
        name,
        these,
        number(page->out, sum.sum, parts[part].seconds),
        name,
        these,
        sum.count > below ? sum.count : below);
}

static void write_requests(const struct page_text *page)
{
    const size_t all = page->routes->count * METRIC_CODES;

    family(page->out, PREFIX "requests_total", "counter", "Requests answered.");
    for (size_t series = 0; series < all; series++) {
        const uint64_t count = add_up(page, series, PART_MICROSECONDS).count;

        if (count > 0)
            text_addf(page->out,
                PREFIX "requests_total{%s} %" PRIu64 "\n",
                labels(page, series),
                count);
    }
    for (enum part part = PART_MICROSECONDS; part <= PART_BYTES_OUT; part++) {
        family(page->out, parts[part].name, "histogram", parts[part].help);
        for (size_t series = 0; series < all; series++)
            write_histogram(page, series, part);
    }
}

static void write_unfinished(const struct page_text *page)
{
    family(page->out,
        PREFIX "requests_unfinished_total",
        "counter",
        "Requests that got no whole answer, by reason.");
    for (size_t end = 0; end < ENDS; end++) {
        uint64_t count = 0;

        for (size_t thread = 0; thread < page->threads_count; thread++)
            count += count_of(&page->threads[thread].unfinished[end]);
        text_addf(page->out,
            PREFIX "requests_unfinished_total{reason=\"%s\"} %" PRIu64 "\n",
            end_names[end],
            count);
    }
}

static void write_arena_peaks(const struct page_text *page)
{
    family(page->out,
        PREFIX "arena_peak_bytes",
        "gauge",
        "Most memory that one request took since the start.");
    for (size_t route = 0; route < page->routes->count; route++) {
        uint64_t peak = 0;

        for (size_t thread = 0; thread < page->threads_count; thread++) {
            const uint64_t bytes = count_of(&page->threads[thread].arena_peak[route]);

            peak = bytes > peak ? bytes : peak;
        }
        if (page->routes->at[route].page == PAGE_HOOK)
            text_addf(page->out,
                PREFIX "arena_peak_bytes{hook=\"%s\"} %" PRIu64 "\n",
                page->routes->at[route].label,
                peak);
    }
}

/* --- by object --- */

static bool is_sync(const struct route *route)
{
    return route->page == PAGE_HOOK && !route->customize;
}

static void write_values(const struct page_text *page, size_t route, const char *name,
    const char *label, const char *const *values, size_t count, const uint64_t *numbers)
{
    for (size_t i = 0; i < count; i++)
        if (values[i][0] != '\0')
            text_addf(page->out,
                "%s{hook=\"%s\",%s=\"%s\"} %" PRIu64 "\n",
                name,
                page->routes->at[route].label,
                label,
                values[i],
                numbers[i]);
}

static void write_objects(const struct page_text *page, const struct state_counts *counts)
{
    family(page->out,
        PREFIX "objects",
        "gauge",
        "Objects by the outcome of their last sync within 65 minutes.");
    for (size_t i = 0; i < page->routes->count; i++)
        if (is_sync(&page->routes->at[i]))
            write_values(page,
                i,
                PREFIX "objects",
                "outcome",
                state_outcomes,
                STATE_OUTCOMES,
                counts[i].outcomes);
    family(page->out,
        PREFIX "rollouts",
        "gauge",
        "Objects by the reason of the Updated condition that their last sync gave.");
    for (size_t i = 0; i < page->routes->count; i++)
        if (is_sync(&page->routes->at[i]))
            write_values(page,
                i,
                PREFIX "rollouts",
                "reason",
                state_reasons,
                STATE_REASONS,
                counts[i].reasons);
    family(page->out,
        PREFIX "problems",
        "gauge",
        "Problems that the last sync of each object found in its spec.");
    for (size_t i = 0; i < page->routes->count; i++)
        if (is_sync(&page->routes->at[i]))
            text_addf(page->out,
                PREFIX "problems{hook=\"%s\"} %" PRIu64 "\n",
                page->routes->at[i].label,
                counts[i].problems);
}

/* --- by cluster --- */

static void cluster_sample(struct text *out, const char *name, const struct cluster_counts *cluster,
    const char *reason, uint64_t value)
{
    text_addf(out,
        PREFIX "cluster_%s{namespace=\"%s\",vitess_cluster=\"%s\"",
        name,
        cluster->namespace,
        cluster->name);
    if (reason != NULL)
        text_addf(out, ",reason=\"%s\"", reason);
    text_addf(out, "} %" PRIu64 "\n", value);
}

/* Only reasons that there are, and not that all is well: a cluster at rest has none. */
static void cluster_reasons(struct text *out, const char *name,
    const struct cluster_counts *cluster, const char *const *reasons, const uint64_t *counts,
    size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (counts[i] > 0 && !text_equal(reasons[i], "") && !text_equal(reasons[i], "Ready") &&
            !text_equal(reasons[i], "RolloutComplete"))
            cluster_sample(out, name, cluster, reasons[i], counts[i]);
}

static void write_cluster_totals(struct text *out, const struct cluster_states *clusters)
{
    family(out,
        PREFIX "cluster_ready",
        "gauge",
        "1 where the last sync of the VitessCluster said that it is Ready.");
    for (size_t i = 0; i < clusters->count; i++)
        if (clusters->at[i].known)
            cluster_sample(out, "ready", &clusters->at[i], NULL, clusters->at[i].ready);
    family(out,
        PREFIX "cluster_objects",
        "gauge",
        "Objects of ours that belong to the VitessCluster, itself included.");
    for (size_t i = 0; i < clusters->count; i++)
        cluster_sample(out, "objects", &clusters->at[i], NULL, clusters->at[i].objects);
    family(out,
        PREFIX "cluster_problems",
        "gauge",
        "Problems that the last syncs of these objects found in their specs.");
    for (size_t i = 0; i < clusters->count; i++)
        cluster_sample(out, "problems", &clusters->at[i], NULL, clusters->at[i].problems);
}

static void write_clusters(struct text *out, const struct cluster_states *clusters)
{
    write_cluster_totals(out, clusters);
    family(out,
        PREFIX "cluster_unready",
        "gauge",
        "Objects of the VitessCluster that are not Ready, by reason.");
    for (size_t i = 0; i < clusters->count; i++)
        cluster_reasons(out,
            "unready",
            &clusters->at[i],
            state_readies,
            clusters->at[i].readies,
            STATE_READIES);
    family(out,
        PREFIX "cluster_rollouts",
        "gauge",
        "Objects of the VitessCluster that are not Updated, by reason.");
    for (size_t i = 0; i < clusters->count; i++)
        cluster_reasons(out,
            "rollouts",
            &clusters->at[i],
            state_reasons,
            clusters->at[i].reasons,
            STATE_REASONS);
    single(out,
        PREFIX "cluster_series_full",
        "gauge",
        "1 where there are so many VitessClusters that some are in none of these series.",
        clusters->full);
}

/* --- of the process --- */

static void write_process(struct text *out, const struct gauges *gauges)
{
    struct rusage usage = {.ru_maxrss = 0};
    long long pages = 0, resident = 0;
    FILE *statm = fopen("/proc/self/statm", "re");

    getrusage(RUSAGE_SELF, &usage);
    if (statm != NULL) {
        if (fscanf(statm, "%lld %lld", &pages, &resident) != 2)
            resident = 0;
        fclose(statm);
    }
    family(out,
        "process_start_time_seconds",
        "gauge",
        "Start time of the process since the Unix epoch.");
    text_addf(out, "process_start_time_seconds %s\n", number(out, gauges->started, true));
    family(out, "process_cpu_seconds_total", "counter", "User and system CPU time.");
    text_addf(out,
        "process_cpu_seconds_total %s\n",
        number(out,
            (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
            true));
    single(out,
        "process_resident_memory_bytes",
        "gauge",
        "Resident memory.",
        resident * sysconf(_SC_PAGESIZE));
}

static void write_gauges(struct text *out, const struct gauges *gauges)
{
    single(out,
        PREFIX "requests_in_flight",
        "gauge",
        "Hook requests that are received, worked on or answered now.",
        gauges->in_flight);
    single(out,
        PREFIX "connections",
        "gauge",
        "Open connections, of which --max-connections is the most.",
        gauges->connections);
    family(out,
        PREFIX "connections_timed_out_total",
        "counter",
        "Connections closed for being too slow or idle for too long.");
    text_addf(out,
        PREFIX "connections_timed_out_total{reason=\"client\"} %lld\n" PREFIX
               "connections_timed_out_total{reason=\"idle\"} %lld\n",
        gauges->timeouts_client,
        gauges->timeouts_idle);
    single(out,
        PREFIX "connections_closed_for_others_total",
        "counter",
        "Connections without a hook request that were closed for new ones, since all were taken.",
        gauges->made_room);
    family(out,
        PREFIX "config_reloads_total",
        "counter",
        "Reloads of the configuration file on SIGHUP.");
    text_addf(out,
        PREFIX "config_reloads_total{result=\"success\"} %lld\n" PREFIX
               "config_reloads_total{result=\"failure\"} %lld\n",
        gauges->reloads_good,
        gauges->reloads_bad);
    single(out,
        PREFIX "config_last_reload_successful",
        "gauge",
        "1 unless the last reload of the configuration file failed.",
        gauges->last_reload_good);
    single(out,
        PREFIX "log_lines_dropped_total",
        "counter",
        "Lines of the log that were dropped because standard error was full.",
        gauges->log_dropped);
    single(out,
        PREFIX "draining",
        "gauge",
        "1 once the process was told to end.",
        gauges->draining);
}

static void write_credentials(struct text *out, const struct gauges *gauges)
{
    if (gauges->certificate_expiry != 0)
        single(out,
            PREFIX "tls_certificate_expiry_timestamp_seconds",
            "gauge",
            "When the certificate of the server expires, since the Unix epoch.",
            gauges->certificate_expiry);
    single(out,
        PREFIX "tls_handshakes_failed_total",
        "counter",
        "Connections that ended before their TLS handshake was done.",
        gauges->handshakes_failed);
    family(out,
        PREFIX "credentials_reloads_total",
        "counter",
        "Changes of the files of certificates, keys and tokens.");
    text_addf(out,
        PREFIX "credentials_reloads_total{result=\"success\"} %lld\n" PREFIX
               "credentials_reloads_total{result=\"failure\"} %lld\n",
        gauges->credentials_good,
        gauges->credentials_bad);
    single(out,
        PREFIX "credentials_last_reload_successful",
        "gauge",
        "1 unless the last change of these files was rejected.",
        gauges->credentials_last_good);
}

const char *metrics_text(struct arena *arena, const struct routes *routes,
    const struct metrics *threads, size_t count, const struct state_counts *counts,
    const struct cluster_states *clusters, const struct gauges *gauges, size_t *length)
{
    struct text out = {.arena = arena};
    const struct page_text page = {&out, routes, threads, count};

    family(&out, PREFIX "build_info", "gauge", "Version and revision of this build.");
    text_addf(&out,
        PREFIX "build_info{version=\"%s\",revision=\"%d\"} 1\n",
        OPERATOR_VERSION,
        OPERATOR_REVISION);
    write_requests(&page);
    write_unfinished(&page);
    write_arena_peaks(&page);
    write_objects(&page, counts);
    write_clusters(&out, clusters);
    write_gauges(&out, gauges);
    write_credentials(&out, gauges);
    write_process(&out, gauges);
    *length = out.length;
    return text_string(&out);
}
