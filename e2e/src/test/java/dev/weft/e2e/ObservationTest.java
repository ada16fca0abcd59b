package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Prometheus;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a mesh is seen to do: by weft's own commands, and by a real Prometheus with the rules and the dashboard of the project. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ObservationTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";

    private Path directory;
    private Mesh mesh;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-observe-");
        Shell.run("chmod", "755", directory.toString()).ok();
        mesh = Mesh.up(Yaml.file(
                Yaml.idle("web"),
                Yaml.workload(
                        "api",
                        Programs.nginxThatTells(directory, 8080),
                        "ports: [{name: http, port: 8080}, {name: mail, port: 2525}]"),
                Yaml.service("api", 80, 8080),
                Yaml.workload(
                        "store",
                        Programs.nginxThatTells(directory.resolve("store"), 8080),
                        "ports: [{name: http, port: 8080}]"),
                Yaml.service("store", 80, 8080),
                Yaml.requestPolicy("orders", "Allow", "api", 8080, "web", "{http: {paths: [{prefix: /orders}]}}")));
        Eventually.within(
                LIMIT,
                () -> mesh.exec("shop/api", "nc", "-z", "127.0.0.1", "8080").ok());
        Eventually.within(LIMIT, () -> assertThat(ask("/orders/1")).isEqualTo("200"));
        Eventually.within(
                LIMIT,
                () -> mesh.exec("shop/store", "nc", "-z", "127.0.0.1", "8080").ok());
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    private String ask(String path) throws Exception {
        return mesh.exec(
                        "shop/web",
                        "curl",
                        "-sS",
                        "-m",
                        "10",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "http://api.shop" + path)
                .out();
    }

    /** The pair of web and the port of api where requests are judged. */
    private JsonNode edge() throws Exception {
        for (JsonNode edge : mesh.json("edges", "--window", "5m")) {
            if (edge.path("from").asString().equals(WEB) && edge.path("port").asInt() == 8080) {
                return edge;
            }
        }
        throw new AssertionError("no edge from web to api:8080");
    }

    @Test
    void edgesAndStatTellRatesAndTimesOfRealRequests() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(ask("/orders/" + i)).isEqualTo("200");
        }
        assertThat(ask("/admin")).isEqualTo("403");
        Eventually.within(LIMIT, () -> {
            JsonNode edge = edge();
            assertThat(edge.path("over").asString()).isEqualTo("mTLS");
            assertThat(edge.path("requestsRefused").asLong()).isPositive();
            assertThat(edge.path("code").asString()).isEqualTo("WEFT-P002");
            JsonNode rates = edge.path("rates");
            assertThat(rates.path("judged").asBoolean()).isTrue();
            assertThat(rates.path("protocols").path(0).asString()).isEqualTo("http/1.1");
            assertThat(rates.path("requestsPerSecond").asDouble()).isPositive();
            assertThat(rates.path("success").asDouble()).isEqualTo(1.0);
            assertThat(rates.path("p50Millis").asDouble()).isPositive();
            assertThat(rates.path("p99Millis").asDouble())
                    .isGreaterThanOrEqualTo(rates.path("p50Millis").asDouble());
        });
        JsonNode stat = mesh.json("stat", "shop/api", "--window", "5m").path(0);
        assertThat(stat.path("workload").asString()).isEqualTo("shop/api");
        assertThat(stat.path("rates").path("requestsPerSecond").asDouble()).isPositive();
        assertThat(stat.path("rates").path("refusedPerSecond").asDouble()).isPositive();
        assertThat(mesh.weft("stat").ok().out()).contains("shop/api", "REQ/S", "P99");
        assertThat(mesh.weft("top", "--window", "5m").ok().out()).contains("ns/shop/sa/web", "SUCCESS");
    }

    @Test
    void tapShowsRequestsAsTheyEndAndThoseThatAreRefused() throws Exception {
        try (Running tap = mesh.started("tap", "shop/api", "-o", "json", "--for", "2m");
                Running denied = mesh.started("tap", "shop/api", "--status", "4xx", "--limit", "1")) {
            Eventually.within(LIMIT, () -> {
                assertThat(ask("/orders/for-the-tap?token=secret")).isEqualTo("200");
                assertThat(ask("/admin/for-the-tap")).isEqualTo("403");
                assertThat(tap.printed())
                        .contains("\"path\":\"/orders/for-the-tap\"", "\"decision\":\"allow\"", "\"from\":\"" + WEB)
                        .contains("\"path\":\"/admin/for-the-tap\"", "\"code\":\"WEFT-P002\"");
            });
            assertThat(tap.printed()).doesNotContain("secret");
            assertThat(denied.exit(LIMIT)).isZero();
            assertThat(denied.printed())
                    .contains("403 refused ns/shop/sa/web GET /admin")
                    .doesNotContain("/orders/");
        }
    }

    @Test
    void aPortThatDeclaresHttpNeedsNoPolicyToBeSeen() throws Exception {
        try (Running tap = mesh.started("tap", "shop/store", "-o", "json", "--for", "2m")) {
            Eventually.within(LIMIT, () -> {
                assertThat(mesh.exec(
                                        "shop/web",
                                        "curl",
                                        "-sS",
                                        "-m",
                                        "10",
                                        "--path-as-is",
                                        "-H",
                                        "weft-client-id: spiffe://forged",
                                        "http://store.shop/a%2Fb//c")
                                .ok()
                                .out())
                        .endsWith("/a%2Fb//c by " + WEB + "\n");
                assertThat(tap.printed()).contains("\"path\":\"/a%2Fb//c\"", "\"from\":\"" + WEB);
            });
        }
        Eventually.within(LIMIT, () -> {
            JsonNode stat = mesh.json("stat", "shop/store", "--window", "5m").path(0);
            assertThat(stat.path("rates").path("requestsPerSecond").asDouble()).isPositive();
            assertThat(stat.path("rates").path("success").asDouble()).isEqualTo(1.0);
        });
    }

    @Test
    void whereNoRequestIsReadTheCommandsSaySo() throws Exception {
        assertThat(mesh.weft("tap", "shop/web").failed().err()).contains("WEFT-L320");
        assertThat(mesh.weft("tap", "shop/none").failed().err()).contains("WEFT-L103");
        assertThat(mesh.weft("stat", "--window", "1h").failed().err()).contains("WEFT-L100", "5m");
    }

    @Test
    void aRealPrometheusKnowsEveryMetricOfTheRulesAndOfTheDashboard() throws Exception {
        Path rules = Prometheus.file("deploy/prometheus/weft-alerts.yml");
        Shell.run("promtool", "check", "rules", rules.toString()).ok();
        String text = mesh.weft("metrics").ok().out();
        Path metrics = Files.writeString(directory.resolve("metrics"), text);
        Shell.run("sh", "-c", "promtool check metrics <" + metrics).ok();
        try (Running scrape = mesh.started("metrics", "--listen", "127.0.0.1:0")) {
            String target = Prometheus.address(scrape);
            try (Prometheus prometheus = Prometheus.start(directory, target, rules)) {
                Eventually.within(LIMIT, () -> {
                    assertThat(ask("/orders/for-prometheus")).isEqualTo("200");
                    assertThat(prometheus.values("weft_ready{workload=\"shop/api\"}"))
                            .containsExactly(1.0);
                    assertThat(prometheus.values("sum by (mesh) (weft_control_leads)"))
                            .containsExactly(1.0);
                    assertThat(prometheus.values("sum(rate(weft_requests_total{workload=\"shop/api\"}[1m]))"))
                            .singleElement()
                            .satisfies(rate -> assertThat(rate).isPositive());
                    assertThat(prometheus.values("histogram_quantile(0.99, sum by (le, peer) (rate("
                                    + "weft_request_duration_seconds_bucket{workload=\"shop/api\",peer=\"" + WEB
                                    + "\"}[1m])))"))
                            .singleElement()
                            .satisfies(p99 -> assertThat(p99).isPositive());
                    assertThat(prometheus.rulesThatWork()).hasSizeGreaterThan(10);
                });
                everyExpressionIsUnderstood(prometheus, rules);
            }
        }
    }

    private void everyExpressionIsUnderstood(Prometheus prometheus, Path rules) throws Exception {
        List<String> expressions = Prometheus.expressions(
                rules, JSON.readTree(Prometheus.file("deploy/grafana/weft.json").toFile()));
        assertThat(expressions).hasSizeGreaterThan(35);
        Set<String> known = prometheus.metrics();
        for (String expression : expressions) {
            assertThat(known).as(expression).containsAll(Prometheus.metricsOf(expression));
            prometheus.values(expression);
        }
    }

    @Test
    void eachMetricHasABoundedNumberOfSeries() throws Exception {
        Map<String, Long> series =
                Prometheus.series(mesh.weft("metrics", "shop/api").ok().out());
        assertThat(series).containsKey("weft_peer_requests_total");
        series.forEach((name, count) -> assertThat(count).as(name).isLessThanOrEqualTo(1000));
    }
}
