package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be asked of whom, by real programs over HTTP/1.1 and HTTP/2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestPolicyTest {

    private static final Duration IN_FORCE = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofSeconds(60);
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";

    private Path directory;
    private Mesh mesh;
    private String base;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-requests-");
        Shell.run("chmod", "755", directory.toString()).ok();
        base = Yaml.file(
                Yaml.idle("web"),
                Yaml.idle("batch"),
                Yaml.workload(
                        "api",
                        Programs.nginxThatTells(directory, 8080),
                        "ports: [{name: http, port: 8080}, {name: mail, port: 2525}]"),
                Yaml.service("api", 80, 8080),
                """
                apiVersion: v1
                kind: Service
                metadata: {name: mail, namespace: shop}
                spec:
                  selector: {app: api}
                  ports: [{port: 2525, targetPort: 2525}]
                """);
        mesh = Mesh.up(base);
        Eventually.within(START, () -> ask("shop/web", "--http1.1", "/").ok());
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @BeforeEach
    void webMayAskForOrders() throws Exception {
        mesh.write(Yaml.file(
                base,
                Yaml.requestPolicy(
                        "orders",
                        "Allow",
                        "api",
                        8080,
                        "web",
                        "{http: {methods: [GET], paths: [{prefix: /orders}]}}")));
        Eventually.within(
                START,
                () -> assertThat(ask("shop/web", "--http1.1", "/admin").out()).startsWith("403"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void allowsAndDeniesByRoute(String version) throws Exception {
        String protocol = version.equals("--http1.1") ? "HTTP/1.1" : "HTTP/2.0";
        String before = seenByTheApplication();
        assertThat(ask("shop/web", version, "/orders/1?q=2").ok().out())
                .startsWith("200")
                .endsWith(protocol + " /orders/1?q=2 by " + WEB + "\n");
        assertThat(ask("shop/web", version, "/admin").out()).startsWith("403");
        assertThat(ask("shop/web", version, "/orders", "-X", "POST").out()).startsWith("403");
        assertThat(ask("shop/web", version, "/orders/%2e%2e/admin", "--path-as-is")
                        .out())
                .startsWith("400");
        // Refused by connection: requests of HTTP/2 to a port that says so travel by themselves, and each has an
        // answer.
        Ran refused = ask("shop/batch", version, "/orders");
        assertThat(refused.exit() != 0 || refused.out().startsWith("403"))
                .as(refused.out())
                .isTrue();
        assertThat(seenByTheApplication().substring(before.length()))
                .contains("/orders/1")
                .doesNotContain("/admin");
    }

    /** The requests of this test and of those that ran before it. */
    private String seenByTheApplication() throws IOException {
        return Files.readString(directory.resolve("tells/access.log"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2-prior-knowledge"})
    void noOneSaysWhoTheyAreThemselves(String version) throws Exception {
        for (String name : new String[] {"weft-client-id", "Weft-Client-Id", "weft_client_id"}) {
            assertThat(ask("shop/web", version, "/orders", "-H", name + ": spiffe://forged")
                            .ok()
                            .out())
                    .endsWith(" by " + WEB + "\n");
        }
    }

    @Test
    void aDenialSaysWhyToACallerWithAnIdentity() throws Exception {
        Ran ran = mesh.exec(
                "shop/web", "curl", "-sS", "-i", "-m", "30", "--http2-prior-knowledge", "http://api.shop/admin");
        assertThat(ran.out()).contains("weft-code: WEFT-P002").contains("shop/orders");
    }

    @Test
    void aSavedChangeIsInForceWithinASecond() throws Exception {
        Eventually.takesLessThan(IN_FORCE, this::puttingAChangeInForce);
    }

    /** How long it takes from the moment that a policy is saved. */
    private Duration puttingAChangeInForce() throws Exception {
        webMayAskForOrders();
        String ask = "curl -s -m 30 -o /dev/null -w '%{http_code}\\n' http://api.shop/admin";
        try (Running asking = mesh.start("shop/web", "sh", "-c", "while :; do " + ask + "; done")) {
            Eventually.within(START, () -> assertThat(asking.printed()).contains("403"));
            mesh.write(Yaml.file(
                    base,
                    Yaml.requestPolicy("orders", "Allow", "api", 8080, "web", "{http: {paths: [{exact: /admin}]}}")));
            return Eventually.within(
                    START, () -> assertThat(asking.printedLast()).contains("200"));
        }
    }

    @Test
    void aServerThatSpeaksFirstOnAnotherPortIsLeftAlone() throws Exception {
        Eventually.takesLessThan(
                Duration.ofSeconds(8),
                () -> { // and not after the time of a first request
                    Ran ran = mesh.timed("shop/batch", "sh", "-c", "sleep 1 | nc -w 2 mail.shop 2525");
                    assertThat(ran.out()).startsWith("220 ready");
                    return ran.took();
                });
    }

    @Test
    void whatIsNotHttpDoesNotPass() throws Exception {
        Ran ran = mesh.exec("shop/web", "sh", "-c", "printf 'HELO there\\r\\n\\r\\n' | nc -w 20 api.shop 80");
        assertThat(ran.out()).contains("400").doesNotContain("nginx");
    }

    @Test
    void theLogHasEachRequest() throws Exception {
        ask("shop/web", "--http2-prior-knowledge", "/orders/for-the-log").ok();
        Eventually.within(
                START,
                () -> assertThat(mesh.weft("logs", "shop/api", "--sidecar").ok().out())
                        .contains("/orders/for-the-log")
                        .contains("http/2"));
    }

    /** The status, then what the application says. */
    private Ran ask(String from, String version, String path, String... more) throws Exception {
        List<String> line = new ArrayList<>(
                List.of("curl", "-sS", "-m", "30", "-w", "%{http_code}\\n", version, "http://api.shop" + path));
        line.addAll(List.of(more));
        Ran ran = mesh.exec(from, line.toArray(String[]::new));
        return new Ran(ran.command(), ran.exit(), statusFirst(ran.out()), ran.err(), ran.took());
    }

    private static String statusFirst(String out) {
        int last = out.lastIndexOf('\n', out.length() - 2);
        return out.substring(last + 1).strip() + " " + out.substring(0, last + 1);
    }
}
