package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.v1.Missing;
import dev.weft.api.v1.Spread;
import dev.weft.cli.command.MeshChange.Applied;
import dev.weft.cli.command.MeshChange.Document;
import dev.weft.cli.command.MeshChange.Failed;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.local.state.MeshName;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MeshChangeTest {

    @Test
    void saysForEachMeshHowFarItHasComeAndWhoIsMissing() {
        Printed printed = new Printed();
        Spread all = Spread.newBuilder()
                .addAcknowledged("shop/api")
                .addCutOff("shop/web")
                .build();
        Spread some = Spread.newBuilder()
                .addMissing(Missing.newBuilder().setWorkload("shop/db").setReason("has not answered yet"))
                .build();
        MeshChange.print(
                printed.screen(),
                new Document(
                        List.of(
                                Applied.of(MeshRef.local(new MeshName("east")), "revoked", all, ""),
                                Applied.of(
                                        MeshRef.local(new MeshName("west")),
                                        "revoked",
                                        some,
                                        "WEFT-C113: not in the audit log",
                                        "take it back: weft revoke undo id")),
                        List.of(new Failed("north", "WEFT-L112", "it does not answer", List.of("try again"))),
                        List.of("south")));

        assertThat(printed.out()).isEqualTo("""
                ✓ mesh east: revoked
                  1 sidecar acknowledged, cut off: shop/web
                ✗ mesh west: revoked
                  0 sidecars acknowledged
                  missing: shop/db has not answered yet
                  ! WEFT-C113: not in the audit log
                  take it back: weft revoke undo id
                ✗ mesh north: it does not answer (WEFT-L112)
                  try again
                  not concerned: south
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "now, 2026-01-01T00:00:00Z",
        "+10m, 2026-01-01T00:10:00Z",
        "2027-01-01T00:00:00Z, 2027-01-01T00:00:00Z",
        "2027-01-01T01:00:00+01:00, 2027-01-01T00:00:00Z"
    })
    void readsMoments(String given, String expected) {
        Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
        assertThat(new MomentConverter().convert(given).by(clock)).isEqualTo(Instant.parse(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tomorrow", "2026-01-01", "+", "+1x", "-10m"})
    void refusesWhatIsNoMoment(String given) {
        assertThatThrownBy(() -> new MomentConverter().convert(given)).hasMessageContaining("expected");
    }
}
