package dev.weft.cli.command.revoke;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.IdentityTarget;
import dev.weft.api.v1.RevocationInfo;
import dev.weft.api.v1.RevocationTarget;
import dev.weft.cli.command.Printed;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RevokeListTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void listsEachWithWhoMadeItAndWhenItEnds() {
        RevocationInfo identity = RevocationInfo.newBuilder()
                .setId("identity-0123456789")
                .setTarget(RevocationTarget.newBuilder()
                        .setIdentity(IdentityTarget.newBuilder()
                                .setSpiffeId("spiffe://cluster.local/ns/shop/sa/web")
                                .setIssuedBefore(NOW.getEpochSecond())))
                .setTrustDomain("cluster.local")
                .setReason("stolen")
                .setExpires(NOW.plusSeconds(86_400 * 7).getEpochSecond())
                .setCanUndo(true)
                .build();
        RevocationInfo certificate = RevocationInfo.newBuilder()
                .setId("of-a-file")
                .setTarget(RevocationTarget.newBuilder().setSerialNumber("0aff"))
                .setTrustDomain("other.example")
                .build();
        Printed printed = new Printed();
        RevokeListCommand.print(
                printed.screen(),
                List.of(RevocationDocument.of("east", identity), RevocationDocument.of("east", certificate)),
                true,
                NOW);

        assertThat(printed.out().lines())
                .satisfiesExactly(
                        heading -> assertThat(heading).startsWith("MESH"),
                        first -> assertThat(first)
                                .startsWith("east  identity-0123456789  identity spiffe://cluster.local/ns/shop/sa/web")
                                .contains("2026-01-01T00:00:00Z", "in 7d", "operator", "stolen"),
                        second -> assertThat(second).contains("certificate 0aff", "other.example", "never", "file"));
    }

    @Test
    void saysSoWhenNothingIsRevoked() {
        Printed printed = new Printed();
        RevokeListCommand.print(printed.screen(), List.of(), false, NOW);
        assertThat(printed.out()).isEmpty();
        assertThat(printed.err()).contains("nothing is revoked");
    }

    @Test
    void saysAMomentAsTheFirstWholeSecondThatIsNotBefore() {
        assertThat(RevokeOptions.seconds(NOW)).isEqualTo(NOW.getEpochSecond());
        assertThat(RevokeOptions.seconds(NOW.plusNanos(1))).isEqualTo(NOW.getEpochSecond() + 1);
        assertThat(RevokeOptions.seconds(Instant.EPOCH)).isEqualTo(1);
    }
}
