package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.JavaPrograms;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Programs that speak HTTP, HTTP/2, gRPC and WebSocket, in a mesh whose policies are about requests: web may do what it does, batch
 * may not, and mover loses what it may while it does it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestProgramsTest {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration IN_FORCE = Duration.ofSeconds(1);
    /** The loads end within this. */
    private static final Duration LOADED = Duration.ofSeconds(90);

    private static final String ORDERS = "GET /orders/ HTTP/1.1\r\nHost: api.shop\r\n\r\n";
    private static final String PROMETHEUS = "127.0.0.1:9090";
    private static final String ECHO = "ws://api.shop:82/echo";

    private Path directory;
    private JavaPrograms java;
    private Mesh mesh;
    private String base;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-speakers-");
        java = JavaPrograms.copy(directory);
        base = Yaml.file(
                Yaml.idle("web"),
                Yaml.idle("batch"),
                Yaml.idle("mover"),
                Yaml.workload("api", Programs.servers(directory), "ports: [{name: http, port: 8080}]"),
                """
                apiVersion: v1
                kind: Service
                metadata: {name: api, namespace: shop}
                spec:
                  selector: {app: api}
                  ports: [{port: 80, targetPort: 8080}, {port: 81, targetPort: 8081}, {port: 82, targetPort: 8082}]
                """,
                Yaml.workload("grpc", java.yaml("GrpcProgram", "serve", "8080"), "ports: [{name: grpc, port: 8080}]"),
                Yaml.service("grpc", 80, 8080),
                policies(8080, "[{prefix: /orders}]"),
                policies(8081, "[{exact: /}]"),
                policies(8082, "[{exact: /echo}]"),
                calls("web", "Say, Count, Sum, Talk"),
                calls("batch", "Say, Sum"));
        mesh = Mesh.up(moverMay(true));
        Eventually.within(START, () -> assertThat(called("web")).contains("Talk OK a b"));
        Eventually.within(START, () -> http("web", "--http1.1", "http://api.shop/orders/", "200"));
        Eventually.within(START, () -> http("web", "--http2-prior-knowledge", "http://api.shop:81/", "200"));
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    /** Web may, and batch may only what it does not do. */
    private static String policies(int port, String paths) {
        String web = "{http: {methods: [GET], paths: " + paths + "}}";
        return Yaml.file(
                Yaml.requestPolicy("web-" + port, "Allow", "api", port, "web", web),
                Yaml.requestPolicy("batch-" + port, "Allow", "api", port, "batch", "{http: {methods: [POST]}}"));
    }

    private static String calls(String account, String methods) {
        return Yaml.requestPolicy(
                "calls-" + account,
                "Allow",
                "grpc",
                8080,
                account,
                "{grpc: {service: weft.interop.Echo, methods: [" + methods + "]}}");
    }

    private String moverMay(boolean may) {
        String path = may ? "/" : "/elsewhere";
        String http = "{http: {methods: [GET], paths: [{prefix: " + path + "}]}}";
        return Yaml.file(
                base,
                Yaml.requestPolicy("mover-api", "Allow", "api", 8080, "mover", http),
                Yaml.requestPolicy("mover-ws", "Allow", "api", 8082, "mover", http),
                calls("mover", may ? "Talk" : "Say"));
    }

    @Test
    void curlSpeaksHttp2WithNghttpd() throws Exception {
        http("web", "--http2-prior-knowledge", "http://api.shop:81/", "200");
        http("web", "--http2-prior-knowledge", "http://api.shop:81/admin.html", "403");
        http("batch", "--http2-prior-knowledge", "http://api.shop:81/", "403");
    }

    @Test
    void h2loadIsAnsweredToTheLastRequest() throws Exception {
        assertThat(h2load("web", "/").out())
                .contains("2000 succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("status codes: 2000 2xx");
        assertThat(h2load("batch", "/").out())
                .contains("0 errored, 0 timeout")
                .contains("status codes: 0 2xx, 0 3xx, 2000 4xx, 0 5xx");
    }

    private Ran h2load(String from, String path) throws Exception {
        return mesh.exec("shop/" + from, "h2load", "-n", "2000", "-c", "4", "-m", "16", "http://api.shop:81" + path)
                .ok();
    }

    @Test
    void wrkSeesNoErrorWhereItMayAskAndNothingElseWhereItMayNot() throws Exception {
        assertThat(wrk("web", "orders/").out())
                .contains("Requests/sec")
                .doesNotContain("Non-2xx")
                .doesNotContain("Socket errors");
        Ran denied = wrk("batch", "orders/");
        assertThat(denied.out()).contains("Non-2xx").doesNotContain("Socket errors");
        assertThat(number(denied.out(), "responses: (\\d+)")).isEqualTo(number(denied.out(), "(\\d+) requests in"));
    }

    private Ran wrk(String from, String path) throws Exception {
        return mesh.exec("shop/" + from, "wrk", "-t1", "-c4", "-d1s", "--timeout", "30s", "http://api.shop/" + path)
                .ok();
    }

    private static long number(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(pattern + " is not in " + text));
    }

    @Test
    void prometheusScrapesWhereItMayAndIsRefusedWhereItMayNot() throws Exception {
        try (Running _ = prometheus("web");
                Running _ = prometheus("batch")) {
            Eventually.within(
                    START,
                    () -> assertThat(targets("web"))
                            .contains("\"health\":\"up\"")
                            .doesNotContain("\"down\""));
            Eventually.within(
                    START, () -> assertThat(targets("batch")).contains("\"health\":\"down\"", "403 Forbidden"));
        }
    }

    /** Scrapes nginx, by the name of its Service. */
    private Running prometheus(String from) throws Exception {
        Path own = Programs.writable(directory.resolve("prometheus-" + from));
        Path config = Files.writeString(own.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                - job_name: orders
                  metrics_path: /orders/metrics
                  static_configs: [{targets: ["api.shop:80"]}]
                """);
        return mesh.start(
                "shop/" + from,
                "prometheus",
                "--config.file=" + config,
                "--storage.tsdb.path=" + own.resolve("data"),
                "--web.listen-address=" + PROMETHEUS,
                "--log.level=warn");
    }

    private String targets(String from) throws Exception {
        return mesh.exec("shop/" + from, "curl", "-sSf", "-m", "10", "http://" + PROMETHEUS + "/api/v1/targets")
                .ok()
                .out();
    }

    @Test
    void aWebSocketIsJudgedAsTheGetThatItIs() throws Exception {
        try (Running socket = webSocket("web", ECHO)) {
            echoes(socket, "one");
            echoes(socket, "two");
        }
        try (Running refused = webSocket("batch", ECHO);
                Running elsewhere = webSocket("web", "ws://api.shop:82/other")) {
            Eventually.within(START, () -> assertThat(refused.printed()).contains("refused 403"));
            Eventually.within(START, () -> assertThat(elsewhere.printed()).contains("refused 403"));
        }
    }

    @Test
    void eachKindOfCallIsAllowedAndDeniedByItsMethod() throws Exception {
        assertThat(called("web").lines()).containsExactly("Say OK hello", "Count OK 1 2 3", "Sum OK 6", "Talk OK a b");
        List<String> batch = called("batch").lines().toList();
        assertThat(batch).contains("Say OK hello", "Sum OK 6");
        assertThat(batch.get(1)).startsWith("Count PERMISSION_DENIED");
        assertThat(batch.get(3)).startsWith("Talk PERMISSION_DENIED");
        List<String> mover = called("mover").lines().toList();
        assertThat(mover.get(0)).startsWith("Say PERMISSION_DENIED");
        assertThat(mover.get(2)).startsWith("Sum PERMISSION_DENIED");
        assertThat(mover.get(3)).isEqualTo("Talk OK a b");
    }

    @Test
    void aChangeEndsWithinASecondWhatIsNoLongerAllowedAndNothingElse() throws Exception {
        Eventually.takesLessThan(IN_FORCE, this::endingWhatIsNoLongerAllowed);
    }

    /** How long it takes from the moment that a policy is saved, for all of them. */
    private Duration endingWhatIsNoLongerAllowed() throws Exception {
        Duration took;
        try (Running keepAlive = mesh.start("shop/mover", "nc", "api.shop", "80");
                Running socket = webSocket("mover", ECHO);
                Running call = talk("mover");
                Running allowed = talk("web")) {
            keepAlive.type(ORDERS);
            Eventually.within(START, () -> assertThat(keepAlive.printed()).contains("200 OK"));
            echoes(socket, "before");
            answers(call, "before");
            answers(allowed, "before");

            mesh.write(moverMay(false));
            took = Eventually.within(START, () -> {
                keepAlive.type(ORDERS);
                assertThat(keepAlive.printed()).contains("403 Forbidden");
                assertThat(socket.printed()).contains("closed");
                assertThat(call.printed()).contains("Talk PERMISSION_DENIED");
            });
            assertThat(keepAlive.process().isAlive()).as("the connection").isTrue();
            answers(allowed, "after");
        } finally {
            mesh.write(moverMay(true));
        }
        Eventually.within(START, () -> http("mover", "--http1.1", "http://api.shop/orders/", "200"));
        return took;
    }

    @Test
    void whileAPolicyChangesNothingThatIsAllowedFails() throws Exception {
        Path going = Files.createFile(directory.resolve("going"));
        try (Running wrk = overAndOver(going, "wrk -t1 -c2 -d2s --timeout 30s http://api.shop/orders/");
                Running h2load = overAndOver(going, "h2load -n 400 -c 2 -m 4 --rps 100 http://api.shop:81/")) {
            Eventually.within(
                    START,
                    () -> assertThat(mesh.json("connections", "shop/api").toString())
                            .contains("sa/web", ":8080", ":8081"));
            mesh.write(Yaml.file(moverMay(true), calls("operator", "Say"), onlyAdminForMover()));
            Eventually.within(START, () -> http("mover", "--http1.1", "http://api.shop/orders/", "403"));
            Files.delete(going);
            assertThat(wrk.exit(LOADED)).isZero();
            assertThat(wrk.printed())
                    .contains("Requests/sec")
                    .doesNotContain("Non-2xx")
                    .doesNotContain("Socket errors");
            assertThat(h2load.exit(LOADED)).isZero();
            assertThat(h2load.printed().lines().filter(line -> line.startsWith("requests:")))
                    .isNotEmpty()
                    .allMatch(line -> line.contains("400 succeeded, 0 failed, 0 errored, 0 timeout"));
        } finally {
            Files.deleteIfExists(going);
            mesh.write(moverMay(true));
        }
        Eventually.within(START, () -> http("mover", "--http1.1", "http://api.shop/orders/", "200"));
    }

    /** As web, for as long as there is the file. */
    private Running overAndOver(Path file, String load) throws Exception {
        return mesh.start("shop/web", "sh", "-c", "while [ -e %s ]; do %s || exit 1; done".formatted(file, load));
    }

    private static String onlyAdminForMover() {
        return Yaml.requestPolicy(
                "no-orders-for-mover", "Deny", "api", 8080, "mover", "{http: {paths: [{prefix: /orders}]}}");
    }

    private Running webSocket(String from, String url) throws Exception {
        return mesh.start("shop/" + from, java.command("WebSocketProgram", url));
    }

    private static void echoes(Running socket, String text) throws Exception {
        Eventually.within(START, () -> assertThat(socket.printed()).contains("open"));
        socket.type(text + "\n");
        Eventually.within(START, () -> assertThat(socket.printed()).contains("text " + text));
    }

    private Running talk(String from) throws Exception {
        return mesh.start("shop/" + from, java.command("GrpcProgram", "talk", "grpc.shop:80"));
    }

    private static void answers(Running call, String text) throws Exception {
        call.type(text + "\n");
        Eventually.within(START, () -> assertThat(call.printed()).contains("answer " + text));
    }

    /** What a client prints that makes a call of each kind. */
    private String called(String from) throws Exception {
        return mesh.exec("shop/" + from, java.command("GrpcProgram", "call", "grpc.shop:80"))
                .ok()
                .out();
    }

    private void http(String from, String version, String url, String status) throws Exception {
        String[] line = {"curl", "-sS", "-m", "30", "-o", "/dev/null", "-w", "%{http_code}", version, url};
        assertThat(mesh.exec("shop/" + from, line).out()).isEqualTo(status);
    }
}
