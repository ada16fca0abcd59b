package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Who may call whom, as the file says it now. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PolicyTest {

    private static final Duration IN_FORCE = Duration.ofSeconds(1);
    private static final Duration START = Duration.ofSeconds(60);

    private Path directory;
    private Mesh mesh;
    private String base;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-policy-");
        Shell.run("chmod", "755", directory.toString()).ok();
        base = Yaml.file(
                Yaml.idle("web"),
                Yaml.idle("batch"),
                Yaml.idle("outsider", "meshed: false"),
                Yaml.workload("api", Programs.nginx(directory, 8080), "ports: [{name: http, port: 8080}]"),
                Yaml.service("api", 80, 8080),
                Yaml.workload(
                        "open",
                        "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]",
                        "inbound: permissive"),
                Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002));
        mesh = Mesh.up(base);
        Eventually.within(START, () -> curl("shop/web").ok());
        mesh.awaitAnswer("shop/web", "echo.shop 9002");
    }

    @AfterAll
    void down() throws Exception {
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @BeforeEach
    void startFromNoPolicies() throws Exception {
        mesh.write(base);
        Eventually.within(START, () -> curl("shop/batch").ok());
    }

    @Test
    void anAllowPolicyAdmitsOnlyWhomItNames() throws Exception {
        mesh.write(Yaml.file(base, Yaml.policy("web-may-call", "Allow", "api", 8080, "web")));
        Eventually.within(START, () -> curl("shop/batch").failed());
        curl("shop/web").ok();
        mesh.awaitLogged("shop/batch", "WEFT-P002"); // the reason reaches the caller's sidecar
    }

    @Test
    void aDenyPolicyRefusesWhomItNames() throws Exception {
        mesh.write(Yaml.file(base, Yaml.policy("no-batch", "Deny", "api", 8080, "batch")));
        Eventually.within(START, () -> curl("shop/batch").failed());
        curl("shop/web").ok();
        mesh.awaitLogged("shop/batch", "shop/no-batch");
    }

    @Test
    void anAuditPolicyChangesNothing() throws Exception {
        mesh.write(Yaml.file(base, Yaml.policy("watch-batch", "Audit", "api", 8080, "batch")));
        Eventually.within(
                START,
                () -> assertThat(mesh.weft("policy", "explain", "--from", "shop/batch", "--to", "shop/api:8080")
                                .out())
                        .contains("watch-batch"));
        curl("shop/batch").ok();
    }

    @Test
    void aSavedChangeClosesALiveConnectionWithinASecond() throws Exception {
        Eventually.takesLessThan(IN_FORCE, this::closingALiveConnection);
    }

    /** How long it takes from the moment that a policy is saved. */
    private Duration closingALiveConnection() throws Exception {
        mesh.write(base);
        mesh.awaitAnswer("shop/batch", "echo.shop 9002");
        try (Running live = mesh.start("shop/batch", "nc", "echo.shop", "9002")) {
            live.type("hello\n");
            Eventually.within(START, () -> assertThat(live.printed()).contains("hello"));
            mesh.write(Yaml.file(base, Yaml.policy("no-batch", "Deny", "echo", 9002, "batch")));
            return Eventually.within(
                    START, () -> assertThat(live.process().isAlive()).isFalse());
        }
    }

    @Test
    void explainSaysWhatTheProxyDoes() throws Exception {
        mesh.write(Yaml.file(base, Yaml.policy("web-may-call", "Allow", "api", 8080, "web")));
        Eventually.within(START, () -> curl("shop/batch").failed());
        assertThat(explain("shop/batch").path(0).path("allowed").asBoolean()).isFalse();
        assertThat(explain("shop/web").path(0).path("allowed").asBoolean()).isTrue();
    }

    @Test
    void aFileWithAnErrorLeavesTheLastValidStateAndSaysWhereAlsoOverARestart() throws Exception {
        mesh.write(Yaml.file(base, Yaml.policy("no-batch", "Deny", "api", 8080, "batch")));
        Eventually.within(START, () -> curl("shop/batch").failed());
        mesh.write(Yaml.file(base, Yaml.policy("no-batch", "Dney", "api", 8080, "batch")));
        Eventually.within(START, () -> {
            Ran status = mesh.weft("status");
            assertThat(status.out() + status.err()).contains("Dney").contains("mesh.yaml:");
        });
        curl("shop/batch").failed();
        curl("shop/web").ok();

        long before = mesh.json("ps").path("controlPlane").path("pid").asLong();
        try (Running batch = callsAllTheTime("shop/batch");
                Running web = callsAllTheTime("shop/web")) {
            Shell.kill(before);
            Eventually.within(START, () -> {
                JsonNode controlPlane = mesh.json("ps").path("controlPlane");
                assertThat(controlPlane.path("pid").asLong()).isPositive().isNotEqualTo(before);
                Ran status = mesh.weft("status");
                assertThat(status.out() + status.err()).contains("Dney");
            });
            long atRestart = batch.printed().lines().count();
            Eventually.within(
                    START, () -> assertThat(batch.printed().lines().count()).isGreaterThan(atRestart + 5));
            assertThat(statuses(batch)).containsOnly("000");
            assertThat(statuses(web)).contains("200").containsOnly("200");
        }
    }

    /** Prints a line for each call: the status, or 000 where there is no answer. */
    private Running callsAllTheTime(String from) throws Exception {
        String once = "curl -s -m 30 -o /dev/null -w '%{http_code}\\n' http://api.shop/";
        return mesh.start(from, "sh", "-c", "while :; do " + once + "; sleep 0.05; done");
    }

    /** Of whole lines: the last one may just be written. */
    private static List<String> statuses(Running calls) {
        String printed = calls.printed();
        return printed.substring(0, printed.lastIndexOf('\n') + 1).lines().toList();
    }

    @Test
    void anOutsiderIsAdmittedOnlyWherePermissive() throws Exception {
        String open = mesh.address("shop/open");
        Eventually.within(
                START,
                () -> assertThat(mesh.exec("shop/outsider", "sh", "-c", "echo hi | nc -N -w 15 " + open + " 9002")
                                .out())
                        .isEqualTo("hi\n"));
        // By its address, as the other: an unknown name would be refused as well.
        String strict = mesh.address("shop/echo");
        assertThat(mesh.exec("shop/outsider", "sh", "-c", "echo hi | nc -N -w 5 " + strict + " 9002")
                        .out())
                .isEmpty();
        mesh.awaitLogged("shop/echo", "WEFT-D013");
    }

    @Test
    void connectionsNamesBothIdentities() throws Exception {
        try (Running live = mesh.start("shop/web", "nc", "echo.shop", "9002")) {
            live.type("hello\n");
            Eventually.within(START, () -> {
                String all = mesh.json("connections", "shop/echo").toString();
                assertThat(all)
                        .contains("spiffe://cluster.local/ns/shop/sa/web")
                        .contains("spiffe://cluster.local/ns/shop/sa/echo");
            });
        }
    }

    /** Told by the sidecars to the control plane, which answers alone. */
    @Test
    void edgesNamesWhoCalledWhomAndWhatWasRefused() throws Exception {
        mesh.write(Yaml.file(base, Yaml.policy("no-batch", "Deny", "api", 8080, "batch")));
        Eventually.within(START, () -> curl("shop/batch").failed());
        curl("shop/web").ok();
        mesh.exec("shop/outsider", "sh", "-c", "echo hi | nc -N -w 5 " + mesh.address("shop/open") + " 9002");
        Eventually.within(START, () -> {
            assertThat(edge("web", "api").path("over").asString()).isEqualTo("mTLS");
            assertThat(edge("web", "api").path("connections").asLong()).isPositive();
            assertThat(edge("batch", "api").path("refused").asLong()).isPositive();
            assertThat(edge("batch", "api").path("code").asString()).isEqualTo("WEFT-P001");
            assertThat(edge("batch", "api").path("policy").asString()).isEqualTo("shop/no-batch");
            assertThat(edge("outsider", "open").path("over").asString()).isEqualTo("plain");
        });
        assertThat(mesh.weft("edges", "--refused").ok().out())
                .contains("ns/shop/sa/batch")
                .doesNotContain("ns/shop/sa/web ");
    }

    private JsonNode edge(String from, String to) throws Exception {
        for (JsonNode edge : mesh.json("edges")) {
            if (edge.path("from").asString().endsWith("/" + from)
                    && edge.path("to").asString().endsWith("/" + to)) {
                return edge;
            }
        }
        throw new AssertionError("no edge from " + from + " to " + to);
    }

    private JsonNode explain(String from) throws Exception {
        Ran ran = mesh.weft("policy", "explain", "--from", from, "--to", "shop/api:8080", "-o", "json");
        return tools.jackson.databind.json.JsonMapper.builder().build().readTree(ran.out());
    }

    private Ran curl(String from) throws Exception {
        return mesh.exec(from, "curl", "-sS", "-m", "30", "http://api.shop/");
    }
}
