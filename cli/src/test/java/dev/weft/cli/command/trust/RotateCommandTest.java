package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.Printed;
import dev.weft.cli.failure.ExitCode;
import dev.weft.control.state.StateFiles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft trust rotate} and {@code weft issuer rotate} against a control plane, whose sidecars never come. */
final class RotateCommandTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private TestMesh mesh;

    private Printed printed = new Printed();

    @BeforeEach
    void nothingMeshed() throws IOException {
        mesh = new TestMesh(folder);
    }

    @AfterEach
    void end() {
        mesh.close();
    }

    /** A mesh with sidecars that never connect: a rotation waits for them. */
    private void meshed(String... workloads) throws IOException {
        mesh = new TestMesh(folder.resolve("meshed"), workloads);
        mesh.start();
    }

    /** Nobody is there to answer. */
    private static Optional<String> nobody(String question) {
        return Optional.empty();
    }

    private int run(String... arguments) {
        return run(RotateCommandTest::nobody, arguments);
    }

    private int run(Function<String, Optional<String>> person, String... arguments) {
        printed = new Printed();
        return mesh.run(printed, person, arguments);
    }

    private JsonNode json(String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        line.addAll(List.of("-o", "json"));
        assertThat(run(line.toArray(String[]::new))).as(printed.err()).isZero();
        return JSON.readTree(printed.out());
    }

    private String anchorKey() {
        return json("trust", "show").path("anchors").path(0).path("keySha256").asString();
    }

    private String issuerKey() {
        return json("trust", "show").path("issuers").path(0).path("keySha256").asString();
    }

    /** Begins a rotation that waits for its sidecars. */
    private void waiting(String... more) {
        List<String> line = new ArrayList<>(List.of("trust", "rotate", "--timeout", "1s"));
        line.addAll(List.of(more));
        assertThat(run(line.toArray(String[]::new))).as(printed.err()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("is not over after 1s at 'publish the new anchor', 0 of")
                .contains("WEFT-T013");
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** An anchor as {@code weft trust init} makes one, without the passphrase that takes a while to apply. */
    private void anchor(String name) throws IOException {
        TrustAnchor anchor = TrustAnchors.create(name, Duration.ofDays(900), Clock.systemUTC());
        StateFiles.createDirectory(folder.resolve(name));
        StateFiles.write(
                folder.resolve(name).resolve("anchor.pem"),
                Pem.encodeCertificates(List.of(anchor.certificate())),
                StateFiles.PUBLIC);
        StateFiles.write(
                folder.resolve(name).resolve("anchor-key.pem"), Pem.encodePrivateKey(anchor.key()), StateFiles.PRIVATE);
    }

    /** Whether any file of the mesh has the key, in PEM. */
    private boolean inState(PrivateKey key) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded());
        String line = body.lines().skip(1).findFirst().orElseThrow();
        try (Stream<Path> files = Files.walk(mesh.state().directory())) {
            return files.filter(Files::isRegularFile).anyMatch(file -> {
                try {
                    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(line);
                } catch (IOException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void oneCommandRotatesAMeshThatMadeItsAnchorItself() throws Exception {
        mesh.start();
        String before = anchorKey();
        String issuer = issuerKey();

        assertThat(run("trust", "rotate")).as(printed.err()).isZero();

        assertThat(printed.err()).isEqualTo("""
                        sign the new issuer
                        publish the new anchor
                        take the new issuer into use
                        renew every certificate
                        retire the old anchor
                        """);
        assertThat(printed.out())
                .containsPattern(
                        "✓ mesh m has a new trust anchor, in \\ds: CN=Weft anchor \\d{4}-.*, ends in 9y 364d\n")
                .contains("the anchor's key was forgotten when it had signed the issuer");
        assertThat(json("trust", "show").path("anchors")).hasSize(1);
        assertThat(anchorKey()).isNotEqualTo(before);
        assertThat(issuerKey()).isNotEqualTo(issuer);
    }

    @Test
    void keepsTheAnchorWhereItIsTold() throws Exception {
        mesh.start();

        JsonNode done = json("trust", "rotate", "--out", path("anchor"));

        assertThat(done.path("step").asString()).isEqualTo("done");
        assertThat(done.path("finished").asBoolean()).isTrue();
        assertThat(done.path("newAnchorKeySha256").asString()).isEqualTo(anchorKey());
        assertThat(done.path("newIssuerKeySha256").asString()).isEqualTo(issuerKey());
        assertThat(done.path("waitingFor").isEmpty()).isTrue();
        String key = Files.readString(folder.resolve("anchor/anchor-key.pem"));
        assertThat(Pem.isEncryptedPrivateKey(key)).isTrue();
        assertThat(inState(Pem.decodePrivateKey(key, TestMesh.PASSPHRASE.toCharArray())))
                .isFalse();
    }

    @Test
    void aMeshWhoseAnchorIsKeptIsNotMovedToOneThatIsForgotten() throws Exception {
        mesh.start();
        anchor("anchor");
        assertThat(run("trust", "rotate", "--out", path("anchor"))).isZero();
        String kept = anchorKey();

        assertThat(run("trust", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-T008").contains("--out DIR");
        assertThat(run("trust", "rotate", "--out", path("anchor"))).isZero();
        assertThat(printed.out()).contains("rests on that anchor already");
        assertThat(anchorKey()).isEqualTo(kept);

        anchor("next");
        assertThat(run(
                        "trust",
                        "rotate",
                        "--anchor",
                        path("next/anchor.pem"),
                        "--anchor-key",
                        path("next/anchor-key.pem")))
                .as(printed.err())
                .isZero();
        assertThat(printed.out()).contains("anchor-key.pem, under your passphrase");
        assertThat(anchorKey()).isNotEqualTo(kept);
    }

    @Test
    void rotatesTheIssuerUnderTheAnchorThatIsThere() throws Exception {
        mesh.start();
        anchor("anchor");
        assertThat(run("trust", "rotate", "--out", path("anchor"))).isZero();
        String anchor = anchorKey();
        String issuer = issuerKey();

        assertThat(run(
                        "issuer",
                        "rotate",
                        "--anchor",
                        path("anchor/anchor.pem"),
                        "--anchor-key",
                        path("anchor/anchor-key.pem")))
                .as(printed.err())
                .isZero();

        assertThat(printed.out()).contains("✓ mesh m has a new issuer");
        assertThat(printed.err())
                .contains("see that every sidecar holds the anchor")
                .doesNotContain("retire");
        assertThat(anchorKey()).isEqualTo(anchor);
        assertThat(issuerKey()).isNotEqualTo(issuer);
    }

    @Test
    void anIssuerNeedsTheKeyOfTheAnchorThatTheMeshRestsOn() throws Exception {
        mesh.start();

        assertThat(run("issuer", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("WEFT-T009").contains("'weft trust rotate' changes both");
        anchor("other");
        assertThat(run(
                        "issuer",
                        "rotate",
                        "--anchor",
                        path("other/anchor.pem"),
                        "--anchor-key",
                        path("other/anchor-key.pem")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("does not rest on it").contains("WEFT-T007");
        assertThat(json("trust", "show").path("rotation").isNull()).isTrue();
    }

    @Test
    void waitsForWhoeverDoesNotFollowAndNamesThem() throws Exception {
        meshed("api", "web");
        waiting();

        assertThat(run("trust", "rotate", "--status")).isZero();
        assertThat(printed.out())
                .contains(
                        "rotation of the trust anchor of mesh m\n  ✓ sign the new issuer\n  ▸ publish the new anchor  ░░░░")
                .contains("0 of 2 sidecars")
                .contains("      shop/api  it was never connected")
                .contains("      shop/web  it was never connected")
                .contains("  · retire the old anchor\n"
                        + "  it can go on without: weft trust rotate --name m"
                        + " --force-without shop/api --force-without shop/web\n"
                        + "  it can be taken back: weft trust rotate --name m --roll-back\n");
        JsonNode status = json("trust", "rotate", "--status");
        assertThat(status.path("step").asString()).isEqualTo("publish");
        assertThat(status.path("waitingFor").propertyNames()).containsExactly("shop/api", "shop/web");
    }

    @Test
    void leavesBehindThoseAloneWhoAreNamed() throws Exception {
        meshed("api", "web");
        waiting();

        assertThat(run("trust", "rotate", "--resume", "--force-without", "wbe")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("WEFT-L103").contains("did you mean shop/web?");
        assertThat(run("trust", "rotate", "--resume", "--force-without", "web")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err())
                .contains("Left behind if waited for: shop/web.")
                .contains("WEFT-T012");
        assertThat(run(_ -> Optional.of("n"), "trust", "rotate", "--resume", "--force-without", "web"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(run("trust", "rotate", "--resume", "--force-without", "web", "--yes", "--timeout", "1s"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("0 of 1 sidecar (WEFT-T013)");
        assertThat(run(_ -> Optional.of("y"), "trust", "rotate", "--force-without", "shop/api"))
                .as(printed.err())
                .isZero();
        assertThat(printed.out()).contains("left behind: shop/api, shop/web");
    }

    @Test
    void aSidecarIsLeftBehindFromTheFirstStepOnWhereItIsNamedAtTheStart() throws Exception {
        meshed("dead");

        assertThat(run("trust", "rotate", "--force-without", "shop/dead", "--yes"))
                .as(printed.err())
                .isZero();
        assertThat(json("trust", "rotate", "--status")
                        .path("forcedWithout")
                        .path(0)
                        .asString())
                .isEqualTo("shop/dead");
    }

    @Test
    void rollsBackWhenThatIsConfirmed() throws Exception {
        meshed("api");
        String before = anchorKey();
        waiting();

        assertThat(run("trust", "rotate", "--roll-back")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-T012").contains("--yes");
        assertThat(run("trust", "rotate", "--roll-back", "--yes", "--force-without", "api"))
                .as(printed.err())
                .isZero();

        assertThat(printed.out()).contains("✓ mesh m rests on what it rested on before");
        assertThat(anchorKey()).isEqualTo(before);
        assertThat(run("trust", "rotate", "--roll-back", "--yes")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("no rotation runs in mesh m (WEFT-T010)");
        assertThat(run("trust", "rotate", "--resume")).isEqualTo(ExitCode.NOT_FOUND);
    }

    @Test
    void doesNotTakeAnotherRotationForItsOwn() throws Exception {
        meshed("api");
        waiting();

        assertThat(run("issuer", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("one of the trust anchor (WEFT-T011)")
                .contains("weft trust rotate --name m --resume");
        assertThat(run("trust", "rotate", "--emergency", "--yes")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("one that is no emergency (WEFT-T011)");
        anchor("other");
        assertThat(run(
                        "trust",
                        "rotate",
                        "--anchor",
                        path("other/anchor.pem"),
                        "--anchor-key",
                        path("other/anchor-key.pem")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("one to another anchor (WEFT-T011)");
    }

    @Test
    void anEmergencyIsConfirmedAndRevokesTheOldKeys() throws Exception {
        mesh.start();
        String before = anchorKey();

        assertThat(run("trust", "rotate", "--emergency")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err())
                .contains("will be revoked")
                .contains("no way back")
                .contains("WEFT-T012");
        assertThat(run(_ -> Optional.of("yes"), "trust", "rotate", "--emergency"))
                .as(printed.err())
                .isZero();

        assertThat(printed.err()).contains("taint the old keys\n", "revoke the old keys\n");
        assertThat(json("trust", "show").path("anchors"))
                .anyMatch(anchor -> anchor.path("keySha256").asString().equals(before)
                        && anchor.path("state").asString().equals("revoked"));
    }

    @Test
    void followsOverTheEndOfTheControlPlane() throws Exception {
        meshed("api");
        waiting();
        Printed told = new Printed();
        CompletableFuture<Integer> exit =
                CompletableFuture.supplyAsync(() -> mesh.run(told, RotateCommandTest::nobody, "trust", "rotate"));
        await(() -> told.err().contains("publish the new anchor"));

        mesh.stop();
        await(() -> told.err().contains("the control plane does not answer; it is tried again for 1m"));
        mesh.start();
        assertThat(run("trust", "rotate", "--force-without", "api", "--yes")).isZero();

        assertThat(exit.get(20, TimeUnit.SECONDS)).as(told.err()).isZero();
        assertThat(told.out()).contains("✓ mesh m has a new trust anchor");
    }

    @Test
    void beginsAnewWhereTheCommandBeforeWasKilledBeforeItHadSigned() throws Exception {
        mesh.start();
        Operators.begin(mesh.state().control());

        assertThat(run("trust", "rotate")).as(printed.err()).isZero();

        assertThat(printed.err()).contains("a rotation was begun and got no issuer; it is begun anew");
        assertThat(printed.out()).contains("✓ mesh m has a new trust anchor");
    }

    @Test
    void signsTheRequestThatACommandBeforeLeftIfItHasTheKeyOfItsAnchor() throws Exception {
        mesh.start();
        anchor("next");
        String id = Operators.begin(mesh.state().control(), Files.readString(folder.resolve("next/anchor.pem")));

        JsonNode done = json("trust", "rotate", "--out", path("next"));

        assertThat(done.path("id").asString()).isEqualTo(id);
        assertThat(done.path("step").asString()).isEqualTo("done");
    }

    @Test
    void leavesAPreparedRotationToAnAnchorThatItDoesNotHave() throws Exception {
        mesh.start();
        anchor("kept");
        assertThat(run("trust", "rotate", "--out", path("kept"))).isZero();
        Operators.begin(mesh.state().control());

        assertThat(run("trust", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("it waits for its issuer (WEFT-T011)")
                .contains("weft trust rotate --name m --roll-back");
    }

    @Test
    void refusesOptionsThatDoNotGoTogether() throws Exception {
        mesh.start();
        for (String[] line : new String[][] {
            {"trust", "rotate", "--status", "--roll-back"},
            {"trust", "rotate", "--resume", "--emergency"},
            {"trust", "rotate", "--status", "--force-without", "a"},
            {"trust", "rotate", "--anchor", "a.pem"},
            {"trust", "rotate", "--out", "a", "--anchor", "a.pem", "--anchor-key", "k.pem"},
            {"trust", "rotate", "--timeout", "0s"},
        }) {
            assertThat(run(line)).as(String.join(" ", line)).isEqualTo(ExitCode.USAGE);
            assertThat(printed.err()).contains("WEFT-L100");
        }
        assertThat(run("trust", "rotate", "--status")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("there has been no rotation in mesh m (WEFT-T010)");
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }
}
