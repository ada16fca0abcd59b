package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RefusedCall;
import dev.weft.cli.failure.CommandFailure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LastingRefusalTest {

    private static final LastingRefusal REFUSAL = new LastingRefusal(
            JoinFile.of(
                    new JoinFile.Metadata("shop", "laptop"),
                    new JoinFile.Spec("192.0.2.1:15012", "cluster.local", "laptop", "the-token", null, "PEM")),
            Optional.empty());

    private static RefusedCall refusal(String code, boolean lasts) {
        return RefusedCall.newBuilder()
                .setCode(code)
                .setWhat("the reason")
                .setLasts(lasts)
                .build();
    }

    private static CommandFailure failure(String code) {
        return REFUSAL.in(List.of(refusal("WEFT-C023", false), refusal(code, true)))
                .orElseThrow();
    }

    @Test
    void saysWhatTheControlPlaneAnswersAgainAndAgain() {
        CommandFailure failure = failure("WEFT-C002");
        assertThat(failure.code()).isEqualTo("WEFT-J003");
        assertThat(failure.what()).endsWith("WEFT-C002: the reason");
        assertThat(failure.advice())
                .contains("a token can be used once, and until it ends")
                .anyMatch(line -> line.contains("weft token create --workload shop/laptop"));
        assertThat(failure("WEFT-C070").code()).isEqualTo("WEFT-J003");
        assertThat(failure("WEFT-C070").advice()).hasSize(1);
    }

    @Test
    void saysThatItHasNothingToProveItselfBy() {
        CommandFailure failure = failure("WEFT-D036");
        assertThat(failure.code()).isEqualTo("WEFT-J003");
        assertThat(failure.what()).endsWith("it has no valid certificate and no token");
    }

    @Test
    void saysThatAnotherAnswers() {
        assertThat(failure("WEFT-D035").code()).isEqualTo("WEFT-J008");
    }

    @Test
    void waitsForWhatMayChange() {
        assertThat(REFUSAL.in(List.of())).isEmpty();
        assertThat(REFUSAL.in(List.of(refusal("WEFT-C007", false), refusal("WEFT-C008", false))))
                .isEmpty();
    }
}
