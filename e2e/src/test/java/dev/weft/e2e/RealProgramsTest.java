package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Servers and clients that know nothing of TLS, as the distribution ships them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealProgramsTest {

    private static final Duration START = Duration.ofMinutes(1);
    /** Where a proxy waits for the client of a server that speaks first, it waits for seconds. */
    private static final Duration STALL = Duration.ofSeconds(5);

    private Path directory;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-programs-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("client"),
                Yaml.workload("web", Programs.nginx(directory, 8080), "ports: [{name: http, port: 8080}]"),
                Yaml.service("web", 80, 8080),
                Yaml.workload("pg", Programs.postgres(directory), "ports: [{name: sql, port: 5432}]"),
                Yaml.service("pg", 5432, 5432),
                // Its port has the name of another protocol, and a policy about requests that only watches.
                Yaml.workload("maria", Programs.mariadb(directory), "ports: [{name: http, port: 3306}]"),
                Yaml.requestPolicy("watched", "Audit", "maria", 3306, "client", "{http: {}}"),
                Yaml.service("maria", 3306, 3306),
                Yaml.workload("redis", Programs.redis(directory), "ports: [{name: redis, port: 6379}]"),
                Yaml.service("redis", 6379, 6379)));
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    void curlReadsFromNginxByServiceName() throws Exception {
        Eventually.within(
                START,
                () -> assertThat(mesh.exec("shop/client", "curl", "-sS", "-m", "10", "http://web.shop/")
                                .ok()
                                .out())
                        .isEqualTo("hello from nginx\n"));
    }

    @Test
    void psqlWritesAndReads() throws Exception {
        Eventually.within(START, () -> psql("select 1").ok());
        Ran ran = psql(
                "create table if not exists t(n int); truncate t; insert into t select generate_series(1, 1000); select sum(n) from t");
        assertThat(ran.ok().out()).contains("500500");
    }

    @Test
    void mariadbWhoseServerSpeaksFirstAnswersWithoutAStall() throws Exception {
        Eventually.within(START, () -> mariadb("select 1").ok());
        Eventually.takesLessThan(STALL, () -> {
            Ran ran = mesh.timed("shop/client", mariadbLine("select 6*7 as answer"));
            assertThat(ran.ok().out()).contains("42");
            return ran.took();
        });
    }

    @Test
    void redisSetsAndGetsThroughAPipeline() throws Exception {
        Eventually.within(START, () -> assertThat(redis("ping").out()).contains("PONG"));
        assertThat(redis("set", "k", "v1").ok().out()).contains("OK");
        assertThat(redis("get", "k").ok().out()).contains("v1");
    }

    private Ran psql(String sql) throws Exception {
        return mesh.exec("shop/client", "psql", "-h", "pg.shop", "-U", "postgres", "-At", "-c", sql);
    }

    private Ran mariadb(String sql) throws Exception {
        return mesh.exec("shop/client", mariadbLine(sql));
    }

    private static String[] mariadbLine(String sql) {
        return new String[] {"mariadb", "--no-defaults", "-h", "maria.shop", "-u", "root", "--skip-ssl", "-e", sql};
    }

    private Ran redis(String... command) throws Exception {
        String[] line = new String[command.length + 3];
        line[0] = "redis-cli";
        line[1] = "-h";
        line[2] = "redis.shop";
        System.arraycopy(command, 0, line, 3, command.length);
        return mesh.exec("shop/client", line);
    }
}
