package dev.weft.e2e;

import static dev.weft.api.v1.RotationStep.ROTATION_STEP_DONE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_ISSUE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_PREPARE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_PUBLISH;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_REISSUE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_RETIRE;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_ROLLED_BACK;
import static dev.weft.api.v1.RotationStep.ROTATION_STEP_WITHDRAW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.RotationStatus;
import dev.weft.api.v1.RotationStep;
import dev.weft.e2e.mesh.Eventually;
import dev.weft.e2e.mesh.Forger;
import dev.weft.e2e.mesh.Mesh;
import dev.weft.e2e.mesh.Programs;
import dev.weft.e2e.mesh.Ran;
import dev.weft.e2e.mesh.Rotator;
import dev.weft.e2e.mesh.Running;
import dev.weft.e2e.mesh.Shell;
import dev.weft.e2e.mesh.Traffic;
import dev.weft.e2e.mesh.Yaml;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/** Anchors and issuers that are rotated under load, in a mesh of twenty workloads. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RotationTest {

    private static final int WORKLOADS = 20;
    private static final Duration SOON = Duration.ofSeconds(60);
    /** Standing tunnels are waited for within it. */
    private static final Duration ROTATION = Duration.ofMinutes(2);

    private static final Duration A_WHILE = Duration.ofSeconds(3);
    private static final List<String> CALLERS = List.of("shop/caller-1", "shop/caller-2");
    private static final int LARGE = 1024 * 1024;
    private static final String FROZEN = "shop/idle-1";
    private static final String OTHER_FROZEN = "shop/idle-2";

    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Mesh mesh;

    @SuppressWarnings("NullAway.Init")
    private Rotator rotator;

    @SuppressWarnings("NullAway.Init")
    private Traffic traffic;

    @SuppressWarnings("NullAway.Init")
    private String web;

    /** The processes of two sidecars. */
    @SuppressWarnings("NullAway.Init")
    private String frozen;

    @SuppressWarnings("NullAway.Init")
    private String otherFrozen;

    /** The anchor that the mesh rests on. */
    @SuppressWarnings("NullAway.Init")
    private TrustAnchor present;

    @BeforeAll
    void up() throws Exception {
        directory = Files.createTempDirectory("weft-e2e-rotation-");
        Shell.run("chmod", "755", directory.toString()).ok();
        List<String> objects = new ArrayList<>(List.of(
                Yaml.workload("web", Programs.nginx(directory, 8080)),
                Yaml.service("web", 80, 8080),
                Yaml.workload("echo", "[python3, " + Programs.python(directory, "echo.py") + ", \"9002\"]"),
                Yaml.service("echo", 9002, 9002),
                Yaml.idle("outsider", "meshed: false")));
        CALLERS.forEach(caller -> objects.add(Yaml.idle(caller.substring("shop/".length()))));
        IntStream.rangeClosed(1, WORKLOADS - 2 - CALLERS.size())
                .forEach(number -> objects.add(Yaml.idle("idle-" + number)));
        mesh = Mesh.up(Yaml.file(objects.toArray(String[]::new)));
        rotator = new Rotator(mesh);
        web = mesh.address("shop/web");
        frozen = mesh.ps(FROZEN).path("sidecar").path("pid").asString();
        otherFrozen = mesh.ps(OTHER_FROZEN).path("sidecar").path("pid").asString();
        Files.write(Files.createDirectories(directory.resolve("www/slow")).resolve("large"), new byte[LARGE]);
        traffic = Traffic.start(mesh, CALLERS, List.of("http://web.shop:80", "echo.shop:9002"));
    }

    @AfterAll
    void down() throws Exception {
        traffic.close();
        rotator.close();
        mesh.close();
        Shell.run("rm", "-rf", directory.toString());
    }

    @Test
    @Order(1)
    void rotatesTheAnchorAndRefusesTheOldOneAfterwards() throws Exception {
        Forger.Leaf former = stolen("former");
        assertThat(handshake(former)).contains("tunnel established, response 200");
        TrustAnchor next = anchor("next");
        begin(next);
        RotationStatus done = rotator.await(ROTATION_STEP_DONE, ROTATION);
        assertThat(done.getClosedTunnelsList()).isEmpty();
        traffic.goesOn();
        assertThat(handshake(former)).contains("alert").doesNotContain("tunnel established");
        assertRestsOn(next, former);
    }

    @Test
    @Order(2)
    void waitsForASidecarThatIsFrozenAndNamesIt() throws Exception {
        freeze();
        begin(anchor("thawed"));
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        long end = System.nanoTime() + A_WHILE.toNanos();
        while (System.nanoTime() < end) {
            assertWaitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        }
        assertThat(anchors()).as("the old one is there still").hasSize(2);
        traffic.goesOn();
        thaw();
        rotator.await(ROTATION_STEP_DONE, ROTATION);
        traffic.goesOn();
    }

    /** Each step is held by what it waits for, or by a file that is missing. */
    @Test
    @Order(3)
    void goesOnAfterTheControlPlaneIsKilledAtEachStep() throws Exception {
        Forger.Leaf former = stolen("before-kills");
        TrustAnchor next = anchor("survivor");
        String csr = rotator.begin(next, false);
        killControlPlane();
        rotator.await(ROTATION_STEP_PREPARE, SOON);

        freeze();
        rotator.supply(next, csr);
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        killControlPlane();
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);

        Path pending = mesh.state().resolve("control/pending");
        Path aside = Files.move(pending, mesh.state().resolve("control/aside"));
        thaw();
        Eventually.within(SOON, this::assertIssueIsHindered);
        killControlPlane();
        Eventually.within(SOON, this::assertIssueIsHindered);
        freezeOther();
        Files.move(aside, pending);

        waitsFor(OTHER_FROZEN, ROTATION_STEP_REISSUE);
        killControlPlane();
        waitsFor(OTHER_FROZEN, ROTATION_STEP_REISSUE);
        freeze();
        thawOther();
        waitsFor(FROZEN, ROTATION_STEP_RETIRE);
        killControlPlane();
        waitsFor(FROZEN, ROTATION_STEP_RETIRE);
        thaw();

        rotator.await(ROTATION_STEP_DONE, ROTATION);
        traffic.goesOn();
        assertThat(handshake(former)).contains("alert").doesNotContain("tunnel established");
        assertRestsOn(next, former);
    }

    @Test
    @Order(4)
    void aCommandThatIsKilledAtEachStepIsTakenUpByTheNext() throws Exception {
        Forger.Leaf former = stolen("before-commands");
        TrustAnchor next = anchor("commanded");
        String[] rotate = rotateTo(next);
        rotator.begin(next, false); // as a command does that is killed before it has signed
        freeze();
        killWhenItSays("publish the new anchor", () -> {}, rotate);
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        killWhenItSays("renew every certificate", this::holdBeforeTheLastIsRenewed, rotate);
        waitsFor(OTHER_FROZEN, ROTATION_STEP_REISSUE);
        freeze();
        killWhenItSays("retire the old anchor", this::thawOther, rotate);
        waitsFor(FROZEN, ROTATION_STEP_RETIRE);
        try (Running last = mesh.started(rotate)) {
            Eventually.within(SOON, () -> assertThat(last.printed()).contains("retire the old anchor"));
            thaw();
            assertThat(last.exit(ROTATION)).as(last.printed()).isZero();
        }
        traffic.goesOn();
        assertRestsOn(next, former);
    }

    private String[] rotateTo(TrustAnchor anchor) throws Exception {
        String certificate = Pem.encodeCertificates(List.of(anchor.certificate()));
        String key = Pem.encodePrivateKey(anchor.key(), "a secret of many words".toCharArray());
        return new String[] {
            "trust",
            "rotate",
            "--anchor",
            Files.writeString(directory.resolve("anchor.pem"), certificate).toString(),
            "--anchor-key",
            Files.writeString(directory.resolve("anchor-key.pem"), key).toString(),
            "--passphrase-file",
            Files.writeString(directory.resolve("passphrase"), "a secret of many words\n")
                    .toString()
        };
    }

    private void killWhenItSays(String words, Eventually.Check whenItFollows, String... command) throws Exception {
        try (Running running = mesh.started(command)) {
            Eventually.within(ROTATION, () -> assertThat(running.printed()).contains("anchor"));
            whenItFollows.run();
            Eventually.within(ROTATION, () -> assertThat(running.printed()).contains(words));
        }
    }

    @Test
    @Order(5)
    void goesBackToWhatWasFromEachStepThatHasAWayBack() throws Exception {
        rotator.begin(anchor("prepared"), false);
        rotator.rollBack();
        rotator.await(ROTATION_STEP_ROLLED_BACK, SOON);

        freeze();
        begin(anchor("published"));
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        rotator.rollBack();
        waitsFor(FROZEN, ROTATION_STEP_WITHDRAW);
        thaw();
        rotator.await(ROTATION_STEP_ROLLED_BACK, SOON);

        freeze();
        begin(anchor("issued"));
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        holdBeforeTheLastIsRenewed();
        waitsFor(OTHER_FROZEN, ROTATION_STEP_REISSUE);
        Forger.Leaf tried = stolen("tried");
        assertThat(handshake(tried)).contains("tunnel established, response 200");
        rotator.rollBack();
        thawOther();
        rotator.await(ROTATION_STEP_ROLLED_BACK, ROTATION);
        traffic.goesOn();
        assertThat(handshake(tried)).contains("alert").doesNotContain("tunnel established");
        assertRestsOn(present, tried);
    }

    @Test
    @Order(6)
    void rotatesTheIssuerAlone() throws Exception {
        String before = rotator.status().getOldIssuerSpkiSha256();
        rotator.supply(present, rotator.beginIssuer(false));
        RotationStatus done = rotator.await(ROTATION_STEP_DONE, ROTATION);
        assertThat(done.getNewIssuerSpkiSha256()).isNotEqualTo(before);
        traffic.goesOn();
        JsonNode shown = mesh.json("trust", "show");
        assertThat(shown.path("anchors")).hasSize(1);
        assertThat(shown.path("issuers").path(0).path("liveLeaves").asInt()).isEqualTo(WORKLOADS);
    }

    @Test
    @Order(7)
    void goesOnWithoutASidecarThatIsLeftBehindAndComesBackByItself() throws Exception {
        TrustAnchor next = anchor("without");
        String used = Files.readString(token());
        freeze();
        begin(next);
        waitsFor(FROZEN, ROTATION_STEP_PUBLISH);
        rotator.forceWithout(FROZEN);
        RotationStatus done = rotator.await(ROTATION_STEP_DONE, ROTATION);
        assertThat(done.getForcedWithoutList()).containsExactly(FROZEN);
        traffic.goesOn();
        killControlPlane(); // which was the way for the sidecar to hear of the new anchor
        rotator.await(ROTATION_STEP_DONE, SOON);
        thaw();
        present = next;
        Eventually.within(
                ROTATION,
                () -> assertThat(mesh.json("trust", "show")
                                .path("issuers")
                                .path(0)
                                .path("liveLeaves")
                                .asInt())
                        .isEqualTo(WORKLOADS));
        Eventually.within(
                SOON,
                () -> assertThat(Files.readString(token()))
                        .as("the token by which it came back is used up, and it is given another")
                        .isNotEqualTo(used));
    }

    /** Held before its last step by a sidecar that cannot renew: its token is no good. */
    @Test
    @Order(8)
    void inAnEmergencyAStolenKeyIsRefusedAtOnceAndCutOffInTheEnd() throws Exception {
        Forger.Leaf stolen = stolen("stolen");
        Path token = token();
        String good = Files.readString(token);
        Files.writeString(token, "no token\n");
        TrustAnchor next = anchor("clean");
        try (Running session = download(stolen)) {
            Eventually.within(SOON, () -> assertThat(session.printed()).contains("HTTP/1.1 200"));
            rotator.supply(next, rotator.begin(next, true));
            Eventually.within(SOON, () -> {
                assertWaitsFor(FROZEN, ROTATION_STEP_REISSUE);
                assertThat(rotator.status().getWaitingFor(0).getReason()).contains("cannot renew");
            });
            assertThat(handshake(stolen)).contains("alert").doesNotContain("tunnel established");
            assertThat(session.process().isAlive())
                    .as("sessions that stand stay")
                    .isTrue();
            traffic.flows();
            Files.writeString(token, good);
            rotator.await(ROTATION_STEP_DONE, ROTATION);
            assertThat(session.exit(ROTATION)).isNotZero();
        }
        traffic.flows();
        assertRestsOn(next, stolen);
    }

    @Test
    @Order(9)
    void aSidecarThatStartsAfterARotationTrustsWhatItLedTo() throws Exception {
        traffic.close();
        Shell.kill(mesh.ps(FROZEN).path("sidecar").path("pid").asLong());
        Eventually.within(SOON, () -> {
            JsonNode now = mesh.ps(FROZEN);
            assertThat(now.path("sidecar").path("restarts").asInt()).isEqualTo(1);
            assertThat(now.path("ready").asBoolean()).as("ready").isTrue();
        });
    }

    /** Begins to rotate to an anchor that is the mesh's from the end on. */
    private void begin(TrustAnchor next) throws Exception {
        rotator.supply(next, rotator.begin(next, false));
    }

    private void waitsFor(String workload, RotationStep step) throws Exception {
        Eventually.within(SOON, () -> assertWaitsFor(workload, step));
    }

    private void assertWaitsFor(String workload, RotationStep step) {
        RotationStatus status = rotator.status();
        assertThat(status.getStep()).isEqualTo(step);
        assertThat(status.getWaitingForList()).extracting(Awaited::getWorkload).containsExactly(workload);
        assertThat(status.getDone()).isEqualTo(WORKLOADS - 1);
    }

    private void assertIssueIsHindered() {
        RotationStatus status = rotator.status();
        assertThat(status.getStep()).isEqualTo(ROTATION_STEP_ISSUE);
        assertThat(status.getObstacle()).contains("pending");
    }

    private void killControlPlane() throws Exception {
        Shell.kill(mesh.json("ps").path("controlPlane").path("pid").asLong());
    }

    /** A leaf that whoever has the key of the present issuer could make. */
    private Forger.Leaf stolen(String name) throws Exception {
        return Forger.withKeyOf(mesh).goodLeaf(directory, name, "spiffe://cluster.local/ns/shop/sa/echo");
    }

    /** Every sidecar has a certificate under this anchor alone, by our own word and by OpenSSL's. */
    private void assertRestsOn(TrustAnchor anchor, Forger.Leaf former) throws Exception {
        present = anchor;
        String pem = mesh.weft("trust", "bundle", "-o", "pem").ok().out();
        assertThat(pem.strip())
                .isEqualTo(Pem.encodeCertificates(List.of(anchor.certificate())).strip());
        Path bundle = Files.writeString(directory.resolve("bundle.pem"), pem);
        verify(bundle, former.chain()).failed();
        Path chain = Files.writeString(
                directory.resolve("present.pem"),
                mesh.json("identity", "shop/web").path("chainPem").asString());
        verify(bundle, chain).ok();
        JsonNode shown = mesh.json("trust", "show");
        assertThat(shown.path("issuers").path(0).path("liveLeaves").asInt()).isEqualTo(WORKLOADS);
        assertThat(shown.path("workloads"))
                .hasSize(WORKLOADS)
                .allMatch(workload -> workload.path("holdsAll").asBoolean());
    }

    private static Ran verify(Path bundle, Path chain) throws Exception {
        return Shell.run(
                "openssl", "verify", "-CAfile", bundle.toString(), "-untrusted", chain.toString(), chain.toString());
    }

    private JsonNode anchors() throws Exception {
        return mesh.json("trust", "show").path("anchors");
    }

    private static TrustAnchor anchor(String name) {
        return TrustAnchors.create(name, Duration.ofDays(30), Clock.systemUTC());
    }

    private Path token() {
        return mesh.state().resolve("workloads/shop_idle-1/proxy/token");
    }

    private void freeze() throws Exception {
        Shell.run("kill", "-STOP", frozen).ok();
    }

    private void thaw() throws Exception {
        Shell.run("kill", "-CONT", frozen).ok();
    }

    private void freezeOther() throws Exception {
        Shell.run("kill", "-STOP", otherFrozen).ok();
    }

    private void thawOther() throws Exception {
        Shell.run("kill", "-CONT", otherFrozen).ok();
    }

    /** While the first holds up the publication: the other, which has heard of it, then holds up the renewal of certificates. */
    private void holdBeforeTheLastIsRenewed() throws Exception {
        freezeOther();
        thaw();
    }

    /** What comes of a CONNECT to the web server, from a machine on its network. */
    private String handshake(Forger.Leaf leaf) throws Exception {
        return mesh.exec("shop/outsider", curl(leaf, "-m", "30", "http://" + web + ":8080/"))
                .err();
    }

    /** Fetches from the web server for longer than the test takes. */
    private Running download(Forger.Leaf leaf) throws Exception {
        return mesh.start("shop/outsider", curl(leaf, "http://" + web + ":8080/slow/large"));
    }

    private String[] curl(Forger.Leaf leaf, String... request) {
        List<String> line = new ArrayList<>(List.of(
                "curl",
                "-sSv",
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
                leaf.key().toString()));
        line.addAll(List.of(request));
        return line.toArray(String[]::new);
    }
}
