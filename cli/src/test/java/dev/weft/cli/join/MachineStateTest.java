package dev.weft.cli.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.RefusedCall;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class MachineStateTest {

    private static MachineState read(String status) {
        return MachineState.of(JsonMapper.builder().build().readTree(status));
    }

    @Test
    void readsWhatTheSidecarSays() {
        MachineState state = read("""
            {"ready": false, "reasons": ["no certificate yet", "no policy yet"],
             "refusals": [{"code": "WEFT-C070", "what": "revoked", "advice": "join", "lasts": true}]}\
            """);
        assertThat(state)
                .isEqualTo(new MachineState(
                        false,
                        "no certificate yet; no policy yet",
                        List.of(RefusedCall.newBuilder()
                                .setCode("WEFT-C070")
                                .setWhat("revoked")
                                .setAdvice("join")
                                .setLasts(true)
                                .build())));
        assertThat(state.isRevoked()).isTrue();
        assertThat(state.hasNoProof()).isFalse();
    }

    @Test
    void saysEachTroubleOnceAndNothingWhenThereIsNone() {
        MachineState waits = read("{\"ready\": false, \"reasons\": [\"no certificate yet\"]}");
        assertThat(waits.saysOtherThan("")).isTrue();
        assertThat(waits.saysOtherThan("no certificate yet")).isFalse();
        assertThat(read("{\"ready\": false, \"reasons\": []}").saysOtherThan("no certificate yet"))
                .isFalse();
    }

    @Test
    void takesWhatIsMissingForNothingToTell() {
        MachineState state = read("{}");
        assertThat(state).isEqualTo(MachineState.unknown(""));
        assertThat(state.isRevoked()).isFalse();
        assertThat(read("{\"ready\": true}").ready()).isTrue();
    }
}
