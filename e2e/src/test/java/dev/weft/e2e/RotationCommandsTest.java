package dev.weft.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Forger;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Traffic;
import dev.weft.e2e.mesh.Yaml;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Rotations as an operator has them: by the commands, with what they print, and with a sidecar that does not follow. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RotationCommandsTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration ROTATION = Duration.ofMinutes(2);
    private static final int WORKLOADS = 4;
    private static final String FROZEN = "shop/late";

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Mesh mesh;

    @SuppressWarnings("NullAway.Init")
    private Traffic traffic;

    /** The process of a sidecar. */
    @SuppressWarnings("NullAway.Init")
    private String frozen;

    @SuppressWarnings("NullAway.Init")
    private String web;

    /** The folder of the anchor that the mesh rests on, with its key. */
    @SuppressWarnings("NullAway.Init")
    private Path anchor;

    private int anchors;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-rotate-");
        Shell.run("chmod", "755", directory.toString()).ok();
        Files.writeString(directory.resolve("passphrase"), "a secret of many words\n");
        anchor = nextAnchor();
        String[] kept = keys(anchor);
        Shell.run(
                        Mesh.weft().toString(),
                        "trust",
                        "init",
                        "--out",
                        anchor.toString(),
                        "--passphrase-file",
                        directory.resolve("passphrase").toString())
                .ok();
        mesh = Mesh.up(
                Yaml.file(
                        Yaml.workload("web", Programs.nginx(directory, 8080)),
                        Yaml.service("web", 80, 8080),
                        Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                        Yaml.service("echo", 9002, 9002),
                        Yaml.idle("caller"),
                        Yaml.idle("late"),
                        Yaml.idle("outsider", "meshed: false")),
                kept);
        frozen = mesh.ps(FROZEN).path("sidecar").path("pid").asString();
        web = mesh.address("shop/web");
        Files.write(Files.createDirectories(directory.resolve("www/slow")).resolve("large"), new byte[1024 * 1024]);
        traffic = Traffic.start(mesh, List.of("shop/caller"), List.of("http://web.shop:80", "echo.shop:9002"));
    }

    @AfterAll
    void down() throws Exception {
        traffic.close();
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @BeforeEach
    void allIsWell() throws Exception {
        everySidecarHasFollowed();
        traffic.forgive();
    }

    @AfterEach
    void thaw() throws Exception {
        signal("CONT");
    }

    @Test
    void theIssuerIsRotatedToItsEndAndNoRequestFails() throws Exception {
        JsonNode before = mesh.json("trust", "show");
        Ran ran = mesh.weft(issuerRotate()).ok();
        traffic.goesOn();
        assertThat(ran.err())
                .containsSubsequence(
                        "sign the new issuer",
                        "see that every sidecar holds the anchor",
                        "take the new issuer into use",
                        "renew every certificate");
        assertThat(ran.out()).contains("has a new issuer");
        JsonNode after = mesh.json("trust", "show");
        assertThat(issuer(after)).isNotEqualTo(issuer(before));
        assertThat(after.path("anchors")).isEqualTo(before.path("anchors"));
        assertThat(after.path("issuers").path(0).path("liveLeaves").asInt()).isEqualTo(WORKLOADS);
    }

    @Test
    void anIssuerInTheWrongHandsIsRefusedAndWhatRestsOnItIsClosed() throws Exception {
        Forger.Leaf stolen = stolen();
        assertThat(mesh.weft(issuerRotate("--emergency")).failed().err()).contains("WEFT-T012", "--yes");
        try (Running session = download(stolen)) {
            Eventually.within(SOON, () -> assertThat(session.printed()).contains("HTTP/1.1 200"));
            Ran ran = mesh.weft(issuerRotate("--emergency", "--yes")).ok();
            assertThat(ran.err()).containsSubsequence("taint the old keys", "revoke the old keys");
            assertThat(session.exit(ROTATION)).as(session.printed()).isNotZero();
        }
        assertThat(handshake(stolen)).contains("alert").doesNotContain("tunnel established");
        traffic.flows();
    }

    @Test
    void aSidecarThatIsFrozenIsNamedAndTheWayBackLeavesEverythingAsItWas() throws Exception {
        JsonNode before = mesh.json("trust", "show");
        signal("STOP");
        try (Running rotation = mesh.started(trustRotate(nextAnchor()))) {
            waitsForTheFrozenOne(rotation);
            assertThat(mesh.weft("trust", "rotate", "--status").ok().out())
                    .containsSubsequence(
                            "▸ publish the new anchor",
                            "3 of 4 sidecars",
                            FROZEN + "  it has ",
                            "not acknowledged bundle",
                            "· take the new issuer into use",
                            "to go on without waiting: weft trust rotate --mesh " + mesh.name() + " --force-without "
                                    + FROZEN,
                            "it can be rolled back: weft trust rotate --mesh " + mesh.name() + " --roll-back");
            try (Running back = mesh.started("trust", "rotate", "--roll-back", "--yes")) {
                Eventually.within(SOON, () -> assertThat(back.printed()).contains("withdraw the new anchor"));
                signal("CONT");
                assertThat(back.exit(ROTATION)).as(back.printed()).isZero();
                assertThat(back.printed()).contains("rests on its former anchor and issuer again");
            }
            assertThat(rotation.exit(ROTATION)).as(rotation.printed()).isEqualTo(1);
            assertThat(rotation.printed()).contains("WEFT-T015", "rolled back by another command");
        }
        traffic.goesOn();
        JsonNode after = mesh.json("trust", "show");
        assertThat(after.path("anchors")).isEqualTo(before.path("anchors"));
        assertThat(issuer(after)).isEqualTo(issuer(before));
    }

    @Test
    void goesOnWithoutTheOneThatIsNamedWhichComesBackByItself() throws Exception {
        Path next = nextAnchor();
        try (Running session = session()) {
            signal("STOP");
            try (Running rotation = mesh.started(trustRotate(next))) {
                Eventually.within(
                        SOON,
                        () -> assertThat(mesh.json("trust", "rotate", "--status")
                                        .path("waitingFor")
                                        .propertyNames())
                                .containsExactly(FROZEN));
                assertThat(mesh.weft("trust", "rotate", "--force-without", FROZEN)
                                .failed()
                                .err())
                        .contains("WEFT-T012");
                Ran forced = mesh.weft("trust", "rotate", "--force-without", FROZEN, "--yes")
                        .ok();
                assertThat(forced.out()).contains("not waited for: " + FROZEN);
                assertThat(rotation.exit(ROTATION)).as(rotation.printed()).isZero();
            }
            anchor = next;
            traffic.goesOn();
            comesBack(session);
        }
        traffic.goesOn();
    }

    @Test
    void anEmergencyWaitsForOneThatIsFrozenTooAndGoesOnWithoutIt() throws Exception {
        Path next = nextAnchor();
        Forger.Leaf stolen = stolen();
        try (Running session = session()) {
            signal("STOP");
            try (Running rotation = mesh.started(trustRotate(next, "--emergency", "--yes"))) {
                waitsForTheFrozenOne(rotation);
                assertThat(rotation.printed()).doesNotContain("taint");
                mesh.weft("trust", "rotate", "--force-without", FROZEN, "--yes").ok();
                assertThat(rotation.exit(ROTATION)).as(rotation.printed()).isZero();
            }
            anchor = next;
            assertThat(handshake(stolen)).contains("alert").doesNotContain("tunnel established");
            traffic.flows();
            comesBack(session);
        }
        traffic.flows();
    }

    /** Frozen for long, it counts as disconnected, and has not acknowledged the bundle either. */
    private void waitsForTheFrozenOne(Running rotation) throws Exception {
        Eventually.within(
                SOON,
                () -> assertThat(rotation.printed())
                        .containsSubsequence(
                                "publish the new anchor",
                                "3 of 4 sidecars",
                                FROZEN + "  it has ",
                                "not acknowledged bundle",
                                "to go on without: weft trust rotate --mesh " + mesh.name() + " --force-without "
                                        + FROZEN + "\n"));
        assertThat(rotation.process().isAlive()).isTrue();
    }

    /** A connection of the sidecar that will be frozen. */
    private Running session() throws Exception {
        Running session = mesh.start(FROZEN, "nc", "echo.shop", "9002");
        session.type("before\n");
        Eventually.within(SOON, () -> assertThat(session.printed()).contains("before"));
        return session;
    }

    /** What was open is closed, and new connections are made by a certificate of the new issuer. */
    private void comesBack(Running session) throws Exception {
        signal("CONT");
        int _ = session.exit(ROTATION);
        everySidecarHasFollowed();
        mesh.awaitAnswer(FROZEN, "echo.shop 9002");
        assertThat(mesh.ps(FROZEN).path("sidecar").path("restarts").asInt()).isZero();
    }

    private void everySidecarHasFollowed() throws Exception {
        Eventually.within(ROTATION, () -> {
            JsonNode shown = mesh.json("trust", "show");
            assertThat(shown.path("issuers").path(0).path("liveLeaves").asInt()).isEqualTo(WORKLOADS);
            assertThat(shown.path("workloads"))
                    .hasSize(WORKLOADS)
                    .allMatch(workload -> workload.path("holdsAll").asBoolean());
            mesh.assertConnected();
        });
    }

    private void signal(String name) throws Exception {
        Shell.run("kill", "-" + name, frozen).ok();
    }

    private static String issuer(JsonNode trust) {
        return trust.path("issuers").path(0).path("keySha256").asString();
    }

    private Path nextAnchor() {
        anchors++;
        return directory.resolve("anchor-" + anchors);
    }

    private String[] keys(Path folder) {
        return new String[] {
            "--anchor", folder.resolve("anchor.pem").toString(),
            "--anchor-key", folder.resolve("anchor-key.pem").toString(),
            "--passphrase-file", directory.resolve("passphrase").toString()
        };
    }

    private String[] issuerRotate(String... more) {
        List<String> line = new ArrayList<>(List.of("issuer", "rotate"));
        line.addAll(List.of(keys(anchor)));
        line.addAll(List.of(more));
        return line.toArray(String[]::new);
    }

    private String[] trustRotate(Path next, String... more) {
        List<String> line = new ArrayList<>(List.of("trust", "rotate", "--out", next.toString()));
        line.addAll(List.of("--passphrase-file", directory.resolve("passphrase").toString()));
        line.addAll(List.of(more));
        return line.toArray(String[]::new);
    }

    /** A leaf that whoever has the key of the present issuer could make. */
    private Forger.Leaf stolen() throws Exception {
        Forger.Leaf leaf =
                Forger.withKeyOf(mesh).goodLeaf(directory, "stolen", "spiffe://cluster.local/ns/shop/sa/echo");
        assertThat(handshake(leaf)).contains("tunnel established, response 200");
        return leaf;
    }

    /** What comes of a CONNECT to the web server, from a machine on its network. */
    private String handshake(Forger.Leaf leaf) throws Exception {
        return mesh.exec("shop/outsider", curl(leaf, "index.html")).err();
    }

    /** Fetches from the web server for longer than the test takes. */
    private Running download(Forger.Leaf leaf) throws Exception {
        return mesh.start("shop/outsider", curl(leaf, "slow/large"));
    }

    private String[] curl(Forger.Leaf leaf, String page) {
        return new String[] {
            "curl",
            "-sSv",
            "-m",
            "120",
            "-o",
            "/dev/null",
            "--proxy-http2",
            "-p",
            "-x",
            "https://" + web + ":15008",
            "--proxy-insecure",
            "--proxy-cert",
            leaf.chain().toString(),
            "--proxy-key",
            leaf.key().toString(),
            "http://" + web + ":8080/" + page
        };
    }
}
