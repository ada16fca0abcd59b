package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.identity.keys.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code weft trust rotate} and {@code weft issuer rotate} where nothing is in their way. */
final class RotateCommandTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before each test
    private RotatingOperator operator;

    @BeforeEach
    void begin() throws IOException {
        operator = new RotatingOperator(folder);
    }

    @AfterEach
    void end() {
        operator.close();
    }

    @Test
    void oneCommandRotatesAMeshThatMadeItsAnchorItself() throws Exception {
        operator.mesh().start();
        String before = operator.anchorKey();
        String issuer = operator.issuerKey();

        assertThat(operator.run("trust", "rotate")).as(operator.printed().err()).isZero();

        assertThat(operator.printed().err()).isEqualTo("""
                        sign the new issuer
                        publish the new anchor
                        take the new issuer into use
                        renew every certificate
                        retire the old anchor
                        """);
        assertThat(operator.printed().out())
                .containsPattern(
                        "✓ mesh m has a new trust anchor, in \\ds: CN=Weft anchor \\d{4}-.*, ends in 9y 364d\n")
                .contains("the anchor's key was not kept after it signed the issuer");
        assertThat(operator.json("trust", "show").path("anchors")).hasSize(1);
        assertThat(operator.anchorKey()).isNotEqualTo(before);
        assertThat(operator.issuerKey()).isNotEqualTo(issuer);
    }

    @Test
    void keepsTheAnchorWhereItIsTold() throws Exception {
        operator.mesh().start();

        JsonNode done = operator.json("trust", "rotate", "--out", operator.path("anchor"));

        assertThat(done.path("step").asString()).isEqualTo("done");
        assertThat(done.path("finished").asBoolean()).isTrue();
        assertThat(done.path("newAnchorKeySha256").asString()).isEqualTo(operator.anchorKey());
        assertThat(done.path("newIssuerKeySha256").asString()).isEqualTo(operator.issuerKey());
        assertThat(done.path("waitingFor").isEmpty()).isTrue();
        String key = Files.readString(folder.resolve("anchor/anchor-key.pem"));
        assertThat(Pem.isEncryptedPrivateKey(key)).isTrue();
        assertThat(operator.inState(Pem.decodePrivateKey(key, TestMesh.PASSPHRASE.toCharArray())))
                .isFalse();
    }

    @Test
    void aMeshWhoseAnchorIsKeptIsNotMovedToOneThatIsForgotten() throws Exception {
        operator.mesh().start();
        operator.anchor("anchor");
        assertThat(operator.run("trust", "rotate", "--out", operator.path("anchor")))
                .isZero();
        String kept = operator.anchorKey();

        assertThat(operator.run("trust", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("WEFT-T008").contains("--out DIR");
        assertThat(operator.run("trust", "rotate", "--out", operator.path("anchor")))
                .isZero();
        assertThat(operator.printed().out()).contains("rests on that anchor already");
        assertThat(operator.anchorKey()).isEqualTo(kept);

        operator.anchor("next");
        assertThat(operator.run(
                        "trust",
                        "rotate",
                        "--anchor",
                        operator.path("next/anchor.pem"),
                        "--anchor-key",
                        operator.path("next/anchor-key.pem")))
                .as(operator.printed().err())
                .isZero();
        assertThat(operator.printed().out()).contains("anchor-key.pem, under your passphrase");
        assertThat(operator.anchorKey()).isNotEqualTo(kept);
    }

    @Test
    void rotatesTheIssuerUnderTheAnchorThatIsThere() throws Exception {
        operator.mesh().start();
        operator.anchor("anchor");
        assertThat(operator.run("trust", "rotate", "--out", operator.path("anchor")))
                .isZero();
        String anchor = operator.anchorKey();
        String issuer = operator.issuerKey();

        assertThat(operator.run(
                        "issuer",
                        "rotate",
                        "--anchor",
                        operator.path("anchor/anchor.pem"),
                        "--anchor-key",
                        operator.path("anchor/anchor-key.pem")))
                .as(operator.printed().err())
                .isZero();

        assertThat(operator.printed().out()).contains("✓ mesh m has a new issuer");
        assertThat(operator.printed().err())
                .contains("see that every sidecar holds the anchor")
                .doesNotContain("retire");
        assertThat(operator.anchorKey()).isEqualTo(anchor);
        assertThat(operator.issuerKey()).isNotEqualTo(issuer);
    }

    @Test
    void anIssuerNeedsTheKeyOfTheAnchorThatTheMeshRestsOn() throws Exception {
        operator.mesh().start();

        assertThat(operator.run("issuer", "rotate")).isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("WEFT-T009").contains("'weft trust rotate' replaces both");
        operator.anchor("other");
        assertThat(operator.run(
                        "issuer",
                        "rotate",
                        "--anchor",
                        operator.path("other/anchor.pem"),
                        "--anchor-key",
                        operator.path("other/anchor-key.pem")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("does not rest on it").contains("WEFT-T007");
        assertThat(operator.json("trust", "show").path("rotation").isNull()).isTrue();
    }

    @Test
    void anEmergencyIsConfirmedAndRevokesTheOldKeys() throws Exception {
        operator.mesh().start();
        String before = operator.anchorKey();

        assertThat(operator.run("trust", "rotate", "--emergency")).isEqualTo(ExitCode.USAGE);
        assertThat(operator.printed().err())
                .contains("will be revoked")
                .contains("cannot be rolled back")
                .contains("WEFT-T012");
        assertThat(operator.run(_ -> Optional.of("yes"), "trust", "rotate", "--emergency"))
                .as(operator.printed().err())
                .isZero();

        assertThat(operator.printed().err()).contains("taint the old keys\n", "revoke the old keys\n");
        assertThat(operator.json("trust", "show").path("anchors"))
                .anyMatch(anchor -> anchor.path("keySha256").asString().equals(before)
                        && anchor.path("state").asString().equals("revoked"));
    }

    @Test
    void doesNotSayThatItRestsOnAnAnchorThatWasRevoked() throws Exception {
        operator.mesh().start();
        operator.anchor("stolen");
        operator.anchor("clean");
        assertThat(operator.run("trust", "rotate", "--out", operator.path("stolen")))
                .isZero();
        assertThat(operator.run("trust", "rotate", "--emergency", "--yes", "--out", operator.path("clean")))
                .isZero();
        String clean = operator.anchorKey();

        assertThat(operator.run("trust", "rotate", "--out", operator.path("stolen")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(operator.printed().err()).contains("WEFT-C114").contains("was revoked");
        assertThat(operator.printed().out()).doesNotContain("rests on that anchor already");
        assertThat(operator.anchorKey()).isEqualTo(clean);
    }

    @Test
    void resumingARotationThatIsOverSaysHowItEnded() throws Exception {
        operator.mesh().start();
        assertThat(operator.run("trust", "rotate", "--resume")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(operator.run("trust", "rotate")).isZero();
        assertThat(operator.run("trust", "rotate", "--resume"))
                .as(operator.printed().err())
                .isZero();
        assertThat(operator.printed().out()).contains("✓ mesh m has a new trust anchor");
        assertThat(operator.json("trust", "rotate", "--resume").path("step").asString())
                .isEqualTo("done");
    }

    @Test
    void refusesOptionsThatDoNotGoTogether() throws Exception {
        operator.mesh().start();
        for (String[] line : new String[][] {
            {"trust", "rotate", "--status", "--roll-back"},
            {"trust", "rotate", "--resume", "--emergency"},
            {"trust", "rotate", "--status", "--force-without", "a"},
            {"trust", "rotate", "--anchor", "a.pem"},
            {"trust", "rotate", "--out", "a", "--anchor", "a.pem", "--anchor-key", "k.pem"},
            {"trust", "rotate", "--timeout", "0s"},
        }) {
            assertThat(operator.run(line)).as(String.join(" ", line)).isEqualTo(ExitCode.USAGE);
            assertThat(operator.printed().err()).contains("WEFT-L100");
        }
        assertThat(operator.run("trust", "rotate", "--status")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(operator.printed().err()).contains("there has been no rotation in mesh m (WEFT-T010)");
    }
}
