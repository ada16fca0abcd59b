package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RefusedCall;
import dev.weft.cli.join.MachineState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxyJoinCommandTest {

    private static String trouble(String trouble, String... codes) {
        List<RefusedCall> refusals = List.of(codes).stream()
                .map(code -> RefusedCall.newBuilder().setCode(code).build())
                .toList();
        return ProxyJoinCommand.trouble(new MachineState(false, trouble, refusals));
    }

    @ParameterizedTest
    @ValueSource(strings = {"WEFT-C038", "WEFT-C070"})
    void saysThatThisMachineWasRevoked(String code) {
        assertThat(trouble("mesh: the reason", "WEFT-C007", code))
                .startsWith("this machine was revoked: ")
                .contains("mesh: the reason");
    }

    @Test
    void saysOtherTroubleAsItIsAndWhenItIsOver() {
        assertThat(trouble("mesh: no connection")).isEqualTo("trouble: mesh: no connection");
        assertThat(trouble("mesh: a revoked peer", "WEFT-C007")).isEqualTo("trouble: mesh: a revoked peer");
        assertThat(trouble("it has ended", "WEFT-D036"))
                .isEqualTo("trouble: it has ended; join again with a new join file: docs/join.md");
        assertThat(trouble("")).isEqualTo("all is well again");
    }
}
