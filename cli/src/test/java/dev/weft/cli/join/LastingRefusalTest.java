package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.CommandFailure;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LastingRefusalTest {

    private static final LastingRefusal REFUSAL = new LastingRefusal(
            JoinFile.of(
                    new JoinFile.Metadata("shop", "laptop"),
                    new JoinFile.Spec("192.0.2.1:15012", "cluster.local", "laptop", "the-token", null, "PEM")),
            Optional.empty());

    private static String code(String missing) {
        return REFUSAL.in(missing).map(CommandFailure::code).orElse("none");
    }

    @Test
    void saysWhatTheControlPlaneAnswersAgainAndAgain() {
        String missing =
                "no certificate yet; WEFT-D022: failed: WEFT-C002: the join token is unknown or has been used; m";
        CommandFailure failure = REFUSAL.in(missing).orElseThrow();
        assertThat(failure.code()).isEqualTo("WEFT-J003");
        assertThat(failure.what()).endsWith("WEFT-C002: the join token is unknown or has been used");
        assertThat(failure.advice()).anyMatch(line -> line.contains("weft token create --workload shop/laptop"));
        assertThat(code("mesh: error: SSLV3_ALERT_CERTIFICATE_REVOKED")).isEqualTo("WEFT-J003");
        assertThat(code("no certificate that has not ended, and token-file t has no join token"))
                .isEqualTo("WEFT-J003");
    }

    @Test
    void saysThatAnotherAnswers() {
        assertThat(code("no TLS handshake: certificate 1: its issuer \"CN=a\" is no anchor of trust domain b"))
                .isEqualTo("WEFT-J008");
        assertThat(code("control plane c: is spiffe://b/ns/x/sa/y (expected: spiffe://b/ns/z/sa/y)"))
                .isEqualTo("WEFT-J008");
    }

    @Test
    void waitsForWhatMayChange() {
        for (String missing : new String[] {
            "no policy yet; mesh: WEFT-C023: the registry has no meshed workload shop/laptop",
            "no connection: Connection refused",
            "WEFT-C007: too many",
            "WEFT-C008: the issuer cannot sign",
        }) {
            assertThat(code(missing)).as(missing).isEqualTo("none");
        }
    }
}
