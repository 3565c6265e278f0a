#include "testing.h"

#include "vitess.h"

static const char *problems_of(const char *config)
{
    struct problems problems = {.arena = arena};

    my_cnf_check(config, "config", &problems);
    return problems.count == 0 ? "" : problems_text(&problems);
}

#define FILES ": Vitess, its backups among it, looks for the files of MySQL elsewhere; leave it out"
#define EACH ": it differs between tablets; leave it out"
#define REPLICATION ": replication in Vitess stands on it; leave it out"
#define STARTS                                                                                     \
    ": vttablet and VTOrc say when a tablet replicates, and who takes writes; leave it out"
#define LISTENS ": other tablets replicate from this one over the network; leave it out"

START_TEST(what_vitess_sets_is_refused)
{
    static const struct {
        const char *config, *problems;
    } rows[] = {
        {"", ""},
        {"[mysqld]\nmax_connections = 500\n# server-id=1\n; port=1\n\n", ""},
        {"[mysqld]\nport=3307\nserver-id=1\ngtid_mode=OFF\n",
            "config: must not set port (line 2): say mysql-port in mysql.flags instead\n"
            "config: must not set server-id (line 3)" EACH "\n"
            "config: must not set gtid-mode (line 4)" REPLICATION},
        /* It counts as [mysqld]. */
        {"server_id = 1", "config: must not set server-id (line 1)" EACH},
        {"  loose-server-id=1\r\n", "config: must not set server-id (line 1)" EACH},
        {"[client]\nport=3307\nsocket=/x\n[mysqld-8.4]\nsocket = /x",
            "config: must not set socket (line 5): vttablet and mysqlctld of a Pod meet there; "
            "leave it out"},
        {"[server]\ndatadir=/x\ninnodb_undo_directory=/x",
            "config: must not set datadir (line 2)" FILES "\n"
            "config: must not set innodb-undo-directory (line 3)" FILES},
        {"log-bin", "config: must not set log-bin (line 1)" FILES},
        {"skip-log-bin\ndisable_log_bin",
            "config: must not set skip-log-bin (line 1)" FILES "\n"
            "config: must not set disable-log-bin (line 2)" FILES},
        /* What says the same as Vitess changes nothing. */
        {"gtid_mode=ON\nenforce-gtid-consistency\nbinlog_format = 'ROW' # rows\nport=3306\n"
         "super_read_only=1\nskip_replica_start\nskip-name-resolve\n"
         "rpl_semi_sync_source_timeout=1000000000000000000",
            ""},
        {"binlog-format=STATEMENT\nskip-log-replica-updates\nlog_slave_updates=0",
            "config: must not set binlog-format (line 1)" REPLICATION "\n"
            "config: must not set skip-log-replica-updates (line 2)" REPLICATION "\n"
            "config: must not set log-slave-updates (line 3)" REPLICATION},
        {"super-read-only=OFF\nskip-slave-start=0",
            "config: must not set super-read-only (line 1)" STARTS "\n"
            "config: must not set skip-slave-start (line 2)" STARTS},
        {"bind-address=127.0.0.1\nskip-networking",
            "config: must not set bind-address (line 1)" LISTENS "\n"
            "config: must not set skip-networking (line 2)" LISTENS},
        {"bind-address=0.0.0.0", ""},
        {"replicate-wild-ignore-table=tmp.%",
            "config: must not set replicate-wild-ignore-table (line 1): replicas would miss a part "
            "of the data; leave it out"},
        {"loose_rpl_semi_sync_source_timeout=10000",
            "config: must not set rpl-semi-sync-source-timeout (line 1): it follows from "
            "durabilityPolicy of the keyspace; leave it out"},
        {"plugin-load=a.so\nplugin-load-add=b.so",
            "config: must not set plugin-load (line 1): those that Vitess loads would be missing; "
            "say plugin-load-add instead"},
        {"[mysqld\nx=1",
            "config: must have a \"]\" after the name of a section, got \"[mysqld\" in line 1"},
        {"!include /x\n=", ""},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_str_eq(problems_of(rows[i].config), rows[i].problems);
}
END_TEST

START_TEST(settings_before_a_section_are_found)
{
    ck_assert_uint_eq(my_cnf_without_section(arena, ""), 0);
    ck_assert_uint_eq(my_cnf_without_section(arena, "# a\n\n [mysqld]\nx=1\n"), 0);
    ck_assert_uint_eq(my_cnf_without_section(arena, "# a\n\nx=1\n[mysqld]\n"), 3);
}
END_TEST

START_TEST(what_is_switched_off_is_found)
{
    static const struct {
        const char *config;
        bool off;
    } rows[] = {
        {"", false},
        {"performance_schema=OFF", true},
        {"[mysqld]\n performance-schema = 0 # none\n", true},
        {"loose_performance_schema=off", true},
        {"skip-performance-schema", true},
        {"performance_schema", false},
        {"performance_schema=ON", false},
        {"performance_schema=OFF\nperformance_schema=1", false},
        {"[mysql]\nperformance_schema=OFF", false},
        {"#performance_schema=OFF", false},
        {"performance_schema_max_table_handles=0", false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        ck_assert_int_eq(my_cnf_switches_off(arena, rows[i].config, "performance-schema"),
            rows[i].off);
}
END_TEST

static void tests(TCase *tcase)
{
    tcase_add_test(tcase, what_vitess_sets_is_refused);
    tcase_add_test(tcase, settings_before_a_section_are_found);
    tcase_add_test(tcase, what_is_switched_off_is_found);
}

TEST_MAIN(tests)
